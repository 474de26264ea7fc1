"""A model that learns in a notebook: in a worker beside JupyterLab's page, heard of by Python."""

from __future__ import annotations

import time

import pytest

from tests.jupyter.lab import PATIENCE, opened
from tests.jupyter.test_busy_kernel import write_notebook
from tests.jupyter.test_predictions import PRINTED, RUN_LAST

pytestmark = [pytest.mark.jupyter, pytest.mark.timeout(180)]
CELLS = [
    "from llm_lib.book.widgets import TrainLab\n"
    "lab = TrainLab(n_layer=1, n_head=2, n_embd=8, steps=100)\nlab",
    "print('step', lab.step)\n"
    "if lab.step:\n    print('learned:', lab.losses[1] < lab.baselines[0])",
]


def test_a_model_trains_beside_the_notebook(lab, chromium):
    # fails if JupyterLab allows no worker and nothing takes its place, if the model learns nothing
    # there, or if Python does not hear of it
    with opened(lab, chromium, write_notebook(lab, "training.ipynb", CELLS)) as notebook:
        page = notebook.page
        notebook.run_all()
        (widget,) = notebook.widgets(0)
        widget.get_by_role("button", name="Train", exact=True).click()
        widget.get_by_text("Step 100 of 100").wait_for()
        # the news is on its way to Python: run the cell until it is there
        end = time.monotonic() + PATIENCE / 1000
        while "step 100" not in page.evaluate(PRINTED) and time.monotonic() < end:
            page.evaluate(RUN_LAST)
        assert "step 100" in page.evaluate(PRINTED)
        assert "learned: True" in page.evaluate(PRINTED)
        assert notebook.failures() == []
        assert notebook.complaints == [] and notebook.foreign == []
