"""Notebooks are executed ahead of the build, into the cache in which Sphinx looks."""

from __future__ import annotations

import nbformat
import pytest
from myst_nb.core.execute.cache import get_cache

from web import ahead
from web.ahead import ChapterError, execute_ahead, executed_copy


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    """A folder of the test's own for the logs."""
    monkeypatch.setattr(ahead, "LOGS", tmp_path / "logs")
    return tmp_path / "logs"


def write(folder, name, *cells):
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    path = folder / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    return path


def cached(tmp_path, path):
    _, merged = get_cache(tmp_path / "cache").merge_match_into_notebook(nbformat.read(path, 4))
    return merged.cells[0].outputs


def test_what_ran_is_found_and_does_not_run_again(tmp_path, capfd):
    # fails if Sphinx would run a notebook again, if one that has not changed runs twice, or if a
    # kernel's own messages reach the screen
    path = write(tmp_path, "good", "import os\nos.write(2, b'noise')\n6 * 7")
    [line] = execute_ahead(tmp_path / "cache", [path])
    assert line.startswith("good: ")
    assert cached(tmp_path, path)[-1].data["text/plain"] == "42"
    assert execute_ahead(tmp_path / "cache", [path]) == []
    said = capfd.readouterr()
    assert said.out == f"  {line}, the last\n" and said.err == ""


def test_the_first_failure_ends_it_all(tmp_path, logs):
    # fails if the others run on for as long as they like, if the chapter, the cell or the error is
    # not told, or if it takes more than a glance to read
    paths = [write(tmp_path, "endless", "while True: pass")]
    paths.append(write(tmp_path, "bad", "a = 1", "b = 0\nprint('on the way')\na / b"))
    with pytest.raises(ChapterError) as failure:
        execute_ahead(tmp_path / "cache", paths)
    lines = str(failure.value).splitlines()
    assert lines[0] == "bad.ipynb failed in its code cell 2, which begins"
    assert lines[1].strip() == "b = 0"
    assert lines[2] == "ZeroDivisionError: division by zero"
    assert lines[-1].endswith("bad.log") and len(lines) < 10
    log = (logs / "bad.log").read_text("utf-8")
    assert "a / b" in log and "\x1b" not in log
    assert get_cache(tmp_path / "cache").list_cache_records() == []


def test_what_others_executed_is_taken_over_while_its_code_is_the_same(tmp_path):
    # fails if a notebook that a test has run already runs once more, or if old outputs are taken
    path = write(tmp_path, "a", "print('as I am')")
    copy = executed_copy(tmp_path / "cache", path)
    copy.parent.mkdir()
    executed = nbformat.read(path, 4)
    executed.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="theirs")]
    nbformat.write(executed, copy)
    assert execute_ahead(tmp_path / "cache", [path]) == []
    assert cached(tmp_path, path)[0].text == "theirs"

    path = write(tmp_path, "a", "print('changed')")
    assert len(execute_ahead(tmp_path / "cache", [path])) == 1
    assert cached(tmp_path, path)[0].text == "changed\n"
