"""Code on a phone: a line that is too long goes on below, and nothing of it is changed."""

from __future__ import annotations

import pytest

CHAPTER = "chapters/10_multi_head_attention.html"
CODE = """() => [...document.querySelectorAll('.cell_input .highlight pre')].map((pre) => ({
  text: pre.textContent, wide: pre.scrollWidth > pre.clientWidth + 1,
  rows: [...pre.querySelectorAll('.llm-code-line')].map((line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    const seen = [...range.getClientRects()].filter(({ width }) => width > 1);
    const first = Math.min(...seen.map(({ top }) => top));
    const below = seen.filter(({ top }) => top > first + 8).map(({ left }) => left);
    const indent = /^ */.exec(line.textContent)[0].length;
    return [indent, below.length ? Math.min(...below) - line.getBoundingClientRect().left : 0];
  }),
}))"""
STARTS = """(lines) => lines.filter((line) => line.textContent.trim()).map((line) => {
  const depth = /^ */.exec(line.textContent)[0].length;
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let letters = texts.nextNode();
  while (!letters.textContent.trim()) letters = texts.nextNode();
  const range = document.createRange();
  range.setStart(letters, letters.textContent.search(/\\S/));
  range.setEnd(letters, letters.textContent.search(/\\S/) + 1);
  return [depth, range.getBoundingClientRect().left, Boolean(line.querySelector("mark"))];
})"""
SEEN = "* { content-visibility: visible !important; }"
LETTER = 7.5  # pixels of width, about


@pytest.fixture
def shown(address, visit):
    """A function that opens a chapter in a window of some width, and returns its cells' code."""

    def open_at(width: int) -> list[dict]:
        page = visit(address + CHAPTER, width=width).page
        page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
        page.add_style_tag(content=SEEN)
        return page.evaluate(CODE)

    return open_at


def test_a_long_line_goes_on_deeper_than_it_began(shown):
    # fails when a line is cut at the edge, goes on where a line of less depth would begin, or is
    # another than the one that a wide window shows
    narrow, wide = shown(390), shown(1280)
    assert [cell["text"] for cell in narrow] == [cell["text"] for cell in wide]
    assert not any(cell["wide"] for cell in narrow)
    assert not any(cell["rows"] for cell in wide)
    broken = [row for cell in narrow for row in cell["rows"] if row[1]]
    assert len(broken) > 20
    assert all(left > (indent + 1) * LETTER for indent, left in broken), broken


def test_two_blank_lines_are_one(shown):
    # fails when the second of two blank lines, which is not seen, gets a line of its own here
    two = [cell for cell in shown(390) if "\n\n\n" in cell["text"]]
    assert two
    for cell in two:
        assert len(cell["rows"]) == cell["text"].count("\n") - cell["text"].count("\n\n\n")


def test_marked_lines_and_the_reader_s_own_file_fit(address, visit):
    # fails when a listing of the library with marked lines, or of my_gpt.py, is cut at the edge of
    # a phone, or a marked line begins elsewhere than one above it of the same depth
    page = visit(address + "chapters/17_training_faster.html", width=390).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    page.add_style_tag(content=SEEN)
    boxes = page.locator(".llm-source pre:has(mark), .llm-my-gpt .highlight")
    assert boxes.count() >= 2
    room = "(found) => found.map((one) => one.scrollWidth - one.clientWidth)"
    assert max(boxes.evaluate_all(room)) <= 1
    starts = page.locator(".llm-source .llm-code-line").evaluate_all(STARTS)
    marked = {(depth, round(left)) for depth, left, is_marked in starts if is_marked}
    others = {depth: left for depth, left, is_marked in starts if not is_marked}
    assert marked
    unit = (others[8] - others[4]) / 4
    assert all(abs(left - others[4] - (depth - 4) * unit) < 2 for depth, left in marked)


UNDER_COPY = """(boxes) => boxes.flatMap((box) => {
  box.dispatchEvent(new MouseEvent('mouseover'));
  const copy = box.querySelector('.llm-copy').getBoundingClientRect();
  const code = document.createRange();
  code.selectNodeContents(box.querySelector('pre'));
  return [...code.getClientRects()]
    .filter((seen) => seen.width && seen.right > copy.left && seen.left < copy.right)
    .filter((seen) => seen.bottom - 3 > copy.top && seen.top + 3 < copy.bottom)
    .map(() => box.textContent.slice(0, 60));
})"""


@pytest.mark.parametrize("width", [600, 768, 1024, 1280, 1600])
def test_copy_covers_no_code(address, visit, width):
    # fails when the button that copies a cell lies over the end of a line, or can't be seen
    page = visit(f"{address}chapters/20_fine_tuning_to_classify.html", width=width).page
    page.add_style_tag(content=SEEN)
    boxes = page.locator(".highlight:visible:has(> .llm-copy)")
    assert boxes.count() > 10
    assert boxes.evaluate_all(UNDER_COPY) == []
    box = boxes.first
    box.locator("pre").hover(position={"x": 20, "y": 10})
    copy = box.locator(".llm-copy")
    assert copy.evaluate("(e) => getComputedStyle(e).opacity") == "1"
    copy.click()  # nothing that cuts it off lies over its upper half
    hit = """(copy) => {
      const { x, y, width } = copy.getBoundingClientRect();
      return copy.contains(document.elementFromPoint(x + width / 2, y + 3));
    }"""  # measured and asked at once: what is above may still come alive, and move it
    assert copy.evaluate(hit)
    assert copy.bounding_box()["height"] >= 24
