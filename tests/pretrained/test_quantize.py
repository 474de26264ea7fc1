"""Rounding to few bits in blocks, against the package that writes and reads such files."""

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, quants

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.quantize import dequantize_blocks, quantize_blocks, round_matrices

WEIGHT = torch.randn(6, 64, generator=torch.Generator().manual_seed(0))


def as_q4_1(q):
    """Write blocks of 32 codes of 4 bits as a Q4_1 file has them: weight i with weight i + 16."""
    low, high = q.codes[:, :16].numpy(), q.codes[:, 16:].numpy()
    both = [q.scale.numpy().view(np.uint8), q.minimum.numpy().view(np.uint8), low | high << 4]
    return np.concatenate(both, axis=1)


def test_the_codes_mean_what_a_q4_1_file_means():
    # fails if scale and minimum are exchanged, or a block has not 32 neighbours of one row
    q = quantize_blocks(WEIGHT)
    theirs = quants.dequantize(as_q4_1(q), GGMLQuantizationType.Q4_1)
    assert np.allclose(dequantize_blocks(q).numpy().ravel(), theirs.ravel(), atol=1e-6)


def test_it_rounds_as_well_as_the_package():
    # fails if a code is cut off instead of rounded, or the range is not used to its ends
    packed = quants.quantize(WEIGHT.numpy(), GGMLQuantizationType.Q4_1)
    theirs = torch.from_numpy(quants.dequantize(packed, GGMLQuantizationType.Q4_1))
    ours = dequantize_blocks(quantize_blocks(WEIGHT))
    assert (ours - WEIGHT).square().mean() <= 1.01 * (theirs - WEIGHT).square().mean()


@pytest.mark.parametrize("bits", range(1, 9))
def test_no_weight_moves_by_more_than_half_a_step(bits):
    # fails if codes are cut off or leave their range
    q = quantize_blocks(WEIGHT, bits)
    assert q.codes.max() == 2**bits - 1
    error = (dequantize_blocks(q) - WEIGHT).abs().reshape(-1, 32)
    rounding = 2e-3 * WEIGHT.abs().max()  # scale and minimum are float16
    assert (error <= q.scale.float() / 2 + rounding).all()


def test_rounding_twice_changes_nothing_more():
    # fails if the second rounding uses another grid
    once = dequantize_blocks(quantize_blocks(WEIGHT))
    assert torch.allclose(dequantize_blocks(quantize_blocks(once)), once, atol=2e-3)


def test_a_block_of_equal_numbers_stays():
    # fails if a scale of 0 divides by zero
    same = torch.full((2, 32), 0.25)
    assert torch.equal(dequantize_blocks(quantize_blocks(same)), same)


def test_one_large_weight_harms_its_own_block_only():
    # fails if blocks share a scale
    weight = WEIGHT.clone()
    weight[0, 0] = 100
    for block, spoiled in ((32, 31), (weight.numel(), weight.numel() - 1)):
        error = (dequantize_blocks(quantize_blocks(weight, 4, block)) - weight).abs().ravel()
        assert (error[:spoiled] > 0.3).any() and (error[spoiled + 1 :] < 0.3).all()


def test_a_model_s_matrices_are_rounded_and_its_vectors_and_itself_are_not():
    # fails if the model itself changes, or a norm is rounded
    model = GPT(GPTConfig(32, 8, 1, 2, 32))
    before = {name: p.clone() for name, p in model.named_parameters()}
    for name, parameter in round_matrices(model, bits=2).named_parameters():
        assert torch.equal(model.get_parameter(name), before[name])
        assert torch.equal(parameter, before[name]) == (parameter.dim() == 1)
    one_scale = round_matrices(model, bits=2, block=None).token_embedding.weight
    assert len(one_scale.unique()) == 4


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((WEIGHT, 0), ValueError, "bits must be a whole number from 1 to 8, got 0"),
        ((WEIGHT, 9), ValueError, "bits must be a whole number from 1 to 8, got 9"),
        ((WEIGHT, 4, 0), ValueError, "block must be a whole number of at least 1, got 0"),
        ((WEIGHT, 4, 33), ValueError, r"blocks of 33 do not divide .* \(6, 64\), which has 384"),
        ((torch.zeros(0), 4), ValueError, "do not divide"),
        ((torch.full((32,), torch.nan), 4), ValueError, "finite numbers"),
        ((torch.full((32,), 1e6), 4), ValueError, "65,504"),
        ((WEIGHT.long(), 4), TypeError, "tensor of floats, got torch.int64"),
        (([1.0], 4), TypeError, "tensor of floats, got list"),
    ],
)
def test_what_can_not_be_rounded_is_refused(arguments, error, message):
    # fails if codes come out that mean nothing
    with pytest.raises(error, match=message):
        quantize_blocks(*arguments)
