"""The test behind a notebook's last cell: what is stored of it is what it shows."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

from web import notebooks
from web.fingerprint import ROOT

CELLS = [
    "from llm_lib.book.widgets import Walkthrough\nimport plotly.graph_objects as go",
    "film = Walkthrough('log-axes')\nfilm",
    "print('one')\ngo.Figure(go.Scatter(y=[1, 2])).show()\nprint('two')",
    "film.step = 2  # after it was shown",
    "import random\nrandom.random()",
]
# how a chapter that shows something else is run: the variable changes what it shows, not its code
OTHERWISE = "import os\notherwise = os.environ.get('OTHERWISE', '').split().__contains__"
SWITCHES = [
    "film.step = 3 if otherwise('widget') else 2",
    "go.Figure(go.Scatter(y=[1, 3 if otherwise('figure') else 2])).show()",
    "html = '<b>' if otherwise('html') else '<i>'\n"
    "display({'text/html': html, 'text/plain': 'x'}, raw=True)",
    # what goes to stderr, a warning, is never stored
    "import sys\nprint('w', file=sys.stderr) if otherwise('digit') else None\n"
    "print('loss', 9.4983 if otherwise('text') else 9.5122 if otherwise('digit') else 9.5121)",
]


def run_nbval(path, store, **variables):
    command = ["-m", "pytest", "-q", "--nbval", "--nbval-current-env", str(path)]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'web/offline'}{os.pathsep}{ROOT}",
        "PLOTLY_RENDERER": "plotly_mimetype",
        "LLM_BOOK_STORE": str(store),
        **variables,
    }
    plugin = ["-p", "tests.notebooks.nbval_rules", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *command, *plugin],
        cwd=path.parent,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    """A chapter with its stored outputs, and where those lie."""
    folder = tmp_path_factory.mktemp("book")
    code = [nbformat.v4.new_code_cell(cell) for cell in [*CELLS, OTHERWISE, *SWITCHES]]
    code[4].metadata["tags"] = ["nbval-ignore-output"]
    path = folder / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    assert notebooks.execute([path], store=folder / "outputs") == 0
    return path, folder / "outputs"


def test_what_nbval_sees_is_what_was_stored(chapter):
    # fails if an output, a figure or the last state of a widget is another for nbval than for the
    # build, so that good outputs would be refused; the last cell's is another each time
    code, said = run_nbval(*chapter)
    assert code == 0 and "11 passed" in said, said


def test_a_last_digit_may_be_rounded_otherwise(chapter):
    # fails if a chapter passes only on the kind of processor that stored its outputs
    code, said = run_nbval(*chapter, OTHERWISE="digit")
    assert code == 0 and "11 passed" in said, said


def test_another_number_is_refused(chapter):
    # fails if any number passes for any other: this one is 1.4 thousandths off
    code, said = run_nbval(*chapter, OTHERWISE="text")
    assert code == 1 and "9.4983" in said and "1 failed" in said, said


def test_another_output_is_refused(chapter):
    # fails if a page could show what its chapter does not
    code, said = run_nbval(*chapter, OTHERWISE="widget figure html")
    assert code == 1 and "make execute" in said, said
    for changed in ("'2', and now '3'", "'<i>', and now '<b>'", "'Log axes', and now 'Line'"):
        assert changed in said, said
