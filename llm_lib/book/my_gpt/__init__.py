"""One file that grows with the book: its stages, and checks of a reader's own version."""
