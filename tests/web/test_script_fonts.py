"""What is written in other scripts is drawn by the site's own fonts, on every page."""

from __future__ import annotations

import re

from web.script_fonts import JOINERS, in_need

PAGE = "chapters/03_tokenization.html"
TEXT = """() => [document.body.textContent,
    ...[...document.querySelectorAll('textarea, input')].map((field) => field.value)].join(' ')"""
# family -> words that its fonts should draw; a system's own emoji come first, so these are named
SAMPLES = {
    "var(--llm-font)": "लोमड़ी狐狸キツネ",
    "var(--llm-mono)": "लोमड़ी狐狸",
    '"Book Emoji"': "🙂",
}


def test_no_page_shows_a_script_without_a_font(name, desktop, site):
    # fails when a widget or output shows a character that no font was made for
    sheet = (site / "_static/scripts.css").read_text("utf-8")
    made = {chr(int(code, 16)) for code in re.findall(r"U\+([0-9A-F]+)", sheet)}
    shown = in_need(desktop.page.evaluate(TEXT))
    assert shown - made - set(JOINERS) == set()


def test_the_sites_own_fonts_draw_them(address, visit):
    # fails when the fonts do not load, or a family does not name them
    page = visit(address + PAGE).page
    for family, words in SAMPLES.items():
        fonts = drawn_by(page, family, words)
        assert fonts and all(font["isCustomFont"] for font in fonts), (family, fonts)


def test_latin_pages_load_none(address, visit):
    # fails when a reader of plain pages pays for the fonts
    opened = visit(address + "chapters/12_gpt_model.html")
    assert not [url for url in opened.weights if re.search("(devanagari|cjk|hebrew)", url)]


def drawn_by(page, family: str, words: str) -> list[dict]:
    """Return the fonts by which the browser draws words in this family."""
    page.evaluate(
        """async ([family, words]) => {
          const line = Object.assign(document.createElement('p'), {id: 'sample', textContent: words});
          line.style.fontFamily = family;
          document.querySelector('#sample')?.remove();
          document.querySelector('article').prepend(line);
          await document.fonts.load(`16px ${getComputedStyle(line).fontFamily}`, words);
          await document.fonts.ready;
        }""",
        [family, words],
    )
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": "#sample"})["nodeId"]
    fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    client.detach()
    return fonts
