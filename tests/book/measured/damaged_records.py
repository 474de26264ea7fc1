"""A recorded run with all that it can hold, and what is said of it when a part is damaged.

The tests of both readers, in Python and in the page, go through the same list.
"""

from __future__ import annotations

import copy
from typing import Any

NEXT = {"2": [[7, " tea", 0.6], [9, " milk", 0.25]]}
RUN = {
    "name": "cup",
    "text": "a cup",
    "ids": [0, 5, 6],
    "tokens": ["<|endoftext|>", "a", " cup"],
    "next": NEXT,
    "surprises": [3.25, 1.5],
    "heads": [
        {"layer": 1, "head": 0, "queries": [2], "weights": [[0.2, 0.3, 0.5]], "scores": [[1, 2, 3]]}
    ],
    "ranks": [{"id": 7, "token": " tea", "position": 2, "ranks": [4000, 20, 1]}],
    "patches": [
        {
            "text": "a mug",
            "tokens": ["<|endoftext|>", "a", " mug"],
            "answers": [[7, " tea"], [9, " milk"]],
            "shares": [[0, 0], [0, 0.01], [0.9, 1.02]],
        }
    ],
    "off": [{"heads": [[1, 0]], "next": NEXT}],
    "tails": [{"position": 2, "ranks": [1, 2, 10], "p": [0.6, 0.25, 0.001]}],
    "texts": [{"settings": {"temperature": 0.7}, "text": " of tea"}],
}
MISSING = object()  # take the field away

AT = "this recorded run is damaged: "
IN = f"{AT}run 0, cup"
DAMAGES = [
    (["format"], "gguf", "this is no recorded run: its format is 'gguf'"),
    (["version"], 2, "this recorded run has version 2; version 1 can be read"),
    (["made_by"], MISSING, f"{AT}the file: made_by is missing"),
    (["runs"], "no", f"{AT}the file: runs should be a list"),
    (["runs", 0, "name"], MISSING, f"{AT}run 0: name is missing"),
    (["runs", 0, "text"], 3, f"{IN}: text should be a text"),
    (["runs", 0, "ids"], [0, 5], f"{IN}: ids should have 3 entries"),
    (["runs", 0, "tokens", 1], None, f"{IN}: tokens should be texts"),
    (["runs", 0, "tokens"], [], f"{IN}: tokens is empty"),
    (["runs", 0, "surprises"], [1], f"{IN}: surprises should have 2 entries"),
    (["runs", 0, "surprises", 0], float("nan"), f"{IN}: surprises holds what is no number"),
    (["runs", 0, "surprises", 0], -1, f"{IN}: surprises holds -1, which is less than 0"),
    (["runs", 0, "next"], {"3": [[7, " tea", 0.6]]}, f"{IN}, next 3: there are 3 tokens"),
    (["runs", 0, "next", "2"], [], f"{IN}, next 2: there is no token"),
    (["runs", 0, "next", "2", 0], [7, 0.6], f"{IN}, next 2: each entry should be [id, token, p]"),
    (["runs", 0, "next", "2", 0, 2], 1.5, f"{IN}, next 2: p holds 1.5, which is more than 1"),
    (["runs", 0, "next", "2", 1, 2], 0.7, f"{IN}, next 2: p should fall"),
    (
        ["runs", 0, "next", "2"],
        [[1, "a", 0.6], [2, "b", 0.6]],
        f"{IN}, next 2: p sums to more than 1",
    ),
    (
        ["runs", 0, "heads", 0, "layer"],
        1.5,
        f"{IN}, heads 0: layer should be a whole number, 0 or more",
    ),
    (
        ["runs", 0, "heads", 0, "queries"],
        [3],
        f"{IN}, heads 0: queries holds 3, which is more than 2",
    ),
    (["runs", 0, "heads", 0, "weights"], [], f"{IN}, heads 0: weights should have 1 entries"),
    (
        ["runs", 0, "heads", 0, "weights", 0],
        [0.5, 0.5],
        f"{IN}, heads 0, query 2: weights should have 3 entries",
    ),
    (
        ["runs", 0, "heads", 0, "weights", 0, 2],
        0.9,
        f"{IN}, heads 0, query 2: the weights do not sum to 1",
    ),
    (
        ["runs", 0, "heads", 0, "scores", 0],
        [1, 2, "3"],
        f"{IN}, heads 0, query 2: scores holds what is no number",
    ),
    (["runs", 0, "ranks", 0, "ranks", 1], 0, f"{IN}, ranks 0: ranks holds 0, which is less than 1"),
    (["runs", 0, "ranks", 0, "position"], 3, f"{IN}, ranks 0: position should be below 3"),
    (
        ["runs", 0, "patches", 0, "shares"],
        [[0], [0]],
        f"{IN}, patches 0: shares should have 3 entries",
    ),
    (
        ["runs", 0, "patches", 0, "shares", 1],
        [0],
        f"{IN}, patches 0: shares should have 2 entries",
    ),
    (["runs", 0, "patches", 0, "answers"], [], f"{IN}, patches 0: answers should have 2 entries"),
    (["runs", 0, "off", 0, "heads", 0], [1], f"{IN}, off 0: heads should have 2 entries"),
    (["runs", 0, "off", 0, "next"], MISSING, f"{IN}, off 0: next is missing"),
    (["runs", 0, "tails", 0, "p"], [0.6, 0.25], f"{IN}, tails 0: p should have 3 entries"),
    (["runs", 0, "tails", 0, "ranks"], [1, 2, 2], f"{IN}, tails 0: ranks should grow"),
    (["runs", 0, "texts", 0, "settings"], [], f"{IN}, texts 0: settings should be an object"),
]


def whole_record() -> dict[str, Any]:
    """Return a record that is in order."""
    head = {"format": "recorded-run", "version": 1, "model": "smollm2", "made_by": "python -m x"}
    return head | {"runs": [copy.deepcopy(RUN)]}


def damage(path: list[str | int], value: Any) -> dict[str, Any]:
    """Return that record with one value changed, or taken away."""
    record = whole_record()
    *way, last = path
    part = record
    for step in way:
        part = part[step]
    if value is MISSING:
        del part[last]
    else:
        part[last] = value
    return record
