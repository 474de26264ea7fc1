"""What the book's pages remember of their reader, on small pages of our own, as a reader acts."""

from __future__ import annotations

import json

import pytest

from llm_lib.exercises import check
from llm_lib.progress import save_progress
from llm_lib.widgets import Prediction
from llm_lib.widgets.scripts import join_modules
from tests.web.browser import serious_faults
from web.fingerprint import ROOT
from web.widget_state import placeholder, write

KEY = "llm-from-scratch.progress.1"
STYLES = ["llm_lib/widgets/shared/theme.css"]
STYLES += [f"web/style/{name}.css" for name in ("code", "blocks", "sections", "exercises")]
CONTENTS = """<div class="llm-nav"><nav class="bd-links" aria-label="Book"><ul>
  <li class="current" data-page="eight"><a href="#main">Eight</a><ul><li><a href="#two">Two</a></li></ul></li>
  <li><a href="nine.html">Nine</a></li></ul></nav></div>"""
TEXT = "<p>A line of text.</p>" * 40
CELL = '<div class="cell {}"><p>{}</p></div>'
CARD = """<section class="llm-exercise" id="e{n}"><h3>8.{n} <span>Title</span>
  <span class="llm-level">●○○ easy</span></h3>
  <div class="llm-check" data-exercise="97-code-{n}">waiting</div>
  <details class="hide"><summary>Show the solution</summary>pass</details></section>"""
ASKED = {"why": "So it is.", "choices": {"a": "Yes.", "b": "No."}}


def state_of(asked: Prediction) -> dict:
    """Return what the book's build stores of a widget."""
    names = [name for name in asked.keys if name not in ("layout", "comm", "tabbable", "tooltip")]
    state = {name: getattr(asked, name) for name in names if not name.startswith("_")}
    return {"model_name": "AnyModel", "state": {**state, "_esm": asked._esm, "_css": asked._css}}


@pytest.fixture
def book(tmp_path):
    """The address of a book of two chapters, laid on disk."""
    models = {
        "m1": state_of(Prediction("Is it so?", "a", name="97-predict-one", **ASKED)),
        "m2": state_of(Prediction("And so?", "b", name="97-predict-two", **ASKED)),
    }
    static = tmp_path / "_static"
    static.mkdir()
    progress = join_modules(ROOT / "web/progress/main.js")
    (static / "progress.js").write_text(f"(() => {{\n{progress}}})();", "utf-8")
    (static / "widgets.js").write_text((ROOT / "web/static/widgets.js").read_text("utf-8"))
    write(static, "state.js", list(models), models)
    style = "".join((ROOT / file).read_text("utf-8") for file in STYLES)
    head = f"<style>{style}</style><script defer src='_static/progress.js'></script>"
    questions = {name: CELL.format("", placeholder(name, models)) for name in models}
    first = (
        f"<section id='one'><h2>One</h2>{questions['m1']}<p>then we look</p>"
        f"{CELL.format('tag_after-prediction', 'the outcome <a id=deep>deep</a>')}<p class=llm-text-cell>as we see</p>"
        "<p>and why</p><p class=llm-text-cell>then the next:</p>"
        f"{CELL.format('', 'the next thing')}<p>and on</p>{questions['m2']}</section>"
    )
    deeper = "<section id='more' class='llm-deeper'><h2>Deeper: more</h2><p>It can be skipped.</p></section>"
    rest = f"<section id='two'><h2>Two</h2>{TEXT}</section>{deeper}"
    cards = (
        f"<section id='exercises'><h2>Exercises</h2>{CARD.format(n=1)}{CARD.format(n=2)}</section>"
    )
    for name, title, body in (
        ("eight", "Eight", first + rest + cards),
        ("nine", "Nine", rest),
        ("index", "Book", "<p><a data-llm-continue href='eight.html' hidden>Start</a></p>"),
    ):
        contents = CONTENTS if name != "index" else CONTENTS.replace("#main", "eight.html")
        (tmp_path / f"{name}.html").write_text(
            f"<!doctype html><html lang='en'><title>{title}</title><meta charset='utf-8'>"
            f"<link rel='icon' href='data:,'>{head}<body>{contents}<main id=main>"
            f"<article class='bd-article'><section><h1>{title}</h1>{body}</section></article></main>"
            "<script defer src='_static/widgets.js' data-state='_static/state.js'></script>",
            "utf-8",
        )
    return tmp_path.as_uri() + "/"


