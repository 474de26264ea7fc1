"""The tunings of base Sprout that are on file, against tuning anew."""

import pytest
import torch

from llm_lib.book.studies import ranks
from llm_lib.book.studies.ranks import (
    RANKS,
    SEEDS,
    TASKS,
    cut_change,
    jobs,
    load_ranks,
    measure,
)
from llm_lib.pretrained.save_load import load_model

ON_FILE = load_ranks()


def of(kind: str) -> list[dict]:
    """Return the three runs of a kind."""
    return [run for run in ON_FILE["runs"] if run["kind"] == kind]


def counts(kind: str) -> list[int]:
    """Return how many of the 60 answers are right, in each run of a kind."""
    return [round(20 * sum(run["right"].values())) for run in of(kind)]


def test_file_holds_every_run():
    # fails if a kind or a seed was added without tuning it
    assert [(run["kind"], run["seed"]) for run in ON_FILE["runs"]] == [
        (job["kind"], job["seed"]) for job in jobs()
    ]
    for run in ON_FILE["runs"]:
        steps = run.get("steps", ON_FILE["steps"])
        assert set(run["right"]) == set(TASKS) and run["curve"][-1]["step"] == steps


def test_numbers_learned_are_those_of_the_equation():
    # fails if LoRA stands beside other matrices than qkv (128 to 384), out (128 to 128), up (128 to
    # 512) and down (512 to 128)
    attention = 128 + 384 + 128 + 128
    for r in RANKS:
        assert of(f"r = {r}")[0]["learned"] == 4 * r * (attention + 2 * (128 + 512))
    assert [of(f"r = {r}, longer")[0]["learned"] for r in (1, 4)] == [8_192, 32_768]


def test_a_change_is_cut_to_its_best_rank():
    # fails if another matrix than the best of its rank is added, to other matrices than the blocks'
    base, _ = load_model("sprout_base")
    tuned, _ = load_model("sprout_base")
    torch.manual_seed(0)
    weight = tuned.get_parameter("blocks.0.attention.out.weight")
    thin = torch.randn(128, 2) @ torch.randn(2, 128)
    with torch.no_grad():
        for parameter in tuned.parameters():
            parameter += 0.01 * torch.randn(parameter.shape)
        weight.copy_(base.get_parameter("blocks.0.attention.out.weight") + thin)
    whole, share = cut_change(base, tuned, None)
    assert share == pytest.approx(1)
    for name, cut in whole.named_parameters():
        of_a_block = name.startswith("blocks") and cut.ndim == 2
        expected = (tuned if of_a_block else base).get_parameter(name)
        torch.testing.assert_close(cut, expected, rtol=0, atol=1e-4)
    two, share = cut_change(base, tuned, 2)
    torch.testing.assert_close(
        two.get_parameter("blocks.0.attention.out.weight"), weight, rtol=0, atol=1e-4
    )
    one, less = cut_change(base, tuned, 1)
    assert 0 < less < share < 1
    name = "blocks.3.feed_forward.up.weight"
    before, after = (model.get_parameter(name).detach() for model in (base, tuned))
    errors = [float((cut.get_parameter(name).detach() - after).norm()) for cut in (one, two)]
    rest = torch.linalg.svdvals(after - before)
    assert errors == pytest.approx([float(rest[r:].norm()) for r in (1, 2)], rel=1e-3)


@pytest.mark.parametrize("kind", ["full", "r = 4", "r = 4, longer", "not masked"])
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
    masked, counted = counts("full"), counts("not masked")
    assert all(a < b for a, b in zip(masked, counted, strict=True))  # more right, if prompts count
    assert (min(masked), max(masked)) == (53, 58)  # the prediction quotes them
    with_stories = last("stories mixed in", "answers")
    assert sum(with_stories) < sum(last("full", "answers"))


def test_lora_takes_longer_to_learn_moods_and_then_learns_all():
    # fails if a number that the chapter's text quotes is another in the file
    def moods(kind):
        return [round(20 * run["right"]["sentiment"]) for run in of(kind)]

    def mean_of(kind, what):
        return f"{sum(run['curve'][-1][what] for run in of(kind)) / 3:.2f}"

    assert moods("r = 4, lower rate") == [16, 8, 14]
    for run in of("r = 4, lower rate"):
        assert run["right"]["spam"] == run["right"]["names"] == 1
    assert counts("r = 4, longer") == [60, 60, 60]
    assert counts("full, longer") == [59, 60, 60]
    assert counts("r = 1, longer") == [59, 60, 59]
    of_losses = [
        float(mean_of(f"{kind}, longer", "answers")) for kind in ("full", "r = 4", "r = 1")
    ]
    assert of_losses == sorted(of_losses)  # by loss, LoRA is behind
    assert mean_of("r = 4, longer", "stories") == "1.23"
    assert mean_of("full, longer", "stories") == "2.95"
    assert {
        run["steps"] for kind in ("full", "r = 1", "r = 4") for run in of(f"{kind}, longer")
    } == {200}


def test_the_bet_is_won_in_training():
    # fails if full tuning's change is of low rank, or if rank 1 isn't enough for LoRA that learns
    for run in of("full"):
        assert [cut["r"] for cut in run["cuts"]] == [*RANKS, None]
        kept = [cut["kept"] for cut in run["cuts"]]
        assert kept == sorted(kept) and 0.41 < kept[2] < 0.43 and kept[-1] == 1
        assert sum(run["cuts"][0]["right"].values()) < 0.2  # of 3: next to nothing
    for i, r in enumerate(RANKS):
        for full, learned in zip(of("full"), of(f"r = {r}"), strict=True):
            assert learned["curve"][-1]["answers"] < full["cuts"][i]["answers"]
    whole = [run["cuts"][-1]["answers"] for run in of("full")]
    rank_1 = [run["curve"][-1]["answers"] for run in of("r = 1")]
    assert abs(sum(rank_1) - sum(whole)) / 3 < 0.03
    assert (min(counts("r = 1")), max(counts("r = 1"))) == (47, 50)
    moods = [round(20 * run["right"]["sentiment"]) for run in of("r = 1")]
    assert (min(moods), max(moods)) == (8, 11)  # a coin's count, and one same answer's
    cut_to_1 = [round(20 * sum(run["cuts"][0]["right"].values())) for run in of("full")]
    assert (min(cut_to_1), max(cut_to_1)) == (1, 3)
