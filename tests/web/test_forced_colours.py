"""A reader's own colours, as in a contrast theme of Windows: amounts stay amounts, bars stay bars."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import Walkthrough
from tests.web.browser import serious_faults
from tests.web.test_spoken import EACH
from tests.web.widget_page import plain_script, settle

ALL = EACH | {"Walkthrough, weights": lambda: Walkthrough("attention-row", scene="Softmax")}
CASES = [*((which, "dark") for which in ALL), ("CrossAttentionMap", "light"), ("HeadLab", "light")]
# By class, how many colours the cells, chips and shapes have that differ by an amount: a style of
# their own says it. A canvas counts as a class, and its pixels as cells.
AMOUNTS = """() => {
  const found = {};
  const note = (name, colour) => (found[name] ??= new Set()).add(colour);
  for (const part of document.querySelectorAll(".llm-widget [style*='--'], .llm-picture [style*='--']")) {
    const { backgroundColor, fill } = getComputedStyle(part);
    const isShape = part instanceof SVGElement;
    const shape = isShape ? part.querySelector("rect, path") ?? part : part;
    note(String(part.className.baseVal ?? part.className).split(" ").at(0),
      isShape ? getComputedStyle(shape).fill : backgroundColor);
  }
  document.querySelectorAll(".llm-widget canvas").forEach((canvas, i) => {
    if (!canvas.width || !canvas.height) return;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
      note(`canvas ${i}`, data.slice(at, at + 4).map((value) => value >> 5).join());
    }
  });
  return Object.fromEntries(Object.entries(found).map(([name, set]) => [name, set.size]));
}"""
MANY = 4  # shades of one hue have fewer values than those of two
# Bars of some length whose colour is that of what they lie on.
UNSEEN = """() => [...document.querySelectorAll(
  ".llm-widget :is([style*=width], [style*=height], .llm-bar-fill):not(textarea)")]
  .filter((bar) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(bar);
    const box = bar.getBoundingClientRect();
    if (!bar.checkVisibility() || box.width < 1 || box.height < 1) return false;
    if (backgroundImage !== "none" || /, 0\\)$|\\/ 0\\)$/.test(backgroundColor)) return false;
    return backgroundColor === groundOf(bar.parentElement);
  })
  .map((bar) => bar.outerHTML.slice(0, 120))"""
GROUND = """() => {
  globalThis.groundOf = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const { backgroundColor } = getComputedStyle(e);
      if (!/, 0\\)$|\\/ 0\\)$/.test(backgroundColor)) return backgroundColor;
    }
    return "";
  };
}"""


def take_own_colours(page, theme: str) -> None:
    """Let the reader's system have colours of its own, and wait until the page has followed."""
    page.emulate_media(forced_colors="active", color_scheme=theme)
    settle(page)


@pytest.mark.parametrize(("which", "theme"), CASES)
def test_amounts_and_bars_stay(show_widget, which, theme):
    # fails if a heat map has one colour, a bar that of its ground, or a word can't be read on its own
    page = show_widget(ALL[which](), width=992, theme=theme)
    page.evaluate(GROUND)
    before, unseen = page.evaluate(AMOUNTS), page.evaluate(UNSEEN)
    take_own_colours(page, theme)
    after = page.evaluate(AMOUNTS)
    lost = {name: n for name, n in before.items() if after.get(name, 0) < min(n / 2, MANY)}
    assert lost == {}
    assert [bar for bar in page.evaluate(UNSEEN) if bar not in unseen] == []
    assert serious_faults(page, ["color-contrast"]) == []
    page.emulate_media(forced_colors="none")


SHADES = """() => new Set([...document.querySelectorAll(".llm-picture [style*='--level']")]
  .map((cell) => getComputedStyle(cell).fill)).size"""


def test_a_page_follows_too(address, visit):
    # fails if a picture's cells have one colour, if figures are drawn for another ground than the
    # reader's, or if how far one has read, or where one is, can't be seen
    page = visit(f"{address}chapters/09_self_attention.html", theme="dark").page
    page.locator(".llm-theme").click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    before = page.evaluate(SHADES)
    page.emulate_media(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate(SHADES) > before / 2 > 2
    page.evaluate("() => document.querySelector('#pst-page-toc-nav a').click()")
    page.wait_for_selector("#pst-page-toc-nav [aria-current]")
    colours = page.evaluate(
        """() => {
          const ground = getComputedStyle(document.body).backgroundColor;
          const links = [...document.querySelectorAll("#pst-page-toc-nav a")];
          const isSeen = (link) => getComputedStyle(link).borderLeftColor !== ground;
          return {
            seen: links.filter(isSeen).length,
            progress: getComputedStyle(document.querySelector(".llm-progress")).backgroundColor,
            ground,
          };
        }"""
    )
    assert colours["seen"] == 1
    assert colours["progress"] != colours["ground"]
    assert serious_faults(page, ["color-contrast"]) == []


def test_what_is_not_on_the_page_yet_can_be_painted(show_widget):
    # fails when a widget that a notebook draws before it has put it on its page ends in an error:
    # such an element has no colours to ask for
    page = show_widget(Walkthrough("log-axes"))
    page.add_script_tag(content=plain_script("widgets/shared/dom.js"))
    colour = page.evaluate("themeColour(document.createElement('div'), '--llm-weight')")
    assert colour == [0, 0, 0]
