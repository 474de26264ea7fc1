"""Draws the pictures that links to the pages show: ``python -m web.draw_previews [PAGE …]``.

A browser opens each page of the site that was built last, takes its opening picture, and sets it
below number and title. Needs the tests' packages; the pictures are kept in the repository.
"""

from __future__ import annotations

import argparse
import base64
import io
import sys
import threading
from html import escape
from pathlib import Path

from PIL import Image, PngImagePlugin
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from web import previews
from web.browser import launch
from web.fingerprint import BUILD
from web.frame import number_of, pages_in_order
from web.previews import HEIGHT, MOST, NOTE, WIDTH
from web.reference.names import FOLDER
from web.serve import open_server

BOOK = "LLM from Scratch"
# The scene of a film that says most at a glance; of the others, the last before "Your turn".
SCENES = {
    "01_what_is_an_llm": "Probabilities",
    "03_tokenization": "Token ids",
    "04_byte_pair_encoding": "Merge 3",
    "05_data_loaders": "Batch 1",
    "06_embeddings": "Lookup",
    "07_positions": "Positions",
    "08_before_attention": "Look back",
    "09_self_attention": "Look",
    "10_multi_head_attention": "Look",
    "13_pretraining": "Gradient",
    "14_scaling_laws": "Best",
    "15_generating_text": "Top-k",
    "16_faster_generation": "Cache",
}
FILM = ".llm-walk[data-ready=yes]"
FIRST = 3  # widgets among which the film is that a chapter opens with
DRAWN = ".llm-picture svg.p-wide"
HERO = ".llm-hero-picture svg.h-wide"  # the first page's own
MOST_COLOURS = 64

# What is drawn, without the empty room around it, in pixels of the page.
BOX = """(svg) => {
  const inside = [...svg.querySelectorAll('rect, path, text, circle, line, polygon, image')]
    .filter((e) => !e.closest('defs') && +getComputedStyle(e).opacity > 0)
    .map((e) => e.getBoundingClientRect()).filter((r) => r.width + r.height > 0);
  const left = Math.min(...inside.map((r) => r.left)), top = Math.min(...inside.map((r) => r.top));
  return {
    x: left - 6, y: top - 6,
    width: Math.max(...inside.map((r) => r.right)) - left + 12,
    height: Math.max(...inside.map((r) => r.bottom)) - top + 12,
  };
}"""
# What would stand before the drawing is hidden, and behind it is what is behind a card.
ALONE = """.llm-head { visibility: hidden }
  html, body { background: var(--llm-surface) }"""
STYLE = f"""
  .card {{ background: var(--llm-surface); color: var(--llm-fg); display: flex;
    flex-direction: column; font-family: var(--llm-font); height: {HEIGHT}px; inset: 0;
    overflow: hidden; padding: 44px 60px; position: fixed; width: {WIDTH}px; z-index: 99; }}
  .card p {{ align-items: baseline; color: var(--llm-muted); display: flex; font-size: 30px;
    justify-content: space-between; line-height: 1.2; margin: 0; }}
  .card h1 {{ font-size: 84px; font-weight: 600; letter-spacing: -0.024em; line-height: 1.04;
    margin: 14px 0 24px; text-wrap: balance; }}
  .card.is-bare h1 {{ font-size: 124px; margin-top: auto; }}
  .card div {{ flex: 1; min-height: 0; }}
  .card img {{ display: block; height: 100%; object-fit: contain; object-position: left;
    width: 100%; }}
"""


def kind_of(page: str) -> str:
    """Return what a page is called.

    >>> [kind_of(f"chapters/{name}") for name in ("09_self_attention", "appendix_b_maths")]
    ['Chapter 9', 'Appendix B']
    >>> kind_of("intro"), kind_of("reference/model")
    ('', 'Reference')
    """
    if page.startswith(f"{FOLDER}/"):
        return "Reference"
    number = number_of(page)
    return number and f"{'Appendix' if number.isalpha() else 'Chapter'} {number}"


