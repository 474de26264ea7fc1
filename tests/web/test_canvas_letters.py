"""The letters that widgets draw on a canvas: those that tokens have everywhere else."""

from __future__ import annotations

import pytest

from tests.web.shown import SHOWN
from tests.web.widget_page import settle

LISTEN = """() => {
  window.letters = new Set();
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    if (/\\p{L}/u.test(text)) window.letters.add(this.font);
    return fillText.call(this, text, ...place);
  };
}"""


@pytest.mark.parametrize("which", ["HeadLab", "PatchLab"])
def test_a_canvas_has_the_letters_of_tokens(show_widget, which):
    # fails when a map's tokens are in the system's font beside those of the book
    page = show_widget(SHOWN[which]())
    page.evaluate(LISTEN)
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_function("window.letters.size > 0")
    settle(page)
    fonts = {font.split("px ")[1] for font in page.evaluate("[...window.letters]")}
    own = page.locator(".llm-widget").evaluate("(e) => getComputedStyle(e).fontFamily")
    [tokens] = fonts - {own}  # an axis is named as all else in the widget is
    assert tokens.startswith('"Book Mono"')
