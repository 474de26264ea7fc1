"""Checks answers to the exercises and gives a hint for the fault it finds.

`check("10-split-heads", split_heads)` tries the reader's function on some cases. A chapter's
exercises are registered in `llm_lib/book/checks/chNN.py`, which is loaded when one of them is asked
for. Peeking is allowed; you learn more if you try first.
"""

import copy
import difflib
import importlib
import linecache
import pkgutil
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from llm_lib.book import checks
from llm_lib.book.checks.case import Case, Exercise
from llm_lib.book.checks.compare import difference, judge, ordinal, shorten
from llm_lib.book.checks.prediction import check_prediction, kind_of_answer
from llm_lib.book.checks.result import CheckResult
from llm_lib.book.progress import record, record_unfinished

DETAILED = 2  # failed cases that are described; the rest are only named
Faults = Mapping[str, str | Iterable[str]]  # from a fault to its hint or hints


_exercises: dict[str, Exercise] = {}


def exercise(
    name: str,
    *,
    hints: Iterable[str] = (),
    faults: Faults | None = None,
    why: str = "",
    tolerance: float = 1e-4,
) -> Callable:
    """Register the decorated function, which yields the cases of an exercise that asks for code.

    hints: for readers who have not found the way yet, the gentlest first.
    faults: from a fault to its own hint or hints, which replace those. A fault is named by a
        regular expression for the labels of cases that fail while others pass.
    why: a sentence shown when all cases pass.
    """

    def register(cases: Callable[[], Iterable[Case]]) -> Callable[[], Iterable[Case]]:
        _exercises[name] = Exercise(
            name, _by_fault(hints, faults), cases, why=why, tolerance=tolerance
        )
        return cases

    return register


def prediction(
    name: str,
    answer: Any,
    *,
    why: str,
    question: str = "",
    choices: dict[str, str] | None = None,
    places: list | None = None,
    items: Iterable[str] | None = None,
    feedback: dict[Any, str] | None = None,
    hints: Iterable[str] = (),
    faults: Faults | None = None,
    tolerance: float = 1e-4,
) -> None:
    """Register an exercise that asks for a value, or for one of several choices or places.

    question: what `predict` asks; `code` and *words* may be marked as in Markdown.
    choices: from the letter to what it stands for. Where the answer is a list, each of its items is
        one of them.
    places: what can be clicked, in a row, ["The", "fox"], or in rows; the answer is the place in
        that list, 1, or the row and the place in it, (0, 1).
    items: where the answer is a list, what each of its items is asked of.
    feedback: from a wrong answer to what to say to it.
    hints: for any other wrong answer, the gentlest first.
    faults: where the answer is a list, from the first place that is wrong, "third", to its hints.
    why: the explanation, shown to a right answer.

    Raises ValueError, naming what is allowed, for an answer that is missing or can't be given.
    """
    items = None if items is None else list(items)
    kind_of_answer(name, answer, choices, places, items)
    _exercises[name] = Exercise(
        name, _by_fault(hints, faults), None, answer, choices, feedback or {}, why, tolerance,
        question, places, items,
    )  # fmt: skip


def _by_fault(hints: Iterable[str], faults: Faults | None) -> dict[str, tuple[str, ...]]:
    """Return the hints of each fault, those for any fault last."""
    one_or_more = {**(faults or {}), "": hints}
    return {
        fault: (said,) if isinstance(said, str) else tuple(said)
        for fault, said in one_or_more.items()
    }


def check(name: str, answer: Any = ...) -> CheckResult:
    """Check an answer to an exercise and return what was found; a notebook shows it.

    name: chapter and exercise, such as "10-split-heads".
    answer: your function, or for a prediction your value. Leave it out, or at `...`, and nothing is
        checked yet.

    A wrong answer is never an error, whatever it does. Raises ValueError for a name that no
    exercise has.

    >>> check("10-split-heads")
    10-split-heads: waiting for your answer
    """
    task, began = find_exercise(name), time.monotonic()
    if answer is ...:
        found = _waiting(task)
    else:
        found = _check_cases(task, answer) if task.cases else check_prediction(task, answer)
    if found.waiting:
        record_unfinished(name)
    else:
        record(name, "solved" if found.passed else "tried", found.counts, began=began)
    return found


def _waiting(task: Exercise) -> CheckResult:
    """Return the result while there is no answer; a notebook offers the hints with it."""
    said = "waiting for your answer"
    return CheckResult(task.name, False, said, offered=task.hints_for(""), waiting=True)


