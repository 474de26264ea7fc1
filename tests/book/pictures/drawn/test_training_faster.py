"""Pictures of the chapter on training faster: their numbers, computed in another way."""

import math
import re
import struct

import pytest
import torch

from llm_lib.book.pictures import show_picture


def texts(picture, which=0):
    """Return the words of a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)<", picture.svgs()[which])


@pytest.mark.parametrize("which", [0, 1])
def test_alike_directions(which):
    # fails when a length is not a singular value, or the last drawing is no circle
    picture = show_picture("alike-directions")
    lengths = [t for t in texts(picture, which) if re.fullmatch(r"[\d.]+", t)]
    # (1, 1) → (3, 3), (1, −1) → (−1, 1); by ones alone (2, 2), (0, 0)
    assert lengths == ["1", "1", "3", "1", "2", "0", "1", "1"]
    rings = re.findall(r'd="M([^"]*)Z" class="p-line p-weight', picture.svgs()[which])
    points = [[tuple(map(float, p.split())) for p in ring.split("L")] for ring in rings]
    middle = sum(x for x, _ in points[3]) / len(points[3])
    radii = [math.dist(p, (middle, middle)) for p in points[3]]
    assert max(radii) / min(radii) < 1.08
    assert all(x + y == pytest.approx(2 * middle, abs=1) for x, y in points[2])  # y is downwards
    longest = max(math.dist(p, (middle, middle)) for p in points[2])
    assert longest / radii[0] == pytest.approx(2, rel=0.08)
    longest = [math.dist(p, (middle, middle)) for p in points[1]]
    assert max(longest) / min(longest) == pytest.approx(3, rel=0.08)


def test_alike_directions_of_other_matrices():
    # fails when the picture shows its own matrix, or draws one that loses a direction
    angle = 0.3
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    picture = show_picture("alike-directions", matrix=turn @ torch.diag(torch.tensor([5.0, 2.0])))
    assert {"5", "2"} <= set(texts(picture))
    with pytest.raises(ValueError, match="must stretch every direction"):
        show_picture("alike-directions", matrix=[[1, 1], [1, 1]])
    with pytest.raises(ValueError, match=r"shape \(2, 2\), got \(1, 2\)"):
        show_picture("alike-directions", matrix=[[1, 1]])


@pytest.mark.parametrize("number", [1.001, -0.15625, 3e-6])
def test_float_bits(number):
    # fails when a bit, or the value that is kept, is not that of the format
    picture = show_picture("float-bits", number=number)
    bits = [t for t in texts(picture) if t in ("0", "1")]
    formats = bits[:33], bits[33:50], bits[50:]  # each has the length of its sign, 1, after it
    seen = ["".join([f[0], *f[2:]]) for f in formats]
    assert seen[0] == f"{struct.unpack('>I', struct.pack('>f', number))[0]:032b}"
    assert abs(int(seen[1], 2) - int(seen[0][:16], 2)) <= 1  # cut short, and rounded
    assert seen[2] == f"{struct.unpack('>H', struct.pack('>e', number))[0]:016b}"
    kept = float(torch.tensor(number, dtype=torch.bfloat16))
    assert f"= {kept:.7g}" in texts(picture) and f"bits, {kept:.7g}" in picture.alt
