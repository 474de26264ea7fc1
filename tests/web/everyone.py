"""What a widget must be for everyone: told once to who listens, and seen in a reader's own colours."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.web.browser import COLOURS, serious_faults
from tests.web.widget_page import settle

# what can be clicked, dragged or focused within an image, whose parts a screen reader passes over
WITHIN_IMAGES = """() => [...document.querySelectorAll("[role=img]")].flatMap((image) => {
  const { cursor } = getComputedStyle(image);
  return [...image.querySelectorAll("*")]
    .filter((part) => part.checkVisibility())
    .filter((part) => part.tabIndex >= 0 || getComputedStyle(part).cursor !== cursor)
    .map((part) => part.outerHTML.slice(0, 120));
})"""
# what is read out when it changes, and changes with a slider whose own value is read out
TWICE = """() => [...document.querySelectorAll(".llm-widget .llm-slider *")]
  .filter((part) => part.matches("output") || part.closest("[aria-live], [role=status]"))
  .map((part) => part.outerHTML.slice(0, 120))"""
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


def is_told_once(page: Page) -> None:
    """Fail if one can't jump to a widget by its heading, or a part is for the mouse or told twice.

    Parts of a picture that can be chosen by mouse alone, say, or a slider that is heard twice.
    """
    title = page.locator(".llm-title").first.text_content()
    assert page.get_by_role("heading", name=title, exact=True, level=3).count() == 1
    assert page.evaluate(WITHIN_IMAGES) == []
    assert page.evaluate(TWICE) == []


def take_own_colours(page, theme: str) -> None:
    """Let the reader's system have colours of its own, and wait until the page has followed."""
    page.emulate_media(forced_colors="active", color_scheme=theme)
    settle(page)


def keeps_amounts(page: Page, theme: str) -> None:
    """Fail if a heat map loses its shades, a bar its ground, or a word its own colour can't be read."""
    page.evaluate(GROUND)
    before, unseen = page.evaluate(AMOUNTS), page.evaluate(UNSEEN)
    take_own_colours(page, theme)
    after = page.evaluate(AMOUNTS)
    lost = {name: n for name, n in before.items() if after.get(name, 0) < min(n / 2, MANY)}
    assert lost == {}
    assert [bar for bar in page.evaluate(UNSEEN) if bar not in unseen] == []
    assert serious_faults(page, COLOURS) == []
    page.emulate_media(forced_colors="none")
