"""The pictures of the chapter on the Transformer: threads as broad as weights, dots at losses."""

import re

import pytest

from llm_lib.book.pictures import show_picture

THREAD = re.compile(r'class="p-ribbon p-key" stroke-width="([\d.]+)"')
DOT = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)"')
TICK = re.compile(r'<text x="([\d.]+)" y="[\d.]+"[^>]*>(\d)<')


@pytest.mark.parametrize("which", [0, 1])
def test_a_thread_is_as_broad_as_its_weight(which):
    # fails when a weight is drawn from another token, or one that is next to nothing is drawn
    weights = [[0.5, 0.01, 0.49], [0.0, 1.0, 0.0]]
    picture = show_picture("word-threads", source="abc", written="de", weights=weights)
    broad = [float(width) / 14 for width in THREAD.findall(picture.svgs()[which])]
    assert broad == pytest.approx([0.5, 0.49, 1.0], abs=0.01)
    assert "d: a 0.50, c 0.49; e: b 1.00" in picture.words
    assert re.findall(r">(\d\.\d\d)<", picture.svgs()[which]) == ["0.50", "1.00"]


def test_threads_that_are_all_whole_have_no_numbers():
    # fails when a shifted text is shown with a column of ones
    picture = show_picture("word-threads", source=["<start>"], written="a", weights=[[1]])
    assert not re.search(r">1\.00<", picture.svgs()[0]) and ">start<" in picture.svgs()[0]


def test_threads_need_a_weight_for_each_pair():
    # fails when a matrix that lies on its side is drawn
    with pytest.raises(ValueError, match="2 rows of 3 numbers"):
        show_picture("word-threads", source="abc", written="de", weights=[[0.1, 0.9]] * 3)


@pytest.mark.parametrize("which", [0, 1])
def test_a_dot_stands_at_its_loss(which):
    # fails when dots and the numbers of the axis have another scale
    losses = {"one": [0.5, 2.0], "other": [5.0]}
    svg = show_picture("loss-dots", losses=losses, mark=3).svgs()[which]
    ticks = {int(n): float(x) for x, n in TICK.findall(svg)}
    unit = ticks[1] - ticks[0]
    dots = DOT.findall(svg)
    at = [(float(x) - ticks[0]) / unit for x, _ in dots]
    assert at == pytest.approx([0.5, 2.0, 5.0], abs=0.01)
    assert dots[0][1] == dots[1][1] != dots[2][1]


def test_losses_are_told_in_words():
    # fails when a reader who sees no dots is not told what they are compared with
    said = show_picture(
        "loss-dots", losses={"a": [1.0, 2.0]}, mark=4.26, named="guessing", notes={"a": "at 9"}
    ).words
    assert "a 1.00, 2.00 (at 9). A dashed line, guessing, at 4.26." in said


@pytest.mark.parametrize("losses", [{}, {"a": []}, {"a": [-1.0]}])
def test_what_is_no_loss_is_refused(losses):
    # fails when it ends in an error of the drawing
    with pytest.raises(ValueError, match="from 0 on"):
        show_picture("loss-dots", losses=losses)
