"""The library's public names: where each is defined, how it is called, and what it says of itself.

Read from syntax trees: nothing of the library is imported.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from web.reference import signatures
from web.tree import LIBRARY, READING_ORDER

# Pages of the reference, in the order of the way of the data.
PACKAGES = tuple(name for name in READING_ORDER if name not in ("arguments", "files", "assets"))
FOLDER = "reference"  # of the pages


@dataclass(frozen=True)
class Entry:
    """A public name: how it is called, its docstring, and a class's public members."""

    name: str  # as one writes it: "GPT", or "GPT.run_with_cache"
    package: str
    signature: str
    doc: str
    base: str = ""  # a class's first base
    takes: frozenset[str] = frozenset()  # names of arguments and fields
    members: tuple[Entry, ...] = field(default=())

    @property
    def anchor(self) -> str:
        """Its place on the page, which stays: "llm_lib.model.GPT"."""
        return f"llm_lib.{self.package}.{self.name}"


@dataclass(frozen=True)
class Module:
    """A file of the library: its text, and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module


@cache
def _module(dotted: str, root: Path) -> Module:
    path = root / f"{dotted.replace('.', '/')}.py"
    if not path.is_file():
        path = path.with_suffix("") / "__init__.py"
    text = path.read_text("utf-8")
    return Module(path, text, ast.parse(text))


def _defined(module: Module) -> dict[str, ast.stmt]:
    """Return the statements that define a module's names, in its order."""
    found: dict[str, ast.stmt] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef | signatures.Function):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return found


def exported(package: str, root: Path = LIBRARY) -> list[str]:
    """Return what a package hands on: its `__all__`, or, in a module without one, what is public.

    In a module without `__all__`, a name with an underscore before it is not public.
    """
    defined = _defined(_module(package, root))
    if "__all__" in defined:
        return ast.literal_eval(defined["__all__"].value)
    return [name for name in defined if not name.startswith("_")]


def homes(package: str, root: Path = LIBRARY) -> dict[str, str]:
    """Return the module that defines each of a package's names: "model.gpt" for "GPT".

    Modules stand in reading order, and names as their module has them.
    """
    public, here = exported(package, root), _module(package, root)
    rooms = READING_ORDER.get(package, "").split()
    places = [f"{package}.{room}" for room in rooms] or [package]
    taken_from = {
        alias.asname or alias.name: node.module.removeprefix("llm_lib.")
        for node in here.tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    found = {
        name: place
        for place in places
        for name in _defined(_module(place, root))
        if name in public and taken_from.get(name, package) == place
    }
    if lost := sorted(set(public) - set(found)):
        raise ValueError(f"llm_lib.{package} hands on {lost[0]!r}, which no module of it defines")
    return found


def files(package: str, root: Path = LIBRARY) -> list[Path]:
    """Return the files that a package's page is made from."""
    dotted = {package, *homes(package, root).values()}
    return sorted(_module(name, root).path for name in dotted)


def package_doc(package: str, root: Path = LIBRARY) -> str:
    """Return what a package says of itself."""
    return ast.get_docstring(_module(package, root).tree) or ""


@cache
def entries(package: str, root: Path = LIBRARY) -> tuple[Entry, ...]:
    """Return a package's public names in reading order.

    Raises ValueError for a name that no module of it defines, or that nothing is said about.
    """
    made = []
    for name, home in homes(package, root).items():
        module = _module(home, root)
        entry = _entry(package, _defined(module)[name], module)
        for one in (entry, *entry.members):
            if not one.doc:
                raise ValueError(f"{one.anchor} has no docstring")
        made.append(entry)
    return tuple(made)


def _entry(package: str, node: ast.stmt, module: Module) -> Entry:
    if isinstance(node, ast.ClassDef):
        return _class(package, node, module)
    if isinstance(node, ast.Assign):
        name = node.targets[0].id
        return Entry(name, package, name, comment_on(node, module.text))
    takes = frozenset(signatures.argument_names(node))
    signature = signatures.of_function(node, module.text)
    return Entry(node.name, package, signature, ast.get_docstring(node) or "", takes=takes)


def _class(package: str, node: ast.ClassDef, module: Module) -> Entry:
    init = signatures.constructor(node)
    docs = [ast.get_docstring(node), ast.get_docstring(init) if init else ""]
    takes = frozenset(signatures.argument_names(node))
    functions = (one for one in node.body if isinstance(one, signatures.Function))
    members = tuple(
        Entry(
            f"{node.name}.{one.name}",
            package,
            signatures.of_function(one, module.text, is_method=True),
            ast.get_docstring(one) or "",
            takes=frozenset(signatures.argument_names(one)),
        )
        for one in functions
        if not one.name.startswith("_") and "overload" not in signatures.decorators(one)
    )
    doc, base = "\n\n".join(filter(None, docs)), (signatures.bases(node) or [""])[0]
    signature = signatures.of_class(node, module.text)
    return Entry(node.name, package, signature, doc, base, takes, members)


def comment_on(node: ast.stmt, text: str) -> str:
    """Return what the comment beside or above a value says.

    >>> text = "N = 3  # how many"
    >>> comment_on(ast.parse(text).body[0], text)
    'How many.'
    """
    lines = text.splitlines()
    beside = re.search(r"  # (.*)", lines[node.end_lineno - 1])
    if beside and node.lineno == node.end_lineno:
        return sentence(beside[1])
    start = node.lineno - 1
    while start and lines[start - 1].strip():
        start -= 1
    above = lines[start : node.lineno - 1]
    return sentence(" ".join(line[2:] for line in above if line.startswith("# ")))


def sentence(text: str) -> str:
    """Return a comment as a sentence, with its full stop.

    >>> sentence("a token that ends")
    'A token that ends.'
    """
    return text and f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


@cache
def places(root: Path = LIBRARY) -> dict[str, Entry]:
    """Return every entry by its anchor, those of members, too."""
    tops = [entry for package in PACKAGES for entry in entries(package, root)]
    return {one.anchor: one for top in tops for one in (top, *top.members)}


def page_of(package: str) -> str:
    """Return the page of a package.

    >>> page_of("model")
    'reference/model'
    """
    return f"{FOLDER}/{package}"
