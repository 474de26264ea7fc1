"""What nbval compares, and what is held against the stored outputs.

nbval itself compares printed text and plain-text results, cell by cell: here numbers may differ by
what another processor rounds otherwise (`web.outputs.compare`), and all else has to be equal.
Everything that a chapter has shown, HTML, figures and the state of its widgets too, is compared
with what is stored for its page (`web.outputs`), in a test of its own behind the last cell.

Loaded by `tests.run` with ``-p``, since chapters lie outside of this folder.
"""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbval.kernel
import nbval.plugin
import pytest

NEVER_COMPARED = (  # by nbval, cell by cell
    "application/javascript",
    "application/vnd.plotly.v1+json",
    "image/svg+xml",
    "stderr",
    "text/html",
    "text/latex",
    "text/markdown",
)
SHOWN = 12  # differences
STATE = "application/vnd.jupyter.widget-state+json"
# Run in the kernel, after the last cell: without a front end nobody else knows the widgets.
WRITE_STATE = """
import json, sys
if "ipywidgets" in sys.modules:
    from ipywidgets import Widget
    with open({path!r}, "w", encoding="utf-8") as file:
        json.dump(Widget.get_manager_state(), file)
"""


_start_new_kernel = nbval.kernel.start_new_kernel


def start_new_kernel(*arguments, **settings):
    """Start a kernel as nbval does, and again if it doesn't start."""
    from web.execution import start_again

    return start_again(_start_new_kernel, *arguments, **settings)


nbval.kernel.start_new_kernel = start_new_kernel


_compare_outputs = nbval.plugin.IPyNbCell.compare_outputs


def compare_outputs(cell, test, ref, skip_compare=None) -> bool:
    """Tell whether a cell shows what is stored, as nbval does, but for rounding."""
    test, ref = ([one for one in each if one.get("name") != "stderr"] for each in (test, ref))
    return _compare_outputs(cell, test, rounded_as(test, ref, cell.sanitize), skip_compare)


nbval.plugin.IPyNbCell.compare_outputs = compare_outputs


def rounded_as(shown, stored, sanitize: Callable[[str], str]):
    """Return a copy of stored outputs, with the texts that are shown alike but for rounding."""
    from web.outputs.compare import texts_alike

    if isinstance(stored, list) and isinstance(shown, list) and len(shown) == len(stored):
        pairs = zip(shown, stored, strict=True)
        return [rounded_as(*pair, sanitize) for pair in pairs]
    if isinstance(stored, dict) and isinstance(shown, dict):
        pairs = ((key, shown.get(key), value) for key, value in stored.items())
        return type(stored)({key: rounded_as(a, b, sanitize) for key, a, b in pairs})
    if isinstance(stored, str) and isinstance(shown, str):
        alike = texts_alike(sanitize(stored), sanitize(shown))
        return shown if alike else stored
    return stored


def pytest_collectstart(collector) -> None:
    """Add our exceptions to nbval's own, and the comparison behind the last cell."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NEVER_COMPARED
        cells = collector.collect
        collector.collect = lambda: [*cells(), StoredOutputs.from_parent(collector, name="stored")]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Remember a notebook in which a cell has failed."""
    report = yield
    if report.failed:
        item.parent.has_failed = True
    return report


def pytest_runtest_teardown(item, nextitem) -> None:
    """After each cell, keep what it has shown."""
    if hasattr(item, "test_outputs"):
        notebook = item.parent
        notebook.shown = {**getattr(notebook, "shown", {}), item.cell_num: item.test_outputs}


class StoredOutputs(pytest.Item):
    """Tests that what is stored of a chapter belongs to it, and is what it shows now."""

    def __init__(self, **arguments) -> None:
        """Be of the notebook that is the parent."""
        super().__init__(**arguments)
        self.cell_num = None  # nbval asks each item of a notebook

    def runtest(self) -> None:
        """Compare; a notebook in which a cell has failed was told already."""
        if getattr(self.parent, "has_failed", False):
            pytest.skip("a cell has failed")
        if found := unlike(executed(self.parent), self.parent.path):
            more = len(found) - SHOWN
            lines = [*found[:SHOWN], *([f"… and {more} more"] if more > 0 else [])]
            raise UnlikeStored("\n".join([*lines, "To store what it shows now: make execute"]))

    def repr_failure(self, excinfo):
        """Return the differences, without a traceback."""
        if isinstance(excinfo.value, UnlikeStored):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        """Say where it stands."""
        return self.path, 0, f"{self.path.name}: stored outputs"


class UnlikeStored(Exception):
    """What differs, a line each."""


def unlike(notebook, path: Path) -> list[str]:
    """Return where an executed notebook shows something else than is stored for its page."""
    from web.outputs import compare, stored
    from web.outputs.pages import STORE, code_cells
    from web.outputs.stable import make_stable

    if why := stored.why_not(path):
        return why
    may_differ = {
        name
        for name, cell in code_cells(notebook)
        if "nbval-ignore-output" in cell.metadata.get("tags", [])
    }
    before = stored.read(stored.path_in(STORE, path))
    return list(compare.differences(before, *make_stable(notebook), may_differ))


def executed(notebook):
    """Return a notebook that has run, with outputs and widgets."""
    whole = copy.deepcopy(notebook.nb)
    code = [cell for cell in whole.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        cell.outputs, cell.execution_count = notebook.shown[number], number + 1
    if state := widget_state(notebook.kernel):
        whole.metadata["widgets"] = {STATE: state}
    return whole


def widget_state(kernel) -> dict | None:
    """Return the state of all widgets in the kernel, or None where there are none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.json"
        asked = kernel.execute_cell_input(WRITE_STATE.format(path=str(path)))
        kernel.await_reply(asked, timeout=60)
        return json.loads(path.read_text("utf-8")) if path.exists() else None
