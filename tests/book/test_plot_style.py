"""The colours of figures, read as someone who sees no hues would read them."""

import numpy as np

from llm_lib.book.plot_style import DIVERGING, SEQUENTIAL


def lightness(colour):
    """Return how light a colour looks, from 0 to 1 (relative luminance, WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_scales_can_be_read_in_grey():
    # Fails if a sequential scale does not grow darker all along, or a diverging one on both sides.
    steps = np.diff([lightness(colour) for _, colour in SEQUENTIAL])
    assert (steps < 0).all()
    steps = np.diff([lightness(colour) for _, colour in DIVERGING])
    assert (steps[:2] > 0).all()
    assert (steps[2:] < 0).all()
