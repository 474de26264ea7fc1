"""The settings of a training, and the rate of each step."""

import json
from dataclasses import replace

import numpy as np
import pytest

from llm_lib.training import TrainingConfig, learning_rate_at


def test_rate_schedule_has_its_corners():
    # fails if warm-up starts at 0 or the end is not min_learning_rate
    config = TrainingConfig(steps=50, warmup_steps=10, learning_rate=2.0, min_learning_rate=0.5)
    rates = [learning_rate_at(step, config) for step in range(51)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == 2.0 == rates[10]
    assert rates[50] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[:10] == pytest.approx([0.2 * n for n in range(1, 11)])
    thirds = [0.5 + 1.5 * x for x in (0.75, 0.5, 0.25)]  # (1 + cos 60°) / 2 and so on
    config = replace(config, steps=40)
    assert [learning_rate_at(10 + n, config) for n in (10, 15, 20)] == pytest.approx(thirds)
    assert learning_rate_at(45, config) == 0.5  # whoever asks on gets the last rate
    short = TrainingConfig(steps=5, warmup_steps=5, learning_rate=2.0)
    assert learning_rate_at(4, short) == learning_rate_at(5, short) == 2.0


def test_what_nobody_gives_is_what_the_book_trains_with():
    # fails if a training that names no settings changes with an update of the library
    config = TrainingConfig().to_dict()
    following = {"warmup_steps": 100, "min_learning_rate": 1e-5}
    assert config == following | {
        **{"steps": 1000, "batch_size": 16, "accumulation_steps": 1, "seed": 0},
        **{"learning_rate": 1e-3, "weight_decay": 0.1, "betas": (0.9, 0.99), "grad_clip": 1.0},
        **{"eval_interval": 100, "eval_batches": 20, "checkpoint_interval": 500},
        **{"precision": "float32", "snapshot_steps": (), "folder": None, "progress": True},
        **{"compile": False, "parallel": "ddp", "optimizer": "adamw"},
        **{"activation_checkpointing": False},
    }


@pytest.mark.parametrize(
    "edge",
    [
        {"betas": (0, 0.5)},
        {"min_learning_rate": 1e-3},
        {"min_learning_rate": 0.0, "weight_decay": 0.0, "warmup_steps": 0, "grad_clip": None},
        {"steps": 1, "batch_size": 1, "accumulation_steps": 1, "eval_interval": 1},
        {"eval_batches": 1, "checkpoint_interval": 1, "snapshot_steps": (1,)},
    ],
)
def test_the_last_settings_that_make_sense_are_taken(edge):
    # fails if a limit is missed by one
    config = TrainingConfig(**edge).to_dict()
    assert config == config | edge


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
        ({"grad_clip": 0}, "grad_clip must be above 0, got 0"),
        ({"snapshot_steps": [0]}, "each of snapshot_steps must be .* at least 1, got 0"),
        ({"betas": (-0.1, 0.9)}, "betas must be two numbers from 0 to below 1"),
        ({"betas": (0.9,)}, "betas must be two numbers"),
        ({"betas": (0.9, 0.9, 0.9)}, "betas must be two numbers"),
        *(
            ({name: 0}, f"{name} must be a whole number of at least 1, got 0")
            for name in ("batch_size", "accumulation_steps", "eval_interval", "eval_batches")
        ),
        ({"checkpoint_interval": 0}, "checkpoint_interval must be a whole number"),
        ({"steps": 0}, "steps must be a whole number of at least 1, got 0"),
        ({"batch_size": True}, "batch_size must be a whole number"),
        ({"warmup_steps": -1}, "warmup_steps must be a whole number of at least 0"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"learning_rate": -1}, "learning_rate must be above 0, got -1"),
        ({"learning_rate": "fast"}, "learning_rate must be above 0, got 'fast'"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0, got nan"),
        ({"min_learning_rate": -1e-5}, "min_learning_rate must be at least 0"),
        ({"min_learning_rate": 1, "learning_rate": 0.1}, "min_learning_rate .* at most 0.1, got 1"),
        ({"weight_decay": -0.1}, "weight_decay must be at least 0"),
        ({"snapshot_steps": [1.5]}, "each of snapshot_steps must be a whole number"),
        ({"betas": (0.9, 1.0)}, "betas must be two numbers"),
        ({"precision": "half"}, r"precision must be one of \('float32', 'bfloat16'\), got 'half'"),
    ],
)
def test_settings_that_cannot_be(change, message):
    # fails if a bad value passes
    with pytest.raises(ValueError, match=message):
        TrainingConfig(**change)


