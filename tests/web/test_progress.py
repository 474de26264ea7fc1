"""What the book's pages remember of their reader, on small pages of our own, as a reader acts."""

from __future__ import annotations

import pytest

from llm_lib.book.exercises import check
from llm_lib.book.progress import save_progress
from tests.web.browser import serious_faults
from tests.web.small_book import KEY, answer, kept


def scroll(page, ms: int = 4000):
    """Go on to the end, and stay for so long at each 200 pixels: 4 seconds is reading."""
    for y in range(0, page.evaluate("document.documentElement.scrollHeight") + 1, 200):
        page.evaluate("(y) => scrollTo(0, y)", y)
        page.clock.run_for(ms)


def test_sections_that_were_read_are_marked(reader):
    # fails when reading leaves no mark in the contents, a page that was not opened has one, or the
    # sections that go deeper than the core have to be read for it
    page = reader()
    marks = page.locator("nav .llm-mark")
    assert marks.count() == 0
    scroll(page)
    page.wait_for_function("document.querySelector('nav .llm-mark')?.dataset.state === 'read'")
    assert page.locator("nav li > a").first.inner_text().replace("\n", "") == "Eight✓, read"
    assert marks.count() == 1
    assert kept(page)["pages"]["eight"]["read"] == ["one", "two", "exercises"]
    nine = reader("nine.html")
    link = nine.locator("nav li > a", has_text="Nine")
    assert link.locator(".llm-mark").count() == 0


def test_what_flies_past_was_not_read(reader):
    # fails when who wheels down to the end in seconds has read it all
    page = reader()
    scroll(page, 250)
    page.clock.run_for(1000)
    assert "two" not in kept(page)["pages"]["eight"]["read"]
    scroll(page)
    assert "two" in kept(page)["pages"]["eight"]["read"]


def test_the_list_leads_to_its_pages(reader):
    # fails when "Your progress" names a chapter that one can't go to, or a mark has no words
    page = reader()
    scroll(page)
    mark = page.locator("nav .llm-mark")
    assert mark.get_attribute("title") == "3 of 3 sections read"
    dialog = open_dialog(page)
    assert (
        dialog.get_by_role("link", name="Eight").get_attribute("href").endswith("eight.html#main")
    )


def test_a_reload_leads_back(reader):
    # fails when a page that grows above the reader after a reload carries the reader off
    page = reader("nine.html", timed=False)
    page.evaluate("scrollTo(0, 900)")
    line = "document.querySelectorAll('#two p')[30].getBoundingClientRect().top"
    before = page.evaluate(line)
    page.add_init_script(
        """addEventListener("load", () => setTimeout(() => {
          const late = document.createElement("div");
          late.style.height = "1500px";
          document.querySelector("h1").after(late);
        }, 300));"""
    )
    page.reload()
    page.wait_for_function("document.documentElement.scrollHeight > 3000")
    page.wait_for_function(f"Math.abs({line} - {before}) < 50")
    page.mouse.wheel(0, -400)  # the reader goes elsewhere, and is not held
    page.wait_for_function(f"{line} - {before} > 300")


def test_a_jump_over_a_section_is_no_reading(reader):
    # fails when a click on the last heading marks all before it as read
    page = reader()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.clock.run_for(30_000)
    page.wait_for_function(f"JSON.parse(localStorage.getItem('{KEY}')).pages.eight.read.length > 0")
    assert kept(page)["pages"]["eight"]["read"] == ["exercises"]


def test_cards_say_how_they_stand(reader):
    # fails when a solution that was seen, or what a notebook checked, is not shown
    page = reader()
    chips = page.locator(".llm-state")
    assert chips.all_inner_texts() == ["Not tried", "Not tried"]
    page.get_by_text("Show the solution").first.click()
    page.wait_for_function("document.querySelector('.llm-state').textContent === 'Solution seen'")
    page.evaluate(
        """([key, note]) => {
          const all = JSON.parse(localStorage.getItem(key));
          all.exercises['97-code-2'] = note;
          localStorage.setItem(key, JSON.stringify(all));
        }""",
        [KEY, {"state": "tried", "passed": 2, "total": 5}],
    )
    assert reader().locator(".llm-state").all_inner_texts() == ["Solution seen", "✕ 2 of 5 cases"]


DAMAGED = [
    "{",
    "null",
    "[]",
    '"text"',
    '{"exercises": [], "pages": 7}',
    '{"exercises": {"97-predict-one": {"state": "what"}, "x": null, "__proto__": {"state": 1}}}',
    '{"exercises": {"97-code-1": {"state": "tried", "passed": "9", "total": -1}}}',
    '{"pages": {"eight": {"read": "one", "sections": "many", "exercises": [1, {}], "at": null}}}',
    '{"pages": {"eight": {"read": ["gone"], "sections": 1e99, "exercises": null}}}',
    '{"version": 99, "pages": {"../x": {}}, "exercises": {"constructor": {"state": "solved"}}}',
]


