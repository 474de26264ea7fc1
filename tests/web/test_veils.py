"""Veils over what a question guards, on small pages of our own, as a reader acts."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.web.browser import serious_faults
from tests.web.small_book import CELL, KEY, answer, kept, veiled

FIRST = ["the outcome", "as we see", "All that was found, in a paragraph of its own."]
LAST = "The last word."
SWITCH = "Show all answers"
LIFTED = "() => !document.querySelector('.tag_veiled .llm-veil')"


def boxes(page) -> list:
    """Return the places of all that stands in the article."""
    return page.evaluate(
        """() => [...document.querySelectorAll('article :is(h1, h2, p, pre, .cell_output, section)')]
          .filter((e) => !e.closest('.llm-question'))
          .map((e) => e.getBoundingClientRect())
          .map(({x, y, width, height}) => [x, y + scrollY, width, height].map(Math.round))"""
    )


def spoken(page) -> list[str]:
    """Return what a screen reader finds on the page."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node["name"]["value"] for node in nodes if not node["ignored"] and "name" in node]


def test_an_answer_lifts_what_its_question_guards(reader):
    # fails if the outcome is seen before the prediction, is not there afterwards, or another
    # question's veil goes too; if code, a lead-in, or what is not marked is veiled
    page = reader()
    assert veiled(page) == [*FIRST, LAST]
    for words in ("then we look", "look( once, )", "then the next:", "the next thing"):
        assert page.get_by_text(words, exact=True).evaluate("(e) => !e.closest('[inert]')"), words
    answer(page, 0, "Yes.")
    page.wait_for_function(LIFTED)
    assert veiled(page) == [LAST]
    assert kept(page)["exercises"]["97-predict-one"]["state"] == "solved"


def test_a_veil_takes_and_leaves_no_room(reader):
    # fails if something moves by a pixel when a veil is lifted, or something of it stays behind
    page = reader()
    page.locator(".llm-predict").last.wait_for()
    before = boxes(page)
    while lifts := page.locator(".llm-veil-lift").all():  # one lifts all of its question
        lifts[-1].evaluate("(e) => e.click()")
    assert boxes(page) == before
    left = "[inert], .llm-veil, .llm-veil-under, .llm-veil-lift"
    assert page.locator(left).count() == 0
    assert page.get_by_text("as we").evaluate("(e) => e.outerHTML").startswith("<span")
    assert page.locator("#deep").evaluate("(e) => e.parentElement.tagName") == "SPAN"


def test_a_first_wrong_answer_gives_nothing_away(reader):
    # fails if a reader who is told why it is wrong sees the outcome at once, or never
    page = reader()
    answer(page, 0, "No.")
    page.locator(".llm-predict[data-state=tried]").first.wait_for()
    assert veiled(page) == [*FIRST, LAST]
    assert kept(page)["exercises"]["97-predict-one"] == {"state": "tried", "answer": "b"}
    page.locator(".llm-predict").first.get_by_role("radio").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(LIFTED)


@pytest.mark.parametrize("words", ["Show me", "The output waits for your answer. Show it"])
def test_nobody_has_to_answer(reader, words):
    # fails if a reader who does not want to answer can't go on with one click
    page = reader()
    page.get_by_role("button", name=words).first.click()
    page.wait_for_function(LIFTED)
    assert veiled(page) == [LAST]


def test_a_veil_names_what_waits_and_hands_the_focus_on(reader):
    # fails if a screen reader can't tell one veil from another, hears what is under it, or a
    # keyboard has to begin at the page's top after a veil was lifted
    page = reader()
    button = page.locator(".tag_veiled .llm-veil-lift")
    wanted = "The output waits for your answer. Show it (the output of look)"
    assert page.get_by_role("button", name=wanted, exact=True).count() == 1
    assert "the outcome" not in spoken(page)
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className").startswith("cell_output")
    assert "the outcome" in spoken(page)


def test_a_passage_is_lifted_where_it_stands(reader):
    # fails if a click on blurred words does nothing, or a paragraph without an output has no label
    page = reader()
    page.locator("span.llm-veil").click()
    page.wait_for_function(LIFTED)
    page.get_by_role("button", name="What was found waits for your answer. Show it").click()
    assert veiled(page) == []


def test_an_answer_is_remembered(reader):
    # fails if a reader who returns has to answer again, or finds another answer
    page = reader()
    answer(page, 0, "Yes.")
    page.get_by_text("So it is.").first.wait_for()
    again = reader()
    again.locator(".llm-predict[data-state=solved]").wait_for()
    assert veiled(again) == [LAST]
    assert again.locator(".llm-predict-verdict").first.inner_text() == "✓ Right. So it is."
    again.get_by_role("button", name="Try again").click()
    again.wait_for_function(f"!localStorage.getItem('{KEY}').includes('97-predict-one')")


