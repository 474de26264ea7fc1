"""Tests of the figures: the data they hold, their words, and their limits."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from llm_lib import plots
from llm_lib.plots import plot_attention, plot_bars, plot_distribution, plot_heatmap, plot_loss

WEIGHTS = torch.softmax(torch.arange(32.0).reshape(2, 4, 4), -1)
TOKENS = ["the", " cat", " cat", "\n"]
FIGURES = {
    "loss": plot_loss({"train": [3, 2, 1], "val": (np.array([0, 2]), torch.tensor([3.0, 1.5]))}),
    "heatmap": plot_heatmap(np.eye(3) - 0.5, x=["a", "b", "a"], y=["u", "v", "w"], diverging=True),
    "attention": plot_attention(WEIGHTS[0], TOKENS, title="One head"),
    "heads": plot_attention(WEIGHTS, TOKENS),
    "bars": plot_bars(["a", "a", "b"], [0.2, 0.3, 0.5], title="Next token"),
    "columns": plot_bars(["a", "b"], [1, 2], horizontal=False),
    "distribution": plot_distribution(np.arange(100.0), title="Lengths"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_words_and_style(name):
    # Fails if a figure can't be read aloud, has a fixed width, or leaves the book's style.
    figure = FIGURES[name]
    assert isinstance(figure, go.Figure)
    assert len(figure.layout.meta["alt"]) > 10
    assert figure.layout.width is None
    template = figure.layout.template.layout
    assert template.autosize
    assert template.xaxis.automargin
    assert template.paper_bgcolor == "rgba(0,0,0,0)"
    assert template.colorway[:2] == ("#0b66b2", "#b35500")
    json.loads(figure.to_json())  # what the page is given


def test_words_say_what_is_seen():
    # Fails if the words do not follow the numbers.
    assert "train goes from 3 to 1" in FIGURES["loss"].layout.meta["alt"]
    assert "val goes from 3 to 1.5" in FIGURES["loss"].layout.meta["alt"]
    assert "largest 0.5 at u → a" in FIGURES["heatmap"].layout.meta["alt"]
    assert "One head: 4 rows" in FIGURES["attention"].layout.meta["alt"]
    assert "head 1" in FIGURES["heads"].layout.meta["alt"]
    assert "b 0.5" in FIGURES["bars"].layout.meta["alt"]
    assert "half of them below 49.5" in FIGURES["distribution"].layout.meta["alt"]
    assert plot_loss({"a": [1]}, alt="My words").layout.meta["alt"] == "My words"


def test_figures_hold_the_numbers():
    # Fails if numbers are changed, or places with equal labels fall together.
    np.testing.assert_allclose(np.array(FIGURES["heatmap"].data[0].z), np.eye(3) - 0.5)
    assert list(FIGURES["heatmap"].layout.xaxis.ticktext) == ["a", "b", "a"]
    assert list(FIGURES["bars"].data[0].x) == [0.2, 0.3, 0.5]
    assert list(FIGURES["columns"].data[0].y) == [1, 2]
    assert sum(FIGURES["distribution"].data[0].y) == 100
    heads = FIGURES["heads"].data
    assert len(heads) == 2
    np.testing.assert_allclose(np.array(heads[1].z), WEIGHTS[1])
    assert list(FIGURES["attention"].layout.xaxis.ticktext)[-1] == r"\n"


def test_lines_differ_without_colour():
    # Fails if two curves can be told apart by colour alone.
    assert {line.line.dash for line in FIGURES["loss"].data} == {"solid", "dash"}


def test_zero_lies_in_the_middle_of_a_diverging_scale():
    # Fails if the neutral colour does not mean 0.
    cells = FIGURES["heatmap"].data[0]
    assert cells.zmin == -cells.zmax
    assert plot_heatmap([[0.0]], diverging=True).data[0].zmax == 1


def test_gaps_are_allowed():
    # Fails if one missing number spoils a figure.
    alt = plot_heatmap([[np.nan, 1.0]]).layout.meta["alt"]
    assert "largest 1" in alt
    assert "no values" in plot_heatmap([[np.nan]]).layout.meta["alt"]


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: plot_heatmap([1, 2]), "two dimensions"),
        (lambda: plot_heatmap([[1, 2]], x=["a"]), "1 labels for 2"),
        (lambda: plot_attention(WEIGHTS[0], ["a"]), "1 tokens"),
        (lambda: plot_bars(["a"], [1, 2]), "1 labels"),
        (lambda: plot_loss({"a": []}), "curve 'a'"),
        (lambda: plot_loss({"a": ([1, 2], [1])}), "curve 'a'"),
        (lambda: plot_distribution([]), "no values"),
    ],
)
def test_bad_data_is_refused(make, named):
    # Fails if a wrong shape gives an empty figure or plotly's own long error.
    with pytest.raises(ValueError, match=named):
        make()


def lightness(colour):
    """Return how light a colour looks, from 0 to 1 (relative luminance, WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_scales_can_be_read_in_grey():
    # Fails if a sequential scale does not grow darker all along, or a diverging one on both sides.
    steps = np.diff([lightness(colour) for _, colour in plots.SEQUENTIAL])
    assert (steps < 0).all()
    steps = np.diff([lightness(colour) for _, colour in plots.DIVERGING])
    assert (steps[:2] > 0).all()
    assert (steps[2:] < 0).all()
