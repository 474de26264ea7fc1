"""Guards on what cells show: a notebook shows a cell's last value alone, and drops all others."""

from __future__ import annotations

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from llm_lib import book
from llm_lib.book import widgets
from tests.notebooks.test_chapters import CHAPTERS, code_cells

SHOWN = {name for name in book.__all__ if name.startswith(("plot_", "show_"))} | {"predict"}
SHOWN |= set(widgets.__all__)


def called(value: ast.expr) -> str:
    """Return the name at the start of a chain of calls, as plot_loss in plot_loss(…).update(…)."""
    while isinstance(value, ast.Call | ast.Attribute):
        value = value.func if isinstance(value, ast.Call) else value.value
    return getattr(value, "id", "")


def lost(source: str) -> list[str]:
    """Return the calls of a cell whose table, picture or widget nobody gets to see."""
    statements = ast.parse(TransformerManager().transform_cell(source)).body
    values = [n for s in statements for n in ast.walk(s) if isinstance(n, ast.Expr)]
    hidden = [value for value in values if value is not statements[-1]]
    return [ast.unparse(node) for node in hidden if called(node.value) in SHOWN]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_a_cell_makes_is_seen(path):
    # fails if a table, picture or widget is made before a cell's last line, and so never shown
    assert {cell.id: calls for cell in code_cells(path) if (calls := lost(cell.source))} == {}


def test_the_check_above_sees_what_it_should():
    # fails if a table before a print, or in a loop, is overlooked, or a last one is found
    assert lost("show_table(rows)\nprint(1)") == ["show_table(rows)"]
    assert lost("for row in rows:\n    plot_loss(row).update(x=1)\n") == [
        "plot_loss(row).update(x=1)"
    ]
    assert lost("figure = plot_loss(rows)\nprint(1)\n%pip list\nShrinkingTime()") == []
    assert lost("") == []
