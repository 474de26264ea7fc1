"""Exercises as cards: number, title and level at the head, the solution at the foot.

In a chapter an exercise is a heading such as "### 2 ★ Predict the overlap", its text, a cell and a
folded solution. A page shows that as one card. Code alone that is folded, above an open output,
is no solution and keeps its own label. Its state, Not tried or Solved, is filled in by
`web/progress/cards.js`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

from web.repository import Repository
from web.translation.catalogues import Say, english, on_page

HEAD = re.compile(r"(?:Exercise |Your turn )?(\d+)\s*(★{1,3})\s*")
WAITING = re.compile(r"<div><code>[^<]*</code> waiting for your answer</div>")
LEVELS = {1: "easy", 2: "medium", 3: "hard"}


def chapter_number(docname: str) -> str:
    """Return the number of a chapter, or the letter of an appendix.

    >>> chapter_number("chapters/09_self_attention"), chapter_number("chapters/appendix_b_maths")
    ('9', 'B')
    """
    name = docname.split("/")[-1].removeprefix("appendix_").split("_")[0]
    return name.lstrip("0").upper()


def level_html(stars: int, say: Say = english) -> str:
    """Return a level as dots, with a word."""
    dots = f'<span aria-hidden="true">{"●" * stars + "○" * (3 - stars)}</span>'
    return f'<span class="llm-level">{dots} {say(LEVELS[stars])}</span>'


def make_card(section: nodes.section, chapter: str, try_it: str, say: Say = english) -> bool:
    """Turn a section into a card if its title is that of an exercise; tell whether it is.

    try_it: the HTML that stands on the page where a notebook waits for the reader's code.
    """
    title = section.next_node(nodes.title)
    first = title.children[0] if title is not None and title.children else None
    found = HEAD.match(first.astext()) if isinstance(first, nodes.Text) else None
    if not found:
        return False
    number = f'<span class="llm-exercise-number">{chapter}.{found[1]}</span> '
    words = nodes.inline("", "", classes=["llm-exercise-title"])
    words += [nodes.Text(first.astext()[found.end() :]), *title.children[1:]]
    title.children = []
    title += [
        nodes.raw("", number, format="html"),
        words,
        nodes.raw("", " " + level_html(len(found[2]), say), format="html"),
    ]
    section["classes"].append("llm-exercise")
    _move_out(section)
    for folded in _solutions(section):
        folded["prompt_show"], folded["prompt_hide"] = "Show the solution", "Hide the solution"
    for output in section.findall(nodes.raw):
        text = WAITING.sub(try_it, output.astext())
        if text != output.astext():
            output.children = [nodes.Text(text)]
            output.rawsource = text
    return True


def _move_out(section: nodes.section) -> None:
    """Put behind a card what stands behind its last cell: the text goes on there."""
    cells = [i for i, node in enumerate(section.children) if _asks(node)]
    end = cells[-1] + 1 if cells else len(section.children)
    while end < len(section.children) and _holds_folded(section.children[end]):
        end += 1
    rest = section.children[end:]
    place = section.parent.index(section) + 1
    for node in rest:
        section.remove(node)
    section.parent.insert(place, rest)


def _asks(node: nodes.Node) -> bool:
    """Tell whether this is the cell of an exercise: a prediction, or one that waits for code."""
    is_cell = isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
    said = [raw.astext() for raw in node.findall(nodes.raw)] if is_cell else []
    return any("llm-waiting" in text or "widget-view" in text for text in said)


def _solutions(section: nodes.section) -> Iterator[HideCodeCellNode]:
    """Yield what is folded of cells that are folded as a whole; code above an open output helps."""
    for cell in section.findall(nodes.container):  # such a cell's fold doesn't know its parent
        if cell.get("hide_mode", "all") == "all":
            yield from (node for node in cell.children if isinstance(node, HideCodeCellNode))


def _holds_folded(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and any(node.findall(HideCodeCellNode))


def try_it_html(url: str | None, docname: str, say: Say = english) -> str:
    """Return where code is tried: a link to Colab, or the file to open in Jupyter."""
    if url:
        link = f'<a href="{escape(url)}">{say("Try it in Colab")}</a>'
        return f"<div>{say('{}: write your code there, and it is checked.', link)}</div>"
    file = f"<code>{escape(docname)}.ipynb</code>"
    return f"<div>{say('Write it in Jupyter, in {}, and it is checked.', file)}</div>"


def make_cards(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn all exercises of a page into cards."""
    if app.builder.format != "html":
        return
    options = app.config.html_theme_options
    repository = Repository(options.get("repository_url", ""), options.get("repository_branch", ""))
    say = on_page(docname)
    try_it = try_it_html(repository.on_colab(f"{docname}.ipynb"), docname, say)
    for section in list(doctree.findall(nodes.section)):
        make_card(section, chapter_number(docname), try_it, say)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it; called by Sphinx."""
    app.connect("doctree-resolved", make_cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
