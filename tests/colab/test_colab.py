"""Chapters run as on Colab: its packages, no checkout, an empty folder, one Run All."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import time

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from tests.colab import environment
from web.colab import Book
from web.fingerprint import ROOT
from web.notebooks import chapters

# the two that read most of what is installed: texts and vocabularies, and SmolLM2 by way of gguf
IN_EVERY_RUN = {"03_tokenization", "06_embeddings"}
VIEW = "application/vnd.jupyter.widget-view+json"
FIRST_RESULT = 60  # seconds
CALM = ("Note: you may need to restart", "Fetching ")  # what the set-up cell may print
CELL = 120  # seconds
WAS_ASKED = "from google.colab import output; print(*set(output.calls))"  # anywidget asks, too

pytestmark = pytest.mark.colab


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Return the book as if published in a repository that holds the working tree's package."""
    environment.make_base()
    folder = tmp_path_factory.mktemp("origin") / "book"
    folder.mkdir()
    return Book(environment.committed_package(folder))


def kernel_manager(python, folder):
    """Return what starts a kernel with this interpreter."""
    place = folder / "kernels/colab"
    place.mkdir(parents=True)
    launch = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": [str(python), *launch], "language": "python", "display_name": "Colab"}
    (place / "kernel.json").write_text(json.dumps(spec), "utf-8")
    found = KernelSpecManager(kernel_dirs=[str(folder / "kernels")])
    return AsyncKernelManager(kernel_name="colab", kernel_spec_manager=found)


def texts(cell) -> list[str]:
    """Return what nbval would compare of a cell: printed text and plain results, tidied."""
    rules = configparser.RawConfigParser()
    rules.read(ROOT / "tests/notebooks/sanitize.cfg")
    printed, results = "", []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            printed += output.text
        elif output.output_type == "execute_result":
            results.append(output.data.get("text/plain", ""))
    for rule in rules.sections():
        pattern, new = rules[rule]["regex"], rules[rule]["replace"]
        printed, *results = (re.sub(pattern, new, text) for text in (printed, *results))
    return [printed, *results]


def is_stable(cell) -> bool:
    return "nbval-ignore-output" not in cell.metadata.get("tags", [])


def shows_widget(cell) -> bool:
    """Tell whether a cell shows a widget, of which each ipywidgets prints a text of its own."""
    return any(VIEW in output.get("data", {}) for output in cell.outputs)


def chapter(path):
    marks = [] if path.stem in IN_EVERY_RUN else [pytest.mark.slow]
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.fixture
def python(tmp_path):
    """Yield the interpreter of a new environment, which holds 300 MB in the end."""
    yield environment.on_top_of_base(tmp_path / "environment")
    shutil.rmtree(tmp_path / "environment")


def run_all(notebook, python, folder) -> list[float]:
    """Run a notebook in a folder that is empty; return when each code cell was done, in seconds."""
    (folder / "empty").mkdir()
    start, done = time.perf_counter(), []

    def note(cell, **_) -> None:
        if cell.cell_type == "code":
            done.append(time.perf_counter() - start)

    client = NotebookClient(
        notebook,
        km=kernel_manager(python, folder),
        timeout=CELL,
        resources={"metadata": {"path": str(folder / "empty")}},
        on_cell_executed=note,
    )
    # a newer pip would be told below the set-up cell; which one there is, is not the chapter's
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    client.execute(env=environment.clean_variables(python) | quiet, cleanup_kc=True)
    return done


def differs(cell, expected: list[str]) -> bool:
    compared = 1 if shows_widget(cell) else None  # what it printed, or its results as well
    return texts(cell)[:compared] != expected[:compared]


@pytest.mark.parametrize("path", map(chapter, chapters()))
def test_chapter_runs(path, book, python, tmp_path, record_property):
    # fails when a cell fails, the first result comes late, a package that Colab has is replaced,
    # widgets are not asked for, or a printed result differs from the committed one
    before = environment.packages(python)
    assert {"torch", "ipywidgets", "plotly"} <= set(before) and "llm-lib" not in before
    notebook = book.notebook(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    expected = {cell.id: texts(cell) for cell in code[1:] if is_stable(cell)}
    notebook.cells.append(type(code[0])(code[0], id="asked", source=WAS_ASKED, outputs=[]))

    done = run_all(notebook, python, tmp_path)
    record_property("set-up cell", done[0])
    record_property("first result", done[2])  # after the set-up and the imports
    record_property("all cells", done[-1])
    after = environment.packages(python)
    assert {name: after[name] for name in before} == before
    assert done[2] < FIRST_RESULT
    assert texts(notebook.cells[-1]) == ["enable_custom_widget_manager\n"]
    said = "".join(output.get("text", "") for output in code[0].outputs)
    assert [line for line in said.splitlines() if not line.startswith(CALM)] == []
    different = [
        (cell.id, expected[cell.id], texts(cell))
        for cell in code
        if cell.id in expected and differs(cell, expected[cell.id])
    ]
    assert different == []
