"""The scaling study: its fit against numpy's, its sizes, and the file that is shipped."""

import json

import numpy as np
import pytest

from llm_lib.files import read_json
from llm_lib.gpt import GPT
from llm_lib.studies import scaling
from llm_lib.studies.scaling import (
    FILE,
    SEEDS,
    TOKENS,
    WIDTHS,
    fit_power_law,
    main,
    make_config,
    measure,
)


def test_the_fit_is_numpys():
    # fails if the slope, its sign or the factor differs from a fit made another way
    rng = np.random.default_rng(0)
    sizes = np.array([2e4, 5e4, 1e5, 4e5, 9e5])
    losses = 7 / sizes**0.13 * np.exp(0.05 * rng.normal(size=5))
    slope, constant = np.polyfit(np.log(sizes), np.log(losses), 1)
    assert fit_power_law(sizes, losses) == pytest.approx((np.exp(constant), -slope))


@pytest.mark.parametrize(("sizes", "losses"), [([5, 5], [1, 2]), ([5], [1]), ([1, 2], [1, 0])])
def test_a_line_needs_two_points_with_logarithms(sizes, losses):
    # fails if a fit of nothing gives a number
    with pytest.raises(ValueError, match=r"at least two different sizes|to have a logarithm"):
        fit_power_law(sizes, losses)


def test_the_shipped_study_is_that_of_the_script():
    # fails if the script's sizes change and the study is not made anew
    study = read_json(FILE)
    assert study["command"] == "python -m llm_lib.studies.scaling"
    assert study["tokens"] == TOKENS
    runs = {(row["n_embd"], row["seed"]): row for row in study["runs"]}
    assert set(runs) == {(width, seed) for width in WIDTHS for seed in SEEDS}
    for (width, _), row in runs.items():
        model = GPT(make_config(width))
        assert row["parameters"] == model.count_parameters()
        assert row["block_parameters"] == sum(p.numel() for p in model.blocks.parameters())
    means = [np.mean([runs[width, seed]["val_loss"] for seed in SEEDS]) for width in WIDTHS]
    assert means == sorted(means, reverse=True)


def test_one_small_run_learns_and_is_the_same_twice():
    # fails if a run can't be repeated, or does not train
    first = measure(16, 0, 40 * 1024)
    assert first["val_loss"] < 5.5
    assert measure(16, 0, 40 * 1024)["val_loss"] == first["val_loss"]


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the file lacks a run, or the quick form overwrites the shipped one
    def fake(widths, seeds, n_tokens, processes):
        return [
            {"n_embd": w, "seed": s, "parameters": w * 100, "val_loss": 4 / w, "seconds": 1.0}
            for w in widths
            for s in seeds
        ]

    monkeypatch.setattr(scaling, "run_study", fake)
    monkeypatch.setattr(scaling, "FILE", tmp_path / "study.json")
    assert main(["--quick"]) == 0
    assert not (tmp_path / "study.json").exists()
    assert main([]) == 0
    runs = json.loads((tmp_path / "study.json").read_text())["runs"]
    assert len(runs) == len(WIDTHS) * len(SEEDS)
    assert "loss = " in capsys.readouterr().out
