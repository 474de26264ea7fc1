"""The picture of a row's step: its numbers are those of autograd."""

import re

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.pictures import show_picture
from llm_lib.book.pictures.text import number_text


def numbers(picture, which=0):
    """Return the numbers of a drawing, as they are written."""
    texts = re.findall(r"<text[^>]*>([^<]*)<", picture.svgs()[which])
    return [text for text in texts if re.fullmatch(r"−?[\d.]+", text)]


def written(*values):
    return [number_text(float(value)) for value in values]


@pytest.mark.parametrize("which", [0, 1])
def test_the_step_of_the_chapter(which):
    # fails when a push, a miss or the new row is not that of half of each next word's row
    shown = numbers(show_picture("row-push"), which)
    read = written(1, 1, -1, 0, 1, 1)
    step = written(1, 1, 0.5, 0, 0, -0.5, 1.5, 0.5)
    scored = written(1, 0, 0.5, 1, -0.5, 0, 1, 0.5, 0, 0.5)
    assert shown == ([*read, *step, *scored] if which == 0 else [*scored, *read, *step])


def test_another_step_is_that_of_autograd():
    # fails when the picture shows its own rows, or the wrong word is taken for the one that came
    first = {"owl": (0.0, 1.0), "fox": (1.0, -2.0)}
    second = {"a": (1.0, 0.5), "b": (-1.0, 2.0), "c": (0.0, 1.0)}
    picture = show_picture("row-push", first=first, second=second, read="fox", came="b")
    row = torch.tensor(first["fox"], requires_grad=True)
    F.cross_entropy(torch.tensor([*second.values()]) @ row, torch.tensor(1)).backward()
    new = (row - row.grad).tolist()
    assert f"becomes ({', '.join(written(*new))})" in picture.alt
    assert "The rows of owl are grey" in picture.alt


@pytest.mark.parametrize("wrong", [{"read": "bear"}, {"came": "sang"}])
def test_a_word_without_a_row(wrong):
    # fails when a missing row ends in an error that names no word
    with pytest.raises(ValueError, match="has no row; these have: "):
        show_picture("row-push", **wrong)
