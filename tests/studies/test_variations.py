"""The variations of the translator that are on file, against training them anew."""

import math

import pytest

from llm_lib.studies.variations import (
    DEPTH,
    NARROW,
    TABLE,
    TRAINING,
    load_variations,
    run_variation,
)


def test_file_holds_every_variation():
    # Fails if a variation was added or renamed without training it.
    on_file = load_variations()
    assert list(on_file["table"]) == list(TABLE) and list(on_file["depth"]) == list(DEPTH)
    for name, runs in [*on_file["table"].items(), *on_file["depth"].items()]:
        changes = {**TABLE, **DEPTH}[name]
        for run in runs:
            assert len(run["losses"]) == changes.get("steps", TRAINING["steps"])
            assert 0 <= run["right"] <= 1 and math.isfinite(run["held_out_loss"])


def test_file_is_what_training_gives():
    # Fails if the library no longer trains as it did when the file was written.
    name = "post-norm, 2 layers, no warm-up"
    run = run_variation(DEPTH[name], seed=0, steps=3)
    assert run["losses"] == pytest.approx(
        load_variations()["depth"][name][0]["losses"][:3], abs=2e-3
    )
    assert run["parameters"] == load_variations()["depth"][name][0]["parameters"]
    assert NARROW["rate"] == DEPTH[name]["rate"]
