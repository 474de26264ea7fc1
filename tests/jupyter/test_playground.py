"""The Playground in a notebook: a model that is chosen comes from Python, and is not saved."""

from __future__ import annotations

import pytest

from tests.jupyter.lab import opened
from tests.jupyter.test_busy_kernel import write_notebook

pytestmark = [pytest.mark.jupyter, pytest.mark.timeout(300)]
CELLS = ["from llm_lib.book.widgets import Playground\nplayground = Playground()\nplayground"]


def test_another_model_comes_when_it_is_chosen(lab, chromium):
    # fails if JupyterLab gets a model that was not asked for, or not the one that was
    with opened(lab, chromium, write_notebook(lab, "playground.ipynb", CELLS)) as notebook:
        frames = []
        notebook.page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda data: frames.append(len(data))),
        )
        notebook.open()  # anew, so that its socket is watched
        notebook.run_all()
        assert notebook.failures() == []
        playground, *_ = notebook.widgets(0)
        playground.get_by_text("Sprout: ").wait_for()
        first = sum(frames)
        playground.get_by_role("radio", name="Tuned Sprout").check()
        playground.get_by_text("Tuned Sprout: ").wait_for()
        assert 2_000_000 < sum(frames) - first < 6_000_000
        assert first < 6_000_000
        notebook.page.evaluate("panel.context.save()")
        assert notebook.complaints == [] and notebook.foreign == []
    assert (lab.folder / "playground.ipynb").stat().st_size < 200_000
