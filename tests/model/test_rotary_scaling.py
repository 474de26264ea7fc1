"""Scaled rotary frequencies, against transformers' functions and by what they promise."""

import math

import pytest
import torch
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from llm_lib.model.embedding import RotaryEmbedding, position_angles
from llm_lib.model.rotary_scaling import RotaryScaling, yarn_magnitude

CASES = {
    "linear": (RotaryScaling("linear", 3.0), {"factor": 3.0}),
    "llama3": (
        RotaryScaling("llama3", 8.0, 8192),
        {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
         "original_max_position_embeddings": 8192},
    ),
    "yarn": (
        RotaryScaling("yarn", 40.0, 4096),
        {"factor": 40.0, "original_max_position_embeddings": 4096},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("base", [1e4, 5e5])
@pytest.mark.parametrize("head_size", [64, 128])
def test_frequencies_are_those_of_transformers(kind, base, head_size):
    # fails if the ramp begins, ends or rises otherwise, or if the magnitude is another
    scaling, theirs = CASES[kind]
    config = LlamaConfig(
        hidden_size=head_size,
        num_attention_heads=1,
        rope_parameters={"rope_type": kind, "rope_theta": base} | theirs,
    )
    wanted, magnitude = ROPE_INIT_FUNCTIONS[kind](config, torch.device("cpu"))
    frequency = position_angles(2, head_size, base, scaling)[1]
    assert torch.allclose(frequency.float(), wanted, rtol=1e-5)
    assert (scaling.magnitude or 1.0) == pytest.approx(magnitude)


@pytest.mark.parametrize("kind", ["llama3", "yarn"])
def test_quick_pairs_stay_and_slow_ones_are_slowed_down(kind):
    # fails if neighbours become harder to tell apart, or a slow pair meets an angle it never saw
    scaling, base, D = CASES[kind][0], 1e4, 128
    before = position_angles(2, D, base)[1]
    rounds = before * scaling.trained_length / (2 * math.pi)
    slowed = before / position_angles(2, D, base, scaling)[1]
    assert slowed[0] == 1 and torch.all(slowed[rounds > 2 * scaling.fast] == 1)
    assert torch.allclose(slowed[rounds < scaling.slow / 2], torch.tensor(scaling.factor).double())
    assert torch.all(slowed.diff() >= -1e-9)


def test_yarn_makes_queries_and_keys_longer_and_keeps_their_angles():
    # fails if the magnitude is left out of the tables, or is put in twice
    scaling = RotaryScaling("yarn", 4.0, 16)
    rotary, x = RotaryEmbedding(8, 64, scaling=scaling), torch.randn(1, 1, 64, 8)
    assert torch.allclose(rotary(x).norm(dim=-1), x.norm(dim=-1) * yarn_magnitude(4.0), rtol=1e-4)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("dynamic", 2.0), "kind must be one of .*'linear', 'llama3', 'yarn'.*'dynamic'"),
        (("linear", 0.5), "factor must be at least 1, got 0.5"),
        (("linear", 2.0, 16), "'linear' has no trained_length"),
        (("llama3", 2.0), "trained_length must be a whole number of at least 1, got None"),
        (("llama3", 2.0, 16, 4.0, 4.0), "fast must be above 4.0, got 4.0"),
        (("llama3", 2.0, 16, 1.0, 4.0, 1.0), "'llama3' has no magnitude"),
        (("yarn", 2.0, 16, 1.0, 4.0, 0), "magnitude must be above 0, got 0"),
    ],
)
def test_wrong_settings_are_named(fields, message):
    # fails if a scaling is built that means nothing, or the message does not say what is allowed
    with pytest.raises(ValueError, match=message):
        RotaryScaling(*fields)
