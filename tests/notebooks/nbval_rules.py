"""What nbval compares, and what it leaves for the build.

Compared is printed text and plain-text results, the same on every machine. A notebook whose cells
have all passed is kept with its outputs and the state of its widgets, where LLM_BOOK_EXECUTED names
a folder, so that nobody has to run it a second time to build its page.

Loaded by `tests.run` with ``-p``, since chapters lie outside of this folder.
"""

from __future__ import annotations

import copy
import json
import os
import tempfile
from pathlib import Path

import pytest

NEVER_COMPARED = (
    "application/javascript",
    "application/vnd.plotly.v1+json",
    "image/svg+xml",
    "stderr",
    "text/html",
    "text/latex",
    "text/markdown",
)
VARIABLE = "LLM_BOOK_EXECUTED"
STATE = "application/vnd.jupyter.widget-state+json"
# Run in the kernel, after the last cell: without a front end nobody else knows the widgets.
WRITE_STATE = """
import json, sys
if "ipywidgets" in sys.modules:
    from ipywidgets import Widget
    with open({path!r}, "w", encoding="utf-8") as file:
        json.dump(Widget.get_manager_state(), file)
"""


def pytest_collectstart(collector) -> None:
    """Add our exceptions to nbval's own."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NEVER_COMPARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Remember a notebook in which a cell has failed."""
    report = yield
    if report.failed:
        item.parent.has_failed = True
    return report


def pytest_runtest_teardown(item, nextitem) -> None:
    """After a notebook's last cell, keep what it has shown."""
    notebook = item.parent
    if not hasattr(item, "test_outputs") or not os.environ.get(VARIABLE):
        return
    notebook.shown = {**getattr(notebook, "shown", {}), item.cell_num: item.test_outputs}
    if nextitem is None or nextitem.parent is not notebook:
        if not getattr(notebook, "has_failed", False):
            keep(notebook, Path(os.environ[VARIABLE]))


def keep(notebook, folder: Path) -> None:
    """Write a notebook that has run, with outputs and widgets, whole or not at all."""
    from web.notebooks import write

    executed = copy.deepcopy(notebook.nb)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        cell.outputs, cell.execution_count = notebook.shown[number], number + 1
    # how the build colours the code: "ipython3" knows %magic
    info = notebook.kernel.kc.kernel_info(reply=True, timeout=60)["content"]
    executed.metadata["language_info"] = info["language_info"]
    if state := widget_state(notebook.kernel):
        executed.metadata["widgets"] = {STATE: state}
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / notebook.path.name, executed)


def widget_state(kernel) -> dict | None:
    """Return the state of all widgets in the kernel, or None where there are none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.json"
        asked = kernel.execute_cell_input(WRITE_STATE.format(path=str(path)))
        kernel.await_reply(asked, timeout=60)
        return json.loads(path.read_text("utf-8")) if path.exists() else None
