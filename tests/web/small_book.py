"""A book of two chapters on disk, with what the pages of the real one load, and its reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from llm_lib.book.widgets import Prediction
from llm_lib.book.widgets.scripts import join_modules
from web.fingerprint import ROOT
from web.veiled import SWITCH
from web.widget_state import placeholder, write

KEY = "llm-from-scratch.progress.1"
STYLES = ["llm_lib/book/widgets/shared/theme.css"]
STYLES += [f"web/style/{name}.css" for name in ("code", "blocks", "sections", "exercises", "veils")]
CONTENTS = """<div class="llm-nav"><nav class="bd-links" aria-label="Book"><ul>
  <li class="current" data-page="eight"><a href="#main">Eight</a><ul><li><a href="#two">Two</a></li></ul></li>
  <li><a href="nine.html">Nine</a></li></ul></nav></div>"""
TEXT = "<p>A line of text.</p>" * 40
LOOK = "look(\n    once,\n)"  # its last line only closes a bracket
CELL = """<div class="cell {}"><div class="cell_input"><div class="highlight"><pre>{}</pre></div></div>
  <div class="cell_output">{}</div></div>"""
ASK = '<div class="cell"><div class="cell_output">{}</div></div>'
PRINTED = '<div class="output stream"><div class="highlight"><pre>{}</pre></div></div>'
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


def lay_book(folder: Path) -> str:
    """Lay the book into a folder; return its address."""
    models = {
        "m1": state_of(Prediction("Is it so?", "a", name="97-predict-one", **ASKED)),
        "m2": state_of(Prediction("And so?", "b", name="97-predict-two", **ASKED)),
    }
    static = folder / "_static"
    static.mkdir()
    progress = join_modules(ROOT / "web/progress/main.js")
    (static / "progress.js").write_text(f"(() => {{\n{progress}}})();", "utf-8")
    (static / "widgets.js").write_text((ROOT / "web/static/widgets.js").read_text("utf-8"))
    write(static, "state.js", list(models), models)
    style = "".join((ROOT / file).read_text("utf-8") for file in STYLES)
    head = f"<style>{style}</style><script defer src='_static/progress.js'></script>"
    questions = {name: ASK.format(placeholder(name, models)) for name in models}
    outcome = PRINTED.format("the outcome")
    first = (
        f"<p>{SWITCH.format('Show all answers')}</p>"
        f"<section id='one'><h2>One</h2>{questions['m1']}<p>then we look</p>"
        f"{CELL.format('tag_veiled', LOOK, outcome)}"
        "<p><span class='llm-veiled'>as we <a id=deep href='#deep'>see</a></span> and why</p>"
        f"<p>then the next:</p>{CELL.format('', 'look(on)', PRINTED.format('the next thing'))}"
        "<p class='llm-veiled'>All that was found, in a paragraph of its own.</p>"
        f"{questions['m2']}<p class='llm-veiled'>The last word.</p></section>"
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
        (folder / f"{name}.html").write_text(
            f"<!doctype html><html lang='en' data-theme='light'><title>{title}</title><meta charset='utf-8'>"
            f"<link rel='icon' href='data:,'>{head}<body>{contents}<main id=main>"
            f"<article class='bd-article'><section><h1>{title}</h1>{body}</section></article></main>"
            "<script defer src='_static/widgets.js' data-state='_static/state.js'></script>",
            "utf-8",
        )
    return folder.as_uri() + "/"


def read_as(browser: Browser, book: str) -> Iterator:
    """Yield a function that opens a page of the book: read(name) -> page; all share one memory."""
    context = browser.new_context(viewport={"width": 1000, "height": 600}, accept_downloads=True)
    complaints = []

    def read(name: str = "eight.html", timed: bool = True):
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
    """Click a choice of the page's n-th question."""
    page.locator(".llm-predict").nth(n).get_by_text(words, exact=True).click()


def veiled(page) -> list[str]:
    """Return what lies under a veil."""
    return page.evaluate(
        "[...document.querySelectorAll('[inert]')].map((e) => e.textContent.trim())"
    )
