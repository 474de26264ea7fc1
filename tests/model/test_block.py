"""The parts of a block, against the formulas of their papers."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.model.block import Block, FeedForward, LayerNorm, RMSNorm, make_norm
from llm_lib.model.gpt import GPTConfig

CONFIG = {"vocab_size": 5, "context_length": 8, "n_layer": 1, "n_head": 2, "n_embd": 8}


def test_layer_norm_follows_its_formula():
    # fails if the variance is unbiased, or weight and bias are swapped
    norm, x = LayerNorm(6), torch.randn(4, 6)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    centred = x - x.mean(-1, keepdim=True)
    expected = centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(norm(x), expected * norm.weight + norm.bias)


def test_rms_norm_follows_its_formula():
    # fails if the mean is subtracted
    norm, x = RMSNorm(6), torch.randn(4, 6) + 3
    torch.testing.assert_close(norm(x), x / (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt())


def test_feed_forward_of_each_kind():
    # fails if the gate and the up projection are swapped, or the activation is another
    x = torch.randn(2, 3, 4)
    plain = FeedForward(4)
    assert plain.up.weight.shape == (16, 4)
    expected = plain.down(F.gelu(plain.up(x), approximate="tanh"))
    torch.testing.assert_close(plain(x), expected)
    gated = FeedForward(4, 10, "swiglu", bias=False)
    gate = gated.gate(x)
    torch.testing.assert_close(gated(x), gated.down(gate * gate.sigmoid() * gated.up(x)))
    squared = FeedForward(4, kind="relu2")
    up = squared.up(x)
    torch.testing.assert_close(squared(x), squared.down(torch.where(up > 0, up * up, 0 * up)))


def test_block_adds_to_the_stream():
    # fails if a norm sits behind instead of before (post-norm), or a residual is missing
    block, x = Block(GPTConfig(**CONFIG)), torch.randn(2, 5, 8)
    middle = x + block.attention(block.norm_1(x))
    torch.testing.assert_close(block(x), middle + block.feed_forward(block.norm_2(middle)))


def test_config_chooses_the_norm():
    # fails if the switch has no effect
    assert isinstance(make_norm(GPTConfig(**CONFIG, norm="rms")), RMSNorm)
    assert make_norm(GPTConfig(**CONFIG, bias=False)).bias is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"kind": "swigluu"},
            r"kind must be one of \('gelu', 'relu', 'swiglu', 'relu2'\), got 'swigluu'",
        ),
        ({"n_hidden": 0}, "n_hidden must be a whole number of at least 1, got 0"),
        ({"n_hidden": 2.5}, "n_hidden must be a whole number"),
    ],
)
def test_a_feed_forward_that_cannot_be_is_refused(options, message):
    # fails if a misspelt kind is taken for GELU, or 0 for "not given"
    with pytest.raises(ValueError, match=message):
        FeedForward(4, **options)