def test_a_link_under_a_veil_lifts_it(reader):
    # fails if a link leads to nothing that can be seen, on arrival or on the page
    page = reader("eight.html#deep")
    page.wait_for_function(LIFTED)
    other = reader()
    other.evaluate("location.hash = 'deep'")
    other.wait_for_function(LIFTED)
    assert veiled(other) == [LAST]
    elsewhere = reader("eight.html#two")
    elsewhere.locator(".llm-predict").first.wait_for()
    assert veiled(elsewhere) == [*FIRST, LAST]


@pytest.mark.parametrize("keys", ["Enter", "Space"])
def test_the_switch_lifts_all_veils_on_all_pages(reader, keys):
    # fails if it needs a mouse, is not said to be on, is forgotten, answers for the reader, or has
    # no way back
    page = reader()
    switch = page.get_by_role("button", name=SWITCH)
    assert switch.get_attribute("aria-pressed") == "false"
    switch.focus()
    page.keyboard.press(keys)
    assert veiled(page) == [] and switch.get_attribute("aria-pressed") == "true"
    assert kept(page)["exercises"] == {}
    assert page.evaluate("localStorage.getItem('llm-from-scratch.answers')") == "shown"
    page.keyboard.press(keys)
    assert veiled(page) == [*FIRST, LAST] and switch.get_attribute("aria-pressed") == "false"


def test_the_switch_brings_back_no_veil_that_was_lifted(reader):
    # fails if what a reader has answered is veiled again
    page = reader()
    answer(page, 0, "Yes.")
    page.wait_for_function(LIFTED)
    for _ in range(2):
        page.get_by_role("button", name=SWITCH).click()
    assert veiled(page) == [LAST]


def test_a_question_that_can_not_start_veils_nothing(reader, tmp_path):
    # fails if a widget's failure takes the text with it
    (tmp_path / "_static/state.js").write_text("window.__llmWidgetState = {models: {}};")
    page = reader()
    page.wait_for_function("document.querySelectorAll('[data-mounted=failed]').length === 2")
    page.wait_for_function("!document.querySelector('.llm-veil')")
    assert reader.complaints
    reader.complaints.clear()


def test_without_javascript_all_is_there(browser, book):
    # fails if question, choices, outcome or reason need a script, or something is blurred
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(book + "eight.html")
    for words in ("Is it so?", "Yes.", "the outcome", "as we", LAST):
        assert page.get_by_text(words).first.is_visible(), words
    assert page.locator("[inert], .llm-veil").count() == 0
    page.get_by_text("Show the answer").first.click()
    assert page.get_by_text("So it is.").first.is_visible()
    context.close()


LOOK = """() => [...document.querySelectorAll('[inert]')].map((e) => {
  const {filter, opacity} = getComputedStyle(e);
  return [filter, Number(opacity)];
})"""


def test_on_paper_all_is_there(reader):
    # fails if a printed page, or one that is being laid out for it, hides what nobody has answered
    page = reader()
    assert all("blur" in look[0] for look in page.evaluate(LOOK))
    page.evaluate("document.documentElement.dataset.paper = ''")
    assert page.evaluate(LOOK) == [["none", 1]] * 4
    page.evaluate("delete document.documentElement.dataset.paper")
    page.emulate_media(media="print")
    assert page.evaluate(LOOK) == [["none", 1]] * 4
    assert page.locator(".llm-veil-lift:visible").count() == 0


def test_a_readers_own_colours_leave_nothing_to_read(reader):
    # fails if a browser that draws no blur shows what waits, or the label goes with it
    page = reader()
    page.emulate_media(forced_colors="active")
    assert [look[1] for look in page.evaluate(LOOK)] == [0] * 4
    assert page.locator(".tag_veiled .llm-veil-lift").is_visible()
    page.emulate_media(forced_colors="active", media="print")
    assert page.evaluate(LOOK) == [["none", 1]] * 4


def test_nothing_moves_for_those_who_ask(reader):
    # fails if a veil that is lifted moves though the reader wants less motion
    page = reader()
    for motion, name in (("no-preference", "llm-lift"), ("reduce", "none")):
        page.emulate_media(reduced_motion=motion)
        page.locator(".llm-veil-lift").first.click()
        of = "document.querySelector('.llm-lifted') && getComputedStyle(document.querySelector('.llm-lifted'))"
        assert page.evaluate(f"({of}).animationName") == name
        page.reload()


