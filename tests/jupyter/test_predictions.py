"""A prediction in a notebook: answered there, judged there, known to Python and to the file."""

from __future__ import annotations

import json
import time

import pytest

from tests.jupyter.lab import PATIENCE, opened
from tests.jupyter.test_busy_kernel import write_notebook

pytestmark = [pytest.mark.jupyter, pytest.mark.timeout(180)]
CELLS = [
    "from llm_lib.book import predict\nfrom llm_lib.book.progress import save_progress\n"
    "asked = predict('07-predict-terms')\nasked",
    "print(asked.answer, asked.state, asked.passed)\n"
    "if asked.state:\n    print(save_progress('mine.json'))",
]
RUN_LAST = """async () => {
  panel.content.activeCellIndex = panel.content.widgets.length - 1;
  await jupyterapp.commands.execute("notebook:run-cell");
}"""
PRINTED = "JSON.stringify(panel.content.widgets.at(-1).model.sharedModel.getOutputs())"


def test_an_answer_reaches_python(lab, chromium):
    # fails if a prediction does not come alive in JupyterLab, or its answer stays in the page
    with opened(lab, chromium, write_notebook(lab, "asked.ipynb", CELLS)) as notebook:
        page = notebook.page
        notebook.run_all()
        assert notebook.failures() == []
        assert "None  False" in page.evaluate(PRINTED)
        (widget,) = notebook.widgets(0)
        widget.locator("label").first.click()
        widget.get_by_text("✓ Right.").wait_for()
        # the answer is on its way to Python, all of it or nothing: run the cell until it is there
        end = time.monotonic() + PATIENCE / 1000
        while "mine.json" not in page.evaluate(PRINTED) and time.monotonic() < end:
            page.evaluate(RUN_LAST)
            assert "a  False" not in page.evaluate(PRINTED)
        assert "a solved True" in page.evaluate(PRINTED)
        saved = json.loads((lab.folder / "mine.json").read_text("utf-8"))
        assert saved["exercises"] == {"07-predict-terms": {"state": "solved"}}
