"""The tunings of base Sprout that are on file, against tuning anew."""

import pytest
import torch

from llm_lib.checkpoint import load_model
from llm_lib.studies import ranks
from llm_lib.studies.ranks import ALPHA, RANKS, SEEDS, TASKS, held_out, jobs, load_ranks, measure

ON_FILE = load_ranks()


def of(kind: str) -> list[dict]:
    """Return the three runs of a kind."""
    return [run for run in ON_FILE["runs"] if run["kind"] == kind]


def held(r: int) -> str:
    """Return the kind of rank `r` with the α that is held: r = 4 has it anyway."""
    return f"r = {r}" if 2 * r == ALPHA else f"r = {r}, α = {ALPHA}"


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
        for kind in (f"r = {r}", held(r)):
            assert of(kind)[0]["learned"] == 4 * r * (128 + 384 + 128 + 128)


def test_runs_with_one_alpha_are_runs_of_their_own():
    # fails if α isn't handed on, so that both kinds of a rank tune alike
    for r in set(RANKS) - {ALPHA // 2}:
        for twice, one in zip(of(f"r = {r}"), of(held(r)), strict=True):
            assert (one["seed"], one["alpha"]) == (twice["seed"], ALPHA)
            assert one["curve"] != twice["curve"]


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


def test_rank_1_is_right_as_often_as_one_answer_to_all():
    # fails if rank 1 learns to tell moods or mails apart, or the held-out tasks are others
    for task, answer in (("sentiment", "Sad."), ("spam", "No.")):
        same = [example.answer == answer for example in held_out() if example.task == task]
        assert {run["right"][task] for run in of("r = 1")} == {sum(same) / len(same)}


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
    assert min(last("r = 16", "answers")) > max(last("r = 8", "answers"))
    ends = [sum(last(held(r), "answers")) / len(SEEDS) for r in (4, 8, 16)]
    assert max(ends) - min(ends) < 0.05  # with one α, no rank from 4 on is ahead
    for r, better, worse in ((2, held, "r = {}".format), (8, "r = {}".format, held)):
        pairs = zip(last(better(r), "answers"), last(worse(r), "answers"), strict=True)
        assert all(low < high for low, high in pairs)  # neither α is better at each rank
    attention, full = last("r = 4", "stories"), last("full", "stories")
    assert 3 * base < min(attention) and max(attention) < min(full)  # it forgets less, and much
