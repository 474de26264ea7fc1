"""A figure's words on a page: names at the ends of lines, titles in lines, on a desktop and a phone."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from llm_lib.book.plots import CELL, plot_bars, plot_heatmap, plot_loss
from tests.web.browser import PATIENCE
from web import palette, vendor
from web.fingerprint import ROOT

STEPS = np.arange(200)
FALL = np.exp(-STEPS / 40)
NAMES = ["training", "kept windows", "other messages"]
TITLE = "Held-out loss turns up while training loss falls on and on"
LONG = plot_loss(dict(zip(NAMES, (FALL, FALL + 0.001, FALL + 0.002), strict=True)), title=TITLE)
SCRIPTS = ("figure_words.js", "figure_numbers.js", "figures.js")
FIND = """() => ({
  names: [...document.querySelectorAll('.annotation-text')].map((text) => {
    const {top, left, right, height} = text.getBoundingClientRect();
    return {text: text.textContent, middle: top + height / 2, left, right,
            colour: getComputedStyle(text).fill};
  }),
  lines: [...document.querySelectorAll('.js-line')].map((line) => getComputedStyle(line).stroke),
  legend: [...document.querySelectorAll('.legendtext')].map((text) => text.textContent),
  words: [...document.querySelectorAll('.infolayer text')].map((text) => {
    const {left, right, top, bottom} = text.getBoundingClientRect();
    return [text.textContent, left, right, top, bottom];
  }),
  ticks: [...document.querySelectorAll('.xtick text, .ytick text')].map((text) => [
    text.textContent, getComputedStyle(text).fontSize]),
  ends: [...document.querySelectorAll('.bartext')].map((text) => text.textContent),
  box: document.querySelector('figure').getBoundingClientRect().toJSON(),
  level: [...document.querySelectorAll('.ytitle')].map((text) => text.textContent).join(''),
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    vendor.copy_plotly(folder)
    for name in SCRIPTS:
        shutil.copyfile(ROOT / "web/static" / name, folder / name)
    return folder


@pytest.fixture
def draw(folder, visit):
    """A function that draws a figure on a page of its own: draw(figure, width=, theme=)."""
    from web import plotly_figure  # brings Sphinx, which those who only list the tests don't need

    def on_page(figure, theme="light", **how):
        colours = json.dumps(palette.load_palette())
        scripts = "".join(f"<script defer src={n} data-dark='{colours}'></script>" for n in SCRIPTS)
        html = plotly_figure.figure_html(json.loads(figure.to_json()))
        style = f"{palette.THEME.read_text('utf-8')} body {{ margin: 16px }} figure {{ margin: 0 }}"
        page = (
            f'<!doctype html><html data-theme="{theme}"><meta name=viewport '
            f"content='width=device-width'><style>{style}</style>{html}{scripts}"
        )
        (folder / "page.html").write_text(page, "utf-8")
        opened = visit((folder / "page.html").as_uri(), home="file://", **how)
        opened.page.wait_for_selector("[data-drawn]", timeout=PATIENCE)
        assert opened.complaints == []
        return opened.page.evaluate(FIND)

    return on_page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_are_named_at_their_ends(draw, theme):
    # fails when a reader has to look up a line in a legend, or names lie upon each other
    seen = draw(LONG, theme=theme)
    assert seen["legend"] == []
    assert sorted(name["text"] for name in seen["names"]) == sorted(NAMES)
    middles = sorted(name["middle"] for name in seen["names"])
    assert min(np.diff(middles)) > 15
    assert all(name["right"] <= seen["box"]["right"] for name in seen["names"])
    assert [name["colour"] for name in seen["names"]] == seen["lines"]
    assert len(set(seen["lines"])) == 3


def test_names_stand_in_the_order_of_the_lines(draw):
    # fails when a name stands beside another line's end; on a logarithmic scale, too
    order = ["high", "middle", "low"]
    curves = {"low": FALL / 1000, "high": FALL * 10, "middle": FALL}
    figure = plot_loss(curves).update_yaxes(type="log")
    names = sorted(draw(figure)["names"], key=lambda name: name["middle"])
    assert [name["text"] for name in names] == order
    assert names[-1]["middle"] - names[0]["middle"] > 100


def test_a_line_that_ends_at_0_is_named_at_the_bottom(draw):
    # fails when a logarithmic axis, which has no place for 0, loses the name, or complains
    down = FALL.copy()
    down[-1] = 0
    figure = plot_loss({"down": down, "up": 1 / FALL}).update_yaxes(type="log")
    names = sorted(draw(figure)["names"], key=lambda name: name["middle"])
    assert [name["text"] for name in names] == ["up", "down"]


@pytest.mark.parametrize(
    "figure",
    [
        plot_loss({"ends early": (STEPS[:50], FALL[:50]), "goes on": FALL}),
        plot_loss({f"line {i}": FALL + i for i in range(20)}),
        plot_loss({"a name as long as half of the figure, and then some": FALL, "b": 2 * FALL}),
    ],
)
def test_a_legend_names_what_would_not_fit(draw, figure):
    # fails when names are put where no line ends, or where there is no room for them
    seen = draw(figure)
    assert seen["names"] == []
    assert len(seen["legend"]) == len(figure.data)


def test_a_line_that_ends_early_is_named_where_no_other_runs(draw):
    # fails when one short line brings back the legend, or its name lies upon a line
    curves = {"cliff": (STEPS[:120], 0.2 * FALL[:120]), "slope": FALL, "hill": 1.5 * FALL}
    seen = draw(plot_loss(curves).update_yaxes(type="log"))
    assert seen["legend"] == []
    cliff = next(name for name in seen["names"] if name["text"] == "cliff")
    assert all(cliff["right"] < n["left"] for n in seen["names"] if n["text"] != "cliff")


def test_a_phone_names_lines_at_their_ends_where_names_are_short(draw):
    # fails when two short names take a legend of their own on a narrow page
    seen = draw(plot_loss({"test": FALL, "training": 2 * FALL}), width=390)
    assert seen["legend"] == [] and len(seen["names"]) == 2
    assert all(name["right"] <= seen["box"]["right"] for name in seen["names"])


def test_powers_of_ten_are_written_in_one_manner(draw):
    # fails when an axis begins "1, 10" and goes on with powers, or its numbers are larger
    figure = plot_loss({"a": (np.logspace(0, 4, 50), np.logspace(-1, -7, 50))})
    figure.update_xaxes(type="log", dtick=1).update_yaxes(type="log", dtick=2)
    ticks = draw(figure)["ticks"]
    words = [word for word, _ in ticks]
    assert {"1", "10", "100", "1,000"} <= set(words)
    assert {"10−2", "10−4", "10−6"} <= {word.replace("\u200b", "") for word in words}
    assert len({size for _, size in ticks}) == 1


def test_bars_have_numbers_of_as_many_decimals(draw):
    # fails when a chart has 6 and 5.4 beside 7.16
    assert draw(plot_bars("abc", [7.16, 6, 5.4]))["ends"] == ["7.16", "6.00", "5.40"]
    assert draw(plot_bars("ab", [1200, 40]))["ends"] == ["1,200", "40"]


def test_a_bar_may_tell_another_amount(draw):
    # fails when a bar's own words give way to how long it is
    figure = plot_bars("ab", [0.5, 0.25]).update_traces(text=["3", "1.5"])
    assert draw(figure)["ends"] == ["3", "1.5"]


def test_all_words_fit_a_phone(draw):
    # fails when a title or a legend runs out of a narrow figure
    seen = draw(LONG, width=360)
    assert sorted(seen["legend"]) == sorted(NAMES)
    for text, left, right, top, bottom in seen["words"]:
        assert left >= seen["box"]["left"] - 1 and right <= seen["box"]["right"] + 1, text
        assert top >= seen["box"]["top"] - 1 and bottom <= seen["box"]["bottom"] + 1, text


def test_a_raw_figures_y_title_lies_level(draw):
    # fails when only the library's own figures have level words
    figure = plot_loss({"a": FALL}, y_title="").update_yaxes(title_text="loss")
    seen = draw(figure)
    assert seen["level"] == ""
    assert "loss" in [word[0] for word in seen["words"]]


def test_a_map_is_no_wider_than_its_cells(draw):
    # fails when a small map is stretched over the page
    seen = draw(plot_heatmap(np.eye(6), x=list("abcdef"), y=list("abcdef")))
    assert 6 * CELL < seen["box"]["width"] < 300


def test_the_library_waits_for_the_reader(draw, folder, visit):
    # fails if a page that moves below a pointer at rest fetches the library for what is out of
    # sight, or a reader who comes nearer waits for it
    draw(plot_loss({"a": FALL}))
    below = (
        (folder / "page.html")
        .read_text("utf-8")
        .replace("<figure", "<p style='height: 900px'><figure")
    )
    (folder / "below.html").write_text(below, "utf-8")
    opened = visit((folder / "below.html").as_uri(), home="file://")
    move = "(x) => dispatchEvent(new PointerEvent('pointermove', {movementX: x}))"
    paint = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    opened.page.evaluate(move, 0)
    for _ in range(3):  # an observer speaks after the next picture
        opened.page.evaluate(paint)
    assert not [url for url in opened.requests if "plotly.min" in url]
    opened.page.evaluate(move, 3)
    opened.page.wait_for_selector("[data-drawn]", timeout=PATIENCE)
