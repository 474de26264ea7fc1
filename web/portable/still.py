"""Opens pages of the built site and keeps each as an article that needs no script.

What was kept is reused as long as the page and the scripts in `still/` are the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as Tab

from llm_lib.book.widgets.scripts import join_modules
from llm_lib.files import write_json
from web.portable.pages import Article, Heading, Page

SCRIPTS = Path(__file__).parent / "still"
PATIENCE = 60_000  # ms until a widget or figure has to be there
TRIES = 3  # a browser without a graphics card stops painting now and then
WINDOW = {"width": 1280, "height": 900}
SHARPNESS = 2  # pixels of a photograph for one of the page
# all is laid out, nothing floats over a photograph, and its words stand beside it as text
QUIET = """
* { content-visibility: visible !important; caret-color: transparent !important; }
.llm-head, .llm-nav { display: none !important; }
.llm-walk-strip { display: grid !important; }
"""
BARE = ".llm-widget :is(.llm-titlebar, .llm-try, .llm-finding) { display: none !important; }"


@cache
def still_script() -> str:
    """Return the script that makes a page still."""
    return f"(() => {{\n{join_modules(SCRIPTS / 'main.js')}}})();\n"


def make_still(
    browser: Browser, site: Path, page: Page, slugs: list[str], cache_folder: Path
) -> Article:
    """Return the article of a page, out of `cache_folder` where it was made before.

    slugs: the pages that links may lead to. Raises RuntimeError, naming the page, if something on
    it did not come alive.
    """
    file = site / f"{page.name}.html"
    known = hashlib.sha256(file.read_bytes())
    known.update((str(file.resolve()) + still_script() + "".join(slugs) + QUIET + BARE).encode())
    folder = cache_folder / f"{page.slug}-{known.hexdigest()[:12]}"
    if not folder.is_dir():
        _keep(browser, file, page, slugs, folder)
    return read_article(page, folder)


def read_article(page: Page, folder: Path) -> Article:
    """Return an article that was kept."""
    data = json.loads((folder / "article.json").read_text("utf-8"))
    headings = [Heading(**heading) for heading in data["headings"]]
    return Article(page, data["html"], data["solutions"], headings, data["math"], folder)


def remove_older(cache_folder: Path, slug: str) -> None:
    """Remove what was kept of a page, begun or whole; a page's name may end as another's does."""
    for folder in cache_folder.glob("*-*"):
        if folder.name.removeprefix(".").rpartition("-")[0] == slug:
            shutil.rmtree(folder)


def _keep(browser: Browser, file: Path, page: Page, slugs: list[str], folder: Path) -> None:
    """Open a page, and write its article into a folder that appears when all of it is there."""
    remove_older(folder.parent, page.slug)
    unfinished = folder.with_name(f".{folder.name}")
    for n in range(TRIES):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        context = browser.new_context(
            viewport=WINDOW,
            color_scheme="light",
            reduced_motion="reduce",
            device_scale_factor=SHARPNESS,
        )
        try:
            _take(context.new_page(), file, page, slugs, unfinished)
            break
        except BrowserError as error:
            if n == TRIES - 1:
                raise RuntimeError(f"{page.name}: {error.message.splitlines()[0]}") from None
        finally:
            with suppress(BrowserError):  # Ctrl-C ends the browser, too
                context.close()
    unfinished.rename(folder)


def _take(tab: Tab, file: Path, page: Page, slugs: list[str], folder: Path) -> None:
    tab.set_default_timeout(PATIENCE)
    tab.goto(file.as_uri(), wait_until="load")
    tab.add_style_tag(content=QUIET)
    tab.evaluate(still_script())
    tab.evaluate("(patience) => __llmStill.prepare(patience)", PATIENCE)
    how = [file.read_text("utf-8"), page.slug, f"{page.name}.html", slugs]
    taken = tab.evaluate("(how) => __llmStill.take(...how)", how)
    tab.add_style_tag(content=BARE)
    for box in tab.locator("[data-shot]").all():
        name = f"{box.get_attribute('data-shot')}.png"
        box.locator(".llm-widget").first.screenshot(path=folder / name, animations="disabled")
    write_json(folder / "article.json", taken)