@pytest.fixture
def reader(browser, book):
    """A function that opens a page of the book: read(name) -> page; all share one browser's memory."""
    context = browser.new_context(viewport={"width": 1000, "height": 600}, accept_downloads=True)
    complaints = []

    def read(name="eight.html", timed=True):
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        if timed:
            page.clock.install()  # it goes on by itself, and can be put forward
        page.goto(book + name)
        return page

    read.context, read.complaints = context, complaints
    yield read
    context.close()
    assert complaints == []


def kept(page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))


def answer(page, n: int, words: str):
    card = page.locator(".llm-predict").nth(n)
    card.get_by_text(words, exact=True).click()
    card.get_by_role("button", name="Check").click()


def folded(page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('[data-folded][hidden]')].map((e) => e.textContent.trim())"
    )


def test_what_follows_unfolds_with_an_answer(reader):
    # fails when the outcome is seen before the prediction, or is not there afterwards
    page = reader()
    assert folded(page) == ["then we look", "the outcome deep", "as we see", "and why"]
    outcome = page.get_by_text("the outcome")
    assert not outcome.is_visible()
    tops = "(e) => e.getBoundingClientRect().top"
    note, after = page.locator(".llm-fold-note").first, page.get_by_text("then the next:")
    assert after.evaluate(tops) - note.evaluate(tops) < 120  # no gap where the folded text is
    assert page.get_by_text("then the next:").is_visible()
    answer(page, 0, "Yes.")
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")
    assert outcome.bounding_box()["height"] > 0
    assert page.locator(".llm-fold-note").count() == 0
    assert kept(page)["exercises"]["97-predict-one"]["state"] == "solved"


def test_one_wrong_answer_gives_nothing_away(reader):
    # fails when a reader who is told why it is wrong sees the outcome at once, or never
    page = reader()
    answer(page, 0, "No.")
    page.locator(".llm-predict[data-state=tried]").first.wait_for()
    assert len(folded(page)) == 4
    assert kept(page)["exercises"]["97-predict-one"] == {"state": "tried", "answer": "b"}
    page.locator(".llm-predict").first.get_by_role("button", name="Check").click()
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")


@pytest.mark.parametrize("words", ["Show me", "Open it now"])
def test_nobody_has_to_answer(reader, words):
    # fails when a reader who does not want to answer can't go on
    page = reader()
    page.get_by_role("button", name=words).first.click()
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")


def test_an_answer_is_remembered(reader):
    # fails when a reader who returns has to answer again, or finds another answer
    page = reader()
    answer(page, 0, "Yes.")
    page.get_by_text("So it is.").first.wait_for()
    again = reader()
    again.locator(".llm-predict[data-state=solved]").wait_for()
    assert folded(again) == []
    assert again.locator(".llm-predict-verdict").first.inner_text() == "✓ Right. So it is."
    again.get_by_role("button", name="Try again").click()
    again.wait_for_function(f"!localStorage.getItem('{KEY}').includes('97-predict-one')")


def test_a_link_into_the_fold_opens_it(reader):
    # fails when a link leads to nothing that can be seen
    page = reader("eight.html#deep")
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")
    other = reader()
    other.evaluate("location.hash = 'deep'")
    other.wait_for_function("!document.querySelector('[data-folded][hidden]')")


def test_a_search_in_the_page_finds_what_is_folded(reader):
    # fails when the browser can't find the text, or finding it leaves it folded
    page = reader()
    part = page.locator("[data-folded]").nth(1)
    assert part.get_attribute("hidden") == "until-found"
    part.dispatch_event("beforematch")
    assert folded(page) == []


def test_a_question_that_can_not_start_folds_nothing(reader, tmp_path):
    # fails when a widget's failure takes the text with it
    (tmp_path / "_static/state.js").write_text("window.__llmWidgetState = {models: {}};")
    page = reader()
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")
    assert reader.complaints
    reader.complaints.clear()


def test_without_javascript_all_is_there(browser, book):
    # fails when question, choices, outcome or reason need a script
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(book + "eight.html")
    for words in ("Is it so?", "Yes.", "the outcome", "as we see"):
        assert page.get_by_text(words).first.is_visible(), words
    page.get_by_text("Show the answer").first.click()
    assert page.get_by_text("So it is.").first.is_visible()
    context.close()


def test_on_paper_all_is_there(reader):
    # fails when a printed page lacks what was not unfolded
    page = reader()
    page.emulate_media(media="print")
    assert page.get_by_text("the outcome").bounding_box()["height"] > 0


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
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")
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
    page.wait_for_function("!document.querySelector('[data-folded][hidden]')")
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
    monkeypatch.setattr("llm_lib.progress._checked", {})
    check("08-predict-unseen", 1 / 500)
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
        "08-predict-unseen": "solved",
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
