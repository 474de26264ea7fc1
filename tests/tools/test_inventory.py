"""The list of all that one can touch, watch or try, found in pages as Sphinx keeps them."""

import json
from types import SimpleNamespace

import pytest
from docutils import nodes

import llm_lib.book.widgets as widgets
from llm_lib.book.pictures import PICTURES, show_matrix, show_picture, show_table
from llm_lib.book.widgets.architecture import Architecture
from llm_lib.book.widgets.base import BookWidget
from llm_lib.book.widgets.walkthrough import Walkthrough
from web import inventory
from web.fingerprint import ROOT
from web.inventory import EXERCISE, FILM, PICTURE, STATE, WIDGET

PAGE = "chapters/09_self_attention"
OWN = [getattr(widgets, name) for name in widgets.__all__ if name[0].isupper()]
CLASSES = [cls for cls in OWN if issubclass(cls, BookWidget)]


def state_of(cls):
    """Return the part of a widget's state by which it is known, as a page has it."""
    return {"_anywidget_id": f"{cls.__module__}.{cls.__name__}", "_esm": str(cls._esm)}


def view(model_id):
    script = "application/vnd.jupyter.widget-view+json"
    return nodes.raw("", f'<script type="{script}">{{"model_id": "{model_id}"}}</script>')


def output(*raws):
    return nodes.container("", *raws, nb_element="cell_code_output")


def section(title, name, *children):
    return nodes.section("", nodes.title("", title), *children, ids=[name])


def read(models, *children):
    """Return what a page lists, whose widgets have these states."""
    document = nodes.document(None, None)
    document += children
    for node in document.findall(nodes.section):
        document.ids.update(dict.fromkeys(node["ids"], node))
    body = json.dumps({"state": {name: {"state": state} for name, state in models.items()}})
    metadata = {PAGE: {"js_files": {STATE: (None, {"body": body})}}}
    inventory.mark(
        SimpleNamespace(env=SimpleNamespace(docname=PAGE, nb_metadata=metadata)), document
    )
    return document, list(inventory.items_of(PAGE, document))


@pytest.mark.parametrize("cls", [c for c in CLASSES if c not in (widgets.Prediction, Walkthrough)])
def test_each_widget_is_known_by_the_heading_that_it_shows(cls):
    # fails if a new widget is missing, or is listed by a name that no reader has seen
    item = inventory.of_widget(state_of(cls))
    own = (ROOT / cls.__module__.replace(".", "/")).with_suffix(".js").read_text("utf-8")
    assert f'title: "{item.title}"' in own or f"title: localize`{item.title}`" in own
    assert item.kind == WIDGET and item.name == cls.__name__ and item.about.endswith(".")


@pytest.mark.parametrize("story", sorted(Walkthrough.STORIES))
def test_each_story_is_a_moving_picture_with_its_question(story):
    # fails if a story's words send a reader of the page to a place in the code
    item = inventory.of_widget(state_of(Walkthrough.STORIES[story]))
    assert item.kind == FILM and item.name == story and item.title != story
    assert "see" not in item.about.split()[-2:]


@pytest.mark.parametrize("name", PICTURES)
def test_each_drawn_picture_is_listed_once_by_its_title(name):
    # fails if a drawing for the phone counts as a second picture, or one is lost
    picture = show_picture(name)
    (item,) = inventory.of_html(picture._repr_html_())
    assert item == (PICTURE, picture.title.rstrip("."), "", "", "")


def test_numbers_as_cells_and_tables_are_no_pictures():
    # fails if each of a chapter's many matrices has a line
    shown = (show_matrix([[1, 0]]), show_table([{"a": 1}]))
    assert [list(inventory.of_html(one._repr_html_())) for one in shown] == [[], []]
    assert len(list(inventory.of_html(Architecture()._repr_html_()))) == 1


def test_what_stands_twice_has_two_places():
    # fails if a second one has the first one's id, or takes that of a heading
    state = {"a": state_of(widgets.HeadLab), "b": state_of(widgets.Prediction)}
    taken = section("A heading", "widget-head-lab-2", output(view("b")), output(view("a")))
    _, (one, other) = read(state, output(view("a")), taken)
    assert [one.id, other.id] == ["widget-head-lab", "widget-head-lab-3"]
    assert other.about == f"{one.about} Again, in “A heading”."


def test_two_in_one_output_share_its_place():
    # fails if the second leads nowhere
    state = {"a": state_of(widgets.HeadLab), "b": state_of(widgets.StreamLab)}
    document, items = read(state, output(view("a"), view("b")))
    assert [item.name for item in items] == ["HeadLab", "StreamLab"]
    assert {item.id for item in items} == {document[0]["ids"][0]}


def test_an_exercise_has_its_number_and_level():
    # fails if a heading with a star in it counts, or an exercise is called otherwise than its card
    _, items = read(
        {}, section("3 ★★ Attention, from memory", "memory"), section("Stars ★", "stars")
    )
    assert items == [(EXERCISE, "Attention, from memory", "9.3", "medium", "memory")]


def test_a_widget_of_somebody_else_is_left_out():
    # fails if a page with another widget can't be built
    assert inventory.of_widget({"_anywidget_id": "other.package.Widget"}) is None
    assert inventory.of_widget({}) is None
