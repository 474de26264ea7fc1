"""The book's pictures, one a module: each a function that computes what it shows."""
