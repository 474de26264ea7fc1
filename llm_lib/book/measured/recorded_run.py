"""Recorded runs: what a model made of a few texts, in a file that stands in for the model.

A page that can't have 135 million parameters shows their record. A file is one JSON object:

    {"format": "recorded-run", "version": 1, "model": "smollm2", "made_by": "python -m …",
     "counts": {…}, "runs": [{…}, …]}

`counts`, if there, is what a chapter quotes. A run has a `name` that no other has, and

    text       what was read; a `title` may stand for it in a menu
    ids        (T) its tokens' numbers. The first is <|endoftext|>, put before each text
    tokens     (T) what to show for each

and any of these. Positions count from 0, ranks from 1 (the likeliest); p is a probability.

    next       {position: [[id, token, p], …]}: the likeliest after it, the likeliest first
    surprises  (T − 1) −ln p of each token but the first, in nats
    heads      [{layer, head, queries, weights, scores}]: for each query, the weights (and, if they
               are kept, the scores) of the keys up to it
    ranks      [{id, token, position, ranks}]: the rank of a token there, after each block
    patches    [{text, tokens, answers: [[id, token], [id, token]], shares}]: shares[token][depth]
               is how much of the way from the first answer to the second the stream of that other
               text carries, put there
    off        [{heads: [[layer, head], …], next, text}]: the same with these heads off, or, with a
               `text`, with what they gave on that one
    tails      [{position, ranks, p}]: p by rank, at a few ranks
    texts      [{settings, text, …}]: what was written after the run's text

More may stand anywhere, and is left alone. `widgets/shared/recorded_run.js` checks the same in the
page, in the same words.
"""

import json
import math
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

from llm_lib.files import atomic_write, read_json

FORMAT, VERSION = "recorded-run", 1
FOLDER = Path(__file__).parent.parent / "studies" / "real_english"
SLACK = 0.02  # by how much weights that were rounded may miss 1

Run = dict[str, Any]


def load_recorded(name: str) -> dict[str, Any]:
    """Return the record that a study of `llm_lib.book.studies.real_english` has made.

    Raises ValueError, listing what there is, if there is none of that name, or it is damaged.
    """
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        there = sorted(path.stem for path in FOLDER.glob("*.json"))
        raise ValueError(f"there is no recorded run {name!r}: give one of {there}")
    return read_recorded(file)


def read_recorded(path: str | os.PathLike) -> dict[str, Any]:
    """Return the record in a file. Raises ValueError, saying what is wrong, if it is damaged."""
    return check_recorded(read_json(path))


def write_recorded(
    path: str | os.PathLike, runs: list[Run], made_by: str, model: str = "smollm2", **more: Any
) -> dict[str, Any]:
    """Write `runs` to a file, one a line, and return the record. `more` stands beside them.

    Raises ValueError, saying what is wrong, for runs that `read_recorded` would refuse.
    """
    head = {"format": FORMAT, "version": VERSION, "model": model, "made_by": made_by} | more
    record = check_recorded(head | {"runs": runs})
    start = _compact(head).removesuffix("}")
    with atomic_write(path) as file:
        file.write(f'{start},"runs":[\n' + ",\n".join(map(_compact, runs)) + "\n]}\n")
    return record


def check_recorded(record: dict[str, Any]) -> dict[str, Any]:
    """Return `record`. Raises ValueError, naming what is wrong, if a page could not show it."""
    if record.get("format") != FORMAT:
        raise ValueError(f"this is no recorded run: its format is {record.get('format')!r:.40}")
    if record.get("version") != VERSION:
        raise ValueError(
            f"this recorded run has version {record.get('version')!r:.40}; version {VERSION} "
            "can be read"
        )
    for field, kind in (("model", str), ("made_by", str), ("runs", list)):
        _field(record, field, kind, "the file")
    for i, run in enumerate(record["runs"]):
        _check_run(run, f"run {i}")
    names = [run["name"] for run in record["runs"]]
    _demand(len(set(names)) == len(names), "the file", "two runs have one name")
    return record


def find_run(record: dict[str, Any], name: str) -> Run:
    """Return the run of that name. Raises ValueError, listing the names, if there is none."""
    for run in record["runs"]:
        if run["name"] == name:
            return run
    raise ValueError(f"no run {name!r}; there are {[run['name'] for run in record['runs']]}")


