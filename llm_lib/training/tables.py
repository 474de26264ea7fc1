"""Reads settings from TOML files: a table becomes a dataclass, and every wrong key is named."""

import tomllib
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def read_tables(path: Path) -> dict[str, Any]:
    """Read a recipe's file; ValueError names a file that is not there, or is not valid TOML."""
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise ValueError(f"there is no recipe {path}; the book's own are in configs/") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not valid TOML: {error}") from error


def read_recipe_file(path: Path, build: Callable[[dict[str, Any]], T]) -> T:
    """Return what `build` makes of a recipe's tables; its ValueError then names the file, too."""
    tables = read_tables(path)
    try:
        return build(tables)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def read_table(kind: type[T], table: Any, name: str, without: Collection[str] = ()) -> T:
    """Return the dataclass `kind` that a table of settings describes.

    name: what the table is called in errors. without: fields that no table may set.

    Raises ValueError for anything but a table, and for a key that is unknown, that is missing, or
    whose value `kind` refuses.
    """
    if not isinstance(table, dict):
        raise ValueError(f"{name} should be a table, got {table!r}")
    known = {f.name: f for f in fields(kind) if f.init and f.name not in without}
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"unknown {name} key {unknown[0]!r}; known are {sorted(known)}")
    needed = [f.name for f in known.values() if f.default is f.default_factory is MISSING]
    if missing := [key for key in needed if key not in table]:
        raise ValueError(f"the {name} key {missing[0]!r} is missing")
    try:
        return kind(**table)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} {error}") from error
