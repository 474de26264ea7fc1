"""Makes text of a docstring: paragraphs, lists, what each argument means, drawings and examples.

Docstrings are written as the book is: code between single backticks, words between stars. A line
such as ``ids: the tokens`` says what an argument means, and what is indented below goes on with it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Collection, Iterator

from docutils import nodes

Link = Callable[[str], str]  # from code, such as "GPT.forward", to its address; "" for none
INLINE = re.compile(
    r"``(?P<double>.+?)``|`(?P<code>[^`]+)`|\*\*(?P<strong>\S.*?)\*\*"
    r"|(?<![\w*])\*(?P<em>\w[^*]*?)\*(?![\w*])|(?P<url>https?://[^\s)]*[\w/])"
)
ARGUMENT = re.compile(r"(\*{0,2}\w+(?:(?:, | and )\*{0,2}\w+)*): (.*)")
ITEM = "- "


def _code(text: str, link: Link) -> nodes.Node:
    code, address = nodes.literal("", text), link(text)
    return nodes.reference("", "", code, refuri=address, internal=True) if address else code


def inline(text: str, link: Link) -> Iterator[nodes.Node]:
    """Yield the nodes of running text."""
    done = 0
    for found in INLINE.finditer(text):
        if found.start() > done:
            yield nodes.Text(text[done : found.start()])
        done, kind, words = found.end(), found.lastgroup, found[found.lastgroup]
        if kind in ("double", "code"):
            yield _code(words, link)
        elif kind == "url":
            yield nodes.reference("", words, refuri=words, internal=False)
        else:
            yield (nodes.strong if kind == "strong" else nodes.emphasis)("", words)
    if done < len(text):
        yield nodes.Text(text[done:])


def _paragraph(lines: list[str], link: Link) -> nodes.paragraph:
    return nodes.paragraph("", "", *inline(" ".join(line.strip() for line in lines), link))


def _names(line: str, takes: Collection[str]) -> re.Match[str] | None:
    """Return the match of a line that says what arguments mean, all of which are taken."""
    found = ARGUMENT.match(line)
    named = re.split(r", | and ", found[1]) if found else []
    return found if named and all(name.lstrip("*") in takes for name in named) else None


class _Reader:
    """Goes through a docstring line by line."""

    def __init__(self, doc: str, takes: Collection[str], link: Link) -> None:
        self.lines = doc.split("\n")
        self.takes, self.link = takes, link

    def take_while(self, belongs: Callable[[str], bool]) -> list[str]:
        """Return the first line and all below it that belong to it, and go on behind them."""
        n = 1
        while n < len(self.lines) and belongs(self.lines[n]):
            n += 1
        taken, self.lines = self.lines[:n], self.lines[n:]
        return taken

    def blocks(self) -> Iterator[nodes.Element]:
        """Yield the parts of the docstring."""
        while self.lines:
            line = self.lines[0]
            if not line.strip():
                self.lines.pop(0)
            elif line.startswith(">>> "):
                yield self._example()
            elif line.startswith(" "):
                yield self._drawing()
            elif line.startswith(ITEM):
                yield self._list()
            elif _names(line, self.takes):
                yield self._arguments()
            else:
                yield self._prose()

    def _example(self) -> nodes.literal_block:
        text = "\n".join(self.take_while(lambda line: bool(line.strip())))
        return nodes.literal_block(text, text, language="pycon")

    def _drawing(self) -> nodes.literal_block:
        lines = self.take_while(lambda line: not line.strip() or line.startswith(" "))
        text = textwrap.dedent("\n".join(lines)).rstrip()
        return nodes.literal_block(text, text, language="none")

    def _list(self) -> nodes.bullet_list:
        made = nodes.bullet_list(bullet="-")
        while self.lines and self.lines[0].startswith(ITEM):
            item = self.take_while(lambda line: line.startswith("  "))
            item[0] = item[0].removeprefix(ITEM)
            made += nodes.list_item("", _paragraph(item, self.link))
        return made

    def _arguments(self) -> nodes.definition_list:
        made = nodes.definition_list(classes=["llm-arguments"])
        while self.lines and (found := _names(self.lines[0], self.takes)):
            rest = self.take_while(lambda line: line.startswith("    "))[1:]
            inside = "\n".join([found[2], textwrap.dedent("\n".join(rest))]).rstrip()
            term = nodes.term("", "", nodes.literal("", found[1].replace(" and ", ", ")))
            meaning = nodes.definition("", *blocks(inside, (), self.link))
            made += nodes.definition_list_item("", term, meaning)
        return made

    def _prose(self) -> nodes.paragraph:
        def goes_on(line: str) -> bool:
            starts_another = line.startswith((ITEM, ">>> ", "Raises ")) or _names(line, self.takes)
            return bool(line.strip()) and not starts_another

        return _paragraph(self.take_while(goes_on), self.link)


def blocks(doc: str, takes: Collection[str], link: Link) -> list[nodes.Element]:
    """Return the parts of a docstring. takes: the names of arguments; link: where code leads."""
    return list(_Reader(doc, takes, link).blocks())
