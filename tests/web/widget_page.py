"""Bare pages with one widget on each, and what tests do with them."""

from __future__ import annotations

import atexit
import json
import warnings
from datetime import datetime
from functools import cache
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page

from llm_lib.book.widgets.base import HERE
from llm_lib.book.widgets.scripts import join_modules
from tests.web.browser import (
    COLOURS,
    PATIENCE,
    STALLED,
    StalledError,
    serious_faults,
    small_targets,
)

STAGE = Path(__file__).with_name("stage.html")
SCRIPT = STAGE.with_suffix(".js")
SENT = 100_000  # characters: what is longer comes as a file, which takes a tenth of the time
MOUNT = """async ([source, style, state, files]) => {
  document.head.append(Object.assign(document.createElement('style'), {textContent: style}));
  const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  const widget = (await import(url)).default;
  window.model = new FakeModel(JSON.parse(state), JSON.parse(files ?? window.sentFiles));
  const el = document.body.appendChild(document.createElement('main'));
  window.cleanup = await widget.render({model, el});
}"""


# As on a page of the book: its model comes with the page, and the browser may keep things.
AS_A_BOOK = """() => {
  window.__llmBook = { loadModel: (ref) => Promise.resolve(model.files[ref]) };
}"""


def plain_script(*names: str) -> str:
    """Return modules, named as in "engine/gpt.js", and what they import as one plain script."""
    return join_modules(*(HERE.parent / name for name in names))


class Stage:
    """Bare pages to show widgets on. A page is used again: a new document costs less than a new page."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: list[Page] = []

    def show(self, widget, *, width: int = 1000, theme: str = "light", payload=None) -> Page:
        """Show `widget` alone; return the page, with `page.complaints` filling up.

        payload: sent instead of the model of the widget, if given.
        """
        for _ in range(3):
            page = self._clean_page(width, theme)
            try:
                mount(page, widget, payload)
                page.wait_for_selector(".llm-widget[data-ready]")
                settle(page)
                return page
            except StalledError:
                page.context.close()
                warnings.warn("the browser stopped painting a widget", stacklevel=2)
        raise StalledError

    def _clean_page(self, width: int, theme: str) -> Page:
        """Return a page with nothing on it, and nothing left of what was."""
        page = self.free.pop() if self.free else self._new_page()
        size = {"width": width, "height": 900}
        if page.viewport_size != size:
            page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme, reduced_motion="no-preference")
        page.goto(f"{STAGE.as_uri()}?{theme}")
        page.mouse.move(0, 0)
        page.complaints = []
        return page

    def _new_page(self) -> Page:
        page = self.browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
        return page

    def take_back(self, page: Page) -> None:
        """Keep a page for the next widget, unless its clock was stopped: that can't be undone."""
        if page.evaluate("'timers' in window && !window.stopped"):
            self.free.append(page)
        else:
            page.context.close()


def mount(page: Page, widget, payload=None) -> None:
    """Put a widget on a page; `payload` takes the place of its model, if given."""
    hidden = ("layout", "tabbable", "tooltip", "comm")
    names = [n for n in widget.keys if not n.startswith("_") and n not in hidden]
    state = {name: getattr(widget, name) for name in names}
    files = json.dumps({widget.model_ref: payload} if payload else widget._files)
    if is_long := len(files) > SENT:
        page.add_script_tag(url=_script_with(files))
    # as text: Playwright takes long over a list of numbers
    page.evaluate(MOUNT, [widget._esm, widget._css, json.dumps(state), None if is_long else files])


@cache
def _scripts() -> Path:
    """Return a folder for scripts, which goes with the process."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _script_with(files: str) -> str:
    """Return the address of a script that hands `files` to a page."""
    path = _scripts() / f"{sha1(files.encode()).hexdigest()}.js"
    if not path.exists():
        path.write_text(f"window.sentFiles = {json.dumps(files)};", "utf-8")
    return path.as_uri()


def settle(page: Page) -> None:
    """Wait until the page has followed: has drawn, and said what it shows.

    Raises StalledError if the browser has stopped painting.
    """
    if not page.evaluate("(stalled) => settled(stalled)", STALLED):
        raise StalledError


def stop_clock(page: Page) -> None:
    """Let time stand still on the page, until `page.clock.run_for` is called."""
    page.clock.install(time=datetime(2030, 1, 1))
    page.clock.pause_at(datetime(2030, 1, 1, 1))  # else it goes on by itself
    page.evaluate("() => { window.stopped = true; }")


def trait(page: Page, name: str):
    """Return a trait as the page has it."""
    return page.evaluate("(name) => model.get(name)", name)


def set_trait(page: Page, name: str, value) -> None:
    """Set a trait as Python would, and wait until the page has followed."""
    page.evaluate("([name, value]) => model.set(name, value)", [name, value])
    settle(page)


def choose_theme(page: Page, theme: str) -> None:
    """Switch a page to light or dark, and wait until it has followed."""
    page.emulate_media(color_scheme=theme)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    settle(page)


def find_faults(page: Page, first: str = "light", *others: str) -> list[str]:
    """Return what keeps readers out in a theme, and which colours do in others; the last one stays.

    That is: it scrolls sideways, a control is too small for a finger, or axe finds a serious fault.
    """
    choose_theme(page, first)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    faults = [f"{wide} pixels too wide"] if wide > 0 else []
    faults += [f"too small: {target}" for target in small_targets(page)]
    faults += serious_faults(page)
    for other in others:  # what is no colour is the same there
        choose_theme(page, other)
        faults += [f"{other}: {fault}" for fault in serious_faults(page, COLOURS)]
    return faults


def choose_files(page: Page, press, *paths: Path) -> None:
    """Press what asks for files, and choose them.

    press: a function that presses it
    """
    with page.expect_file_chooser() as chooser:
        page.evaluate("0")  # the browser answers: by now it hands the chooser over
        press()
    chooser.value.set_files([*paths])


def drag(page: Page, what: Locator, dx: float, dy: float) -> None:
    """Drag something with a finger; `page.scrolled` is how far the page was scrolled before."""
    what.scroll_into_view_if_needed()
    box, page.scrolled = what.bounding_box(), page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    for k in range(7):
        points = [{"x": x + dx * k / 6, "y": y + dy * k / 6}]
        kind = "touchMove" if k else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)


def take_poster_off(page: Page) -> None:
    """Show the first scene of a film that nobody has touched yet."""
    page.locator(".llm-walk").press("Home")
    settle(page)


def texts(page) -> dict[str, str]:
    """Return what is written in the picture, by the key of the element."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
          .map((g) => [g.dataset.key, g.textContent]))"""
    )
