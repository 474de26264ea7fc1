"""Finds a browser, opens pages in it, and writes down all that goes wrong on them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

PATIENCE = 60_000  # ms: a busy machine is no fault of the page
STALLED = 20_000  # ms without a new picture
LAZY = ":is(.llm-mount, .llm-figure)"  # what comes alive only when a reader nears it
SCROLL = """async ([lazy, stalled, patience]) => {
  const painted = () => new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done, 0, true));
    setTimeout(done, stalled, false);
  });
  for (const box of document.querySelectorAll(lazy)) {
    box.scrollIntoView({behavior: 'instant'});
    const start = performance.now();
    while (!(box.dataset.mounted || box.dataset.drawn)) {
      if (!await painted()) return 'stalled';
      if (performance.now() - start > patience) return box.outerHTML.slice(0, 300);
    }
  }
  scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'});
  return await painted() && await painted() ? '' : 'stalled';
}"""
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that a theme can break
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PAINTS = """(stalled) => new Promise((done) => {
  requestAnimationFrame(() => done(true));
  setTimeout(done, stalled, false);
})"""
AXE = Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js"
JUDGED: dict[str, int] = {}  # looks of words, and how often axe found nothing against them
FAULTS = Path(__file__).with_name("axe_faults.js").read_text("utf-8")


def ask(page: Page, function: str, *arguments):
    """Return what a function of JavaScript returns; by text, since Playwright takes long over lists."""
    script = f"async (asked) => JSON.stringify(await ({function})(...JSON.parse(asked)))"
    return json.loads(page.evaluate(script, json.dumps(arguments)))


def serious_faults(page: Page, rules: list[str] = TAGS, apart: str = "") -> list[str]:
    """Return what axe finds on a page that is serious or critical, and where.

    rules: names or tags of axe's rules; see https://dequeuniversity.com/rules/axe/
    apart: selects parts whose colours are judged elsewhere.
    """
    if not page.evaluate("'axeFaults' in window"):
        if page.url.startswith("file:"):  # it is long: a browser has read it before it is sent
            page.add_script_tag(url=AXE.as_uri())
        else:
            page.evaluate(AXE.read_text("utf-8"))
        page.evaluate(f"() => {{ {FAULTS} }}")
    found = ask(page, "axeFaults", rules, apart, list(JUDGED.items()))
    faults = [
        f"{v['impact']} {v['id']}: {[n['target'] for n in v['nodes']][:3]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    if not faults:
        JUDGED.update(found["judged"])
    return faults


def small_targets(page: Page) -> list[str]:
    """Return the controls in sight that are too small for a finger: below 24 pixels."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
            '.llm-widget :is(button, textarea, select, label, input[type=range])')]
          .filter((e) => e.checkVisibility())
          .filter((e) => { const r = e.getBoundingClientRect(); return r.height < 24 || r.width < 24; })
          .map((e) => e.outerHTML.slice(0, 80))"""
    )


class StalledError(Exception):
    """The browser has stopped painting a page that is idle.

    Chromium without a graphics card does that now and then on a busy machine, about once in a
    hundred long pages. Scripts still run, but nothing that waits for a picture ever happens, not
    even a screenshot; a page that is opened anew is well.
    """


def has_stalled(browser: Browser) -> bool:
    """Return whether the browser has stopped painting one of its pages; see StalledError."""
    for page in [page for context in browser.contexts for page in context.pages]:
        try:
            if not page.evaluate(PAINTS, STALLED):
                return True
        except Error:
            continue  # a page that is gone, or on its way to another
    return False


# sums up what jumps, in shares of the window
NOTE_SHIFTS = """globalThis.__shift = 0;
addEventListener("load", async () => {
  await document.fonts.ready; // when letters change to theirs depends on how busy the machine is
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.__shift += entry.value;
  }).observe({ type: "layout-shift" });
});"""


@dataclass
class Visit:
    """One opened page: the page itself, and what it asked for and complained about."""

    page: Page
    home: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    at_first: dict[str, int] = field(default_factory=dict)  # the weights before any interaction
    shift: float = 0.0  # how much has jumped by then: https://web.dev/articles/cls

    def watch(self) -> None:
        """Record requests, failures, console errors and warnings from now on."""
        page = self.page
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self._failed)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)

    def _failed(self, request) -> None:
        # a page that is left drops what it still waits for: its fonts, say
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def _console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _response(self, response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")
        length = response.headers.get("content-length")
        if not response.url.startswith("blob:"):  # a widget's module comes out of memory
            self.weights[response.url] = int(length) if length else 0

    @property
    def foreign(self) -> list[str]:
        """Requests that left the site."""
        local = (self.home, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(local)]

    def scroll_through(self) -> None:
        """Scroll to all that comes alive when a reader nears it, and then to the end.

        Waits until each has been mounted. Raises StalledError if the browser stops painting.
        """
        never = self.page.evaluate(SCROLL, [LAZY, STALLED, PATIENCE])
        if never == "stalled":
            raise StalledError
        assert not never, f"never came alive: {never}; {self.complaints}"

    def choose_theme(self, theme: str) -> None:
        """Switch the system between light and dark; wait until page and figures have followed."""
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        self.page.wait_for_function(
            """(theme) => document.documentElement.dataset.theme === theme
                  && [...document.querySelectorAll('.llm-figure')]
                     .every((figure) => figure.dataset.drawn === theme)""",
            arg=theme,
            timeout=PATIENCE,
        )
