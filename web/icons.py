"""Draws the icons of an installed book out of its favicon: ``.venv-dev/bin/python -m web.icons``.

They are committed: a reader's environment has nothing that draws an SVG. Run it once the favicon
has changed; it needs the browser that the tests use.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from llm_lib.files import atomic_write

STATIC = Path(__file__).resolve().parent / "static"
FAVICON, FOLDER = STATIC / "favicon.svg", STATIC / "icons"
# by name: how many pixels it has, and how much of them the favicon takes
ICONS = {"180": (180, 1.0), "192": (192, 1.0), "512": (512, 1.0), "maskable": (512, 0.8)}
# those on whose corners a phone decides: filled to the edge with the favicon's ground
FILLED = {"180", "maskable"}
GROUND = "#0b66b2"


def page_of(name: str, favicon: str) -> str:
    """Return the HTML of a page that shows one icon, and nothing else.

    >>> "width:512px" in page_of("maskable", "<svg></svg>")
    True
    """
    size, share = ICONS[name]
    ground = GROUND if name in FILLED else "transparent"
    return (
        "<!doctype html><style>body{margin:0} main{display:grid;place-items:center;"
        f"width:{size}px;height:{size}px;background:{ground}}}"
        f"svg{{width:{size * share:g}px;height:{size * share:g}px}}</style><main>{favicon}</main>"
    )


def draw(browser: Any, name: str) -> bytes:
    """Return an icon as a PNG, drawn by a browser of Playwright's."""
    size, _ = ICONS[name]
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(page_of(name, FAVICON.read_text("utf-8")))
    drawn = page.screenshot(omit_background=True)
    page.close()
    return drawn


def main() -> int:
    """Draw all icons; return 0, or 1 where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright

        from web.browser import launch
    except ModuleNotFoundError as error:
        print(f"Nothing was drawn: {error.name} is missing; type  make lint  once", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name in ICONS:
            with atomic_write(FOLDER / f"{name}.png", "wb") as file:
                file.write(draw(browser, name))
            print(FOLDER / f"{name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
