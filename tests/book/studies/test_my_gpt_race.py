"""The recorded race of the reader's file against the library, and the script that runs it."""

import pytest
import torch

from llm_lib.book.studies.my_gpt_race import (
    EVERY,
    GOAL,
    SAMPLES_AT,
    SETTINGS,
    SIZES,
    load_my_gpt_race,
    race,
)

STORY = "Mia the fox met Tom the bear by the lake. Mia had a kite, and Tom had a drum.\n" * 200


def test_the_file_holds_what_the_script_runs():
    # fails if a setting was changed without a new race
    found = load_my_gpt_race()
    assert (found["settings"], found["sizes"], found["goal"]) == (SETTINGS, SIZES, GOAL)
    for side in (found["my_gpt.py"], found["llm_lib"]):
        steps = [row["step"] for row in side["rows"]]
        assert steps == sorted({*range(0, SETTINGS["steps"] + 1, EVERY), *SAMPLES_AT})
        assert list(side["samples"]) == [str(step) for step in SAMPLES_AT]


def test_the_recorded_sides_learn_alike_and_reach_the_goal():
    # fails if one side computes something else, or the goal was not reached
    found = load_my_gpt_race()
    mine, theirs = (found[side]["rows"] for side in ("my_gpt.py", "llm_lib"))
    for a, b in zip(mine, theirs, strict=True):
        assert a["held_out"] == pytest.approx(b["held_out"], abs=0.05)
    assert mine[-1]["held_out"] < mine[0]["held_out"] - 2
    for side in ("my_gpt.py", "llm_lib"):
        reached = found[side]["reached"]
        assert reached["held_out"] <= GOAL
        assert all(
            row["held_out"] > GOAL for row in found[side]["rows"] if row["step"] < reached["step"]
        )


def test_both_sides_take_the_same_steps():
    # fails if the file's training, from the same weights and batches, goes another way
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    settings = {"steps": 12, "batch_size": 4, "rate": 1e-2, "vocab_size": 280}
    try:
        found = race(
            STORY, settings, {"context_length": 16, "n_layer": 2, "n_head": 2, "n_embd": 16}
        )
    finally:
        torch.set_num_threads(before)
    mine, theirs = (found[side]["rows"] for side in ("my_gpt.py", "llm_lib"))
    assert [row["step"] for row in mine] == [0, 12]
    for a, b in zip(mine, theirs, strict=True):
        assert a["held_out"] == pytest.approx(b["held_out"], abs=1e-3)
    assert mine[-1]["held_out"] < mine[0]["held_out"]
