"""show_heads: each number in its layer and its head, each head in a colour of its own."""

import re

import numpy as np
import pytest

from llm_lib.book.pictures import show_matrix
from llm_lib.book.pictures.head_grids import show_heads
from llm_lib.book.pictures.picture import PHONE

VALUES = np.random.default_rng(0).uniform(-0.1, 1, (3, 4))
LOOKS = {"rows": [f"layer {n}" for n in range(3)], "columns": ["head 0", "1", "2", "3"]}


def cells(values=VALUES):
    """The colour and the text of each cell, as they are drawn."""
    svg = show_heads({"shares": values}).grids[0].svgs()[0]
    return re.findall(r'class="p-cell p-head(\d)[^>]*/><text[^>]*>([−\d.]+)</text>', svg)


def test_a_number_stands_under_its_head():
    # fails when a column has another head's numbers or colour
    by_head = [(str(h), f"{v:.2f}".replace("-", "−")) for h in range(4) for v in VALUES[:, h]]
    assert cells() == by_head


def test_as_text_it_is_a_matrix():
    # fails when the text that is compared differs from that of show_matrix, or a grid is lost
    one, two = VALUES, VALUES[::-1]
    texts = [
        repr(show_matrix(v.round(2), digits=2, title=t, **LOOKS))
        for t, v in (("one", one), ("two", two))
    ]
    assert repr(show_heads({"one": one, "two": two})) == "\n\n".join(texts)


def test_a_grid_fits_a_phone_and_two_a_page():
    # fails when a grid scrolls on a phone, or a pair takes two rows in the track of the text
    width = show_heads({"one": VALUES}).grids[0].wide.width
    assert width < PHONE and 2 * width + 40 < 630


def test_what_is_large_is_set_off():
    # fails when the numbers that a reader looks for look like all others
    svg = show_heads({"shares": [[0.9, 0.1]]}).grids[0].svgs()[0]
    assert svg.count("p-result") == 1 and 'p-bold">0.90<' in svg


def test_more_heads_than_colours_are_refused():
    # fails when two heads have one colour
    with pytest.raises(ValueError, match="4 colours, but 5"):
        show_heads({"shares": np.zeros((1, 5))})
