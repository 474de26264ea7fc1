"""The panel of the reader's own file, on the pages of the built book."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llm_lib.book.my_gpt.listing import new_lines
from llm_lib.book.my_gpt.stages import find_stage, stages_of, text_at

CHAPTERS = {4: "04_byte_pair_encoding", 9: "09_self_attention", 22: "22_preferences_and_rewards"}
PANEL = ".llm-my-gpt"
# the keyboard reaches a box that scrolls once the browser has laid it out
NONE_WIDE = """(boxes) => {
  const all = [...document.querySelectorAll(boxes)];
  return all.length > 0 && all.every((e) => e.clientWidth > 0 && e.scrollWidth <= e.clientWidth);
}"""
SEEN = "(all) => all.filter((e) => e.checkVisibility()).length"


ONE = 4  # for what its script and style do, the same on each page; its listing is long
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=CHAPTERS.values(), indirect=True)


@pytest.fixture
def chapter(request) -> int:
    return getattr(request, "param", ONE)


@pytest.fixture
def opened(address, visit, chapter):
    """A chapter in a wide window, which may write to the clipboard."""
    visited = visit(f"{address}chapters/{CHAPTERS[chapter]}.html")
    visited.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield visited
    assert visited.complaints == [] and visited.foreign == []


def copied(page) -> str:
    """Return what is on the clipboard once a button says that it has copied."""
    page.locator(f"{PANEL} [data-copy]", has_text="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    page.locator(f"{PANEL} [data-copy]", has_text="Copied").wait_for(state="detached")
    return text.replace("\r\n", "\n")


@each_chapter
def test_the_new_lines_and_the_whole_are_copied(opened, chapter):
    # fails when what is pasted lacks a line, holds a sign, or is another stage's file
    page = opened.page
    page.get_by_role("button", name="Copy the whole file").click()
    assert copied(page) == text_at(find_stage(chapter))
    page.get_by_role("button", name="Copy the new lines").click()
    assert copied(page) == "\n".join(new_lines(stage.key) for stage in stages_of(chapter))


def test_it_unfolds_by_keyboard(opened, chapter):
    # fails when the whole file can't be seen without a mouse, or not be folded again
    page = opened.page
    lines = page.locator(f"{PANEL} pre > span")
    few = lines.evaluate_all(SEEN)
    button = page.locator(f"{PANEL} [data-unfold]")
    assert button.text_content() == "Show the whole file"
    assert button.get_attribute("aria-pressed") == "false"
    button.focus()
    page.keyboard.press("Enter")
    assert lines.evaluate_all(SEEN) == lines.count() > few
    assert button.text_content() == "Show the new lines only"
    assert button.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    assert lines.evaluate_all(SEEN) == few
    fold = page.locator(f"{PANEL} .highlight summary").first  # not the one of what it prints
    fold.focus()
    page.keyboard.press("Enter")
    assert lines.evaluate_all(SEEN) > few


# Where lines end that are drawn: what is hidden until it is found takes no room.
ENDS = """(listing) => [...listing.querySelectorAll('pre > span')]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).contentVisibility === 'visible')
  .map((e) => e.getBoundingClientRect().bottom)"""
FIND = """(listing) => listing.querySelector('span[hidden]').dispatchEvent(
  new Event('beforematch', {bubbles: true}))"""


def bottom(locator) -> float:
    """Return where an element ends, in the window."""
    return locator.evaluate("(e) => e.getBoundingClientRect().bottom")


def test_a_long_listing_shows_its_beginning(opened, chapter):
    # fails when a chapter's core is interrupted by screens of code, a line is cut, or all of it
    # can't be had by keyboard, by a search in the page, or on paper
    page = opened.page
    listing = page.locator(f"{PANEL}-code").first
    ends, foot = listing.evaluate(ENDS), bottom(listing.locator(".highlight"))
    assert 20 < len(ends) < 40 and max(ends) <= foot
    assert 450 < listing.bounding_box()["height"] < 780  # less than a screen
    page.emulate_media(media="print")
    assert len(listing.evaluate(ENDS)) > 45
    page.emulate_media(media="screen")
    button = listing.get_by_role("button", name=re.compile("Show all [0-9]+ lines"))
    assert button.bounding_box()["y"] >= bottom(listing.locator(".highlight")) - 1  # on no code
    button.focus()
    page.keyboard.press("Enter")
    assert len(listing.evaluate(ENDS)) > 45
    assert not button.is_visible()
    assert page.evaluate("document.activeElement.className.includes('highlight')")
    page.reload()
    assert len(listing.evaluate(ENDS)) == len(ends)
    listing.evaluate(FIND)  # as when the browser has found a word there
    assert len(listing.evaluate(ENDS)) > 45


def test_a_long_listing_is_whole_without_scripts(browser, address, chapter):
    # fails when nobody can unfold what is hidden
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}chapters/{CHAPTERS[chapter]}.html")
    last = page.locator(f"{PANEL}-code span[hidden]").last
    assert last.is_visible() and last.bounding_box()["height"] > 15
    context.close()


def test_new_lines_are_marked_by_more_than_colour(opened, chapter):
    # fails when a reader who sees no green, or sees nothing at all, can't tell what is new
    page = opened.page
    marks = page.locator(f"{PANEL} ins").evaluate_all(
        """(all) => all.map((e) => [
            getComputedStyle(e).borderLeftWidth,
            getComputedStyle(e.querySelector('pre > span'), '::before').content,
        ])"""
    )
    assert marks and {tuple(mark) for mark in marks} == {("3px", '"+"')}


@each_chapter
def test_a_phone_has_room(address, visit, chapter):
    # fails when code makes the page or itself scroll sideways, or a button is small
    visited = visit(f"{address}chapters/{CHAPTERS[chapter]}.html", width=360)
    page = visited.page
    page.locator(PANEL).scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.wait_for_function(NONE_WIDE, arg=f"{PANEL} .highlight")
    for button in page.locator(f"{PANEL}-tools > *").all():
        if button.is_visible():
            assert button.bounding_box()["height"] >= 40
    assert visited.complaints == []


@each_chapter
@pytest.mark.parametrize("from_disk", [False, True], ids=["served", "from disk"])
def test_it_downloads_the_file(browser, site, address, chapter, from_disk):
    # fails when a click opens the file instead, or hands out another one; from disk, too
    root = f"{site.resolve().as_uri()}/" if from_disk else address
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(f"{root}chapters/{CHAPTERS[chapter]}.html")
    with page.expect_download() as waiting:
        page.locator(f"{PANEL} a[download]").click()
    assert waiting.value.suggested_filename == "my_gpt.py"
    assert Path(waiting.value.path()).read_text("utf-8") == text_at(find_stage(chapter))
    context.close()


@each_chapter
def test_the_link_leads_to_the_same_file(site, chapter, opened):
    # fails when a reader without scripts gets another file, or none
    href = opened.page.locator(f"{PANEL} a[download]").get_attribute("href")
    file = (site / "chapters" / href.split("?")[0]).resolve()
    assert file.name == "my_gpt.py"
    assert file.read_text("utf-8") == text_at(find_stage(chapter))


def test_it_is_code_for_who_reads_without_it(opened):
    # fails when the panel's code stays, with all other code folded
    page = opened.page
    code = page.locator(f"{PANEL} .highlight")
    page.locator(".llm-code-switch").click()
    assert code.evaluate_all(SEEN) == 0
    page.locator(f"{PANEL} .llm-code-open").first.click()
    assert code.evaluate_all(SEEN) == 1


def test_on_paper_the_new_lines_are_enough(opened, chapter):
    # fails when each chapter prints the whole file once more
    page = opened.page
    lines = page.locator(f"{PANEL} pre > span")
    few = lines.evaluate_all(SEEN)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert lines.evaluate_all(SEEN) == few
