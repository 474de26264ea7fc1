"""Draws the picture that the README shows: ``python -m web.readme_picture``.

A browser opens the chapter on many heads in the site that was built last, switches one head of the
HeadLab off, and photographs it in light and dark. Needs the tests' packages; both files are kept in
the repository. `ALT` is what they say to who can't see them.
"""

from __future__ import annotations

import argparse
import io
import sys
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

from web.browser import launch
from web.fingerprint import BUILD, ROOT
from web.serve import open_server

PICTURES = {scheme: ROOT / f".github/heads-{scheme}.webp" for scheme in ("light", "dark")}
MOST = 200_000  # bytes together
HEAD, SAYS = "2.0", ("drum", "kite")  # what the model says with this head, and without it
ALT = (
    "The HeadLab, in which a reader switches attention heads off. The text: Mia had a kite and Tom "
    f"had a drum; what did Tom have? With all heads on, the model expects “{SAYS[0]}”. Head {HEAD} "
    f"of sixteen is off, and it expects “{SAYS[1]}”. Beside it is a map of where that head looks."
)
PAGE = "chapters/10_multi_head_attention.html"
LAB = "#widget-head-lab .llm-head-lab[data-ready=yes]"
# The text stands below its field, token by token; round corners would show what is behind them.
# Cells that are far away are laid out, too: else what comes above moves the lab in the meantime.
STYLE = """* { content-visibility: visible !important }
  .llm-head-lab .llm-head-text, .llm-head-lab details { display: none }
  .llm-head-lab { border-radius: 0 !important; padding-bottom: 1.75rem !important }"""


def open_lab(page: Page) -> Locator:
    """Answer the question before the HeadLab, and return the lab when it is there."""
    section = page.locator("section", has=page.locator("#widget-head-lab")).last
    section.scroll_into_view_if_needed()
    section.get_by_role("button", name="Show me").first.click()
    page.locator("#widget-head-lab").scroll_into_view_if_needed()
    lab = page.locator(LAB)
    lab.wait_for()
    return lab


def switch_off(lab: Locator) -> None:
    """Switch the head off that the picture is about.

    Raises AssertionError where the model does not say what the README's words tell.
    """
    before, after = (lab.locator(".llm-sides > *").nth(side).locator(".llm-bar") for side in (0, 1))
    expect(before.first).to_contain_text(SAYS[0])
    lab.locator(".llm-head-one", has_text=HEAD).click()
    expect(lab.get_by_role("switch")).not_to_be_checked()
    expect(after.first).to_contain_text(SAYS[1])
    expect(lab.locator(".llm-finding")).to_contain_text(f"expects “{SAYS[1]}”")


def photograph(browser: Browser, address: str, scheme: str) -> bytes:
    """Return the lab in one colour scheme, "light" or "dark", as WebP."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000},
        device_scale_factor=2,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}{PAGE}", wait_until="networkidle")
    lab = open_lab(page)
    switch_off(lab)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.add_style_tag(content=STYLE)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 500)))")
    png = lab.screenshot(animations="disabled")
    context.close()
    return as_webp(png)


def as_webp(png: bytes) -> bytes:
    """Return a PNG file as WebP of 256 colours, as sharp at less than half the size."""
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    made = io.BytesIO()
    few.convert("RGB").save(made, "WEBP", lossless=True, method=6)
    return made.getvalue()


def draw(site: Path) -> None:
    """Write both pictures; raises ValueError where they are too large, and writes none."""
    expect.set_options(timeout=30_000)  # milliseconds, on a machine that is busy
    server = open_server(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            address = f"http://127.0.0.1:{server.server_port}/"
            drawn = {path: photograph(browser, address, name) for name, path in PICTURES.items()}
            browser.close()
    finally:
        server.shutdown()
    if (size := sum(map(len, drawn.values()))) > MOST:
        raise ValueError(f"the pictures have {size} bytes together, more than {MOST}")
    for path, picture in drawn.items():
        path.write_bytes(picture)
        print(f"{path.name}: {len(picture) / 1000:.0f} KB")


def main(arguments: list[str] | None = None) -> int:
    """Draw the pictures; return 0, or 1 after saying what is wrong."""
    parser = argparse.ArgumentParser(description="Draw the picture that the README shows.")
    parser.add_argument("--site", type=Path, default=BUILD / "html", help="the built book")
    try:
        draw(parser.parse_args(arguments).site)
    except (OSError, ValueError, AssertionError, Error) as error:
        print(f"The picture was not drawn: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
