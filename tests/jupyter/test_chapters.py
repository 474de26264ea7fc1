"""Run All in JupyterLab, on every chapter; then each widget is used once."""

from __future__ import annotations

import pytest

from tests.jupyter.lab import opened, use
from web.notebooks import chapters

ALWAYS = "10_multi_head_attention"  # the others take minutes, and run when they are asked for
ASKED_FOR = [pytest.mark.slow, pytest.mark.timeout(900)]
CHAPTERS = [
    pytest.param(path, id=path.stem, marks=[] if path.stem == ALWAYS else ASKED_FOR)
    for path in chapters()
]
pytestmark = [pytest.mark.jupyter, pytest.mark.timeout(180)]


@pytest.mark.parametrize("path", CHAPTERS)
def test_run_all(path, lab, chromium):
    # fails if a cell fails, a widget is dead or does nothing, or other hosts are asked for anything
    with opened(lab, chromium, path.name) as notebook:
        notebook.run_all()
        assert notebook.failures() == []
        for place in notebook.widget_cells():
            for widget in notebook.widgets(place):
                use(widget)
                assert widget.locator(".llm-problem:visible").count() == 0, widget.inner_text()
        assert notebook.complaints == []
        assert notebook.foreign == []


def test_the_chapter_that_always_runs_is_there():
    # fails if a chapter gets another name, and none is left for the ordinary run
    assert ALWAYS in [path.stem for path in chapters()]
