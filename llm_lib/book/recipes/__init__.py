"""The recipes of the book's own models, in `configs/`: what they learn from, and how."""
