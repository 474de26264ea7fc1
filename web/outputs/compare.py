"""Holds what a chapter shows now against what is stored.

Between processors, sums of float32 differ in their last digits: after the layers of a network, by
up to a thousandth of a number. So numbers may differ by that, also inside of texts (tables in HTML,
coordinates in SVG), or by one in their last digit: a rounded one may be rounded the other way. All
else has to be equal.

What a cell shows that carries the tag nbval-ignore-output is another each time, or on each machine:
of those only the kinds of output are compared.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from web.outputs.classes import Models
from web.outputs.stable import VIEW, Outputs, references
from web.outputs.stored import Stored

SHARE = 1e-3  # of the larger of two numbers
TINY = 1e-5  # what is nearer to 0 than this may be 0
NUMBER = re.compile(  # also right behind the letter of a path: "M1.5 2L3.5 4"
    r"(?:(?<![\w.])|(?<=[\s\d\"][MLHVCQA]))-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|0x[0-9a-fA-F]{6,16}"
)
REF = re.compile(r"[0-9a-f]{16}")  # names a file by its content, to the last digit


def differences(
    stored: Stored, cells: Outputs, widgets: Models, may_differ: set[str]
) -> Iterator[str]:
    """Yield where a run differs from what is stored, in words.

    cells, widgets: what `stable.make_stable` returns of the run; may_differ: names of cells.
    """
    for name in sorted(set(stored.cells) | set(cells)):
        before, after = stored.cells.get(name, []), cells.get(name, [])
        if kinds_of(before) != kinds_of(after):
            yield f"{name}: showed {kinds_of(before)}, and now {kinds_of(after)}"
        elif name not in may_differ:
            for one, other in zip(before, after, strict=True):
                yield from _unlike(f"{name}", one, other)
    free = shown_by(may_differ, cells, widgets)
    for id in sorted(set(stored.widgets) & set(widgets) - free):
        name = widgets[id]["state"].get("_anywidget_id", "layout").rpartition(".")[2]
        yield from _unlike(f"{name} ({id})", stored.widgets[id], widgets[id])


def kinds_of(outputs: list[dict[str, Any]]) -> list[str]:
    """Return the kinds of some outputs: "stdout", "text/plain" and so on."""
    return [
        kind
        for output in outputs
        for kind in sorted(output.get("data", {output.get("name", output["output_type"]): None}))
    ]


def shown_by(names: set[str], cells: Outputs, widgets: Models) -> set[str]:
    """Return the ids of the widgets that some cells show, and of those that they need."""
    queue = [
        output["data"][VIEW]["model_id"]
        for name in names
        for output in cells.get(name, [])
        if VIEW in output.get("data", {})
    ]
    found: set[str] = set()
    while queue:
        id = queue.pop()
        if id not in found:
            found.add(id)
            queue += references(widgets[id]["state"])
    return found


def _unlike(place: str, one: Any, other: Any) -> Iterator[str]:
    """Yield where two values differ by more than they may."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            if key not in one or key not in other:
                yield f"{place}.{key}: {'is new' if key in other else 'is gone'}"
            else:
                yield from _unlike(f"{place}.{key}", one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{place}: {len(one)} entries, and now {len(other)}"
        for n, pair in enumerate(zip(one, other, strict=False)):
            yield from _unlike(f"{place}[{n}]", *pair)
    elif not _alike(one, other):
        yield f"{place}: {_around(one, other)}"


def _alike(one: Any, other: Any) -> bool:
    if is_number(one) and is_number(other):
        return near(one, other, unit=last_digit(one, other))
    if isinstance(one, str) and isinstance(other, str):
        return texts_alike(one, other)
    return type(one) is type(other) and one == other


def is_number(value: Any) -> bool:
    """Tell whether a value of JSON is a number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def last_digit(one: float, other: float) -> float:
    """Return the unit of the last digit of two numbers: where they were rounded, they differ by it.

    >>> last_digit(3.62, 3.6), last_digit(1 / 3, 0.3) < 1e-15, last_digit(2e-7, 3e-7)
    (0.01, True, 0.0)
    """
    shown = [repr(float(number)) for number in (one, other)]
    if any("e" in text for text in shown):
        return 0.0
    return 10.0 ** -max(len(text.partition(".")[2]) for text in shown)


def near(one: float, other: float, unit: float = 0.0) -> bool:
    """Tell whether two numbers are equal but for rounding. unit: of the last digit shown.

    >>> near(0.5, 0.5004), near(0.5, 0.51), near(0.5, 0.51, unit=0.01), near(3, 4)
    (True, False, True, False)
    """
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return abs(one - other) <= max(TINY, SHARE * max(abs(one), abs(other)), 1.01 * unit)


def texts_alike(one: str, other: str) -> bool:
    """Tell whether two texts are equal but for the rounding of the numbers with a point in them.

    >>> texts_alike("<td>0.50</td>", "<td>0.51</td>"), texts_alike("3 of 4", "4 of 4")
    (True, False)
    >>> texts_alike('d="M1.5 2L3.8 4"', 'd="M1.5 2L3.7 4"'), texts_alike("L1.5", "L2.5")
    (True, False)
    """
    if one == other or (REF.fullmatch(one) and REF.fullmatch(other)):
        return True
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(_shown_alike(*pair) for pair in pairs)


def _shown_alike(one: str, other: str) -> bool:
    if one == other or (one.startswith("0x") and other.startswith("0x")):  # an address in memory
        return True
    if not ("." in one and "." in other):
        return False
    digits = min(len(text.partition(".")[2].partition("e")[0]) for text in (one, other))
    return near(float(one), float(other), unit=10.0**-digits)


def _around(one: Any, other: Any, room: int = 40) -> str:
    """Return two values, or of long texts what stands where they begin to differ."""
    texts = [each if isinstance(each, str) else repr(each) for each in (one, other)]
    pairs = enumerate(zip(*texts, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(map(len, texts)))
    parts = [repr(text[max(0, at - room) : at + room]) for text in texts]
    return f"{parts[0]}, and now {parts[1]}"