def find_exercise(name: str) -> Exercise:
    """Return a registered exercise by its name, loading its chapter's file if need be.

    Raises ValueError naming the nearest names if there is none.
    """
    files = [info.name for info in pkgutil.iter_modules(checks.__path__)]
    start = str(name).split("-")[0]  # "09" of a chapter, "b" of an appendix
    for file in files:  # a chapter may have two: one for code, one for predictions
        if file.removesuffix("_predictions") in (f"ch{start}", f"appendix_{start}"):
            importlib.import_module(f"llm_lib.book.checks.{file}")
    if isinstance(name, str) and name in _exercises:
        return _exercises[name]
    for file in files:
        importlib.import_module(f"llm_lib.book.checks.{file}")
    near = difflib.get_close_matches(str(name), _exercises, n=3, cutoff=0.5)
    known = near or sorted(_exercises)
    raise ValueError(
        f"there is no exercise {name!r}; {'did you mean' if near else 'there are'} "
        f"{', '.join(repr(other) for other in known)}{'?' if near else ''}"
    )


def _check_cases(task: Exercise, function: Any) -> CheckResult:
    """Run the reader's function on each case."""
    if not callable(function):
        text = f"this exercise needs your function, by its name alone; got {shorten(function)}"
        return CheckResult(task.name, False, text)
    lines, failed, total, hints = [], 0, 0, []
    for total, case in enumerate(task.cases(), start=1):  # noqa: B007
        outcome = _try_case(case, function, task.tolerance)
        if outcome.unfinished:
            return _waiting(task)
        failed += bool(outcome.problem)
        lines.append(("failed" if outcome.problem else "passed", case.label))
        if outcome.problem and failed <= DETAILED:
            lines.append(("detail", outcome.problem))
            hints += [] if outcome.explained else [task.hints_for(case.label)]
    if not failed:
        said = f"right, all {total} cases pass. {task.why}".strip()
        return CheckResult(task.name, True, said, counts=(total, total))
    if failed == total and hints:  # the fault is in the approach, and not in one of the cases
        hints = [task.hints_for("")]
    shown = list(dict.fromkeys(said[0] for said in hints if said))
    more = tuple(dict.fromkeys(hint for said in hints for hint in said if hint not in shown))
    lines += [("hint", hint) for hint in shown]
    summary = f"{total - failed} of {total} cases pass"
    return CheckResult(task.name, False, summary, tuple(lines), more, (total - failed, total))


@dataclass(frozen=True)
class _Outcome:
    """The outcome of a case. A problem is explained if it already says what to do."""

    problem: str | None = None
    explained: bool = False
    unfinished: bool = False


def _try_case(case: Case, function: Callable, tolerance: float) -> _Outcome:
    """Run the function on a case, and judge what it returns and what it leaves behind."""
    given = copy.deepcopy(case.arguments)
    try:
        got = function(*given)
    except NotImplementedError:
        return _Outcome(unfinished=True)
    except KeyboardInterrupt:  # the reader wants it to end
        raise
    except BaseException as error:  # the reader's code may raise anything, SystemExit too
        return _Outcome(_describe_error(error, function))
    if got is ...:
        return _Outcome(unfinished=True)
    if case.unchanged and (changed := _changed_argument(case.arguments, given)):
        return _Outcome(changed, explained=True)
    accept = case.accept or (lambda value: difference(case.expected, value, tolerance))
    return _Outcome(judge(accept, got))


def _changed_argument(before: tuple, after: tuple) -> str | None:
    """Say which list, dict or array is not as it was given, if one is."""
    for i, (one, other) in enumerate(zip(before, after, strict=True)):
        can_change = isinstance(one, list | dict | set) or hasattr(one, "dtype")
        if can_change and judge(lambda value, one=one: difference(one, value, 0.0), other):
            return (
                f"the {ordinal(i)} argument is no longer what was given: leave it as it is, and "
                "return something new"
            )
    return None


def _describe_error(error: BaseException, function: Callable) -> str:
    """Say what the reader's code raised, and on which of its lines."""
    message = (shorten(error, 1000, quote=False).splitlines() or [""])[0]
    text = f"{type(error).__name__}: {shorten(message, 160, quote=False)}"
    try:
        file = function.__code__.co_filename
    except BaseException:  # it is callable, but no function of the reader's
        file = None
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    if not frames:
        return f"it can't be called like this: {text}"
    line = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"line {frames[-1].lineno}{f', `{line}`' if line else ''}, raised {text}"
