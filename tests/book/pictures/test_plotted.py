"""The figures of real English: what they hold, and what they say in words."""

import json

from llm_lib.book.pictures.plotted import plot_borders, plot_order

ORDER = plot_order(
    {
        "whole": {"in order": [1.0, 3.0], "shuffled": [6.0]},
        "broken": {"in order": [4.0], "shuffled": [7.0, 9.0]},
    }
)
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
    for figure in (ORDER, BORDERS):
        assert len(figure.layout.meta["alt"]) > 40 and figure.layout.width is None
        assert figure.layout.template.layout.font.size == 13
        json.loads(figure.to_json())


def test_marks_are_means_with_their_spread():
    # fails if a mark is not the mean, or a bar's ends not the lowest and highest, or two marks meet
    whole, broken = ORDER.data
    assert list(whole.y) == [2.0, 6.0] and list(broken.y) == [4.0, 8.0]
    assert list(ORDER.layout.xaxis.ticktext) == ["in order", "shuffled"]
    assert not set(whole.x) & set(broken.x) and [round(x) for x in whole.x] == [0, 1]
    assert list(whole.error_y.array) == [1.0, 0.0] == list(whole.error_y.arrayminus)
    assert "broken, shuffled: 8.0" in ORDER.layout.meta["alt"]


def test_reviews_stand_in_the_row_of_their_wording():
    # fails if a review is on the wrong side of its row, or a diamond is not the mean
    positive, negative, diamonds = BORDERS.data
    assert list(positive.x) == [1.0, 2.0] and list(negative.x) == [-1.0, 3.0]
    assert [round(y) for y in positive.y] == [0, -1]
    assert all(above > below for above, below in zip(positive.y, negative.y, strict=True))
    assert list(diamonds.x) == [1.0, 2.0]
    assert list(BORDERS.layout.yaxis.ticktext) == ["one", "two"]
    assert "one 1.0; two 2.0" in BORDERS.layout.meta["alt"]
