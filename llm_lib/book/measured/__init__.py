"""What the films and widgets show of a model: measured once, in a form that a page can keep."""
