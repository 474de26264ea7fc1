"""The figures of real English: what they hold, and what they say in words."""

import json

from llm_lib.book.pictures.plotted import plot_borders

BORDERS = plot_borders(
    {
        "one": {"scores": [1.0, -1.0], "free": [0.5, 1.5]},
        "two": {"scores": [2.0, 3.0], "free": [2]},
    },
    [1, 0],
    "Two wordings",
)


def test_every_figure_has_words_and_style():
    # fails if a figure can't be read aloud, has a fixed width, or leaves the book's style
    assert len(BORDERS.layout.meta["alt"]) > 40 and BORDERS.layout.width is None
    assert BORDERS.layout.template.layout.font.size == 13
    json.loads(BORDERS.to_json())


def test_reviews_stand_in_the_row_of_their_wording():
    # fails if a review is on the wrong side of its row, or a diamond is not the mean
    positive, negative, diamonds = BORDERS.data
    assert list(positive.x) == [1.0, 2.0] and list(negative.x) == [-1.0, 3.0]
    assert [round(y) for y in positive.y] == [0, -1]
    assert all(above > below for above, below in zip(positive.y, negative.y, strict=True))
    assert list(diamonds.x) == [1.0, 2.0]
    assert list(BORDERS.layout.yaxis.ticktext) == ["one", "two"]
    assert "one 1.0; two 2.0" in BORDERS.layout.meta["alt"]
