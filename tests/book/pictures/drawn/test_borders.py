"""The picture of judged reviews: what it holds, and what it says in words."""

import re

import pytest

from llm_lib.book.pictures import show_picture
from tests.book.pictures.drawn.test_drawn import words

TWO = {
    "one": {"scores": [1.0, -1.0], "free": [0.5, 1.5]},
    "two": {"scores": [2.0, 3.0], "free": [2]},
}
TICKS = re.compile(r'<path d="((?:M[\d.]+ [\d.]+v18)+)" class="p-line p-(\w+)"')


@pytest.mark.parametrize("which", [0, 1])
def test_reviews_stand_in_the_row_of_their_wording(which):
    # fails if a review is in the row of the other class, or of another wording, or out of order
    drawn = show_picture("borders", wordings=TWO, labels=[1, 0]).svgs()[which]
    rows = [(role, re.findall(r"M([\d.]+) ([\d.]+)v", path)) for path, role in TICKS.findall(drawn)]
    assert [role for role, _ in rows] == ["key", "wrong", "key", "wrong"]
    assert all(len(ticks) == 1 for _, ticks in rows)
    x = [float(ticks[0][0]) for _, ticks in rows]
    y = [float(ticks[0][1]) for _, ticks in rows]
    assert x[1] < x[0] < x[2] < x[3] and y == sorted(y)
    assert x[0] - x[1] == pytest.approx(2 * (x[2] - x[0]), abs=0.05)


@pytest.mark.parametrize("which", [0, 1])
def test_what_says_nothing_lies_at_its_mean(which):
    # fails if a diamond is not at the mean, or the colours have no names
    picture = show_picture("borders", wordings=TWO, labels=[1, 0])
    assert "one 1.0; two 2.0" in picture.alt
    texts = words(picture, which)
    assert {"one", "two", "people say positive", "people say negative"} <= set(texts)
    drawn = picture.svgs()[which]
    diamonds = [float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+l6 6', drawn)]
    (positive, _, _, _) = (path for path, _ in TICKS.findall(drawn))
    assert diamonds[0] == pytest.approx(float(re.match(r"M([\d.]+)", positive)[1]), abs=0.05)


def test_each_review_needs_a_label():
    # fails if scores without a label are left out and nobody is told
    with pytest.raises(ValueError, match="one: 2 scores for 3 labels"):
        show_picture("borders", wordings=TWO, labels=[1, 0, 1])
