"""Translators without the add or the norm, against their file and add & norm by hand."""

import math
import sys

import pytest
import torch

from llm_lib.book.studies import residuals
from llm_lib.book.studies.residuals import (
    KINDS,
    SEEDS,
    TRAINING,
    Around,
    frequency_loss,
    load_residuals,
    make_variant,
    run_variant,
)
from llm_lib.model.transformer import TransformerConfig


def test_file_holds_every_run():
    # Fails if a kind or a seed was added without training it.
    on_file = load_residuals()
    assert list(on_file) == list(KINDS)
    for runs in on_file.values():
        assert len(runs) == len(SEEDS)
        assert all(len(run) == TRAINING["steps"] for run in runs)


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_what_training_gives(kind):
    # Fails if the library no longer trains as it did when the file was written.
    assert run_variant(kind, seed=1, steps=2) == pytest.approx(
        load_residuals()[kind][1][:2], rel=2e-3
    )


def test_the_chapters_claims_hold_for_each_seed():
    # Fails if a run without the add, or without the norm, does as well as one with both.
    ends = {k: [sum(r[-20:]) / 20 for r in runs] for k, runs in load_residuals().items()}
    assert max(ends["add & norm"]) < 3 < 3.9 < min(ends["no add"])
    assert max(ends["no add"]) < frequency_loss(2000) < min(ends["no norm"])
    assert min(run[0] for run in load_residuals()["no norm"]) > 50


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_is_left_out(kind):
    # Fails if a kind adds, or rescales, where it should not.
    part = Around(TransformerConfig(11, n_layer=1, n_head=2, n_embd=8, n_hidden=16, dropout=0.0))
    part.kind, x = kind, torch.randn(1, 3, 8, generator=torch.Generator().manual_seed(0))
    total = 4 * x if kind == "no add" else 5 * x
    mean, spread = total.mean(-1, keepdim=True), total.std(-1, correction=0, keepdim=True)
    expected = total if kind == "no norm" else (total - mean) / spread
    assert torch.allclose(part(x, lambda z: 4 * z), expected, atol=1e-4)
    model = make_variant(kind)
    assert {p.kind for p in model.modules() if isinstance(p, Around)} == {kind}


def test_frequencies_alone():
    # Fails if the loss is not that of the best guess that knows frequencies only.
    assert 4 < frequency_loss(500) < math.log(269)


def test_the_file_is_written_with_each_kind_and_seed(tmp_path, monkeypatch):
    # Fails if a kind or a seed is left out, or --threads is ignored.
    threads = []
    monkeypatch.setattr(residuals, "FILE", tmp_path / "residuals.json")
    monkeypatch.setattr(residuals, "run_variant", lambda kind, seed: [float(seed), len(kind)])
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["residuals", "--threads", "3"])
    residuals.main()
    assert threads == [3]
    assert load_residuals() == {k: [[float(s), len(k)] for s in SEEDS] for k in KINDS}
