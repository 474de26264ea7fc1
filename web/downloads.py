"""Links to the book as files to take along, where the site has them.

The files are made from the built site, so a build can't look for them: `LLM_BOOK_DOWNLOADS` names
those that will lie in `downloads/` beside the pages. The deploy workflow sets it.
"""

from __future__ import annotations

import os
from typing import NamedTuple

DOWNLOADS = "LLM_BOOK_DOWNLOADS"
FOLDER = "downloads"
KINDS = {"pdf": "PDF", "epub": "EPUB"}


class Download(NamedTuple):
    """A file to take along: where it lies on the site, and what its link says."""

    path: str
    label: str


def downloads() -> list[Download]:
    """Return the files that the site's first page links to: those that `LLM_BOOK_DOWNLOADS` names.

    Raises ValueError for a file of another kind.

    >>> os.environ[DOWNLOADS] = "llm-from-scratch.pdf"
    >>> downloads()
    [Download(path='downloads/llm-from-scratch.pdf', label='PDF')]
    >>> del os.environ[DOWNLOADS]
    """
    found = []
    for name in os.environ.get(DOWNLOADS, "").split():
        label = KINDS.get(name.rpartition(".")[2])
        if not label or "/" in name:
            kinds = " or ".join(f".{kind}" for kind in KINDS)
            raise ValueError(f"{DOWNLOADS} takes names of files that end in {kinds}; got {name!r}")
        found.append(Download(f"{FOLDER}/{name}", label))
    return found
