"""Makes the book to take along: ``python -m web.portable pdf epub``.

It reads the site in `_build/html`, builds it where there is none, and writes
`_build/llm-from-scratch.pdf` and `.epub`, each whole or not at all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

from web import known
from web.browser import launch
from web.fingerprint import BUILD
from web.portable.check_epub import check_epub
from web.portable.check_pdf import check_pdf
from web.portable.epub import write_epub
from web.portable.pages import Article, find_pages
from web.portable.pdf import write_pdf
from web.portable.still import make_still
from web.serve import FIRST_PORT

NAME = "llm-from-scratch"
KINDS = ("pdf", "epub")
LOCAL = f"http://127.0.0.1:{FIRST_PORT}/"  # where `make serve` shows the living pages
SHOWN = 20  # faults on the screen


class FaultsError(Exception):
    """A book that is not as it should be: what is wrong with it, a line each."""


def stopwatch() -> Callable[[str], None]:
    """Return a function that prints a line with the seconds since the line before."""
    last = time.monotonic()

    def say(text: str) -> None:
        nonlocal last
        now = time.monotonic()
        print(f"{text} ({now - last:.1f} s)", flush=True)
        last = now

    return say


def make(
    browser: Browser, site: Path, kinds: list[str], folder: Path, wanted: list[str] | None = None
) -> list[Path]:
    """Write the book in each of `kinds` into `folder`; return the files.

    wanted: the pages to take, by name; all of them without it. Raises FaultsError where something
    is cut, missing or leads nowhere: then no file has been written.
    """
    pages, say = find_pages(site, wanted), stopwatch()
    address = known.site_address() or LOCAL
    slugs = [page.slug for page in pages]
    articles: list[Article] = []
    for n, page in enumerate(pages, 1):
        articles.append(make_still(browser, site, page, slugs, folder / "still"))
        say(f"kept {n} of {len(pages)}: {page.name}")
    files = []
    for kind in kinds:
        unchecked, target = folder / f"unchecked.{kind}", folder / f"{NAME}.{kind}"
        faults = _write(kind, browser, site, articles, address, unchecked, say)
        say(f"looked at {target.name}")
        if faults:
            raise FaultsError(f"{target.name} was not written; see {unchecked}\n{_some(faults)}")
        unchecked.replace(target)
        files.append(target)
    return files


def _write(
    kind: str,
    browser: Browser,
    site: Path,
    articles: list[Article],
    address: str,
    file: Path,
    say: Callable[[str], None],
) -> list[str]:
    """Write one kind of book; return its faults."""
    if kind == "pdf":
        faults = write_pdf(browser, site, articles, address, file, say)
        return faults + check_pdf(file)
    write_epub(browser, site, articles, address, file, say)
    return check_epub(file)


def _build() -> int:
    from web import build  # it imports torch and Sphinx, for which a built site has no need

    return build.main([])


def _some(faults: list[str]) -> str:
    more = len(faults) - SHOWN
    return "\n".join([*faults[:SHOWN], *([f"… and {more} more"] if more > 0 else [])])


def main(arguments: list[str] | None = None) -> int:
    """Make what is asked for; return 0, or 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="Make the book to take along.")
    parser.add_argument("kinds", nargs="+", choices=KINDS, metavar="KIND", help=" or ".join(KINDS))
    parser.add_argument("--only", nargs="+", metavar="PAGE", help="some pages: intro, 09_self_…")
    options = parser.parse_args(arguments)
    site = BUILD / "html"
    if not (site / "index.html").is_file() and (code := _build()):
        return code
    print("The whole book takes about 3 minutes; pages are kept for the next time.", flush=True)
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for file in make(browser, site, options.kinds, BUILD, options.only):
                print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
            browser.close()
    except (FaultsError, RuntimeError, ValueError, OSError, BrowserError) as error:
        print(f"\nThe book to take along was not made.\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