@pytest.mark.parametrize("steps", [1, 9, 50, 999])
@pytest.mark.parametrize("rate", [5e-6, 1e-4, 3.0])
def test_the_schedule_that_nobody_set_rises_and_falls(steps, rate):
    # fails if a short training never leaves the warm-up, or a low rate "decays" upwards
    config = TrainingConfig(steps=steps, learning_rate=rate)
    rates = [learning_rate_at(step, config) for step in range(steps + 1)]
    assert max(rates) == pytest.approx(rate)
    assert rates[config.warmup :] == sorted(rates[config.warmup :], reverse=True)
    assert rates[-1] < 0.11 * rate and config.warmup <= steps / 10


def test_the_schedule_that_nobody_set_is_the_old_one_for_long_trainings():
    # fails if the book's own trainings change
    config = TrainingConfig()
    assert (config.warmup, config.last_rate) == (100, 1e-5)
    assert TrainingConfig(steps=5000).warmup == 100


def test_settings_of_a_file_or_of_numpy_become_pythons():
    # fails if lists of a recipe stay lists, which can't be compared, or numpy's break JSON
    rates = {"learning_rate": np.float32(0.5), "min_learning_rate": np.float32(0.25)}
    numbers = rates | {"weight_decay": np.float32(0), "grad_clip": np.float32(2)}
    counts = {"steps": np.int64(9), "warmup_steps": np.int64(2), "seed": np.int64(1)}
    config = TrainingConfig(**numbers, **counts, betas=[0.5, 0.75], snapshot_steps=[np.int64(3)])
    expected = {name: float(value) for name, value in numbers.items()}
    expected |= {name: int(value) for name, value in counts.items()}
    expected |= {"betas": [0.5, 0.75], "snapshot_steps": [3]}
    saved = json.loads(json.dumps(config.to_dict()))
    assert saved == saved | expected
    assert (config.betas, config.snapshot_steps) == ((0.5, 0.75), (3,))


def test_a_schedule_that_nobody_set_follows_its_steps():
    # fails if `replace` keeps the warm-up of another length, or loses one that was given
    config = replace(TrainingConfig(steps=5000), steps=50, learning_rate=1e-5)
    assert config == TrainingConfig(steps=50, learning_rate=1e-5)
    assert config.warmup == 5 and config.last_rate == pytest.approx(1e-6)
    given = TrainingConfig(warmup_steps=7, min_learning_rate=1e-4)
    assert replace(given, steps=50).warmup == 7
    assert replace(given, learning_rate=1e-2).last_rate == 1e-4


def test_equal_settings_behave_alike():
    # fails if a number remembers that nobody gave it: then equal ones part when steps change
    fresh, given = TrainingConfig(steps=500), TrainingConfig(steps=500, warmup_steps=50)
    assert fresh != given and fresh.to_dict() == given.to_dict()
    assert (replace(fresh, steps=100).warmup, replace(given, steps=100).warmup) == (10, 50)
    copied = replace(given, steps=100, warmup_steps=fresh.warmup, min_learning_rate=fresh.last_rate)
    assert (replace(copied, steps=80).warmup, replace(copied, learning_rate=1e-5).last_rate) == (
        *(50, 1e-5),
    )
