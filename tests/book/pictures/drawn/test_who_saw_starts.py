"""The picture of right answers by start: bars as high as the numbers, and their means."""

import re

import pytest

from llm_lib.book.pictures import show_picture

BAR = re.compile(r'<rect x="[\d.]+" y="[\d.]+" width="[\d.]+" height="([\d.]+)" class="p-bar')
MEANS = {"learned": [90.0, 90, 30, 45, 0], "rotary": [90.0] * 5}


@pytest.mark.parametrize("which", [0, 1])
def test_a_bar_is_as_high_as_its_number(which):
    # fails when a bar is measured from another ground, or a start is left out
    heights = [float(h) for h in BAR.findall(show_picture_of(MEANS).svgs()[which])]
    full = max(heights)
    numbers = [n for right in MEANS.values() for n in right]
    assert [h / full * 90 for h in heights] == pytest.approx(numbers, abs=0.3)


@pytest.mark.parametrize("which", [0, 1])
def test_the_means_are_written(which):
    # fails when a mean takes in starts of the other part
    svg = show_picture_of(MEANS).svgs()[which]
    assert re.findall(r">(\d+) of 90<", svg) == ["90", "25", "90", "90"]


def test_the_alternative_text_says_the_means_and_how_far_they_go():
    # fails when a reader who sees no bars is told other numbers
    alt = show_picture_of(MEANS).alt
    assert "learned: 90 at starts 0 to 1, 25 at 2 to 4 (from 0 to 45)" in alt


@pytest.mark.parametrize(
    "means", [{}, {"a": [1.0, 2]}, {"a": [1.0] * 5, "b": [1.0] * 4}, {"a": [1.0, 2, 91]}]
)
def test_what_can_not_be_drawn(means):
    # fails when such numbers end in an error of the drawing, or in a wrong picture
    with pytest.raises(ValueError, match=r"each model needs|must be from 0 to 90"):
        show_picture_of(means)


def test_the_study_is_drawn_without_data():
    # fails when the picture's own numbers are not those of the models on file
    alt = show_picture("who-saw-starts", schemes=("learned", "rotary")).alt
    assert "sinusoidal" not in alt
    assert "learned: 89 at starts 0 to 15, 46 at 16 to 60" in alt
    assert "rotary: 90 at starts 0 to 15, 90 at 16 to 60" in alt


def test_the_gaps_are_drawn_at_old_positions():
    # fails when the picture of the gap shows the starts, or takes in untrained positions
    alt = show_picture("who-saw-starts", over="gap").alt
    assert "trained were gaps 0 to 7" in alt
    assert "learned: 90 at gaps 0 to 7, 87 at 8 to 16" in alt
    with pytest.raises(ValueError, match="start"):
        show_picture("who-saw-starts", over="length")


def show_picture_of(means):
    return show_picture("who-saw-starts", means=means, trained=2)
