"""The picture of the file that grows."""

import re

import pytest

from llm_lib.book.my_gpt.beside import count_code
from llm_lib.book.my_gpt.stages import STAGES, text_at
from llm_lib.book.pictures import show_picture


def test_its_numbers_are_those_of_the_file():
    # fails when a bar is drawn for another stage, or counts empty lines and comments
    picture = show_picture("my-gpt-growth")
    html = picture._repr_html_()
    for stage in STAGES:
        n = count_code(text_at(stage))
        assert f"{stage.title.lower()}: {n}, " in picture.words
        assert html.count(f">{n}</text>") >= 2  # in both drawings
        assert stage.title in html


def test_a_bar_is_as_long_as_its_count():
    # fails when bars have no common scale
    counts = [(10 * (i + 1), 10) for i in range(len(STAGES))]
    wide = show_picture("my-gpt-growth", counts=counts).svgs()[0]
    old = [float(width) for width in re.findall(r'<rect width="([\d.]+)"[^>]*p-track', wide)]
    new = {float(width) for width in re.findall(r'<rect width="([\d.]+)"[^>]*p-bar', wide)}
    assert len(new) == 1 and len(old) == len(STAGES) - 1  # at the first stage, all is new
    assert old == pytest.approx([n * new.copy().pop() for n in range(1, len(STAGES))], rel=0.02)


@pytest.mark.parametrize("counts", [[], [(1, 2)] * len(STAGES), [(3, 1)]])
def test_each_stage_needs_its_counts(counts):
    # fails when bars are missing, or more is new than there is
    with pytest.raises(ValueError, match="counts should have"):
        show_picture("my-gpt-growth", counts=counts)
