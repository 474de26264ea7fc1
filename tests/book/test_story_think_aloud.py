"""The story of thinking aloud: what it shows was measured, and nothing else is taken."""

import pytest

from llm_lib.book.studies.thinking import load_thinking
from llm_lib.book.widgets import Walkthrough

SHARES = {"at once": [0.5] * 12, "thinking": [1] * 12}


def test_its_shares_are_the_means_of_the_study():
    # fails if a training is left out, or the two ways are exchanged
    film, runs = Walkthrough("think-aloud"), load_thinking()["runs"]
    assert film.seeds == len(runs)
    for way in ("at once", "thinking"):
        for i, share in enumerate(film.shares[way]):
            measured = sum(run["by_swaps"][way][i] for run in runs) / len(runs)
            assert share == pytest.approx(measured, abs=1e-4)


def test_what_it_says_is_so():
    # fails if a new recording no longer shows what the sentences say: at six swaps thinking wins by
    # far, and neither way goes on beyond the training
    film = Walkthrough("think-aloud")
    assert film.shares["at once"][5] < 0.2 < 0.7 < film.shares["thinking"][5]
    assert max(film.shares[way][8] for way in film.shares) < 0.2


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"swaps": 13}, ValueError, "swaps must be a whole number from 1 to 12, got 13"),
        ({"problem": "cdaBECD="}, ValueError, "problem should have 3 balls and 6 swaps"),
        ({"problem": "cda"}, ValueError, "a problem names the balls' cups"),
        ({"shares": {"thinking": []}}, ValueError, "shares should have 'at once' and 'thinking'"),
        ({"shares": SHARES | {"thinking": [1]}}, ValueError, r"12 shares; got 1"),
        ({"shares": SHARES | {"thinking": [2] * 12}}, ValueError, "a share of 'thinking' must be"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        Walkthrough("think-aloud", **{"shares": SHARES} | settings)
