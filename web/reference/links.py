"""Links in the chapters' code: a name that a page imports from the library leads to its entry.

In each visible cell the first use of a name is a link. What a page defines by itself, or takes from
elsewhere, is none of the library's from there on, even if it is called the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from html import unescape

from web.reference.names import PACKAGES, places

CELL = '<div class="cell '
# the code of a cell: what stands before it, itself, and its end
CODE = re.compile(r'(<div class="cell_input.*?<pre[^>]*>)(.*?)(</pre>)', re.DOTALL)
FOLDED = re.compile(r"tag_hide-(input|cell)|tag_remove-")
PIECE = re.compile(r"(<[^>]+>)")


def anchors(module: str, name: str) -> str:
    """Return the anchor of what a page imports, from a package or a module of it; "" for others.

    >>> anchors("llm_lib", "GPT"), anchors("llm_lib.model.gpt", "GPT"), anchors("torch", "nn")
    ('llm_lib.model.GPT', 'llm_lib.model.GPT', '')
    """
    parts = module.split(".")
    if parts[0] != "llm_lib":
        return ""
    packages = parts[1:2] or PACKAGES
    found = (f"llm_lib.{package}.{name}" for package in packages if package in PACKAGES)
    return next((anchor for anchor in found if anchor in places()), "")


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a syntax node gives a meaning to, without imports."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load):
            yield one.id
        elif isinstance(one, ast.arg):
            yield one.arg
        elif isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield one.name


def _top_level(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a cell leaves to those below it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        else:
            yield from _bound(node)


class Names:
    """What the names of a page mean, from cell to cell: the anchor of each one of the library's."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def used(self, code: str) -> dict[tuple[int, int], tuple[str, str]]:
        """Return, by line and column, the first use of each name in a cell, with its anchor.

        What Python can't read, such as a cell with a command of IPython, uses none.
        """
        try:
            tree = ast.parse(code)
        except SyntaxError:
            return {}
        places = dict(self._imports(tree))
        own = set(_bound(tree))
        for node in sorted(_loads(tree), key=lambda node: (node.lineno, node.col_offset)):
            if node.id in self.known and node.id not in own:
                places.setdefault(node.id, (node.lineno, node.col_offset))
        used = {at: (name, self.known[name]) for name, at in places.items() if name in self.known}
        for name in _top_level(tree):
            self.known.pop(name, None)
        return used

    def _imports(self, tree: ast.Module) -> Iterator[tuple[str, tuple[int, int]]]:
        """Note what a cell imports; yield the library's names, and where they stand."""
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            for alias in node.names:
                name = alias.asname or alias.name
                module = getattr(node, "module", "") or ""
                if anchor := anchors(module, alias.name):
                    self.known[name] = anchor
                    if name == alias.name:
                        yield name, (alias.lineno, alias.col_offset)
                else:
                    self.known.pop(name, None)


def _loads(tree: ast.Module) -> list[ast.Name]:
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return [node for node in names if isinstance(node.ctx, ast.Load)]


def _offset(code: str, line: int, column: int) -> int:
    """Return where a place that Python tells, in bytes of UTF-8, is in the text."""
    lines = code.splitlines(keepends=True)
    before = lines[line - 1].encode()[:column].decode()
    return sum(map(len, lines[: line - 1])) + len(before)


def link_names(html: str, wanted: dict[int, str]) -> str:
    """Return highlighted code with links. wanted: by place in its text, the opening tag.

    >>> link_names('<span>a</span> = <span>b</span>', {4: '<a href="#b">'})
    '<span>a</span> = <span><a href="#b">b</a></span>'
    """
    made, at = [], 0
    for piece in PIECE.split(html):
        if not piece.startswith("<"):
            tag = wanted.get(at, "") if piece else ""
            at += len(unescape(piece))
            piece = f"{tag}{piece}</a>" if tag else piece
        made.append(piece)
    return "".join(made)


def add_links(body: str, address_of: Callable[[str], str]) -> str:
    """Return a page's body in which names in visible cells lead to the reference.

    address_of: gives the address of a package's page, as seen from here. A keyboard stops at the
    first link to each entry alone: the way through a page stays short.
    """
    names, stopped = Names(), set()

    def tag(anchor: str) -> str:
        around = ' tabindex="-1"' if anchor in stopped else ""
        stopped.add(anchor)
        return f'<a href="{address_of(places()[anchor].package)}#{anchor}"{around}>'

    def with_links(cell: str) -> str:
        found = CODE.search(cell)
        if not found:
            return cell
        code = unescape(PIECE.sub("", found[2]))
        used = names.used(code)
        if not used or FOLDED.search(cell.split(">", 1)[0]):
            return cell
        wanted = {_offset(code, *at): tag(anchor) for at, (_, anchor) in sorted(used.items())}
        return f"{cell[: found.start(2)]}{link_names(found[2], wanted)}{cell[found.end(2) :]}"

    before, *cells = body.split(CELL)
    return CELL.join([before, *map(with_links, cells)])
