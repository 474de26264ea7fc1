"""What a build marks as guarded by a prediction: cells, passages, and the switch."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes

from web import veiled
from web.translation.catalogues import english


def paragraph(*parts: str) -> nodes.paragraph:
    """Return a paragraph as MyST makes it: text, and HTML as raw nodes."""
    made = [nodes.raw("", p, format="html") if p[0] == "<" else nodes.Text(p) for p in parts]
    return nodes.paragraph("", "", *made)


@pytest.mark.parametrize(("tags", "marked"), [(["veiled"], True), (["hide-input"], False)])
def test_a_tagged_text_cell_is_veiled_whole(monkeypatch, tags, marked):
    # fails if an untagged cell is veiled, a part of a tagged one is not, or the cell before it is
    page = nodes.section("", nodes.paragraph("", "from before"))
    made = [nodes.paragraph("", "one"), nodes.comment(), nodes.bullet_list()]
    monkeypatch.setattr(veiled, "_render", lambda renderer, token: page.extend(made))
    token = SimpleNamespace(meta={"metadata": {"tags": tags}})
    veiled.render_text_cell(SimpleNamespace(current_node=page), token)
    assert [veiled.CLASS in node["classes"] for node in made] == [marked, False, marked]
    assert page.children[0]["classes"] == []


@pytest.mark.parametrize("node", [nodes.section(), nodes.literal_block(), nodes.note()])
def test_a_heading_and_code_are_never_veiled(monkeypatch, node):
    # fails if a tag on the wrong cell hides a heading, code or a note, or passes in silence
    page, said = nodes.section(), []
    monkeypatch.setattr(veiled, "_render", lambda renderer, token: page.append(node))
    monkeypatch.setattr(veiled.log, "warning", lambda text, *more: said.append(text % more))
    token = SimpleNamespace(meta={"metadata": {"tags": ["veiled"]}})
    veiled.render_text_cell(SimpleNamespace(current_node=page), token)
    assert node["classes"] == [] and "can't be veiled" in said[0]


def test_a_passage_becomes_one_element():
    # fails if a passage keeps its raw marks, loses its words, or takes in those beside it
    start, end = veiled.START, veiled.END
    page = nodes.section(
        "", paragraph("before ", start, "one", end, " between ", start, "two", end)
    )
    page[0].insert(2, nodes.emphasis("", "stressed"))
    veiled.join_spans(page)
    passages = list(page.findall(nodes.inline))
    assert [passage.astext() for passage in passages] == ["stressedone", "two"]
    assert all(passage["classes"] == [veiled.CLASS] for passage in passages)
    assert page.astext() == "before stressedone between two"
    assert not list(page.findall(nodes.raw))


def test_a_passage_without_an_end_is_told(monkeypatch):
    # fails if a slip in a mark veils the rest of a paragraph, or passes in silence
    said = []
    monkeypatch.setattr(veiled.log, "warning", lambda text, *more: said.append(text % more))
    page = nodes.section("", paragraph("a ", veiled.START, "and on"), paragraph(veiled.END))
    veiled.join_spans(page)
    assert "has no end" in said[0] and not list(page.findall(nodes.inline))


@pytest.mark.parametrize("classes", [["cell", "tag_veiled"], ["cell"]])
def test_the_switch_stands_where_something_is_veiled(classes):
    # fails if a page without veils offers to lift them, or one with veils does not
    time = nodes.paragraph("", "", nodes.strong("", "Time:"), nodes.Text(" 3 min."))
    page = nodes.document(None, None)
    page += [time, nodes.container(classes=classes)]
    app = SimpleNamespace(env=SimpleNamespace(docname="chapters/01_what_is_an_llm"))
    veiled.mark_page(app, page)
    switches = [raw.astext() for raw in page[1].findall(nodes.raw)]  # in a row below the time
    assert switches == [veiled.SWITCH.format(english("Show all answers"))] * (len(classes) - 1)
