"""The settings of a training, and the rate of each step."""

from dataclasses import replace

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


@pytest.mark.parametrize(
    ("change", "message"),
    [
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
    assert rates[config.warmup_steps :] == sorted(rates[config.warmup_steps :], reverse=True)
    assert rates[-1] < 0.11 * rate and config.warmup_steps <= steps / 10


def test_the_schedule_that_nobody_set_is_the_old_one_for_long_trainings():
    # fails if the book's own trainings change
    config = TrainingConfig()
    assert (config.warmup_steps, config.min_learning_rate) == (100, 1e-5)


def test_a_schedule_that_nobody_set_follows_its_steps():
    # fails if `replace` keeps the warm-up of another length, or loses one that was given
    config = replace(TrainingConfig(steps=5000), steps=50, learning_rate=1e-5)
    assert config == TrainingConfig(steps=50, learning_rate=1e-5)
    assert config.warmup_steps == 5 and config.min_learning_rate == pytest.approx(1e-6)
    given = TrainingConfig(warmup_steps=7, min_learning_rate=1e-4)
    assert replace(given, steps=50).warmup_steps == 7
    assert replace(given, learning_rate=1e-2).min_learning_rate == 1e-4
