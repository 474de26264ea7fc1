"""What nbval leaves for the build: the same that a front end would have collected."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebooks.nbval_rules import STATE, VARIABLE
from web.fingerprint import ROOT

CELLS = [
    "import anywidget, traitlets as t\nimport plotly.graph_objects as go",
    "class Dial(anywidget.AnyWidget):\n"
    "    _esm = 'export default { render() {} }'\n"
    "    angle = t.Int(3).tag(sync=True)\n"
    "    picture = t.Bytes(b'abc').tag(sync=True)\n"
    "dial = Dial()\n"
    "dial",
    "print('one')\ngo.Figure(go.Scatter(y=[1, 2])).show()\nprint('two')",
    "dial.angle = 7  # after it was shown",
]


def run_nbval(path, folder):
    command = ["-m", "pytest", "-q", "--nbval-lax", "--nbval-current-env", str(path)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PLOTLY_RENDERER": "plotly_mimetype",
        VARIABLE: str(folder),
    }
    plugin = ["-p", "tests.notebooks.nbval_rules", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, *command, *plugin], cwd=path.parent, env=environment, capture_output=True
    ).returncode


@pytest.fixture
def notebook(tmp_path):
    """A function that writes a notebook with the given cells."""

    def write(*cells):
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=code), tmp_path / "a.ipynb")
        return tmp_path / "a.ipynb"

    return write


def widgets(executed):
    """Return class and own traits of each widget, whatever its random id is."""
    own = ("angle", "picture", "_esm")
    rows = [
        (model["model_name"], {k: v for k, v in model["state"].items() if k in own},
         [(b["path"], b["data"]) for b in model.get("buffers", [])])
        for model in executed.metadata["widgets"][STATE]["state"].values()
    ]  # fmt: skip
    return sorted(rows, key=str)


def shown(executed):
    """Return the outputs, streams joined as the build joins them, without random ids."""
    cells = []
    for cell in executed.cells:
        said = "".join(o.text for o in cell.outputs if o.output_type == "stream")
        data = [o.data for o in cell.outputs if o.output_type != "stream"]
        kinds = [sorted(d) for d in data]
        figures = [d.get("application/vnd.plotly.v1+json") for d in data]
        cells.append((said, kinds, figures))
    return cells


def test_it_is_what_a_front_end_would_have_collected(notebook, tmp_path, monkeypatch):
    # fails if an output, a figure, a widget, its last state or its binary data is lost on the way
    # from nbval to the page; nbclient is what executes notebooks in a build without tests
    path = notebook(*CELLS)
    assert run_nbval(path, tmp_path / "kept") == 0
    ours = nbformat.read(tmp_path / "kept/a.ipynb", 4)
    nbformat.validate(ours)

    monkeypatch.setenv("PLOTLY_RENDERER", "plotly_mimetype")
    theirs = NotebookClient(nbformat.read(path, 4)).execute()
    assert ours.metadata["language_info"] == theirs.metadata["language_info"]
    assert shown(ours) == shown(theirs)
    assert widgets(ours) == widgets(theirs)
    assert ("angle", 7) in next(row[1] for row in widgets(ours) if row[0] == "AnyModel").items()

    def view(executed):
        outputs = executed.cells[1].outputs
        return outputs[0].data["application/vnd.jupyter.widget-view+json"]["model_id"]

    assert view(ours) in ours.metadata["widgets"][STATE]["state"]


def test_a_notebook_that_fails_is_not_kept(notebook, tmp_path):
    # fails if the build could take over a chapter that nbval has refused
    assert run_nbval(notebook("1", "1 / 0"), tmp_path / "kept") == 1
    assert not (tmp_path / "kept").exists()
