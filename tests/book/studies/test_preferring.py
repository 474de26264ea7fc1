"""The recorded measures of short stories preferred, and the script that makes them."""

import json
import statistics

import pytest

from llm_lib.book.recipes.tuning import TuningRecipe
from llm_lib.book.studies import preferring
from llm_lib.book.studies.preferring import (
    BETAS,
    SEEDS,
    STORIES,
    load_preferring,
    main,
    measure_pairs,
    measure_stories,
)
from llm_lib.finetuning.dpo import Preference


def mean(rows, beta, what):
    """Return the mean over the seeds."""
    return statistics.mean(row[what] for row in rows if row["beta"] == beta)


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if a small β does not shorten stories most, and cost the most requests
    found = load_preferring()
    assert found["command"] == preferring.COMMAND and found["stories"] == STORIES
    rows = found["rows"]
    runs = [(seed, beta) for seed in SEEDS for beta in (None, *BETAS)]
    assert [(row["seed"], row["beta"]) for row in rows] == runs
    words = [mean(rows, beta, "words") for beta in (None, *BETAS)]
    assert words == sorted(words, reverse=True) and words[-1] < words[0] - 10
    assert [round(mean(rows, beta, "words")) for beta in (None, 0.1)] == [76, 44]
    assert [round(100 * mean(rows, beta, "kept")) for beta in (None, 0.1)] == [68, 42]
    assert mean(rows, 0.1, "kept") < mean(rows, None, "kept") - 0.05
    assert mean(rows, 0.1, "kept") < mean(rows, 0.3, "kept")
    for row in rows:  # the pairs did not teach it: what is chosen keeps its request more often
        if row["beta"] is None:
            pairs = row["pairs"]
            assert pairs["chosen words"] < pairs["rejected words"] - 20
            assert pairs["chosen kept"] > pairs["rejected kept"]
    assert TuningRecipe.read(preferring.RECIPE).data["beta"] == 0.3


def test_a_story_is_held_against_its_own_request(monkeypatch):
    # fails if requests and stories are shuffled, or words are counted in one story alone
    class Asked:
        def __init__(self, name, kind, thing):
            self.question, self.facts = "", {"name": name, "kind": kind, "object": thing}

    asked = [Asked("Mia", "fox", "kite"), Asked("Ann", "cow", "key")]
    monkeypatch.setattr(preferring, "make_examples", lambda *a: asked)
    told = ["Mia the fox had a kite.", "Ann the hen had the one key."]
    monkeypatch.setattr(preferring, "complete", lambda *a, **settings: told)
    assert measure_stories(None, None, 2, 0) == {"words": 6.5, "kept": 0.5}


def test_both_answers_of_a_pair_are_held_against_its_request():
    # fails if chosen and rejected are mixed up, or a prompt gets another's facts
    class Asked:
        def __init__(self, prompt, name, kind, thing):
            self.prompt, self.facts = prompt, {"name": name, "kind": kind, "object": thing}

    asked = [Asked("1", "Mia", "fox", "kite"), Asked("2", "Tom", "bear", "drum")]
    pairs = [
        Preference("2", "Tom the bear.", "Tom the bear had a drum."),
        Preference("1", "Mia the fox had a kite.", "Mia the fox and Tom the bear had a kite."),
    ]
    assert measure_pairs(asked, pairs) == {
        "n": 2,
        "chosen words": 4.5,
        "chosen kept": 0.5,
        "rejected words": 8.0,
        "rejected kept": 0.5,
    }
    swapped = [Preference(p.prompt, p.rejected, p.chosen) for p in pairs[:1]]
    found = measure_pairs(asked, swapped)
    assert (found["chosen kept"], found["rejected kept"]) == (1.0, 0.0)


@pytest.mark.parametrize("quick", [True, False])
def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys, quick):
    # fails if the quick form writes, or trains at length
    class Pool:
        def __init__(self, processes):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def apply_async(self, of, arguments):
            recipe, seed, n = arguments
            rows = [{"seed": seed, "n": n, "steps": recipe.training["steps"]}]
            return type("Result", (), {"get": lambda self: rows})()

    monkeypatch.setattr(preferring.multiprocessing, "get_context", lambda _: preferring)
    monkeypatch.setattr(preferring, "Pool", Pool, raising=False)
    monkeypatch.setattr(preferring, "FILE", tmp_path / "preferring.json")
    assert main(["--quick"] if quick else []) == 0
    said = capsys.readouterr().out
    if quick:
        assert "'n': 4, 'steps': 2" in said and not (tmp_path / "preferring.json").exists()
        return
    written = json.loads((tmp_path / "preferring.json").read_text("utf-8"))
    assert [row["seed"] for row in written["rows"]] == [*SEEDS]
    assert {(row["n"], row["steps"]) for row in written["rows"]} == {(STORIES, 70)}


def test_it_trains_each_beta_on_one_draw_of_pairs(monkeypatch):
    # fails if a β is left out, or the pairs are drawn anew for each
    monkeypatch.setattr(preferring, "measure_stories", lambda *a: {"words": 1.0, "kept": 1.0})
    drawn, draw = [], preferring.draw_preferences
    monkeypatch.setattr(
        preferring, "draw_preferences", lambda *a: drawn.append(draw(*a)) or drawn[-1]
    )
    recipe = preferring.shortened(TuningRecipe.read(preferring.RECIPE))
    rows = preferring.measure(recipe, seed=1, n=2)
    assert [row["beta"] for row in rows] == [None, *BETAS] and len(drawn) == 1
    assert rows[0]["pairs"]["n"] == len(drawn[0])
