"""What others call the same thing, from one file: lists on a page, and words for the search.

`chapters/other_names.toml` says how it is written. The directive `other-names` shows one of its
groups; `for_search` gives the search the words that lead to a name of ours.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from web.fingerprint import ROOT

PATH = ROOT / "chapters/other_names.toml"
CODE = re.compile(r"`([^`]+)`")
# Other things that are looked for: no names of what they lead to.
SEE = {
    "chinchilla": "scaling laws",
    "cuda": "device",
    "gpu": "device",
    "graphics card": "device",
    "hallucinate": "hallucination",
    "learning rate schedule": "warm-up",
    "prompting": "prompt",
    "xor": "neural network",
}


class Entry(NamedTuple):
    """A thing with several names; see the file for what each field holds."""

    ours: str
    what: str
    names: dict[str, list[str]]
    same: list[str] = []
    term: str = ""
    see: list[str] = []

    @property
    def id(self) -> str:
        """The id of its place on the page."""
        return nodes.make_id(f"name {self.ours}")


@cache
def groups() -> dict[str, list[Entry]]:
    """Return all entries by group. Raises TypeError for one with an unknown or missing field."""
    found = tomllib.loads(PATH.read_text("utf-8"))
    return {group: [Entry(**entry) for entry in entries] for group, entries in found.items()}


def words_of(text: str) -> str:
    """Return a text as the search takes it: its words in small letters, without signs.

    >>> words_of("`attention.head_count`"), words_of("RoPE")
    ('attention head_count', 'rope')
    """
    return " ".join(re.findall(r"\w+", text.lower()))


def for_search() -> dict[str, str]:
    """Return, for words that others use, the words of the book to look for instead.

    A short name in code, such as `h`, means too many things elsewhere: it isn't among them.
    """
    found = dict(SEE)
    for entry in (entry for group in groups().values() for entry in group):
        ours = entry.term or CODE.sub(r"\1", entry.ours)
        others = [name for name in entry.names if "`" not in name and "$" not in name]
        others += [code for name in entry.names for code in CODE.findall(name) if "_" in code]
        mine = {words_of(ours), *(words_of(code) for code in CODE.findall(entry.ours))}
        for other in (*others, *entry.see):
            if words_of(other) not in mine:
                found.setdefault(words_of(other), ours)
    return found


def markdown_of(entry: Entry) -> str:
    r"""Return an entry as a definition in Markdown.

    >>> print(markdown_of(Entry("`a`", "A size.", {"`b`": ["HF", "Llama"]}, same=["GPT-2"])))
    `a`
    : A size. The same in GPT-2 · `b` (HF, Llama)
    """
    others = [f"{name} ({', '.join(places)})" for name, places in entry.names.items()]
    if entry.same:
        others.insert(0, f"The same in {_and(entry.same)}")
    said = " · ".join(others)
    return f"{entry.ours}\n: {entry.what} {said}"


def _and(words: list[str]) -> str:
    """Return words as one reads them aloud."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


class OtherNames(SphinxDirective):
    """The directive `other-names`: a group of the file as a list, with a place for each name."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return the list. An unknown group is an error that names those there are."""
        self.env.note_dependency(PATH)
        group = self.arguments[0]
        if group not in groups():
            known = ", ".join(groups())
            raise self.error(f"other-names: no group is called {group!r}; there are {known}")
        entries = groups()[group]
        text = "\n\n".join(markdown_of(entry) for entry in entries)
        box = nodes.Element()
        self.state.nested_parse(StringList(text.split("\n"), str(PATH)), 0, box)
        for term, entry in zip(box.findall(nodes.term), entries, strict=True):
            term["ids"].append(entry.id)
        return box.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it; called by Sphinx."""
    app.add_directive("other-names", OtherNames)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
