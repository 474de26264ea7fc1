"""Widgets come alive while the kernel is still at work on other cells."""

from __future__ import annotations

import nbformat
import pytest

from tests.jupyter.lab import PATIENCE, opened, use

pytestmark = [pytest.mark.jupyter, pytest.mark.timeout(180)]
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
# Works until the test lays down a file: so the kernel is busy as long as is looked at.
BUSY = """
import pathlib, time
print("started", flush=True)
end = time.monotonic() + 170
while not pathlib.Path("{sign}").exists() and time.monotonic() < end:
    sum(range(1000))
print("done")
"""
WIDGETS = [
    """
from llm_lib.tokenizer import CharTokenizer
from llm_lib.book.widgets import EmbeddingMap, HeadLab, TokenizerLab, WindowLab

lab = HeadLab(text="By the lake lived Mia, a brave fox.")
lab
""",
    "HeadLab(text='Tobi the owl')",
    "lab",
    "TokenizerLab('abc', {'letters': CharTokenizer('abc '), 'BPE': 'sprout'})",
    "WindowLab('abcabc', CharTokenizer('abc'))",
    "EmbeddingMap({'a': [[1, 0], [0, 1], [1, 1]]}, {'all': ['x', 'y', 'z']})",
]
# Not by the kernel's status: messages of widgets have a thread of their own, which turns it idle.
IS_BUSY = """() => !ended &&
  !JSON.stringify(panel.content.widgets.at(-1).model.sharedModel.getOutputs()).includes("done")"""


def write_notebook(lab, name: str, cells: list[str]) -> str:
    """Write a notebook into JupyterLab's folder, and return its path there."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata["kernelspec"] = KERNEL
    nbformat.write(notebook, lab.folder / name)
    return name


def test_widgets_live_while_later_cells_run(lab, chromium):
    # fails if a widget waits for the kernel to have done the cells below it
    sign = lab.folder / "enough"
    cells = [*(cell.strip() for cell in WIDGETS), BUSY.format(sign=sign)]
    with opened(lab, chromium, write_notebook(lab, "busy.ipynb", cells)) as notebook:
        notebook.start_all()
        notebook.page.wait_for_function(
            "panel.content.widgets.at(-1).model.sharedModel.getOutputs().length"
        )
        for place in range(len(cells) - 1):
            (widget,) = notebook.widgets(place)
            # JupyterLab has uses of its own for the arrow keys
            assert place or use(widget) == "input[type=range] ArrowRight"
            use(widget)
            notebook.page.wait_for_function(
                "(widget) => widget.querySelector('.llm-finding').textContent",
                arg=widget.element_handle(),
            )
        assert notebook.page.evaluate(IS_BUSY)
        sign.touch()
        notebook.page.wait_for_function("ended", timeout=PATIENCE)
        assert notebook.failures() == []
        # Python has heard of what was done meanwhile, and the notebook is saved without weights
        notebook.page.evaluate("panel.context.save()")
        assert notebook.complaints == [] and notebook.foreign == []
    assert (lab.folder / "busy.ipynb").stat().st_size < 100_000


def test_a_page_loaded_anew_asks_python(lab, chromium):
    # fails if a widget is dead once the page was loaded anew, though its kernel lives
    path = write_notebook(lab, "anew.ipynb", [WIDGETS[0].strip(), "lab.finding"])
    with opened(lab, chromium, path) as notebook:
        notebook.run_all()
        notebook.widgets(0)
        notebook.page.evaluate("panel.context.save()")
        notebook.open()
        (widget,) = notebook.widgets(0)
        use(widget)
        assert notebook.failures() == [] and notebook.complaints == []
