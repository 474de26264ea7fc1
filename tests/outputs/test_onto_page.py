"""Stored outputs on a page: what MyST-NB gets in the place of running the cells."""

from __future__ import annotations

import logging

import nbformat
import pytest
from myst_nb.core.config import NbParserConfig

from llm_lib.book.widgets import NextTokenLab
from web.outputs import classes, keeping, onto_page, stored
from web.outputs.onto_page import ONLY, StoredOutputs, put_into
from web.outputs.pages import hash_of_code, read_page
from web.outputs.stable import STATE
from web.outputs.stored import Stored

TEXT = {"output_type": "stream", "name": "stdout", "text": "<1>\n"}
NAME = "llm_lib.book.widgets.next_token_lab.NextTokenLab"


def notebook(*tags):
    cell = nbformat.v4.new_code_cell("print('<1>')", id="one", metadata={"tags": list(tags)})
    return nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_code_cell("2", id="two")])


def outputs(**changes):
    usual = {"code": "", "depends": {}, "machine": "Abacus <10>, 1 core", "cells": {"one": [TEXT]}}
    return Stored(**usual | changes)


def test_cells_are_numbered_and_show_what_is_stored():
    # fails if an output goes to another cell, or a page looks as if a cell had not run
    book = notebook()
    put_into(book, outputs())
    assert [cell.execution_count for cell in book.cells] == [1, 2]
    assert book.cells[0].outputs == [nbformat.from_dict(TEXT)] and book.cells[1].outputs == []
    nbformat.validate(book)


def test_times_are_told_with_their_machine():
    # fails if a page lets readers believe that theirs is as fast, or if a name becomes markup
    book = notebook("timed")
    put_into(book, outputs())
    html = book.cells[0].outputs[-1].data["text/html"]
    assert "Measured on: Abacus &lt;10&gt;, 1 core" in html


def test_a_widgets_script_is_that_of_now():
    # fails if a page shows a widget with a script that was stored, or without one
    state = {"_anywidget_id": NAME, "model_ref": "sprout", "prompt": "Once"}
    book = notebook()
    put_into(book, outputs(widgets={"w1": {"model_name": "AnyModel", "state": state}}))
    model = book.metadata["widgets"][STATE]["state"]["w1"]
    assert len(model["state"]["_esm"]) < 100  # no copy of it in each page's state
    renewed, files = classes.renew(dict(model))
    assert renewed["state"]["_esm"] == NextTokenLab._esm and "Once" in str(renewed)
    assert list(files) == ["sprout"]


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A page, and folders of its own for its outputs."""
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook(), path)
    for module in (stored, keeping):
        monkeypatch.setattr(module, "STORE", tmp_path / "store")
        monkeypatch.setattr(module, "LOCAL", tmp_path / "local")
    return path


def shown(page, monkeypatch):
    """What Sphinx would show of the page."""
    client = StoredOutputs(read_page(page), page, NbParserConfig(), logging.getLogger())
    monkeypatch.setattr(stored.find, "__defaults__", ((stored.STORE, stored.LOCAL),))
    monkeypatch.setattr(stored.find_any, "__defaults__", (stored.STORE,))
    with client:
        return [o.text for o in client.notebook.cells[0].outputs]


def test_old_outputs_are_taken_only_where_another_page_is_wanted(page, monkeypatch):
    # fails if `make check` runs the whole book, or if a page that is wanted shows old outputs
    stored.write(stored.path_in(stored.STORE, page), outputs(code="of another"))
    ran = []
    monkeypatch.setattr(onto_page.keeping, "bring_up_to_date", ran.extend)
    monkeypatch.setenv(ONLY, "another.ipynb")
    assert shown(page, monkeypatch) == ["<1>\n"] and ran == []
    monkeypatch.setenv(ONLY, str(page))
    assert shown(page, monkeypatch) == [] and ran == [page]


def test_outputs_of_its_own_are_shown(page, monkeypatch):
    # fails if a page is run though its outputs are there
    stored.write(stored.path_in(stored.STORE, page), outputs(code=hash_of_code(read_page(page))))
    assert shown(page, monkeypatch) == ["<1>\n"]
