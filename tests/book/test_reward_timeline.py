"""The Python side of RewardTimeline: it shows what was recorded, and errors say what is allowed."""

import pytest

from llm_lib.book.studies.shell_game import follow_balls
from llm_lib.book.studies.thinking_rewards import load_thinking_rewards
from llm_lib.book.widgets import RewardTimeline

ROW = {"step": 0, "right": 0.5, "tokens": 4.0, "thinking": 0.1, "texts": [":dca", ":cda"]}
RUN = {"kind": "plain", "seed": 0, "price": 0.0, "timeline": [ROW]}
DATA = {"watched": "cdaBECD=", "runs": [RUN]}


def test_what_is_on_file_is_shown():
    # fails if a run or a number is left out on the way from the study to the page
    shown, found = RewardTimeline().data, load_thinking_rewards()
    assert follow_balls(shown["watched"]) and shown["watched"] == found["watched"]
    assert len(shown["runs"]) == len(found["runs"])
    for run, recorded in zip(shown["runs"], found["runs"], strict=True):
        assert (run["kind"], run["seed"]) == (recorded["kind"], recorded["seed"])
        for row, other in zip(run["timeline"], recorded["timeline"], strict=True):
            assert row == {key: other[key] for key in ROW}


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"stop": 1}, ValueError, "stop must be .* got 1"),
        ({"kind": "free"}, ValueError, r"kind must be .*'plain'.*got 'free'"),
        ({"seed": 5}, ValueError, "seed must be .*got 5"),
        ({"data": {"runs": []}}, ValueError, "data should have watched and runs"),
        ({"data": {"watched": "cdaBECD=", "runs": [RUN | {"timeline": [{}]}]}}, ValueError,
         r"runs\[0\]: each stop of its timeline needs 'step'"),
        ({"watched": ""}, TypeError, "no setting 'watched'; the settings are"),
    ],
)  # fmt: skip
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        RewardTimeline(**{"data": DATA} | settings)
