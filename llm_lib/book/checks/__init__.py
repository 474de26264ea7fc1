"""The checks behind the exercises, one file per chapter, loaded on demand."""