def picture_of(page: Page, scene: str = "") -> bytes | None:
    """Return the opening picture of the page that is shown, as PNG; None where it has none."""
    if page.locator(HERO).count():
        return _photograph(page, page.locator(HERO), ALONE)
    for mount in page.locator(".llm-mount").all()[:FIRST]:
        mount.scroll_into_view_if_needed()
        mount.locator("xpath=self::*[@data-mounted]").wait_for()
        if page.locator(FILM).count():
            break
    if page.locator(FILM).count():
        film = page.locator(FILM).first
        marks = film.locator(".llm-walk-mark")
        mark = marks.filter(has_text=scene) if scene else marks.nth(marks.count() - 2)
        mark.first.click()
        drawing = film.locator(".llm-walk-svg")
    elif page.locator(DRAWN).count():
        drawing = page.locator(DRAWN).first
    else:
        return None
    return _photograph(page, drawing, ALONE)


def _photograph(page: Page, drawing: Locator, style: str) -> bytes:
    """Return a drawing alone, as PNG."""
    drawing.evaluate("(svg) => svg.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.add_style_tag(content=style)
    return page.screenshot(clip=drawing.evaluate(BOX), animations="disabled")


def draw(browser: Browser, address: str, name: str) -> bytes:
    """Return the preview of a page as PNG, in few colours, with its title noted in it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000},
        device_scale_factor=2,
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}{name}.html", wait_until="networkidle")
    picture = picture_of(page, SCENES.get(name.split("/")[-1], ""))
    context.close()
    whole = previews.title_of(name)
    title = whole.removeprefix(number_of(name)).strip()
    kind = kind_of(name)
    html = f"<p><span>{BOOK if kind else ''}</span><span>{kind}</span></p>"
    html += f"<h1>{escape(title)}</h1>"
    if picture:
        data = base64.b64encode(picture).decode()
        html += f'<div><img alt="" src="data:image/png;base64,{data}"></div>'
    return _noted(_card(browser, address, html, is_bare=not picture), whole)


def _card(browser: Browser, address: str, html: str, *, is_bare: bool) -> bytes:
    """Return a card in the book's fonts and colours as PNG."""
    size = {"width": WIDTH, "height": HEIGHT}
    page = browser.new_page(viewport=size, color_scheme="light")
    page.goto(f"{address}search.html")
    page.add_style_tag(content=STYLE)
    page.evaluate(
        """async ([html, isBare]) => {
          const card = document.createElement('section');
          card.className = isBare ? 'card is-bare' : 'card';
          card.innerHTML = html;
          document.body.replaceChildren(card);
          await document.fonts.ready;
          await Promise.all([...document.images].map((image) => image.decode()));
        }""",
        [html, is_bare],
    )
    png = page.screenshot()
    page.close()
    return png


def _noted(png: bytes, title: str) -> bytes:
    """Return a PNG file in few colours, with a title in it."""
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(MOST_COLOURS, dither=0)
    note = PngImagePlugin.PngInfo()
    note.add_itxt(NOTE, title)
    made = io.BytesIO()
    few.save(made, "PNG", optimize=True, pnginfo=note)
    return made.getvalue()


def draw_all(site: Path, names: list[str]) -> None:
    """Draw the previews of pages into `web/previews`; delete those of pages that are no more."""
    previews.FOLDER.mkdir(exist_ok=True)
    server = open_server(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name in names:
            png = draw(browser, f"http://127.0.0.1:{server.server_port}/", name)
            path = previews.path_of(name)
            path.with_suffix(".part").write_bytes(png)
            path.with_suffix(".part").rename(path)
            print(f"{path.name}: {len(png) / 1000:.0f} KB", flush=True)
            if len(png) > MOST:
                print(f"  more than {MOST / 1000:.0f} KB: choose a plainer scene", file=sys.stderr)
        browser.close()
    server.shutdown()
    kept = {previews.path_of(page) for page in pages_in_order()}
    for path in set(previews.FOLDER.glob("*.png")) - kept:
        path.unlink()


def main(arguments: list[str] | None = None) -> int:
    """Draw all previews, or those of the pages that are named; return 0, or 1 for a bad name."""
    parser = argparse.ArgumentParser(description="Draw the pictures that links to pages show.")
    parser.add_argument("pages", nargs="*", help="such as chapters/09_self_attention")
    parser.add_argument("--site", type=Path, default=BUILD / "html", help="the built book")
    options = parser.parse_args(arguments)
    known = pages_in_order()
    if unknown := sorted(set(options.pages) - set(known)):
        print(f"No page is called {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 1
    try:
        draw_all(options.site, options.pages or known)
    except (OSError, Error) as error:
        said = str(error).splitlines()[0]
        print(f"Not all previews were drawn: {said}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; what was drawn stays.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
