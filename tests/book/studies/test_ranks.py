"""The tunings of base Sprout that are on file, against tuning anew."""

import pytest
import torch

from llm_lib.book.studies import ranks
from llm_lib.book.studies.ranks import (
    ALPHA,
    RANKS,
    SEEDS,
    TASKS,
    held_out,
    jobs,
    load_ranks,
    measure,
)
from llm_lib.pretrained.save_load import load_model

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
    masked, counted = last("full", "answers"), last("not masked", "answers")
    assert sum(a < b for a, b in zip(masked, counted, strict=True)) == 2  # by loss: undecided
    shares = [[sum(run["right"].values()) for run in of(k)] for k in ("full", "not masked")]
    assert all(a < b for a, b in zip(*shares, strict=True))
    means = {r: sum(last(f"r = {r}", "answers")) / len(SEEDS) for r in RANKS}
    assert min(means, key=means.get) == 8
    sixteen, eight = last("r = 16", "answers"), last("r = 8", "answers")
    assert sum(a > b for a, b in zip(sixteen, eight, strict=True)) == 2
    ends = {r: sum(last(held(r), "answers")) / len(SEEDS) for r in RANKS}
    assert max(ends[r] for r in (4, 8, 16)) - min(ends[r] for r in (4, 8, 16)) < 0.05  # alike
    assert [r for r in RANKS if ends[r] < means[r]] == [1, 2]
    assert [r for r in RANKS if ends[r] > means[r]] == [8, 16]
    everywhere = last("r = 4, everywhere", "answers")
    assert all(a < b for a, b in zip(everywhere, last("r = 4", "answers"), strict=True))
    more = last("r = 4, everywhere", "stories")
    assert all(a > b for a, b in zip(more, last("r = 4", "stories"), strict=True))
    attention, full = last("r = 4", "stories"), last("full", "stories")
    assert 2.5 * base < min(attention) and max(attention) < min(full)  # it forgets less, and much