@pytest.mark.parametrize("text", DAMAGED)
def test_damaged_storage_breaks_nothing(reader, text):
    # fails when what lies in the browser, whatever it is, keeps a page from working
    page = reader("nine.html")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
    page = reader()
    answer(page, 0, "Yes.")
    page.wait_for_function("!document.querySelector('.tag_veiled .llm-veil')")
    assert kept(page)["exercises"]["97-predict-one"]["state"] == "solved"
    assert page.locator(".llm-state").count() == 2
    page.locator("nav + .llm-record-button").click()
    assert page.get_by_role("dialog").is_visible()


def test_another_editions_progress_is_left_alone(reader):
    # fails when a page overwrites what a later edition has kept
    page = reader("nine.html")
    page.evaluate("localStorage.setItem('llm-from-scratch.progress.2', 'theirs')")
    page = reader()
    answer(page, 0, "Yes.")
    page.wait_for_function(f"localStorage.getItem('{KEY}').includes('solved')")
    assert page.evaluate("localStorage.getItem('llm-from-scratch.progress.2')") == "theirs"


def test_a_browser_that_keeps_nothing_will_do(reader):
    # fails when a page needs storage that is switched off
    reader.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }});"
    )
    page = reader()
    answer(page, 0, "Yes.")
    page.wait_for_function("!document.querySelector('.tag_veiled .llm-veil')")
    page.locator("nav + .llm-record-button").click()
    assert "Eight: 0 of 3 sections read" in page.get_by_role("dialog").inner_text()


def open_dialog(page):
    page.locator("nav + .llm-record-button").click()
    return page.get_by_role("dialog", name="Your progress")


def test_progress_goes_out_and_comes_back(reader, browser, tmp_path):
    # fails when a file of one browser does not bring all of it to another
    page = reader()
    answer(page, 0, "Yes.")
    scroll(page)
    dialog = open_dialog(page)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    file = tmp_path / "out.json"
    download.value.save_as(file)
    before = kept(page)
    assert download.value.suggested_filename == "llm-from-scratch-progress.json"

    dialog.get_by_role("button", name="Forget all").click()
    assert kept(page) == before  # asked once more
    dialog.get_by_role("button", name="Really forget all").click()
    assert kept(page) == {"exercises": {}, "pages": {}}
    assert page.locator(".llm-mark").count() == 0

    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_text("Taken in: 1 exercise").wait_for()
    assert kept(page) == before
    assert page.locator(".llm-mark").count() == 1


def test_a_notebooks_file_is_taken_in(reader, tmp_path, monkeypatch):
    # fails when Python and the pages disagree on the format, or a worse result replaces a better
    monkeypatch.setattr("llm_lib.book.progress._checked", {})
    check("08-predict-mix", 3 / 4)
    check("08-explain-vanishing", "a")
    file = save_progress(tmp_path / "progress.json")
    page = reader()
    answer(page, 0, "Yes.")
    dialog = open_dialog(page)
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_text("Taken in: 2 exercises").wait_for()
    states = {name: note["state"] for name, note in kept(page)["exercises"].items()}
    assert states == {
        "97-predict-one": "solved",
        "08-predict-mix": "solved",
        "08-explain-vanishing": "tried",
    }
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    download.value.save_as(file)
    assert save_progress(file) == file  # and back


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "This is no file of progress: it can't be read as JSON."),
        ("{}", "This is no file of progress of this book."),
        (
            '{"format": "llm-from-scratch-progress", "version": 2}',
            "This file is of version 2, and this edition of the book reads 1.",
        ),
    ],
)
def test_another_file_is_refused_in_words(reader, tmp_path, text, words):
    # fails when a wrong file changes something, or is refused without a reason
    file = tmp_path / "wrong.json"
    file.write_text(text)
    page = reader()
    answer(page, 0, "Yes.")
    page.wait_for_function(f"localStorage.getItem('{KEY}').includes('solved')")
    before = kept(page)
    dialog = open_dialog(page)
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_text(f"{words} Nothing was changed.").wait_for()
    assert kept(page) == before


def test_the_landing_page_offers_to_continue(reader):
    # fails when a reader who returns has to look for the place, or a new one is told to continue
    assert not reader("index.html").locator("[data-llm-continue]").is_visible()
    reader()
    link = reader("index.html").locator("[data-llm-continue]")
    assert link.inner_text() == "Continue: Eight"
    assert link.get_attribute("href").endswith("eight.html")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_and_reached(reader, theme):
    # fails on low contrast or missing names: of marks, cards, notes and the dialog
    page = reader()
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.add_style_tag(content="body, a { background: var(--llm-bg); color: var(--llm-fg); }")
    assert serious_faults(page, ["wcag2a", "wcag2aa"]) == []
    answer(page, 0, "No.")
    page.get_by_text("Show the solution").first.click()
    scroll(page)
    assert serious_faults(page, ["wcag2a", "wcag2aa"]) == []
    open_dialog(page)
    page.keyboard.press("Tab")
    assert serious_faults(page, ["wcag2a", "wcag2aa"]) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
