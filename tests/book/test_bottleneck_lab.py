"""The Python side of BottleneckLab: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.studies.bottleneck_sizes import CELLS as STUDIED
from llm_lib.book.studies.bottleneck_sizes import STEPS as TRAINED
from llm_lib.book.studies.bottleneck_sizes import load_sizes
from llm_lib.book.widgets import BottleneckLab
from llm_lib.book.widgets.bottleneck_lab import CELLS, STEPS


def test_settings_and_initial_values():
    # fails if a setting is not taken over, Reset would not know where the widget began, or the
    # widget offers what was not measured
    lab = BottleneckLab(cell="GRU", steps=500)
    assert lab.initial == {"cell": "GRU", "steps": 500} and lab.data == load_sizes()
    assert (CELLS, STEPS) == (tuple(STUDIED), TRAINED)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"cell": "LSTM"}, ValueError, r"cell must be one of \('tanh', 'GRU'\), got 'LSTM'"),
        ({"steps": 1000}, ValueError, r"steps must be one of \(500, 2000, 8000\), got 1000"),
        ({"size": 8}, TypeError, "no setting 'size'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        BottleneckLab(**settings)
