"""The book's pictures, a chapter a module: each a function that computes what it shows."""
