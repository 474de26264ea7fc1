"""How much there is of everything that the book consists of, counted where it lies."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from web.exercise_cards import HEAD
from web.fingerprint import ROOT
from web.frame import number_of, pages_in_order
from web.notebooks import chapters, read

# shown by every moving picture, and asked by every question: no widget that one looks for
NO_WIDGET = {"Walkthrough", "Prediction"}
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def count_exercises() -> int:
    """Return how many headings of the chapters are those of an exercise."""
    texts = [
        cell.source for path in chapters() for cell in read(path).cells if cell.cell_type != "code"
    ]
    return sum(bool(HEAD.match(title)) for text in texts for title in HEADING.findall(text))


def count_tests(folder: Path = ROOT / "tests") -> int:
    """Return how many tests stand in a folder, each counted once, however many cases it has."""
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.rglob("test_*.py")]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, functions)]
    return sum(node.name.startswith("test_") for node in nodes)


def hundreds(n: int) -> str:
    """Return a number rounded down to hundreds, so that it is not stale with the next one.

    >>> hundreds(2345), hundreds(200)
    ('2,300', '200')
    """
    return f"{n // 100 * 100:,}"


def describe_numbers() -> str:
    """Return what the book has, as a sentence."""
    from llm_lib.book import widgets  # imported here: torch takes seconds

    numbers = [number_of(page) for page in pages_in_order()]
    alive = {name for name in widgets.__all__ if hasattr(getattr(widgets, name), "_esm")}
    parts = [
        f"{sum(number.isdigit() for number in numbers)} chapters",
        f"{sum(number.isalpha() for number in numbers)} appendices",
        f"{len(widgets.Walkthrough.STORIES)} moving pictures",
        f"{len(alive - NO_WIDGET)} widgets",
        f"{count_exercises()} exercises that check your answer",
    ]
    tests = hundreds(count_tests())
    return f"{', '.join(parts[:-1])} and {parts[-1]}; more than {tests} tests try all of it."
