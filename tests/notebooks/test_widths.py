"""Guards on the widths of code and printed text: on a page, nothing is cut off or scrolls."""

from __future__ import annotations

import ast

import pytest

from llm_lib.book import widgets
from tests.notebooks.test_chapters import CHAPTERS, code_cells

CODE, OUTPUT = 76, 80  # characters a line
CARDS = {"check", "predict"}  # what they return is shown as text that wraps


def has_look_of_its_own(cell, text: str) -> bool:
    """Whether a page shows something else: a verdict or question as a card, or a widget."""
    last = ast.parse(cell.source).body[-1]
    called = getattr(getattr(getattr(last, "value", None), "func", None), "id", "")
    return called in CARDS or text.split("(")[0] in widgets.__all__


def printed_lines(cell):
    """Yield each line that the cell prints, or shows as plain text."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield from output.text.splitlines()
        elif not has_look_of_its_own(cell, text := output.data.get("text/plain", "")):
            yield from text.splitlines()


def wider(lines_of, path, width: int) -> list[str]:
    """Return the lines of a chapter's cells that are wider, with the cell and their width."""
    return [
        f"{cell.id}, {len(line)} characters: {line}"
        for cell in code_cells(path)
        for line in lines_of(cell)
        if len(line) > width
    ]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
class TestWidths:
    def test_code_fits(self, path):
        # fails when a line of code is wider than its block on a page
        assert wider(lambda cell: cell.source.splitlines(), path, CODE) == []

    def test_output_fits(self, path):
        # fails when a printed line, or a line of a source that is shown, is wider than its block
        assert wider(printed_lines, path, OUTPUT) == []
