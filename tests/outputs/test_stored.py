"""The file of outputs: written the same each time, read whole or not at all, refused when old."""

from __future__ import annotations

import json

import nbformat
import pytest

from web.outputs import depends, stored
from web.outputs.pages import hash_of_code, read_page
from web.outputs.stored import Stored


@pytest.fixture
def page(tmp_path):
    """A chapter with a cell."""
    path = tmp_path / "09_x.ipynb"
    cell = nbformat.v4.new_code_cell("print(1)", id="one")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def outputs(page, **changes):
    """What could be stored of a page."""
    usual = {
        "code": hash_of_code(read_page(page)),
        "depends": depends.hash_all(["model/gpt.py"]),
        "machine": "Abacus, 10 cores",
        "cells": {"one": [{"output_type": "stream", "name": "stdout", "text": "a\nb\n"}]},
        "widgets": {"w1": {"model_name": "AnyModel", "state": {"x": [1, 0.5], "y": None}}},
    }
    return Stored(**usual | changes)


def test_what_is_written_is_read_again(page, tmp_path):
    # fails if anything is lost or changed on the way, or two writings differ
    path = stored.path_in(tmp_path, page)
    html = {"output_type": "display_data", "data": {"text/html": "<b>\n</b>", "x/y": {"a": [1]}}}
    made = outputs(page, cells={"one": [html], "two": []})
    stored.write(path, made)
    first = path.read_bytes()
    assert stored.read(path) == made
    stored.write(path, stored.read(path))
    assert path.read_bytes() == first


def test_a_changed_line_changes_few_lines_of_the_file(page, tmp_path):
    # fails if a difference can't be read: one line for all, or another order
    path, lines = stored.path_in(tmp_path, page), []
    for said in ("a\nb\nc\n", "a\nB\nc\n"):
        text = {"output_type": "stream", "name": "stdout", "text": said}
        stored.write(path, outputs(page, cells={"one": [text]}))
        lines.append(path.read_text("utf-8").splitlines())
    changed = [pair for pair in zip(*lines, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 2  # the line, and the sum


def test_outputs_belong_to_their_page(page, tmp_path):
    # fails if outputs are refused that are the page's own
    stored.write(stored.path_in(tmp_path, page), outputs(page))
    assert stored.why_not(page, tmp_path) == []
    assert stored.find(page, (tmp_path / "no", tmp_path))[1] == tmp_path


def test_other_code_is_told(page, tmp_path):
    # fails if a page could show what other code has printed
    stored.write(stored.path_in(tmp_path, page), outputs(page))
    cell = nbformat.v4.new_code_cell("print(2)", id="one")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), page)
    assert stored.why_not(page, tmp_path) == ["its code has changed"]
    assert stored.find(page, (tmp_path,)) is None


def test_other_prose_makes_no_difference(page, tmp_path):
    # fails if a word in a text cell would run the chapter
    stored.write(stored.path_in(tmp_path, page), outputs(page))
    notebook = nbformat.read(page, 4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("A word."))
    nbformat.write(notebook, page)
    assert stored.why_not(page, tmp_path) == []


def test_a_changed_module_is_named(page, tmp_path):
    # fails if a page could show what another version of the library has computed
    made = outputs(page, depends={"model/gpt.py": "0" * 12})
    stored.write(stored.path_in(tmp_path, page), made)
    assert stored.why_not(page, tmp_path) == ["llm_lib/model/gpt.py has changed"]


DAMAGE = {
    "cut off": lambda text: text[: len(text) // 2],
    "nothing": lambda text: "",
    "two versions": lambda text: f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n",
    "edited": lambda text: text.replace('"b', '"c'),
    "another format": lambda text: text.replace('"format": 1', '"format": 2'),
    "a list": lambda text: "[1]",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_never_shown(page, tmp_path, how):
    # fails if a page could show half of its outputs, or those of another version
    path = stored.path_in(tmp_path, page)
    stored.write(path, outputs(page))
    path.write_text(DAMAGE[how](path.read_text("utf-8")), "utf-8")
    with pytest.raises(ValueError, match="09_x"):
        stored.read(path)
    assert stored.find(page, (tmp_path,)) is None
    assert len(stored.why_not(page, tmp_path)) == 1


def test_a_missing_file_of_a_widget_is_told(page, tmp_path):
    # fails if a page would come without the table that its widget draws
    stored.write(stored.path_in(tmp_path, page), outputs(page, files=["ab12"]))
    assert stored.why_not(page, tmp_path) == ["the file ab12 is missing"]
    path = stored.file_of(tmp_path, "ab12")
    path.parent.mkdir()
    path.write_text(json.dumps({}), "utf-8")
    assert stored.why_not(page, tmp_path) == []
