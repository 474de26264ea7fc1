"""The study of a small GPT made modern: its stages, what is learned from, and what is on file."""

from itertools import pairwise

import pytest
import torch

from llm_lib.book.studies import modern_parts
from llm_lib.book.studies.modern_parts import (
    BATCH,
    CONTEXT,
    SEEDS,
    load_modern_parts,
    load_tokens,
    make_stages,
    measure,
    train_model,
)
from llm_lib.model.gpt import GPT
from llm_lib.training.next_token import compute_loss as model_loss


def test_each_stage_changes_the_one_before_alone():
    # fails if a stage exchanges more than its part, or the sizes are not in GPT-2's proportions
    stages = {name: vars(config) for name, config in make_stages().items()}
    before = stages["GPT-2"]
    assert before["n_embd"] // before["n_head"] * 8 == 64 and before["n_head"] == 12
    changed = {
        "3 parts": {"position", "norm", "mlp", "bias", "n_hidden"},
        "GQA": {"n_kv_head"},
        "windows": {"window"},
        "experts": {"experts"},
    }
    assert list(stages) == ["GPT-2", *changed]
    for name, fields in changed.items():
        assert {key for key in before if before[key] != stages[name][key]} == fields
        before = stages[name]


def test_three_matrices_cost_what_two_did():
    # fails if SwiGLU is given more weights: then a lower loss would not be its own
    stages = make_stages()
    two, three = (
        sum(p.numel() for p in GPT(stages[name]).blocks[0].feed_forward.parameters() if p.dim() > 1)
        for name in ("GPT-2", "3 parts")
    )
    assert two == three


def test_no_model_trains_on_the_text_held_out():
    # fails if the two parts of the text overlap
    trained, held_out = (ids.tolist() for ids in load_tokens())
    piece = held_out[5_000:5_040]
    assert not any(trained[i : i + 40] == piece for i in range(len(trained) - 40))


def test_all_stages_of_a_seed_read_the_same(monkeypatch):
    # fails if a stage gets other windows, or the experts' balance is counted into no loss
    read = {}

    def compute_loss(model, ids, targets):
        read[stage].append(ids)
        return model_loss(model, ids, targets)

    monkeypatch.setattr(modern_parts, "compute_loss", compute_loss)
    monkeypatch.setattr(modern_parts, "evaluate_loss", lambda *_, **__: 0.0)
    for stage in ("GPT-2", "experts"):
        read[stage] = []
        train_model(stage, 1, steps=2)
    assert read["GPT-2"][0].shape == (BATCH, CONTEXT)
    for ours, theirs in zip(*read.values(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_sizes_on_file_are_those_of_the_stages():
    # fails if the file was made by other models, or a run is missing
    runs = load_modern_parts()["runs"]
    assert list(runs) == list(make_stages())
    for name, config in make_stages().items():
        assert [run["seed"] for run in runs[name]] == list(SEEDS)
        assert {run["parameters"] for run in runs[name]} == {GPT(config).count_parameters()}


def test_the_three_parts_lower_the_loss_most():
    # fails if another order, or another gap, would have to be told
    runs = load_modern_parts()["runs"]
    loss = {stage: [run["loss"] for run in runs[stage]] for stage in runs}
    for later, earlier in (("3 parts", "GPT-2"), ("windows", "GQA"), ("experts", "windows")):
        assert max(loss[later]) < min(loss[earlier])
    assert max(loss["GQA"]) > min(loss["3 parts"])
    means = [sum(of_stage) / len(of_stage) for of_stage in loss.values()]
    assert means[0] - means[1] > 2 * max(a - b for a, b in pairwise(means[1:]))


@pytest.mark.slow
def test_a_run_is_the_one_on_file():
    # fails if text, steps or rate are not those that the file was made with
    recorded = load_modern_parts()["runs"]["3 parts"][0]
    assert measure("3 parts", 0)["loss"] == pytest.approx(recorded["loss"], abs=0.02)
