"""The Python side of CostCalculator: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.widgets import CostCalculator


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    lab = CostCalculator(parameters=7e9, tokens=2e12)
    assert lab.initial["parameters"] == 7e9
    lab.price = 3
    assert (lab.price, lab.initial["price"]) == (3.0, 2.0)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"parameters": 0}, ValueError, "parameters must be at least 100000"),
        ({"tokens": "many"}, ValueError, "tokens must be at least"),
        (
            {"utilization": 1.5},
            ValueError,
            "utilization must be at least 0.01 and at most 1.0, got 1.5",
        ),
        ({"price": -1}, ValueError, "price must be at least 0.0 and at most 100.0, got -1"),
        ({"n_devices": float("nan")}, ValueError, "n_devices must be at least 1"),
        ({"gpus": 8}, TypeError, "no setting 'gpus'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        CostCalculator(**settings)
