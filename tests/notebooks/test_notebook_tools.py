"""`web.notebooks`: what it keeps, what it drops, and when it runs a chapter again."""

from __future__ import annotations

import dataclasses

import nbformat
import pytest

from web import notebooks
from web.outputs import keeping, stored


def make(tmp_path, outputs=(), **cell):
    code = nbformat.v4.new_code_cell("1 + 1", outputs=list(outputs), id="one", **cell)
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[code]), path)
    return path


def test_strip_keeps_text_and_drops_the_rest(tmp_path):
    # fails when rich data, stderr or execution metadata survive, or text does not
    new = nbformat.v4.new_output
    outputs = [
        new("stream", name="stdout", text="shown\n"),
        new("stream", name="stderr", text="a progress bar"),
        new("execute_result", {"text/plain": "2", "text/html": "<b>2</b>"}, execution_count=7),
        new("display_data", {"image/png": "iVBO"}),
    ]
    path = make(tmp_path, outputs, execution_count=7, metadata={"execution": {}, "tags": ["x"]})
    assert notebooks.check([path]) == 1
    notebooks.strip([path])
    cell = nbformat.read(path, 4).cells[0]
    assert [output.output_type for output in cell.outputs] == ["stream", "execute_result"]
    assert cell.outputs[1].data == {"text/plain": "2"}
    assert cell.execution_count == cell.outputs[1].execution_count == 1
    assert cell.metadata == {"tags": ["x"]}
    assert notebooks.is_clean(path)
    nbformat.validate(nbformat.read(path, 4))


def test_a_cell_that_never_ran_stays_visible(tmp_path):
    # fails when cleaning hides that a cell has no output because it was not run
    path = make(tmp_path)
    notebooks.strip([path])
    assert nbformat.read(path, 4).cells[0].execution_count is None


def test_execute_runs_changed_chapters_only(tmp_path, capsys):
    # fails when a chapter is not run, is run needlessly, is not clean afterwards, or when nobody is
    # told why it was run
    path, store = make(tmp_path), tmp_path / "outputs"
    assert notebooks.execute([path], store=store) == 0
    assert nbformat.read(path, 4).cells[0].outputs[0].data == {"text/plain": "2"}
    assert notebooks.is_clean(path)
    assert stored.read(store / "a.json").cells["one"][0]["data"] == {"text/plain": "2"}
    assert notebooks.execute([path], store=store) == 0
    said = capsys.readouterr().out
    assert "a: no outputs are stored" in said and "0 of 1 pages were run." in said


def test_a_chapter_that_fails_leaves_all_as_it_was(tmp_path, capsys):
    # fails when half of a chapter is stored, or the notebook is written though a cell has failed
    path, store = make(tmp_path), tmp_path / "outputs"
    notebook = nbformat.read(path, 4)
    notebook.cells[0].source = "1 / 0"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    assert notebooks.execute([path], store=store) == 1
    assert path.read_bytes() == before and not store.exists()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_what_no_page_needs_is_removed(tmp_path):
    # fails when outputs of a page that is gone, or files that no widget asks for, stay for ever, or
    # when something that is needed goes
    path, store = make(tmp_path), tmp_path / "outputs"
    notebooks.execute([path], store=store)
    made = dataclasses.replace(stored.read(store / "a.json"), files=["ab"])
    stored.write(store / "a.json", made)
    for name in ("files/ab.json", "files/cd.json", "gone.json"):
        (store / name).parent.mkdir(exist_ok=True)
        (store / name).write_text("{}", "utf-8")
    removed = keeping.remove_unused([path], store)
    assert sorted(p.name for p in removed) == ["cd.json", "gone.json"]
    assert sorted(p.name for p in store.rglob("*.json")) == ["a.json", "ab.json"]


def test_all_that_is_stored_is_needed():
    # fails when `make execute` would change a clean clone, where nothing has to be run
    assert keeping.find_unused(notebooks.pages_with_cells()) == []


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    # fails when the error does not say which file is broken
    path = tmp_path / "broken.ipynb"
    path.write_text("{", "utf-8")
    with pytest.raises(ValueError, match=r"broken\.ipynb"):
        notebooks.read(path)
