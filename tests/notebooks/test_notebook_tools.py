"""`web.notebooks`: what it keeps, what it drops, and when it runs a chapter again."""

from __future__ import annotations

import nbformat
import pytest

from web import notebooks


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
    assert notebooks.check([path]) == 0
    nbformat.validate(nbformat.read(path, 4))


def test_a_cell_that_never_ran_stays_visible(tmp_path):
    # fails when cleaning hides that a cell has no output because it was not run
    path = make(tmp_path)
    notebooks.strip([path])
    assert nbformat.read(path, 4).cells[0].execution_count is None


def test_execute_runs_changed_chapters_only(tmp_path, monkeypatch):
    # fails when a chapter is not run, is run needlessly, or is not clean afterwards
    monkeypatch.setattr(notebooks, "RECORD", tmp_path / "record.json")
    path = make(tmp_path)
    assert notebooks.execute([path]) == 0
    assert nbformat.read(path, 4).cells[0].outputs[0].data == {"text/plain": "2"}
    assert notebooks.is_clean(path)
    monkeypatch.setattr(notebooks, "run", lambda path: pytest.fail("it has not changed"))
    assert notebooks.execute([path]) == 0


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    # fails when the error does not say which file is broken
    path = tmp_path / "broken.ipynb"
    path.write_text("{", "utf-8")
    with pytest.raises(ValueError, match=r"broken\.ipynb"):
        notebooks.read(path)
