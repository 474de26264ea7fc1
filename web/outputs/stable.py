"""What is stored of a run: the same text each time, if the run showed the same.

Widgets are numbered in the order in which the page shows them; their scripts and styles are left
out, and so is what is the same in all of them. Numbers keep seven digits, as many as float32 holds.
Plotly's arrays are lists of numbers.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np

from web import picture_style
from web.outputs.classes import Models, class_of
from web.outputs.pages import code_cells

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = re.compile(r"IPY_MODEL_(\w+)")
DIGITS = 7
# of a widget's state: what Jupyter alone needs
LEFT_OUT = re.compile(r"_(model|view)_(module|name|module_version|count)|_dom_classes")
IF_EMPTY = ("tabbable", "tooltip")

Outputs = dict[str, list[dict[str, Any]]]


def make_stable(notebook: Any) -> tuple[Outputs, Models]:
    """Return the outputs of a notebook that has run, by cell, and the widgets' state, by id."""
    state = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    numbers = number_widgets(notebook, state)
    cells = {
        name: kept
        for name, cell in code_cells(notebook)
        if (kept := [_output(output, numbers) for output in cell.outputs if is_shown(output)])
    }
    return cells, {new: _model(state[old], numbers) for old, new in numbers.items()}


def is_shown(output: Any) -> bool:
    """Tell whether a page shows an output: not what goes beside it, such as progress bars."""
    return not (output["output_type"] == "stream" and output["name"] == "stderr")


def number_widgets(notebook: Any, state: Models) -> dict[str, str]:
    """Return new ids, "w1", "w2" …, for the widgets that a page shows and those that they need."""
    queue = [
        output["data"][VIEW]["model_id"]
        for _, cell in code_cells(notebook)
        for output in cell.outputs
        if VIEW in output.get("data", {})
    ]
    found: dict[str, str] = {}
    for id in queue:  # it grows on the way
        if id in state and id not in found:
            found[id] = f"w{len(found) + 1}"
            queue += references(state[id]["state"])
    return found


def references(value: Any) -> list[str]:
    """Return the ids of the widgets that are named anywhere in a value."""
    if isinstance(value, str):
        return REFERENCE.findall(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [id for each in inner for id in references(each)]


def _output(output: Any, numbers: dict[str, str]) -> dict[str, Any]:
    kept: dict[str, Any] = {"output_type": output["output_type"]}
    if output["output_type"] == "stream":
        return kept | {"name": output["name"], "text": output["text"]}
    if output["output_type"] == "error":
        return kept | {key: output[key] for key in ("ename", "evalue", "traceback")}
    data = {kind: value for kind, value in sorted(output["data"].items())}
    if "text/html" in data:  # pages have the style of pictures already
        data["text/html"] = picture_style.remove("".join(data["text/html"]))
    if VIEW in data:
        data[VIEW] = data[VIEW] | {"model_id": numbers[data[VIEW]["model_id"]]}
    return kept | {"data": _plain(data, numbers)}


def _model(model: dict[str, Any], numbers: dict[str, str]) -> dict[str, Any]:
    """Return a widget's model. A layout keeps only what was set."""
    cls = class_of(model["state"])
    from_class = ("_esm", "_css", *cls.RENEWED) if cls else ()
    state = {
        key: value
        for key, value in model["state"].items()
        if not LEFT_OUT.fullmatch(key) and key not in from_class
    }
    is_layout = "_anywidget_id" not in state
    state = {
        key: _plain(value, numbers)
        for key, value in sorted(state.items())
        if not (value is None and (is_layout or key in IF_EMPTY))
    }
    kept = {"model_name": model["model_name"], "state": state}
    return kept | ({"buffers": model["buffers"]} if model.get("buffers") else {})


def _plain(value: Any, numbers: dict[str, str]) -> Any:
    """Return a value as JSON has it: rounded numbers, lists for arrays, new ids for old ones."""
    if isinstance(value, dict):
        if set(value) >= {"dtype", "bdata"}:
            return _plain(unpack(value).tolist(), numbers)
        return {str(key): _plain(each, numbers) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, numbers) for each in value]
    if isinstance(value, float):
        return round_to_digits(value)
    if isinstance(value, str) and "IPY_MODEL_" in value:
        return REFERENCE.sub(lambda found: f"IPY_MODEL_{numbers[found[1]]}", value)
    return value


def unpack(array: dict[str, Any]) -> np.ndarray:
    """Return the numbers of an array that Plotly has packed: dtype, bdata, and perhaps a shape."""
    numbers = np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"])
    shape = array.get("shape")
    return numbers.reshape([int(n) for n in shape.split(",")]) if shape else numbers


def round_to_digits(number: float) -> float:
    """Return a number with seven digits; whole numbers, and what is no number, as they are.

    >>> round_to_digits(0.123456789), round_to_digits(2.0), round_to_digits(1 / 3e9)
    (0.1234568, 2.0, 3.333333e-10)
    """
    return float(f"{number:.{DIGITS}g}")
