"""Notes which files of the library a program loads or opens, in it and in what it starts.

The variable LLM_BOOK_RECORD names the file that the names go to, a line each, and LLM_BOOK_LIBRARY
the library's folder. Written at once: a kernel may be ended without a warning.
"""

import os
import sys

LIBRARY = os.path.join(os.path.realpath(os.environ.get("LLM_BOOK_LIBRARY", "llm_lib")), "")
RECORD = os.environ.get("LLM_BOOK_RECORD")
_seen = set()


def note(event, arguments):
    """Take down a file of the library that is opened, or whose code begins to run."""
    if event == "exec":
        path = getattr(arguments[0], "co_filename", None)
    elif event == "open":
        path = arguments[0]
    else:
        return
    if not isinstance(path, str) or path in _seen or "llm_lib" not in path:
        return
    _seen.add(path)
    real = os.path.realpath(path)
    if real.startswith(LIBRARY) and "__pycache__" not in real:
        with open(RECORD, "a", encoding="utf-8") as file:
            file.write(real[len(LIBRARY) :] + "\n")


def start():
    """Take down what is opened or begins to run from now on."""
    sys.addaudithook(note)
