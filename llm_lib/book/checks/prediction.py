"""Checks an answer that is no function: one of some choices, a number, a place, or a list."""

from __future__ import annotations

from typing import Any

from llm_lib.book.checks.case import Exercise
from llm_lib.book.checks.compare import difference, judge, ordinal, shorten
from llm_lib.book.checks.result import CheckResult


def kind_of_answer(
    name: str,
    answer: Any,
    choices: dict[str, str] | None = None,
    places: list | None = None,
    items: list[str] | None = None,
) -> str:
    """Return how a prediction is answered: by "choice", "place", "number", "text" or "list".

    Raises ValueError, naming what is allowed, if the answer is missing or can't be given.
    """
    is_list = isinstance(answer, list | tuple)
    if choices is not None:
        given = list(answer) if is_list else [answer]
        if not given or any(not isinstance(key, str) or key not in choices for key in given):
            keys = ", ".join(map(repr, choices))
            raise ValueError(f"the answer to {name!r} should be one of {keys}; got {answer!r}")
        kind = "list" if is_list else "choice"
    elif places is not None:
        if answer not in (allowed := all_places(places)):
            first, last = allowed[0], allowed[-1]
            raise ValueError(
                f"the answer to {name!r} should be a place, {first} to {last}; got {answer!r}"
            )
        return "place"
    elif is_list and answer:
        kind = "list"
    elif isinstance(answer, int | float) and not isinstance(answer, bool):
        kind = "number"
    elif isinstance(answer, str) and answer.strip():
        kind = "text"
    else:
        raise ValueError(
            f"the prediction {name!r} needs an answer: a number, a text, a list of these, one of "
            f"its choices, or one of its places; got {answer!r}"
        )
    if items is not None and (kind != "list" or len(items) != len(answer)):
        raise ValueError(f"{name!r} has {len(items)} items, so its answer is a list of as many")
    return kind


def all_places(places: list) -> list[Any]:
    """Return the answers that there are to some places, in a row or in rows.

    >>> all_places([["a", "b"], ["c", "d"]])
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    if not isinstance(places, list | tuple) or not places:
        raise ValueError(f"places should be a list of labels, or of rows; got {places!r}")
    if all(isinstance(place, str) for place in places):
        return list(range(len(places)))
    if all(isinstance(row, list | tuple) and row for row in places):
        return [(i, j) for i, row in enumerate(places) for j in range(len(row))]
    raise ValueError(f"places should all be labels, or all rows of labels; got {places!r}")


def check_prediction(task: Exercise, answer: Any) -> CheckResult:
    """Compare the reader's value with the answer."""
    of_choices = bool(task.choices) and isinstance(task.answer, str)
    if of_choices:
        answer = shorten(answer, 1000, quote=False).strip().lower()
        if answer not in task.choices:
            options = "; ".join(f'"{key}": {text}' for key, text in task.choices.items())
            return CheckResult(task.name, False, f"choose one of {options}", waiting=True)
    right = _plain(task.answer)
    problem = judge(lambda value: difference(right, _plain(value), task.tolerance), answer)
    if problem is None:
        return CheckResult(task.name, True, f"right. {task.why}".strip())
    found: list[str] = []  # a list, say, can't be looked up
    judge(lambda value: found.append(task.feedback.get(value, "")), answer)
    fault, said = "", "".join(found)
    hidden = bool(said)  # it has been told what is wrong: the hints wait
    if not said:
        named: list[str] = []
        judge(lambda value: named.extend(_name_item(task.answer, value, task.tolerance)), answer)
        fault, said = named or ("", "")
    if not said and issubclass(type(answer), str) and not isinstance(task.answer, str):
        said = "Answer with a number, without quotation marks."
    given = f'"{answer}": {task.choices[answer]}' if of_choices else shorten(answer)
    hints = task.hints_for(fault)
    shown, more = ((), hints) if hidden else (hints[:1], hints[1:])
    lines = [("failed", given), *[("detail", said)] * bool(said), *(("hint", h) for h in shown)]
    return CheckResult(task.name, False, "not yet", tuple(lines), more)


def _plain(answer: Any) -> Any:
    """Return words in small letters, without spaces around them: capitals are no fault."""
    if isinstance(answer, str):
        return answer.strip().lower()
    return type(answer)(map(_plain, answer)) if type(answer) in (list, tuple) else answer


def _name_item(expected: Any, got: Any, tolerance: float) -> tuple[str, str]:
    """Return the place of the first wrong item of a list as a word, and a sentence on it.

    The right item is not given away.
    """
    if not isinstance(expected, list | tuple):
        return "", ""
    if not isinstance(got, list | tuple):
        return "", f"Answer with a list of {len(expected)} items."
    if len(expected) != len(got):
        return "", f"The list should have {len(expected)} items; yours has {len(got)}."
    for i, (one, other) in enumerate(zip(expected, got, strict=True)):
        if judge(lambda value, one=one: difference(one, _plain(value), tolerance), other):
            return ordinal(i), f"The list's {ordinal(i)} item is not right yet."
    return "", ""