def _compact(data: Any) -> str:
    """Return JSON without blanks, and 0 instead of 0.0."""
    return json.dumps(_short(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _short(data: Any) -> Any:
    """Write whole floats as whole numbers, in all that `data` holds."""
    if isinstance(data, dict):
        return {key: _short(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_short(value) for value in data]
    return int(data) if isinstance(data, float) and data.is_integer() else data


def _demand(holds: bool, where: str, said: str) -> None:
    """Raise ValueError unless `holds`."""
    if not holds:
        raise ValueError(f"this recorded run is damaged: {where}: {said}")


def _field(data: Any, name: str, kind: type, where: str) -> Any:
    """Return a field that has to be there, and of that kind."""
    _demand(isinstance(data, dict) and name in data, where, f"{name} is missing")
    words = {str: "a text", list: "a list", dict: "an object"}
    _demand(isinstance(data[name], kind), where, f"{name} should be {words[kind]}")
    return data[name]


def _numbers(data: Any, name: str, where: str, n: int | None = None, low=-math.inf, high=math.inf):
    """Return the list `data[name]`, if it holds `n` numbers from `low` to `high`."""
    numbers = _field(data, name, list, where)
    _demand(n is None or len(numbers) == n, where, f"{name} should have {n} entries")
    for x in numbers:
        is_number = isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x)
        _demand(is_number, where, f"{name} holds what is no number")
        _demand(low <= x, where, f"{name} holds {x}, which is less than {low}")
        _demand(x <= high, where, f"{name} holds {x}, which is more than {high}")
    return numbers


def _place(data: Any, name: str, where: str, n: int | None = None) -> int:
    """Return `data[name]`, if it is a whole number from 0 and, with `n`, below that."""
    _demand(isinstance(data, dict) and name in data, where, f"{name} is missing")
    value = data[name]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    _demand(is_whole and value >= 0, where, f"{name} should be a whole number, 0 or more")
    _demand(n is None or value < n, where, f"{name} should be below {n}")
    return value


def _check_run(run: Any, where: str) -> None:
    """Check one run, part by part."""
    where = f"{where}, {_field(run, 'name', str, where)}"
    _field(run, "text", str, where)
    tokens = _field(run, "tokens", list, where)
    n_tokens = len(tokens)
    _demand(all(isinstance(token, str) for token in tokens), where, "tokens should be texts")
    _demand(n_tokens > 0, where, "tokens is empty")
    _numbers(run, "ids", where, n_tokens, 0)
    if "surprises" in run:
        _numbers(run, "surprises", where, n_tokens - 1, 0)
    if "next" in run:
        _check_next(run, where, n_tokens)
    for part, check in CHECKS.items():
        for i, entry in enumerate(_field(run, part, list, where) if part in run else []):
            check(entry, f"{where}, {part} {i}", n_tokens)


def _check_next(data: Any, where: str, n_tokens: int) -> None:
    """Check the likeliest tokens, by position."""
    for position, rows in _field(data, "next", dict, where).items():
        at = f"{where}, next {position}"
        is_place = position.isdecimal() and int(position) < n_tokens
        _demand(is_place, at, f"there are {n_tokens} tokens")
        _demand(isinstance(rows, list) and len(rows) > 0, at, "there is no token")
        _demand(all(map(_is_row, rows)), at, "each entry should be [id, token, p]")
        p = _numbers({"p": [row[2] for row in rows]}, "p", at, None, 0, 1)
        _demand(all(a >= b for a, b in pairwise(p)), at, "p should fall")
        _demand(sum(p) <= 1 + SLACK, at, "p sums to more than 1")


def _is_row(row: Any) -> bool:
    """Whether `row` is [id, token, p]."""
    return isinstance(row, list) and len(row) == 3 and isinstance(row[1], str)


def _check_head(head: Any, where: str, n_tokens: int) -> None:
    """Check one head's rows: each up to its query, its weights with the sum 1."""
    _place(head, "layer", where)
    _place(head, "head", where)
    queries = _numbers(head, "queries", where, None, 0, n_tokens - 1)
    for part in ("weights", "scores") if "scores" in head else ("weights",):
        rows = _field(head, part, list, where)
        _demand(len(rows) == len(queries), where, f"{part} should have {len(queries)} entries")
        for query, row in zip(queries, rows, strict=True):
            at = f"{where}, query {query}"
            if part == "scores":
                _numbers({part: row}, part, at, query + 1)
                continue
            _numbers({part: row}, part, at, query + 1, 0, 1)
            _demand(abs(sum(row) - 1) <= SLACK, at, "the weights do not sum to 1")


def _check_ranks(entry: Any, where: str, n_tokens: int) -> None:
    """Check a token's rank after each block."""
    _field(entry, "token", str, where)
    _place(entry, "id", where)
    _place(entry, "position", where, n_tokens)
    _numbers(entry, "ranks", where, None, 1)


def _check_patch(entry: Any, where: str, n_tokens: int) -> None:
    """Check a grid of shares, token by depth."""
    _field(entry, "text", str, where)
    _demand(len(_field(entry, "answers", list, where)) == 2, where, "answers should have 2 entries")
    for part in ("tokens", "shares"):
        rows = _field(entry, part, list, where)
        _demand(len(rows) == n_tokens, where, f"{part} should have {n_tokens} entries")
    first, *rest = entry["shares"]
    _numbers({"shares": first}, "shares", where)
    for row in rest:
        _numbers({"shares": row}, "shares", where, len(first))


def _check_off(entry: Any, where: str, n_tokens: int) -> None:
    """Check what comes next without some heads."""
    for head in _field(entry, "heads", list, where):
        _numbers({"heads": head}, "heads", where, 2, 0)
    _check_next(entry, where, n_tokens)


def _check_tail(entry: Any, where: str, n_tokens: int) -> None:
    """Check probabilities by rank."""
    _place(entry, "position", where, n_tokens)
    ranks = _numbers(entry, "ranks", where, None, 1)
    p = _numbers(entry, "p", where, len(ranks), 0, 1)
    _demand(all(a < b for a, b in pairwise(ranks)), where, "ranks should grow")
    _demand(all(a >= b for a, b in pairwise(p)), where, "p should fall")


def _check_text(entry: Any, where: str, _n_tokens: int) -> None:
    """Check a text that was written."""
    _field(entry, "settings", dict, where)
    _field(entry, "text", str, where)


CHECKS = {
    "heads": _check_head,
    "ranks": _check_ranks,
    "patches": _check_patch,
    "off": _check_off,
    "tails": _check_tail,
    "texts": _check_text,
}
