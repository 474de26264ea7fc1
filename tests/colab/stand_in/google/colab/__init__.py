"""A stand-in for the package that Colab has: what the book asks of it, and no more."""
