"""Pages are run side by side; what each has read is noted, and the first failure ends it all."""

from __future__ import annotations

import nbformat
import pytest

from web import execution
from web.execution import ChapterError, kernel_environment, run_all
from web.fingerprint import ROOT


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    """A folder of the test's own for the logs, and the environment that kernels inherit."""
    monkeypatch.setattr(execution, "LOGS", tmp_path / "logs")
    for name in ("PYTHONPATH", "IPYTHONDIR", "TIKTOKEN_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR"):
        monkeypatch.setenv(name, "")
    kernel_environment()
    return tmp_path / "logs"


def write(folder, name, *cells):
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    path = folder / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    return path


def run(*paths):
    runs = []
    run_all(paths, runs.append)
    return {each.page.stem: each for each in runs}


def test_what_a_cell_shows_is_kept_and_a_kernels_noise_is_not_heard(tmp_path, capfd):
    # fails if outputs are lost, or if a kernel's own messages reach the screen
    found = run(write(tmp_path, "good", "import os\nos.write(2, b'noise')\n6 * 7"))["good"]
    assert found.notebook.cells[0].outputs[-1].data["text/plain"] == "42"
    said = capfd.readouterr()
    assert said.out == f"  good: {found.seconds:.1f} s, the last\n" and said.err == ""


def test_it_is_noted_what_of_the_library_was_loaded_or_opened(tmp_path):
    # fails if a module that was imported in a child process, or a file that was only opened, is not
    # noted, or if one is that the run has not touched
    reading = f"open({str(ROOT / 'llm_lib/book/small_world/small_world.toml')!r}).read(1)"
    child = (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import llm_lib.files'], check=True);"
    )
    found = run(write(tmp_path, "a", "import llm_lib.arguments", reading, child))["a"]
    assert {
        "__init__.py",
        "arguments.py",
        "book/small_world/small_world.toml",
        "files.py",
    } <= set(found.read)
    assert not {"model/gpt.py", "book/corpus.py"} & set(found.read)


def test_what_widgets_leave_for_the_page_is_kept(tmp_path):
    # fails if a model that a widget shows does not come to the page
    cell = "from llm_lib.book.widgets import NextTokenLab\nNextTokenLab(prompt='Once')"
    files = run(write(tmp_path, "a", cell))["a"].files
    record, model = sorted(files)
    assert model == "sprout" and '"sprout"' in files["sprout"][:60]
    assert record.startswith("next_tokens-") and "recorded-run" in files[record]


def test_the_first_failure_ends_it_all(tmp_path, logs):
    # fails if the others run on for as long as they like, if the chapter, the cell or the error is
    # not told, or if it takes more than a glance to read
    endless = write(tmp_path, "endless", "while True: pass")
    bad = write(tmp_path, "bad", "a = 1", "b = 0\nprint('on the way')\na / b")
    kept = []
    with pytest.raises(ChapterError) as failure:
        run_all([endless, bad], kept.append)
    lines = str(failure.value).splitlines()
    assert lines[0] == "bad.ipynb failed in its code cell 2, which begins"
    assert lines[1].strip() == "b = 0"
    assert lines[2] == "ZeroDivisionError: division by zero"
    assert lines[-1].endswith("bad.log") and len(lines) < 10
    log = (logs / "bad.log").read_text("utf-8")
    assert "a / b" in log and "\x1b" not in log
    assert kept == []


def test_nothing_is_written_into_the_users_home(tmp_path, monkeypatch):
    # fails if a kernel leaves .ipython or caches where it was not asked to
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    run(write(tmp_path, "a", "import llm_lib.book.plots, plotly.graph_objects as go\ngo.Figure()"))
    assert list(home.iterdir()) == []


def test_a_kernel_that_does_not_start_is_started_again():
    # fails if one taken port ends an hour of tests, if a kernel that never starts is tried for
    # ever, or if a chapter that has begun is run a second time
    tried = []

    def start(fails, why="Kernel died before replying to kernel_info"):
        tried.append(1)
        if len(tried) <= fails:
            raise RuntimeError(why)
        return "started"

    assert execution.start_again(start, 2) == "started" and len(tried) == 3
    for arguments, n in (((9,), 3), ((9, "Kernel died"), 1)):
        tried.clear()
        with pytest.raises(RuntimeError):
            execution.start_again(start, *arguments)
        assert len(tried) == n
