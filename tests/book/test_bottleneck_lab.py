"""The Python side of BottleneckLab: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.studies.bottleneck_sizes import STEPS as TRAINED
from llm_lib.book.studies.bottleneck_sizes import load_sizes
from llm_lib.book.widgets import BottleneckLab
from llm_lib.book.widgets.bottleneck_lab import STEPS


def test_settings_and_initial_values():
    # fails if a setting is not taken over, Reset would not know where the widget began, the widget
    # offers what was not measured, or it holds a run of another cell
    lab = BottleneckLab(steps=500)
    assert lab.initial == {"steps": 500} and STEPS == TRAINED
    sizes = load_sizes()
    assert lab.data["lengths"] == sizes["lengths"]
    assert lab.data["runs"] == [run for run in sizes["runs"] if run["cell"] == "tanh"]
    assert len(lab.data["runs"]) == 4 * len(STEPS)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"steps": 1000}, ValueError, r"steps must be one of \(500, 2000, 8000\), got 1000"),
        ({"size": 8}, TypeError, "no setting 'size'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        BottleneckLab(**settings)
