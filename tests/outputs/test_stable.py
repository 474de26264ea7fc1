"""What is stored of two runs that show the same is the same."""

from __future__ import annotations

import copy

import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest

from llm_lib.book.widgets import NextTokenLab, Playground
from web.outputs.stable import STATE, VIEW, make_stable, round_to_digits, unpack

PLOTLY = "application/vnd.plotly.v1+json"


def notebook(outputs, models=None):
    """A notebook of one cell with these outputs."""
    cell = nbformat.v4.new_code_cell("1", id="one", outputs=list(outputs))
    made = nbformat.v4.new_notebook(cells=[cell])
    made.metadata["widgets"] = {STATE: {"state": models or {}}}
    return made


def view(id):
    return nbformat.v4.new_output("display_data", {VIEW: {"model_id": id}, "text/plain": "W()"})


def model(cls=NextTokenLab, **state):
    state |= {"_anywidget_id": f"{cls.__module__}.{cls.__name__}", "_esm": "x", "_css": "y"}
    return {"model_name": "AnyModel", "state": state}


def test_widgets_are_numbered_as_they_are_shown():
    # fails if random ids come into the file, if a reference leads nowhere, or if a widget is kept
    # that no page shows
    models = {
        "c0ffee": model(layout="IPY_MODEL_abc", n=1),
        "abc": {"model_name": "LayoutModel", "state": {"min_height": "9rem", "width": None}},
        "unseen": model(),
    }
    cells, widgets = make_stable(notebook([view("c0ffee"), view("c0ffee")], models))
    assert [output["data"][VIEW]["model_id"] for output in cells["one"]] == ["w1", "w1"]
    assert widgets["w1"]["state"]["layout"] == "IPY_MODEL_w2"
    assert widgets["w2"]["state"] == {"min_height": "9rem"}
    assert set(widgets) == {"w1", "w2"}


def test_what_the_class_has_is_not_stored():
    # fails if a change of a script would change the file, or if a trait of the widget is lost
    _, widgets = make_stable(notebook([view("a")], {"a": model(Playground, labs=[1], text="t")}))
    own = {"_anywidget_id": "llm_lib.book.widgets.playground.Playground", "text": "t"}
    assert widgets["w1"]["state"] == own


def test_a_widget_of_no_class_of_ours_keeps_its_script():
    # fails if a page would show a reader's own widget without a script
    models = {
        "a": {"model_name": "AnyModel", "state": {"_anywidget_id": "__main__.Dial", "_esm": "x"}}
    }
    assert make_stable(notebook([view("a")], models))[1]["w1"]["state"]["_esm"] == "x"


def test_figures_hold_plain_numbers():
    # fails if an array stays packed, which no comparison could read, or loses its shape
    figure = go.Figure(go.Heatmap(z=np.arange(6.0).reshape(2, 3) / 3)).to_plotly_json()
    output = nbformat.v4.new_output("display_data", {PLOTLY: nbformat.from_dict(figure)})
    cells, _ = make_stable(notebook([output]))
    z = cells["one"][0]["data"][PLOTLY]["data"][0]["z"]
    assert z == [[0.0, 0.3333333, 0.6666667], [1.0, 1.333333, 1.666667]]


@pytest.mark.parametrize("kind", ["f8", "f4", "i2", "u1"])
def test_packed_arrays_are_read_as_plotly_packs_them(kind):
    # fails if a dtype, which plotly chooses, is read wrongly
    numbers = np.array([1, 2, 3], dtype=kind)
    packed = go.Figure(go.Scatter(y=numbers)).to_plotly_json()["data"][0]["y"]
    assert unpack(packed).tolist() == numbers.tolist()


@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, 123456789.0, 1e-30, -2.5, float("inf")])
def test_rounding_leaves_seven_digits(x):
    # fails if a number changes by more than float32 could tell
    assert round_to_digits(x) == pytest.approx(x, rel=5e-7)


def test_progress_bars_and_execution_counts_are_left_out():
    # fails if what no page shows makes a difference
    new = nbformat.v4.new_output
    shown = [new("stream", name="stdout", text="a"), new("execute_result", {"text/plain": "1"})]
    bar = new("stream", name="stderr", text="50 %")
    again = copy.deepcopy(shown)
    again[1].execution_count = 9
    assert make_stable(notebook(shown)) == make_stable(notebook([bar, *again]))


def test_the_style_of_a_drawn_picture_is_the_pages():
    # fails if each picture in the file repeats a style that pages have anyway
    html = '<div><style class="llm-picture-look">p{}</style><svg/></div>'
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    assert make_stable(notebook([output]))[0]["one"][0]["data"]["text/html"] == "<div><svg/></div>"
