"""Operations of training steps, held against published utilisations."""

import pytest

from llm_lib.costs.flops import flops_per_token, measure_mfu


def test_palm_had_46_percent():
    # fails if attention's operations are miscounted: Chowdhery et al. 2022, section 4.1, with 238.3
    # thousand tokens per second on 6,144 TPU v4
    shape = {"n_layer": 118, "n_embd": 48 * 256, "context_length": 2048}
    mfu = measure_mfu(238.3e3, 540.35e9, 275e12, 6144, **shape)
    assert mfu == pytest.approx(0.462, abs=0.0005)


def test_llama_3_had_43_percent_on_half_the_gpus():
    # fails if the peak is not counted once for each GPU: Llama team 2024, table 4, where 430
    # Tflop/s on each of 8,192 H100 are called 43 %
    tokens_per_second = 430e12 * 8192 / flops_per_token(405e9)
    assert measure_mfu(tokens_per_second, 405e9, 989e12, 8192) == pytest.approx(0.43, abs=0.006)
