"""The mark at the beginning of each text cell."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes

from web import text_cells


@pytest.mark.parametrize(
    ("made", "marked"),
    [
        ([nodes.paragraph("", "one"), nodes.paragraph("", "two")], [True, False]),
        ([nodes.target(), nodes.comment(), nodes.bullet_list()], [False, False, True]),
        ([nodes.section(), nodes.paragraph()], [False, False]),
        ([], []),
    ],
)
def test_the_first_element_that_is_seen_is_marked(monkeypatch, made, marked):
    # fails when a cell's text can't be told from that of the cell before it
    page = nodes.section("", nodes.paragraph("", "from before"))
    monkeypatch.setattr(text_cells, "_render", lambda renderer, token: page.extend(made))
    text_cells.render_text_cell(SimpleNamespace(current_node=page), None)
    assert [text_cells.CLASS in node["classes"] for node in made] == marked
    assert page.children[0]["classes"] == []
