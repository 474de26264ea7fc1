"""A reader's own file, opened: what it lacks and where it stops is said in words."""

import ast
import contextlib
import importlib.util
import io
import sys
import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from llm_lib.book.my_gpt.stages import KEYS, text_at

NAME = "my_gpt_of_the_reader"


class MistakeError(Exception):
    """What is wrong with a reader's file, in words that say what to look at."""


class ReaderFile:
    """A reader's file as a module: `my.attend` is its function, or an error that says what for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.module = open_module(path)

    def __getattr__(self, name: str) -> Any:
        """Return what the file has under a name; MistakeError tells what it lacks."""
        try:
            return getattr(self.module, name)
        except AttributeError:
            raise MistakeError(f"your file has no {name} yet. {describe(name)}") from None

    def place_of(self, error: BaseException) -> str:
        """Return the line of the file in which an error came up, or "" if it was elsewhere."""
        frames = traceback.extract_tb(error.__traceback__)
        mine = [frame for frame in frames if Path(frame.filename) == self.path]
        return f"line {mine[-1].lineno}: {mine[-1].line}" if mine else ""


def open_module(path: Path) -> ModuleType:
    """Import a file. Raises MistakeError, with the line, for one that is no Python or goes to work.

    What it prints is dropped.
    """
    if not path.is_file():
        raise MistakeError(f"there is no file {path.name} here: look at its name and its folder")
    try:
        code = compile(path.read_text("utf-8-sig"), str(path), "exec")
    except SyntaxError as error:
        raise MistakeError(f"line {error.lineno} is not Python: {error.msg}") from None
    except ValueError as error:
        raise MistakeError(f"{path.name} is no text in UTF-8: {error}") from None
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(NAME, None))
    module.__file__ = str(path)
    sys.modules[NAME] = module  # dataclasses look there
    try:
        with captured():
            exec(code, module.__dict__)
    except SystemExit:
        raise MistakeError(
            'the file goes to work when it is only read: put its last lines under if __name__ == "'
            '__main__":'
        ) from None
    return module


@contextlib.contextmanager
def captured() -> Iterator[io.TextIOWrapper]:
    """Keep what is printed, as text and as bytes; `printed` returns it."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out):
        yield out


def printed(out: io.TextIOWrapper) -> str:
    """Return what was printed into what `captured` gave."""
    return out.buffer.getvalue().decode("utf-8", "replace").replace("\r\n", "\n")


@cache
def signatures() -> dict[str, tuple[str, str]]:
    """Return of each function and class of the file, as it ends: how it is called, what it does.

    >>> signatures()["attend"][0]
    'attend(q, k, v)'
    """
    found = {}
    for node in ast.parse(text_at(KEYS[-1])).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = f"{node.name}({ast.unparse(node.args)})", summary(node)
        elif isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            named = {method.name: method for method in methods}
            arguments = ast.unparse(named["__init__"].args) if "__init__" in named else "self"
            call = f"class {node.name}({arguments.removeprefix('self').removeprefix(', ')})"
            first = next((summary(method) for method in methods if summary(method)), "")
            found[node.name] = call, summary(node) or first
    return found


def summary(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Return the first line of a docstring, or ""."""
    return (ast.get_docstring(node) or "").split("\n")[0]


def describe(name: str) -> str:
    """Return how a function or class of the file is called, and what it should do.

    >>> describe("attend")
    'attend(q, k, v) should: Let each query mix the values (S, D) of itself and the past: (T, D).'
    """
    if name not in signatures():
        return ""
    call, does = signatures()[name]
    return f"{call} should: {does}" if does else f"It is called as {call}."
