"""The story of a mixture of experts: it shows what was measured, and the library agrees."""

import pytest
import torch

from llm_lib.book.studies.four_experts import FILE, N_ACTIVE, N_EXPERT
from llm_lib.book.widgets import Walkthrough
from llm_lib.files import read_json


def test_it_shows_what_is_on_file():
    # fails if a part of the study is left out, or the film begins with another word or number
    film, on_file = Walkthrough("route-tokens"), read_json(FILE)
    for part in ("words", "vectors", "router", "outputs", "shares", "seed"):
        assert getattr(film, part) == on_file[part]
    assert (film.k, film.scene) == (N_ACTIVE, "Word")
    assert torch.tensor(film.outputs).shape == (10, N_EXPERT, 8)


def test_what_it_says_of_the_shares_holds():
    # fails if the film's point is gone: one expert nearly always, one hardly, and even with balance
    film = Walkthrough("route-tokens")
    alone, balanced = (film.shares[way][film.seed] for way in ("none", "loss"))
    assert max(alone["20"]) > 0.98 and min(alone["20"]) < 0.05
    assert max(balanced["300"]) < 0.6 and min(balanced["300"]) > 0.4
    assert all(max(run["20"]) > 0.98 for run in film.shares["none"])
    runs = [run for way in ("none", "loss") for run in film.shares[way]]
    for shares in (shares for run in runs for shares in run.values()):
        assert sum(shares) == pytest.approx(N_ACTIVE, abs=0.003)  # two experts read each word


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"k": 5}, ValueError, "k must be a whole number from 1 to 4, got 5"),
        ({"word": 10}, ValueError, "word must be a whole number from 0 to 9, got 10"),
        ({"words": "Mia"}, ValueError, "words should be a list of three or more"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        Walkthrough("route-tokens", **settings)
