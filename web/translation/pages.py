"""Builds the book in one of its languages: a Sphinx extension, idle in an English build.

Sphinx puts the translated paragraphs in their places. This adds the words that cells show: prompts,
verdicts, figures, drawn pictures. A page without a catalogue stays English, and says so.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path
from typing import Any

import sphinx.locale
from babel.messages.mofile import write_mo
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.nodes import LITERAL_TYPE_NODES, extract_messages

from web.fingerprint import BUILD
from web.plotly_figure import PLOTLY, figure_html
from web.translation import catalogues
from web.translation.catalogues import ENGLISH, Say
from web.translation.messages import FORMULA, problems

MARK = "TRANSLATION:"  # how a warning begins that keeps no book from being built
FIGURE = re.compile(
    rf'<figure class="llm-figure".*?<script type="{re.escape(PLOTLY)}">(.*?)</script></figure>'
)
SHOWN_IN_FIGURES = {"text", "name", "alt", "title", "hovertemplate", "hovertext", "ticktext"}
LIBRARY = re.compile(r'class="llm-(check|picture|table|matrix)')  # HTML whose words are ours
WORDS = re.compile(r"(?<=>)[^<>]+(?=<)|(?<=aria-label=\")[^\"]+(?=\")")
VERDICT = re.compile(r"right, all (\d+) cases pass\.(?: (.+))?$")
NOT_YET = "This page has not been translated yet: it is in English."
TRANSLATED = "Translated from English. Code, and what it prints, stay English."

log = logging.getLogger(__name__)


def use_language(app: Sphinx, config: Config) -> None:
    """Point Sphinx at the catalogues of this build's language."""
    language = catalogues.current()
    if language == ENGLISH:
        return
    config.language = language
    config.gettext_compact = False  # a catalogue a page
    config.locale_dirs = [str(compile_all(language))]
    sphinx.locale.init([Path(sphinx.locale.__file__).parent], language)


def compile_all(language: str) -> Path:
    """Write the catalogues of a language in the form that gettext reads; return their folder."""
    folder = BUILD / "locale"
    for page in catalogues.translated_pages(language):
        path = folder / language / "LC_MESSAGES" / f"{page}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_mo(file, catalogues.read(catalogues.file_of(language, page), language))
    return folder


def tell_problems(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each paragraph of a translated page that Sphinx has found no translation for."""
    page, language = app.env.docname, catalogues.language_of(app.env.docname)
    if language == ENGLISH:
        return
    left = [
        message
        for node, message in extract_messages(doctree)
        if node.get("translated") is False and not isinstance(node, LITERAL_TYPE_NODES)
    ]
    wanted = [message for message in dict.fromkeys(left) if not FORMULA.match(message)]
    for problem in problems(page, language, wanted):
        log.warning("%s %s", MARK, problem)


def say_cells(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put what cells show into the page's language."""
    if catalogues.current() == ENGLISH or app.builder.format != "html":
        return
    add_note(doctree, docname)
    if catalogues.language_of(docname) == ENGLISH:
        return
    say = catalogues.on_page(docname)
    for folded in doctree.findall(HideCodeCellNode):
        for prompt in ("prompt_show", "prompt_hide"):
            folded[prompt] = say(folded[prompt])
    for raw in doctree.findall(nodes.raw):
        if raw.get("format") == "html":
            text = in_words(raw.astext(), say)
            raw.children, raw.rawsource = [nodes.Text(text)], text


def in_words(html: str, say: Say) -> str:
    """Return the library's HTML with its words in another language; any other HTML as it is.

    >>> in_words('<p class="llm-check"><b>Hint</b> x</p>', {"Hint": "Tipp", "x": "y"}.get)
    '<p class="llm-check"><b>Tipp</b> y</p>'
    """
    html = FIGURE.sub(lambda found: figure_html(figure_in_words(json.loads(found[1]), say)), html)
    if not LIBRARY.search(html):
        return html
    return WORDS.sub(lambda found: escape(_verdict(unescape(found[0]), say)), html)


def _verdict(text: str, say: Say) -> str:
    plain = text.strip()
    if found := VERDICT.match(plain):
        why = f" {say(found[2])}" if found[2] else ""
        return text.replace(plain, f"{say('right, all {} cases pass.', found[1])}{why}")
    return text.replace(plain, say(plain)) if plain else text


def figure_in_words(part: Any, say: Say, key: str = "") -> Any:
    """Return a figure's JSON with its titles, names and texts in another language.

    >>> figure_in_words({"xaxis": {"title": {"text": "loss"}}}, {"loss": "Verlust"}.get)
    {'xaxis': {'title': {'text': 'Verlust'}}}
    """
    if isinstance(part, dict):
        return {name: figure_in_words(value, say, name) for name, value in part.items()}
    if isinstance(part, list):
        return [figure_in_words(value, say, key) for value in part]
    return say(part) if isinstance(part, str) and key in SHOWN_IN_FIGURES else part


def add_note(doctree: nodes.document, page: str) -> None:
    """Say below a page's title that it is translated, or not yet."""
    language = catalogues.current()
    text = NOT_YET if catalogues.language_of(page) == ENGLISH else TRANSLATED
    words = escape(catalogues.in_language(language)(text))
    note = f'<p class="llm-language-note" lang="{language}">{words}</p>'
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is not None:
        place = title.parent.index(title) + 1
        promise = title.parent[place : place + 1]
        place += bool(promise) and isinstance(promise[0], nodes.paragraph)
        title.parent.insert(place, nodes.raw("", note, format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect all; called by Sphinx."""
    app.connect("config-inited", use_language)
    app.connect("doctree-read", tell_problems, priority=100)
    app.connect("doctree-resolved", say_cells, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
