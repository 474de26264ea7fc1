"""Everything that one can touch, watch or try, found in the chapters and listed on one page.

When a page is read, each widget, moving picture and drawn picture on it gets an id; the directive
`inventory` becomes their list, with the exercises, chapter by chapter. `static/inventory.js`
filters it, and the search finds what is on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from web.exercise_cards import HEAD, LEVELS, chapter_number
from web.frame import number_of, pages_in_order
from web.outputs.classes import class_of
from web.section_texts import section_of
from web.widget_state import VIEW

PAGE = "chapters/appendix_g_index"
STATE = "ipywidgets_state"
FILM, WIDGET, PICTURE, EXERCISE = "moving picture", "widget", "picture", "exercise"
PREFIXES = {FILM: "film"}  # of an id, where it isn't the kind
IN_TEXT = "Prediction"  # a question in the text: not what anybody looks for later
# what stands above a widget, in its script
HEADING = re.compile(r'^ +title: (?:localize)?["`](.+)["`],$', re.MULTILINE)
DRAWN = re.compile(r'<svg [^>]*class="p-narrow"[^>]*aria-label="([^"]*)"')  # has a phone's drawing
ARCHITECTURE = "class='llm-architecture'"
CLASS = "llm-inventory-filter"
FILTER = (
    f'<div class="llm-search {CLASS} llm-js"><input type="search" autocomplete="off" '
    'spellcheck="false" aria-label="Show only what has these words" placeholder="Show only …"/>'
    '<span role="status"></span></div>'
)


class Item(NamedTuple):
    """Something to touch, watch or try: its kind, heading, name in code, words, and its id."""

    kind: str
    title: str
    name: str = ""
    about: str = ""
    id: str = ""


class inventory(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes so)
    """Stands where the list will be, until all pages have been read."""


class Inventory(Directive):
    """The directive `inventory`: the list of all that can be touched, watched or tried."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return the place of the list."""
        return [inventory()]


def about(doc: str | None) -> str:
    """Return the first line of a class's docstring, without words that point elsewhere in the code.

    >>> about("How logits become one token; see `Walkthrough`.")
    'How logits become one token.'
    """
    line = (doc or "").strip().split("\n")[0]
    return re.sub(r"; see (there|`\w+`)\.$", ".", line)


def of_widget(state: dict[str, Any]) -> Item | None:
    """Return what a widget is, from its state; None for a prediction, and what isn't the book's."""
    module, _, name = str(state.get("_anywidget_id", "")).rpartition(".")
    if not module.startswith("llm_lib.") or name == IN_TEXT:
        return None
    cls = class_of(state)
    story = getattr(cls, "story", "")
    title = (HEADING.findall(cls._esm) or [name])[-1]  # its own file comes last
    return Item(FILM if story else WIDGET, title, story or name, about(cls.__doc__))


def of_html(html: str) -> Iterator[Item]:
    """Yield the drawn pictures in an output, without grids and tables of numbers."""
    for words in DRAWN.findall(html):
        yield Item(PICTURE, re.split(r"(?<=[.?])\s", unescape(words))[0].rstrip("."))
    if ARCHITECTURE in html:
        yield Item(PICTURE, "The Transformer of 2017")


def _in_output(output: nodes.container, models: dict[str, Any]) -> Iterator[Item]:
    for raw in output.findall(nodes.raw):
        for view in VIEW.findall(raw.astext()):
            model = models.get(json.loads(view)["model_id"], {})
            if item := of_widget(model.get("state", {})):
                yield item
        yield from of_html(raw.astext())


def _models(app: Sphinx, page: str) -> dict[str, Any]:
    files = app.env.nb_metadata.get(page, {}).get("js_files", {}) if page else {}
    return json.loads(files[STATE][1]["body"])["state"] if STATE in files else {}


def mark(app: Sphinx, doctree: nodes.document) -> None:
    """Give each output that shows something an id, and note in it what it shows."""
    models = _models(app, app.env.docname)
    taken = set(doctree.ids)
    for output in doctree.findall(nodes.container):
        if output.get("nb_element") != "cell_code_output":
            continue
        items = list(_in_output(output, models))
        if not items:
            continue
        base = _id_for(items[0])
        place = next(id for id in _numbered(base) if id not in taken)
        taken.add(place)
        output["ids"].append(place)
        again = "" if place == base else _again(output)
        output["inventory"] = [
            tuple(item._replace(id=place, about=f"{item.about}{again}")) for item in items
        ]


