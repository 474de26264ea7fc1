"""Pictures of the chapter on real weights: their numbers, computed in another way."""

import re
import struct

import numpy as np
import pytest
from gguf import GGMLQuantizationType, dequantize

from llm_lib.book.pictures import show_picture

BLOCK = struct.pack("<2e", 0.25, -1.5) + bytes(range(3, 243, 15))


def texts(picture, which=0):
    """Return the words of a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)<", picture.svgs()[which])


@pytest.mark.parametrize("which", [0, 1])
def test_q4_block(which):
    # fails when a byte is missing, the digits are swapped, or a weight is not the package's
    picture = show_picture("q4-block", block=BLOCK)
    seen = texts(picture, which)
    assert [t for t in seen if re.fullmatch("[0-9a-f]{2}", t)][:20] == BLOCK.hex(" ").split()
    kind = GGMLQuantizationType.Q4_1
    weights = dequantize(np.frombuffer(BLOCK, np.uint8)[None], kind)[0]
    for place in (0, 16):
        value = f"{weights[place]:.2f}".replace("-", "−")
        assert any(t.startswith(f"weight {place}: ") and t.endswith(f"= {value}") for t in seen)
    assert {"0.250", "−1.50", "2.25"} <= set(seen)  # scale, minimum, and −1.5 + 15 · 0.25
    # a dot for each weight, as high as there are others with its code
    dots = re.findall(r'translate\(([\d.]+) ([\d.]+)\)"><rect width="8"', picture.svgs()[which])
    assert len(dots) == 32
    columns = sorted({float(x) for x, _ in dots})
    counts = [sum(float(x) == c for x, _ in dots) for c in columns]
    codes = np.round((weights + 1.5) / 0.25).astype(int)
    assert counts == [n for n in np.bincount(codes) if n]


def test_q4_block_of_another_size():
    # fails when a block of another format is drawn as one of these
    with pytest.raises(ValueError, match="a Q4_1 block has 20 bytes, got 34"):
        show_picture("q4-block", block=bytes(34))
