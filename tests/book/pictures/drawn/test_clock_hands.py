"""The picture of a position's clock hands: they point where the library's table says."""

import math
import re

import pytest

from llm_lib.book.pictures import show_picture
from llm_lib.model import sinusoidal_positions

HAND = re.compile(r'd="M([\d.]+) [\d.]+L([\d.]+) ([\d.]+)" class="p-line p-position')


@pytest.mark.parametrize("which", [0, 1])
def test_the_hands_are_the_sines_and_cosines_of_the_table(which):
    # fails when a hand turns the other way, starts elsewhere, or has another pair's speed
    table = sinusoidal_positions(8, 8, base=100)
    expected = [table[t, 2 * j : 2 * j + 2].tolist() for t in (0, 1, 2, 5) for j in range(4)]
    found = []
    for middle, x, y in HAND.findall(show_picture("clock-hands").svgs()[which]):
        middle, x, y = float(middle), float(x), float(y)
        found.append([(x - middle) / (middle - 2), (middle - y) / (middle - 2)])
    assert len(found) == 16
    for hand, pair in zip(found, expected, strict=True):
        assert math.dist(hand, pair) < 0.02


def test_the_alternative_text_says_the_angles():
    # fails when a reader who sees no picture is told other angles
    alt = show_picture("clock-hands", positions=(3,), pairs=2, base=100).alt
    assert "at position 3 they have turned by 3.00, 0.30" in alt


@pytest.mark.parametrize(
    "wrong", [{"positions": ()}, {"positions": (-1,)}, {"pairs": 0}, {"base": 1.0}]
)
def test_clocks_that_can_not_be_drawn(wrong):
    # fails when such a setting ends in an error of the drawing
    with pytest.raises(ValueError, match="must be"):
        show_picture("clock-hands", **wrong)
