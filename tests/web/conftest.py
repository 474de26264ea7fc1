"""Serves the built book, opens a browser, and gives each test pages to visit."""

from __future__ import annotations

import os
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.web.browser import NOTE_SHIFTS, PATIENCE, StalledError, Visit, has_stalled
from tests.web.deno_page import DenoPage
from tests.web.small_book import lay_book, read_as
from tests.web.story_walk import WIDE, Walked, walk_through
from tests.web.widget_page import STAGE, Stage, mount, settle
from web.browser import launch
from web.fingerprint import BUILD
from web.moved import MOVED
from web.serve import open_server
from web.translation.catalogues import languages

# another one for `make check`, which builds a single chapter
SITE = Path(os.environ.get("LLM_BOOK_SITE") or BUILD / "html")
FAILED = pytest.StashKey[bool]()
NOT_PAGES = {"genindex.html", "search.html", "index.html", "offline.html"}


def page_names() -> list[str]:
    """Return the book's pages, as paths below the site's root."""
    pages = (p.relative_to(SITE) for p in SITE.rglob("*.html") if "_static" not in p.parts)
    pages = (p for p in pages if p.parts[0] not in languages())  # tests/language has those
    old = {f"{page}.html" for page in MOVED}
    names = (p.as_posix() for p in pages if p.name not in NOT_PAGES)
    return sorted(name for name in names if name not in old)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that takes `name` once for every page."""
    if "name" in metafunc.fixturenames:
        # without a built book there is one test, which fails in the `site` fixture; with the scope,
        # pytest runs all tests of a page together, from whatever file, and they share what it costs
        # to open it
        metafunc.parametrize("name", page_names() or ["index.html"], scope="session")


@pytest.fixture(scope="session")
def site() -> Path:
    """The built book; it is not built here."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"there is no book in {SITE}: run `python -m web.build` first", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address at which the book is served."""
    server = open_server(site, 8100)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


def open_page(
    browser: Browser, url: str, *, width: int = 1280, theme: str = "light", home: str = ""
) -> Visit:
    """Open an address in a context of its own, and wait until it has loaded."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    opened = Visit(context.new_page(), home or url.split("/", 3)[0] + "//" + url.split("/")[2])
    opened.watch()
    opened.page.add_init_script(NOTE_SHIFTS)
    opened.page.goto(url, wait_until="networkidle")
    opened.at_first, opened.shift = dict(opened.weights), opened.page.evaluate("__shift")
    return opened


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens an address in a fresh context: visit(url, width=, theme=)."""
    visits = []

    def open_and_note(url: str, **how) -> Visit:
        visits.append(open_page(browser, url, **how))
        return visits[-1]

    yield open_and_note
    for opened in visits:
        opened.page.context.close()


@pytest.fixture
def book(tmp_path: Path) -> str:
    """The address of a book of two chapters, laid on disk."""
    return lay_book(tmp_path)


@pytest.fixture
def reader(browser: Browser, book: str) -> Iterator:
    """A function that opens a page of that book: reader(name) -> page; all share one memory."""
    yield from read_as(browser, book)


@pytest.fixture(scope="module")
def run_script() -> Iterator[Callable[[str], DenoPage]]:
    """A function that runs a script which needs no browser: run_script(text) -> page."""
    pages = []

    def run(text: str) -> DenoPage:
        pages.append(DenoPage())
        pages[-1].add_script_tag(content=text)
        return pages[-1]

    yield run
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def stage(browser: Browser) -> Stage:
    """Bare pages to show widgets on."""
    return Stage(browser)


@pytest.fixture(scope="session")
def walked(stage: Stage) -> Callable[[str, int], Walked]:
    """A function that returns what is seen of a story at a width: walked(story, width)."""

    @cache
    def once(story: str, width: int = WIDE) -> Walked:
        return walk_through(stage, story, width)

    return once


@pytest.fixture
def by_finger(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A function that shows a widget alone on a page that fingers touch: by_finger(widget) -> page."""
    pages = []

    def show(widget) -> Page:
        size = {"width": 390, "height": 844}
        context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
        page = context.new_page()
        page.goto(STAGE.as_uri() + "?light")
        mount(page, widget)
        page.wait_for_selector(".llm-widget[data-ready]")
        settle(page)
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.context.close()


@pytest.fixture
def show_widget(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A function that shows a widget alone: show_widget(widget, width=, theme=, payload=) -> page.

    What a page complains of fails the test at its end, unless the test has taken it out of
    `page.complaints`.
    """
    pages = []

    def show(widget, **how) -> Page:
        pages.append(stage.show(widget, **how))
        return pages[-1]

    yield show
    for page in pages:
        if request.node.stash.get(FAILED, False):
            page.context.close()
        else:
            stage.take_back(page)
    assert [complaint for page in pages for complaint in page.complaints] == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Note which tests failed: what they leave behind is not used again."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def desktop(browser: Browser, address: str, name: str) -> Iterator[Visit]:
    """The page `name` in a wide window, read to its end; all tests of the page share it.

    They may ask and choose a theme, but not change what stands there.
    """
    yield from _read_once(browser, address + name, width=1280)


@pytest.fixture(scope="session")
def phone(browser: Browser, site: Path, name: str) -> Iterator[Visit]:
    """The page `name` on a phone, opened from disk and read to its end; all its tests share it."""
    yield from _read_once(browser, (site / name).as_uri(), width=360, home="file://")


def _read_once(browser: Browser, url: str, **how) -> Iterator[Visit]:
    for _ in range(3):
        opened = open_page(browser, url, **how)
        try:
            opened.scroll_through()
            break
        except StalledError:
            opened.page.context.close()
            warnings.warn(f"the browser stopped painting {url}", stacklevel=2)
    else:
        pytest.fail(f"the browser stopped painting {url}, three times of three")
    yield opened
    opened.page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function):
    """Tell a page that is wrong from one that is painted no more: `tests.run` runs that test anew."""
    try:
        return (yield)
    except Exception as error:
        browser = pyfuncitem.funcargs.get("browser")
        if browser and not isinstance(error, StalledError) and has_stalled(browser):
            raise StalledError from error
        raise


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, or the built book alone, so that `tests.run` can run it later."""
    for item in items:
        needs = [n for n in ("browser", "site") if n in getattr(item, "fixturenames", ())]
        if needs and not item.get_closest_marker("other_browsers"):
            item.add_marker(needs[0])


class PageScheduling(LoadScopeScheduling):
    """Gives a worker one file at a time, or all tests of one page, or those of one story.

    They share what is opened for them, which takes most of the time.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        page = re.search(r"[\w/-]+\.(html|film)", test)
        return page[0] if page else file


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> PageScheduling:
    """Share out the tests as `PageScheduling` does."""
    return PageScheduling(config, log)
