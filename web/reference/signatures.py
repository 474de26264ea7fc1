"""How a function or a class is called, from its syntax tree, as it is written in its file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

WIDTH = 76  # characters, as in the chapters' cells
KEPT = {"property", "classmethod", "staticmethod"}  # decorators that change how one calls it
FACTORY = re.compile(r"field\(default_factory=(\w+)\)")  # what a dataclass makes anew each time
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def _lines(text: str) -> list[bytes]:
    return [line.encode() for line in text.split("\n")]


def _source(node: ast.expr, text: str) -> str:
    """Return an expression as it is written, if that is on one line; else as Python writes it.

    Python's own `get_source_segment` cuts the whole file into lines for each.
    """
    if node.lineno != node.end_lineno:
        return ast.unparse(node)
    line = _lines(text)[node.lineno - 1]
    return line[node.col_offset : node.end_col_offset].decode()


def _argument(arg: ast.arg, default: ast.expr | None, text: str, stars: str = "") -> str:
    noted = f": {_source(arg.annotation, text)}" if arg.annotation else ""
    if default is None:
        return f"{stars}{arg.arg}{noted}"
    sign = " = " if noted else "="
    value = FACTORY.sub(r"\1()", _source(default, text))
    return f"{stars}{arg.arg}{noted}{sign}{value}"


def arguments(node: Function, text: str) -> Iterator[str]:
    """Yield what a function takes, in order, as it is written."""
    args = node.args
    plain = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + args.defaults
    for i, (arg, default) in enumerate(zip(plain, defaults, strict=True)):
        yield _argument(arg, default, text)
        if i + 1 == len(args.posonlyargs):
            yield "/"
    if args.vararg:
        yield _argument(args.vararg, None, text, "*")
    elif args.kwonlyargs:
        yield "*"
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _argument(arg, default, text)
    if args.kwarg:
        yield _argument(args.kwarg, None, text, "**")


def decorators(node: Function | ast.ClassDef) -> list[str]:
    """Return the last part of the name of each decorator, such as "property" or "dataclass"."""
    called = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return [ast.unparse(one).split(".")[-1] for one in called]


def _joined(head: str, parts: list[str], tail: str) -> str:
    """Return a call on one line, or an argument a line where it is longer than the page is wide.

    >>> _joined("f(", ["x: int", "y: int = 0"], ") -> int")
    'f(x: int, y: int = 0) -> int'
    """
    line = f"{head}{', '.join(parts)}{tail}"
    if len(line) <= WIDTH or not parts:
        return line
    return "\n".join([head, *(f"    {part}," for part in parts), tail])


def of_function(node: Function, text: str, is_method: bool = False) -> str:
    """Return how a function is called: its name, what it takes, and what it returns."""
    kinds = [name for name in decorators(node) if name in KEPT]
    taken = list(arguments(node, text))
    if is_method and "staticmethod" not in kinds:
        taken = taken[1:]
        if taken[:1] == ["/"]:
            taken = taken[1:]
    returned = f" -> {_source(node.returns, text)}" if node.returns else ""
    if "property" in kinds:
        return f"@property\n{node.name}{returned}"
    lines = [f"@{kind}" for kind in kinds]
    return "\n".join([*lines, _joined(f"{node.name}(", taken, f"){returned}")])


def fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    """Return the public fields of a class that lists them with their types."""
    found = [one for one in node.body if isinstance(one, ast.AnnAssign)]
    named = [one for one in found if isinstance(one.target, ast.Name)]
    return [one for one in named if not one.target.id.startswith("_")]


def constructor(node: ast.ClassDef) -> ast.FunctionDef | None:
    """Return the `__init__` that a class has of its own."""
    found = (one for one in node.body if isinstance(one, ast.FunctionDef))
    return next((one for one in found if one.name == "__init__"), None)


def _field(one: ast.AnnAssign, text: str) -> str:
    return _argument(ast.arg(one.target.id, one.annotation), one.value, text)


def of_class(node: ast.ClassDef, text: str) -> str:
    """Return how an object is made: by `__init__`, or from the fields of a dataclass or a tuple."""
    init, head = constructor(node), f"class {node.name}"
    if init:
        return _joined(f"{head}(", list(arguments(init, text))[1:], ")")
    made_from_fields = "dataclass" in decorators(node) or "NamedTuple" in bases(node)
    if made_from_fields:
        return _joined(f"{head}(", [_field(one, text) for one in fields(node)], ")")
    return head


def bases(node: ast.ClassDef) -> list[str]:
    """Return the last part of the name of each class that a class builds on.

    >>> bases(ast.parse("class A(nn.Module): pass").body[0])
    ['Module']
    """
    return [ast.unparse(base).split(".")[-1].split("[")[0] for base in node.bases]


def argument_names(node: Function | ast.ClassDef) -> set[str]:
    """Return the names of what a function or a class takes, and of a class's fields."""
    if isinstance(node, ast.ClassDef):
        init = constructor(node)
        own = {one.target.id for one in fields(node)}
        return own | (argument_names(init) if init else set())
    return {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
