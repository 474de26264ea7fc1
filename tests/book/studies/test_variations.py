"""The variations of the translator that are on file, against training them anew."""

import math
import sys

import pytest
import torch

from llm_lib.book.studies import variations
from llm_lib.book.studies.variations import (
    NARROW,
    SEEDS,
    VARIATIONS,
    load_variations,
    run_variation,
)


def test_file_holds_every_variation():
    # Fails if a variation or a seed was added without training it.
    on_file = load_variations()
    assert list(on_file) == list(VARIATIONS)
    for runs in on_file.values():
        assert len(runs) == len(SEEDS)
        for run in runs:
            assert len(run["losses"]) == NARROW["steps"]
            assert 0 <= run["right"] <= 1 and math.isfinite(run["held_out_loss"])


def test_file_is_what_training_gives():
    # Fails if the library no longer trains as it did when the file was written.
    name = "post-norm, 2 layers, no warm-up"
    run, on_file = run_variation(VARIATIONS[name], seed=0, steps=3), load_variations()[name][0]
    assert run["losses"] == pytest.approx(on_file["losses"][:3], abs=2e-3)
    assert run["parameters"] == on_file["parameters"]
    assert NARROW["rate"] == VARIATIONS[name]["rate"]


def test_the_file_is_written_with_each_variation_under_its_name(tmp_path, monkeypatch):
    # Fails if a variation is left out or trained with another's changes, or --threads is ignored.
    threads, run = [], {"right": 0.5, "held_out_loss": 1.0}
    note = lambda changes, seed: run | {"changes": changes, "seed": seed}  # noqa: E731
    monkeypatch.setattr(variations, "FILE", tmp_path / "studies" / "variations.json")
    monkeypatch.setattr(variations, "run_variation", note)
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["variations", "--threads", "3"])
    variations.main()
    monkeypatch.setattr(sys, "argv", ["variations"])
    variations.main()
    assert threads == [3, 2]
    assert load_variations() == {
        name: [note(changes, seed) for seed in SEEDS] for name, changes in VARIATIONS.items()
    }
