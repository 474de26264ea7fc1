"""A new run against what is stored: what may differ between processors, and what may not."""

from __future__ import annotations

import copy

import pytest

from web.outputs.compare import differences
from web.outputs.stable import VIEW
from web.outputs.stored import Stored

HTML = {"output_type": "display_data", "data": {"text/html": "<td>0.50</td><td>3</td>"}}
TEXT = {"output_type": "stream", "name": "stdout", "text": "loss 2.31 after 40 steps\n"}
SHOWN = {"output_type": "display_data", "data": {VIEW: {"model_id": "w1"}}}
STATE = {
    "_anywidget_id": "llm_lib.book.widgets.x.X",
    "layout": "IPY_MODEL_w2",
    "weights": [[0.25, 1e-9]],
    "tokens": [464, "fox"],
    "ref": "0123456789abcdef",
    "playing": False,
}
WIDGETS = {
    "w1": {"model_name": "AnyModel", "state": STATE},
    "w2": {"model_name": "LayoutModel", "state": {"min_height": "30rem"}},
}
STORED = Stored("", {}, "", cells={"a": [HTML, TEXT], "b": [SHOWN]}, widgets=WIDGETS)


def found(may_differ=(), **changes):
    """Return the differences after changes, each a path into the cells or widgets."""
    cells, widgets = copy.deepcopy(STORED.cells), copy.deepcopy(STORED.widgets)
    state = widgets["w1"]["state"]
    if "html" in changes:
        cells["a"][0]["data"]["text/html"] = changes["html"]
    if "text" in changes:
        cells["a"][1]["text"] = changes["text"]
    state |= changes.get("state", {})
    return list(differences(STORED, cells, widgets, set(may_differ)))


def test_the_same_is_the_same():
    # fails if nothing can ever agree
    assert found() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"html": "<td>0.51</td><td>3</td>"},
        {"text": "loss 2.312 after 40 steps\n"},
        {"state": {"weights": [[0.2501, 3e-9]]}},
        {"state": {"weights": [[0.26, 1e-9]]}},  # rounded to two digits, and the other way
        {"state": {"ref": "fedcba9876543210"}},
    ],
)
def test_rounding_may_differ(changes):
    # fails if another processor's last digit breaks the tests
    assert found(**changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"html": "<td>0.53</td><td>3</td>"},
        {"html": "<td>0.50</td><td>4</td>"},
        {"html": "<th>0.50</th><td>3</td>"},
        {"text": "loss 2.31 after 41 steps\n"},
        {"state": {"weights": [[0.27, 0]]}},
        {"state": {"weights": [[0.2512, 1e-9]]}},
        {"state": {"weights": [[0.25]]}},
        {"state": {"tokens": [465, "fox"]}},
        {"state": {"tokens": [464, "owl"]}},
        {"state": {"playing": 0}},
        {"state": {"new": 1}},
    ],
)
def test_anything_else_is_told(changes):
    # fails if a chapter could show something else than its page
    [told] = found(**changes)
    assert told.startswith(("a: ", "a.", "X (w1)"))


def test_a_cell_that_may_differ_has_only_to_show_the_same_kinds():
    # fails if a time is compared, or if a figure could be missing from such a cell
    assert found(may_differ="a", text="2.0 s", html="<b>") == []
    assert found(may_differ="b", state={"weights": []}) == []
    gone = {"b": STORED.cells["b"]}
    [told] = differences(STORED, gone, STORED.widgets, {"a"})
    assert "text/html" in told
