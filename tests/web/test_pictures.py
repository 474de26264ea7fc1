"""Pictures in a browser: text in its place, at both widths, in both themes."""

import pytest

from llm_lib.book.pictures import PICTURES, show_matrix, show_picture, show_table
from tests.web.browser import serious_faults

DARK_PAGE = "background: #14181d"
# the words of a drawing: their text, their size on the screen, their place, and that of the drawing
MEASURE = """() => [...document.querySelectorAll('svg')]
  .filter((svg) => getComputedStyle(svg).display !== 'none')
  .map((svg) => {
    const frame = svg.getBoundingClientRect(), scale = frame.width / svg.viewBox.baseVal.width;
    const box = ({left, top, right, bottom}) => [left, top, right, bottom];
    return {frame: box(frame), page: document.documentElement.clientWidth, texts: [...svg.querySelectorAll('text')].map((text) => ({
      text: text.textContent, size: scale * text.getAttribute('font-size'), box: box(text.getBoundingClientRect()),
    }))};
  })"""


@pytest.fixture
def show(browser):
    """A function that shows HTML on a page of its own."""
    pages = []

    def show_html(html: str, width: int, theme: str = "light"):
        page = browser.new_page(viewport={"width": width, "height": 600}, color_scheme=theme)
        pages.append(page)
        ground = DARK_PAGE if theme == "dark" else ""
        page.set_content(
            f'<!doctype html><html lang="en" data-theme="{theme}"><title>Pictures</title>'
            f'<body style="margin: 0; {ground}"><main>{html}</main></body></html>'
        )
        return page

    yield show_html
    for page in pages:
        page.close()


def overlap(a, b) -> float:
    """Return by how many pixels two boxes lie over each other, in the direction where it is less."""
    return min(min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1]))


@pytest.mark.parametrize("width", [960, 328])
@pytest.mark.parametrize("drawn", PICTURES)
def test_words_have_their_place(show, drawn, width):
    # fails when a word leaves its picture, runs into another one, or is too small to read
    (seen,) = show(show_picture(drawn)._repr_html_(), width).evaluate(MEASURE)
    left, top, right, bottom = seen["frame"]
    assert seen["texts"] and right <= seen["page"] == width
    for word in seen["texts"]:
        x0, y0, x1, y1 = word["box"]
        assert left - 1 <= x0 and x1 <= right + 1 and top - 1 <= y0 and y1 <= bottom + 1, word
        assert word["size"] >= 10.9, word
    words = seen["texts"]
    for i, word in enumerate(words):
        for other in words[:i]:
            assert overlap(word["box"], other["box"]) < 4, (word, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [960, 328])
def test_all_on_one_page_have_no_faults(show, width, theme):
    # fails when words lack contrast, a picture has no name, or two share an id
    numbers = [[0.5, -1], [2, 0]]
    others = [show_matrix(numbers, role=role) for role in ("query", "key", "value", "weight")]
    others.append(show_table([{"model": "GPT", "loss": 1.5}], best={"loss": "min"}))
    shown = [*map(show_picture, PICTURES), *others]
    page = show("".join(one._repr_html_() for one in shown), width, theme)
    assert serious_faults(page) == []


def test_a_narrow_place_gets_the_narrow_drawing(show):
    # fails when the page's width decides, and not that of the place where the picture stands
    html = show_picture("windows")._repr_html_()
    page = show(f'<div style="width: 500px">{html}</div>{html}', 1000)
    shown = page.eval_on_selector_all(
        "svg", "all => all.map((svg) => getComputedStyle(svg).display !== 'none')"
    )
    assert shown == [False, True, True, False]


def test_a_wide_matrix_scrolls_in_its_own_box(show):
    # fails when a page gets as wide as the widest matrix on it
    page = show(show_matrix([[1.5] * 20])._repr_html_(), 328)
    assert page.evaluate("document.documentElement.scrollWidth") == 328
    assert page.eval_on_selector(".llm-picture", "e => e.scrollWidth > e.clientWidth")