SVG = "<svg width='360' height='120'>{}</svg>"
PICTURE = f"<div class='output text_html'><div class='llm-picture'>{SVG}</div></div>"
FIGURE = f"<figure class='llm-figure' style='margin: 0'>{SVG}</figure>"
PLOT = FIGURE.replace("{}", "<g class='cartesianlayer'><g class='overplot'>{}</g></g>")
CELLS = [(40 + 60 * i, 40 + 40 * j) for j in range(2) for i in range(5)]
GRID = "".join(
    f"<rect x='{x}' y='{y}' width='58' height='38' fill='{'#1d3b63' if n == 7 else '#f3f6fa'}'/>"
    for n, (x, y) in enumerate(CELLS)
)
BARS = "<rect x='40' y='45' width='290' height='28'/><rect x='40' y='85' width='110' height='28'/>"
LINE = "<path d='M 40 60 L 130 60 L 250 100 L 340 60' stroke='currentColor' stroke-width='3' fill='none'/>"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("kind", "drawn"), [(PICTURE, GRID), (FIGURE, BARS), (FIGURE, LINE), (PLOT, LINE)]
)
def test_a_picture_does_not_betray_itself(reader, kind, drawn, theme):
    # fails if the darkest cell, the longest bar or the course of a curve shows through the veil
    page = reader()
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.add_style_tag(
        content="body { background: var(--llm-bg); } svg { color: var(--llm-fg); fill: currentColor; }"
    )
    page.evaluate(
        """(html) => {
          document.querySelector('.tag_veiled').outerHTML = html;
          document.querySelector('.tag_veiled .cell_output').classList.add('llm-veil');
        }""",
        CELL.format("tag_veiled", "drawn", kind.format(drawn)),
    )
    hidden = shades_of(page, page.locator(".tag_veiled svg"))
    assert max(hidden) - min(hidden) < 6  # of 255
    page.evaluate("document.querySelector('.tag_veiled .llm-veil').classList.remove('llm-veil')")
    clear = shades_of(page, page.locator(".tag_veiled svg"))
    assert max(clear) - min(clear) > (30 if drawn == LINE else 100)  # the places are right


FRAMES = (
    "<figure class='llm-figure'><svg><g class='cartesianlayer'><text class='xtick'>300</text>"
    "<text class='ytick'>2.5</text><g class='overplot'><text>a curve</text></g></g>"
    "<text class='xtitle'>step</text><text class='gtitle'>It falls</text></svg></figure>",
    "<div class='output text_html'><table><thead><tr><th>texts</th><th>right</th></tr></thead>"
    "<tbody><tr><td>16</td><td>70%</td></tr></tbody></table></div>",
)
READABLE = """(words) => [...document.querySelectorAll('.tag_veiled :is(text, th, td)')]
  .filter((e) => words.includes(e.textContent)).map((e) => {
    const {visibility, color} = getComputedStyle(e);
    return visibility === 'visible' && color !== 'rgba(0, 0, 0, 0)';
  })"""


@pytest.mark.parametrize(
    ("frame", "open_", "hidden"),
    [
        (FRAMES[0], ["300", "step"], ["2.5", "a curve", "It falls"]),
        (FRAMES[1], ["texts", "right", "16"], ["70%"]),
    ],
)
def test_of_a_chart_and_a_table_the_frame_stays(reader, frame, open_, hidden):
    # fails if nobody can tell what was measured, if what came out can be read, or is not on paper
    page = reader()
    page.evaluate(
        """(html) => {
          document.querySelector('.tag_veiled').outerHTML = html;
          document.querySelector('.tag_veiled .cell_output').classList.add('llm-veil');
        }""",
        CELL.format("tag_veiled", "drawn", frame),
    )
    assert page.evaluate(READABLE, open_) == [True] * len(open_)
    assert page.evaluate(READABLE, hidden) == [False] * len(hidden)
    page.emulate_media(media="print")
    assert page.evaluate(READABLE, hidden) == [True] * len(hidden)
    page.emulate_media(media="screen")
    page.evaluate("document.documentElement.dataset.paper = ''")
    assert page.evaluate(READABLE, hidden) == [True] * len(hidden)


def shades_of(page, picture) -> list[float]:
    """Return how bright the middle of each cell is drawn."""
    shot = Image.open(BytesIO(picture.screenshot())).convert("L")
    middles = [(x + 29, y + 19) for x, y in CELLS]
    parts = [shot.crop((x - 12, y - 8, x + 12, y + 8)) for x, y in middles]
    return [sum(part.getdata()) / (part.width * part.height) for part in parts]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_and_reached(reader, theme):
    # fails on low contrast or missing names of the labels on veils
    page = reader()
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.add_style_tag(content="body, a { background: var(--llm-bg); color: var(--llm-fg); }")
    assert serious_faults(page, ["wcag2a", "wcag2aa"]) == []
