"""A reader's own colours, as in a contrast theme of Windows: amounts stay amounts, bars stay bars."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import Walkthrough
from tests.web.browser import serious_faults
from tests.web.everyone import keeps_amounts
from tests.web.shown import SHOWN
from tests.web.test_spoken import EACH
from tests.web.widget_page import plain_script

# test_room asks the same of each widget in the dark
IN_THE_DARK = EACH | {
    "Walkthrough, weights": lambda: Walkthrough("attention-row", scene="Softmax"),
}
IN_THE_LIGHT = {name: SHOWN[name] for name in ("CrossAttentionMap", "HeadLab")}
ALL = IN_THE_DARK | IN_THE_LIGHT
CASES = [*((name, "dark") for name in IN_THE_DARK), *((name, "light") for name in IN_THE_LIGHT)]


@pytest.mark.parametrize(("which", "theme"), CASES)
def test_amounts_and_bars_stay(show_widget, which, theme):
    # fails if a heat map has one colour, a bar that of its ground, or a word can't be read on its own
    keeps_amounts(show_widget(ALL[which](), width=992, theme=theme), theme)


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
