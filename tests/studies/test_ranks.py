"""The tunings of base Sprout that are on file, against tuning anew."""

import pytest
import torch

from llm_lib.checkpoint import load_model
from llm_lib.studies import ranks
from llm_lib.studies.ranks import RANKS, SEEDS, TASKS, jobs, load_ranks, measure

ON_FILE = load_ranks()


def of(kind: str) -> list[dict]:
    """Return the three runs of a kind."""
    return [run for run in ON_FILE["runs"] if run["kind"] == kind]


def test_file_holds_every_run():
    # fails if a kind or a seed was added without tuning it
    assert [(run["kind"], run["seed"]) for run in ON_FILE["runs"]] == [
        (job["kind"], job["seed"]) for job in jobs()
    ]
    for run in ON_FILE["runs"]:
        assert set(run["right"]) == set(TASKS) and run["curve"][-1]["step"] == ON_FILE["steps"]


def test_numbers_learned_are_those_of_the_equation():
    # fails if LoRA stands beside other matrices than qkv (128 to 384) and out (128 to 128)
    for r in RANKS:
        assert of(f"r = {r}")[0]["learned"] == 4 * r * (128 + 384 + 128 + 128)


@pytest.mark.parametrize("kind", ["full", "r = 4", "not masked"])
def test_file_is_what_tuning_gives(kind, monkeypatch):
    # fails if the library no longer tunes as it did when the file was written
    job = next(job for job in jobs() if job["kind"] == kind and job["seed"] == 1)
    monkeypatch.setattr(ranks, "EVERY", 2)
    monkeypatch.setattr(ranks, "share_right", lambda *_: {})
    threads = torch.get_num_threads()
    try:
        again = measure(job, steps=2)
    finally:
        torch.set_num_threads(threads)
    base = ON_FILE["base"]
    assert again["learned"] == of(kind)[1]["learned"]
    assert again["curve"][-1]["answers"] < base["answers"]  # two small steps: better already
    model, tokenizer = load_model("sprout_base")
    with torch.no_grad():
        measured = ranks.meter(tokenizer)(model)
    assert measured == pytest.approx({k: base[k] for k in measured}, abs=2e-3)


def test_what_the_chapter_claims_holds_with_each_seed():
    # fails if a claim of the chapter no longer holds for every seed
    def last(kind, what):
        return [run["curve"][-1][what] for run in of(kind)]

    base = ON_FILE["base"]["stories"]
    assert min(last("full", "stories")) > 3 * base  # it forgets
    assert max(last("stories mixed in", "stories")) < min(last("full", "stories"))
    assert len(of("full")) == len(SEEDS)
    few, many = last("few examples", "answers"), last("full", "answers")
    assert min(few) > max(many) and max(last("few examples", "train_loss")) < max(many)
    losses = [sum(last(f"r = {r}", "answers")) for r in RANKS]
    assert losses[0] == max(losses) and losses[0] > sum(many)
