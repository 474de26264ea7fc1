"""One file that grows with the book: its stages, and checks of a reader's own version.

`my_gpt.py.txt` is the one source. `stages` cuts it into the file as it is after each chapter,
`start` gives a reader the file with a chapter's part empty, and `check` says what is right in
theirs. `python -m llm_lib.book.my_gpt` does the same from the command line.
"""
