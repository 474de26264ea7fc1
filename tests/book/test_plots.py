"""Tests of the figures: the data they hold, their words, and their limits."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from llm_lib.book import plot_style
from llm_lib.book.plots import plot_band, plot_bars, plot_heatmap, plot_loss

FIGURES = {
    "loss": plot_loss({"train": [3, 2, 1], "val": (np.array([0, 2]), torch.tensor([3.0, 1.5]))}),
    "heatmap": plot_heatmap(
        np.eye(3) - 0.5,
        x=["a", "b", "a"],
        y=["u", "v", "w"],
        title="One head",
        x_title="looked at",
        y_title="looking",
        diverging=True,
    ),
    "bars": plot_bars(["a", "a", "b"], [0.2, 0.3, 0.5], title="Next token"),
    "band": plot_band(
        [1, 10], [1, 2], [2, 3], torch.tensor([3.0, 5.0]), {"runs": ([1], [2.5])}, log=True
    ),
    "columns": plot_bars(["a", "b"], [1, 2], horizontal=False),
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
    assert template.font.size == 13
    assert (template.title.font.size, template.title.font.weight) == (16, 600)
    json.loads(figure.to_json())  # what the page is given


def test_words_say_what_is_seen():
    # Fails if the words do not follow the numbers.
    assert "train goes from 3 to 1" in FIGURES["loss"].layout.meta["alt"]
    assert "val goes from 3 to 1.5" in FIGURES["loss"].layout.meta["alt"]
    assert "largest 0.5 at u → a" in FIGURES["heatmap"].layout.meta["alt"]
    assert "b 0.5" in FIGURES["bars"].layout.meta["alt"]
    assert plot_loss({"a": [1]}, alt="My words").layout.meta["alt"] == "My words"


def test_figures_hold_the_numbers():
    # Fails if numbers are changed, or places with equal labels fall together.
    np.testing.assert_allclose(np.array(FIGURES["heatmap"].data[0].z), np.eye(3) - 0.5)
    assert list(FIGURES["heatmap"].layout.xaxis.ticktext) == ["a", "b", "a"]
    assert list(FIGURES["bars"].data[0].x) == [0.2, 0.3, 0.5]
    assert list(FIGURES["columns"].data[0].y) == [1, 2]
    low, high, middle, runs = FIGURES["band"].data
    assert [list(part.y) for part in (low, middle, high)] == [[1, 2], [2, 3], [3, 5]]
    assert (list(runs.x), list(runs.y), runs.mode) == ([1], [2.5], "markers")
    assert high.fill == "tonexty" and FIGURES["band"].layout.yaxis.type == "log"
    assert FIGURES["band"].layout.yaxis.ticktext == ("1", "1.5", "2", "3", "5")
    wide = plot_band([2e4, 2e6], [1, 1], [1, 1], [1, 1], {}, log=True).layout.xaxis
    assert wide.ticktext == ("20k", "50k", "100k", "200k", "500k", "1M", "2M")


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
        (lambda: plot_bars(["a"], [1, 2]), "1 labels"),
        (lambda: plot_loss({"a": []}), "curve 'a'"),
        (lambda: plot_loss({"a": ([1, 2], [1])}), "curve 'a'"),
        (lambda: plot_band([1, 2], [1], [1, 2], [1, 2], {}), "a number for each x"),
        (lambda: plot_band([], [], [], [], {}), "at least one"),
        (lambda: plot_band([1], [0], [1], [2], {}, log=True), "must be above 0"),
    ],
)
def test_bad_data_is_refused(make, named):
    # Fails if a wrong shape gives an empty figure or plotly's own long error.
    with pytest.raises(ValueError, match=named):
        make()


def colours_of(figure):
    """Return every colour that a figure names, with those of its template."""
    return set(re.findall(r"#[0-9a-f]{6}\b", figure.to_json().lower()))


@pytest.mark.parametrize("name", FIGURES)
def test_every_colour_is_in_the_theme(name):
    # Fails if a figure brings a colour of its own, which would have no partner in the dark.
    light_and_dark = plot_style.THEME.read_text("utf-8").split("A host that says")[:2]
    light, dark = (re.findall(r"--llm-([\w-]+): (#\w{6})", text) for text in light_and_dark)
    assert colours_of(FIGURES[name]) <= {colour for _, colour in light}
    assert dict(light).keys() == dict(dark).keys()
    assert plot_style.load_palette() == dict(light)


def test_words_lie_level():
    # Fails if a reader has to tilt the head: the y axis has a rotated title.
    for figure in FIGURES.values():
        assert not figure.layout.yaxis.title.text
    titled = {name: figure.layout.title for name, figure in FIGURES.items()}
    assert titled["loss"].subtitle.text == "loss (nats per token)"
    assert titled["heatmap"].subtitle.text == "rows: looking, columns: looked at"
    alone = plot_bars(["a"], [1], x_title="share").layout.title
    assert (alone.text, alone.font.size, alone.subtitle.text) == ("share", 13, None)


def test_only_level_lines_cross_a_figure():
    # Fails if a grid shines through a map, or stands across lines and bars.
    for name, figure in FIGURES.items():
        shown = figure.layout.yaxis.showgrid is not False
        assert shown == (name in ("loss", "band", "columns")), name
        assert figure.layout.template.layout.xaxis.showgrid is False
        assert not figure.layout.xaxis.showgrid


def test_cells_of_a_map_are_squares_on_a_page():
    # Fails if a map is drawn as wide as a page, or as high as one row of letters.
    figure = plot_heatmap(np.eye(10), x=list("abcdefghij"), y=list("abcdefghij"))
    layout = figure.layout
    cells = layout.height - layout.margin.t - layout.margin.b
    assert cells == 10 * plot_style.CELL
    assert 10 * plot_style.CELL < layout.meta["width"] < 10 * plot_style.CELL + 100
    assert layout.xaxis.side == "top"
    long = plot_heatmap(np.eye(2), x=["a long label", "b"], y=["a", "b"]).layout
    assert long.xaxis.tickangle == -90 and layout.xaxis.tickangle == 0
    assert long.margin.t > layout.margin.t + 50


def test_bars_say_their_numbers():
    # Fails if a value has to be read off an axis, or stands outside of the figure.
    bars = plot_bars(["a", "b", "c"], [0.12345, -3, 1234.5])
    assert list(bars.data[0].text) == ["0.123", "-3", "1,234"]
    assert bars.layout.xaxis.visible is False
    low, high = bars.layout.xaxis.range
    assert low < -3 and high > 1.1 * 1234
