"""Positions, against formulas worked by hand and complex numbers."""

import math

import pytest
import torch

from llm_lib.embedding import RotaryEmbedding, rotate_pairs, sinusoidal_positions


def test_sinusoidal_positions_follow_the_papers_formula():
    # fails if sine and cosine, the base or the exponent are mixed up
    table = sinusoidal_positions(20, 8)
    for t, i in [(0, 0), (3, 1), (7, 2), (19, 3)]:
        angle = t / 10000 ** (2 * i / 8)
        assert table[t, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-6)
        assert table[t, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


def test_rotary_is_multiplication_by_a_complex_phase():
    # fails if pairs are not (j, j + D/2) or the angle is wrong
    rotary, x = RotaryEmbedding(8, 16), torch.randn(2, 3, 16, 8)
    z = torch.complex(x[..., :4], x[..., 4:])
    phase = torch.outer(torch.arange(16.0), 10000 ** (-torch.arange(4) / 4))
    turned = z * torch.polar(torch.ones_like(phase), phase)
    expected = torch.cat((turned.real, turned.imag), dim=-1)
    torch.testing.assert_close(rotary(x), expected, atol=1e-5, rtol=1e-5)


def test_rotary_scores_depend_on_the_distance_only():
    # fails if `start` is ignored, or queries and keys turn differently
    rotary, q, k = RotaryEmbedding(8, 64), torch.randn(1, 1, 1, 8), torch.randn(1, 1, 1, 8)
    scores = [(rotary(q, s + 5) * rotary(k, s)).sum().item() for s in (0, 11, 40)]
    assert scores == pytest.approx([scores[0]] * 3, abs=1e-4)


def test_rotation_keeps_lengths():
    # fails if sin and cos do not belong to one angle
    x, angle = torch.randn(4, 6), torch.rand(4, 3)
    turned = rotate_pairs(x, angle.cos(), angle.sin())
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))


@pytest.mark.parametrize(
    "make", [lambda: sinusoidal_positions(4, 3), lambda: RotaryEmbedding(5, 4)]
)
def test_odd_sizes_are_refused(make):
    # fails if an odd size is accepted, or the message lacks the size
    with pytest.raises(ValueError, match=r"must be even.*got [35]"):
        make()