def _again(output: nodes.container) -> str:
    """Return where something stands that was there before: the heading of its section."""
    section = section_of(output)
    return f" Again, in “{section.next_node(nodes.title).astext()}”." if section else ""


def _id_for(item: Item) -> str:
    """Return an id: the kind, and the name in code or the first words of the heading.

    >>> _id_for(Item(WIDGET, "What does each head do?", "HeadLab"))
    'widget-head-lab'
    """
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", item.name) or " ".join(item.title.split()[:6])
    return nodes.make_id(f"{PREFIXES.get(item.kind, item.kind)} {name}")


def _numbered(base: str) -> Iterator[str]:
    yield base
    yield from (f"{base}-{n}" for n in range(2, 100))


def items_of(page: str, doctree: nodes.document) -> Iterator[Item]:
    """Yield all that a page has to touch, watch or try, from its top to its end."""
    for node in doctree.findall():
        if isinstance(node, nodes.container):
            yield from (Item(*item) for item in node.get("inventory", ()))
        elif isinstance(node, nodes.section) and (item := _exercise(node, page)):
            yield item


def _exercise(section: nodes.section, page: str) -> Item | None:
    title = section.next_node(nodes.title).astext()
    found = HEAD.match(title)
    if not found:
        return None
    number = f"{chapter_number(page)}.{found[1]}"
    return Item(EXERCISE, title[found.end() :], number, LEVELS[len(found[2])], section["ids"][0])


def _line(item: Item, address: str) -> nodes.list_item:
    """Return an item as a line: what it is, its heading as a link, and a few words."""
    said = nodes.paragraph()
    said += nodes.inline("", f"{item.kind} ", classes=["llm-inventory-kind"])
    name = f"{item.name} {item.title}" if item.kind == EXERCISE else item.title
    said += nodes.reference("", name, refuri=address, internal=True)
    if item.kind == WIDGET:
        said += [nodes.Text(" "), nodes.literal("", item.name)]
    for n, words in enumerate(f" {item.about}".split("`")):  # code is between backticks
        said += nodes.literal("", words) if n % 2 else nodes.Text(words)
    return nodes.list_item("", said)


def _of_page(app: Sphinx, page: str, here: str, items: list[Item]) -> nodes.section:
    to_page = app.builder.get_relative_uri(here, page)
    heading = nodes.title()
    if number := number_of(page):
        heading += nodes.inline("", f"{number} ", classes=["llm-number"])
    title = app.env.titles[page].astext()
    heading += nodes.reference("", title, refuri=to_page, internal=True)
    lines = (_line(item, f"{to_page}#{item.id}") for item in items)
    section = nodes.section("", heading, ids=[f"in-{nodes.make_id(page.split('/')[-1])}"])
    section += nodes.bullet_list("", *lines, classes=["llm-inventory"])
    return section


def _jumps(sections: list[nodes.section], pages: list[str]) -> nodes.paragraph:
    """Return one line of links to the chapters' lists: by their number, or "Start"."""
    line = nodes.paragraph(classes=["llm-inventory-jumps"])
    for section, page in zip(sections, pages, strict=True):
        title = section.next_node(nodes.title).astext()
        link = nodes.reference("", number_of(page) or "Start", refid=section["ids"][0])
        link["reftitle"], link["internal"] = title, True
        line += [link, nodes.Text(" ")]
    return line


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the list of all pages where the directive stands."""
    for place in list(doctree.findall(inventory)):
        items = {page: list(items_of(page, app.env.get_doctree(page))) for page in pages_in_order()}
        pages = [page for page, here in items.items() if here]
        sections = [_of_page(app, page, docname, items[page]) for page in pages]
        tools = nodes.raw("", FILTER, format="html")
        place.replace_self([_jumps(sections, pages), tools, *sections])


def write_again(app: Sphinx, env: Any) -> list[str]:
    """Return the page to write, whatever else is: what it lists may have changed."""
    return [page for page in (PAGE,) if page in env.found_docs]


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it; called by Sphinx."""
    app.add_node(inventory)
    app.add_directive("inventory", Inventory)
    app.connect("doctree-read", mark)
    app.connect("doctree-resolved", fill)
    app.connect("env-updated", write_again)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
