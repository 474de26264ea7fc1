"""What could not be fetched once is fetched when the reader tries again: networks come back."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from llm_lib.book.plots import plot_loss
from llm_lib.book.widgets import HeadLab, NextTokenLab
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import mount, settle
from web import palette, plotly_figure, vendor
from web.page_scripts import STATIC

# a page of the book whose network can be cut
BOOK = """(files) => {
  globalThis.isUp = false;
  globalThis.asked = 0;
  globalThis.__llmBook = {
    loadModel: async (ref) => {
      asked += 1;
      if (!isUp) throw new Error("the file could not be loaded");
      return JSON.parse(files)[ref];
    },
  };
}"""
BARS = ".llm-bars button"


def on_a_page(show_widget, widget):
    """Show a widget as on a page of the book, without a network; return the page."""
    page = show_widget(NextTokenLab(random_model(), small_tokenizer(), prompt="the fox"))
    page.evaluate("() => { cleanup(); document.querySelector('main').remove(); }")
    page.evaluate(BOOK, json.dumps(widget._files))
    mount(page, widget, {"no": "answer"})
    page.wait_for_selector(".llm-widget[data-ready]")
    settle(page)
    return page


def test_a_stored_look_stays_and_tries_again(show_widget):
    # fails if a reader in a tunnel loses what was there, has to load the page anew, or if each move
    # of the mouse asks once more
    widget = NextTokenLab("sprout", prompt="Once there was a", wait=True)
    page = on_a_page(show_widget, widget)
    before = page.locator(BARS).all_inner_texts()
    assert len(before) > 5
    page.locator(BARS).nth(2).hover()
    page.get_by_text("This widget can't run its model. the file could not be loaded").wait_for()
    assert page.locator(BARS).all_inner_texts() == before
    page.mouse.move(0, 0)
    page.locator(BARS).nth(3).hover()
    settle(page)
    assert page.evaluate("asked") == 1
    again = page.get_by_role("button", name="Try again")
    again.click()
    page.wait_for_function("asked === 2")
    again.wait_for()
    page.evaluate("() => { isUp = true; }")
    again.click()
    again.wait_for(state="detached")
    page.locator("textarea").first.fill("Tobi the owl was")
    page.wait_for_function(
        f"document.querySelector('{BARS}').textContent !== {json.dumps(before[0])}"
    )
    assert page.get_by_text("can't run").count() == 0
    assert len(page.complaints) == 2  # both failures, for who looks at the console
    page.complaints.clear()


def test_a_widget_whose_model_did_not_come_tries_again(show_widget):
    # fails if only loading the page anew helps
    page = on_a_page(show_widget, HeadLab(random_model(), small_tokenizer(), text="the fox"))
    assert page.locator(".llm-widget[data-ready=failed]").count() == 1
    page.evaluate("() => { isUp = true; }")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".llm-widget[data-ready=yes]")
    assert page.get_by_text("can't run").count() == 0
    page.complaints.clear()


@pytest.fixture
def figure(tmp_path, visit):
    """A page with a figure, and plotly.js where `plotly` says so: figure(plotly) -> page."""
    for name in ("figure_words.js", "figure_numbers.js", "figures.js"):
        shutil.copyfile(STATIC / name, tmp_path / name)
    steps = np.arange(50)
    drawn = plot_loss({"training": np.exp(-steps / 10)}, title="Loss")
    html = plotly_figure.figure_html(json.loads(drawn.to_json()))
    colours = json.dumps(palette.load_palette())
    scripts = "".join(
        f"<script defer src={name} data-dark='{colours}'></script>"
        for name in ("figure_words.js", "figure_numbers.js", "figures.js")
    )
    text = (
        f"<!doctype html><html data-theme=light><style>{palette.THEME.read_text('utf-8')}</style>"
        f"<div style='height: 3000px'>above</div>{html}{scripts}"
    )
    (tmp_path / "page.html").write_text(text, "utf-8")

    def show(*, has_plotly: bool):
        if has_plotly:
            vendor.copy_plotly(tmp_path)
        return visit((tmp_path / "page.html").as_uri(), home="file://").page

    show.folder = tmp_path
    return show


def test_a_figure_tries_again_when_one_comes_back_to_it(figure):
    # fails if a figure that could not be drawn once never is
    page = figure(has_plotly=False)
    box = page.locator(".llm-figure")
    box.scroll_into_view_if_needed()
    page.get_by_text("plotly.min.js could not be loaded").wait_for()
    vendor.copy_plotly(figure.folder)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(
        "document.querySelector('.llm-figure').getBoundingClientRect().top > 2000"
    )
    box.scroll_into_view_if_needed()
    page.wait_for_selector(".llm-figure[data-drawn]")
    assert page.get_by_text("could not be").count() == 0


# counts how many drawings of a figure are under way at once
COUNT = """() => {
  const react = Plotly.react;
  globalThis.counts = { now: 0, most: 0, all: 0 };
  Plotly.react = async (...how) => {
    counts.all += 1;
    counts.most = Math.max(counts.most, ++counts.now);
    try {
      const drawn = await react(...how);
      await new Promise((done) => setTimeout(done, 150)); // as a slow device
      return drawn;
    } finally { counts.now -= 1; }
  };
}"""


def test_a_window_that_is_pulled_draws_a_figure_one_at_a_time(figure):
    # fails if drawings of two sizes or themes mix, if each pixel draws, or if the last is left out
    page = figure(has_plotly=True)
    page.locator(".llm-figure").scroll_into_view_if_needed()
    page.wait_for_selector(".llm-figure[data-drawn]")
    page.evaluate(COUNT)
    for width in range(1200, 800, -40):
        page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("""async () => {
      for (const theme of ["dark", "light", "dark"]) {
        document.documentElement.dataset.theme = theme;
        await new Promise((done) => setTimeout(done)); // which the page sees
      }
    }""")
    page.wait_for_function("document.querySelector('.llm-figure').dataset.drawn === 'dark'")
    page.wait_for_function(
        """() => {
          const { _plot, _width } = document.querySelector(".llm-figure");
          return !counts.now && _width === _plot.clientWidth && _width < 860;
        }"""
    )
    counts = page.evaluate("counts")
    assert counts["most"] == 1
    assert counts["all"] < 10
