"""Checks for the exercises: `check("09-split-heads", split_heads)` says what is right and what not.

The exercises of a chapter are registered in `llm_lib/checks/chNN.py`, which is loaded when one of
them is asked for. Peeking there is allowed; you learn more if you try first.
"""

import copy
import difflib
import importlib
import linecache
import pkgutil
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from llm_lib import checks
from llm_lib.checks.compare import difference, shorten

DETAILED = 2  # failed cases that are described; the rest are only named


@dataclass(frozen=True)
class Case:
    """One try of the reader's function: what goes in, and what should come out.

    label: a few words for the input, shown in the report.
    accept: where several outputs are right, a function that returns None for those, and else a
        sentence saying what is wrong. It replaces `expected`.
    hint: what to think of where this case fails, if the exercise's hints would be beside the point.
    unchanged: the function must leave its arguments (lists, dicts, arrays) as they are.
    """

    label: str
    arguments: tuple
    expected: Any = None
    accept: Callable[[Any], str | None] | None = None
    hint: str = ""
    unchanged: bool = False


@dataclass(frozen=True)
class Exercise:
    """A registered exercise. It has cases for a function, or an answer for a prediction."""

    name: str
    hints: tuple[str, ...] = ()
    cases: Callable[[], Iterable[Case]] | None = None
    answer: Any = None
    choices: dict[str, str] | None = None
    feedback: dict[Any, str] = field(default_factory=dict)
    why: str = ""
    tolerance: float = 1e-4


@dataclass(frozen=True)
class CheckResult:
    """What `check` found. It is true where the answer is right, and shows itself in a notebook."""

    name: str
    passed: bool
    summary: str
    lines: tuple[
        tuple[str, str], ...
    ] = ()  # (kind, text), kind one of passed, failed, detail, hint

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        marks = {
            "passed": "  passed  ",
            "failed": "  failed  ",
            "detail": " " * 10,
            "hint": "  hint    ",
        }
        body = [marks[kind] + text for kind, text in self.lines]
        return "\n".join([f"{self.name}: {self.summary}", *body])

    def _repr_html_(self) -> str:
        colour = "--llm-positive, #1a7f5a" if self.passed else "--llm-accent-2, #b45309"
        rows = "".join(
            f'<div style="padding-left:{2 if kind == "detail" else 0}em">'
            f"{'' if kind == 'detail' else f'<b>{kind}</b> '}{escape(text)}</div>"
            for kind, text in self.lines
        )
        return (
            f'<div class="llm-check" role="status" style="border-left:4px solid var({colour});'
            'padding:.4em .8em;overflow-wrap:anywhere">'
            f"<div><code>{escape(self.name)}</code> {escape(self.summary)}</div>{rows}</div>"
        )


_exercises: dict[str, Exercise] = {}
_failures: Counter[str] = Counter()


def exercise(
    name: str, *, hints: Iterable[str] = (), why: str = "", tolerance: float = 1e-4
) -> Callable:
    """Register the decorated function, which yields the cases of an exercise that asks for code.

    hints: shown one more with each failure, the gentlest first.
    why: a sentence shown when all cases pass.
    """

    def register(cases: Callable[[], Iterable[Case]]) -> Callable[[], Iterable[Case]]:
        _exercises[name] = Exercise(name, tuple(hints), cases, why=why, tolerance=tolerance)
        return cases

    return register


def prediction(
    name: str,
    answer: Any,
    *,
    why: str,
    choices: dict[str, str] | None = None,
    feedback: dict[Any, str] | None = None,
    hints: Iterable[str] = (),
    tolerance: float = 1e-4,
) -> None:
    """Register an exercise that asks for a value, or for one of several choices.

    choices: from the letter to what it stands for. feedback: what to say to a wrong answer.
    why: the explanation, shown to a right answer.
    """
    _exercises[name] = Exercise(
        name, tuple(hints), None, answer, choices, feedback or {}, why, tolerance
    )


def check(name: str, answer: Any = ...) -> CheckResult:
    """Check an answer to an exercise and return what was found; a notebook shows it.

    name: chapter and exercise, such as "09-split-heads".
    answer: your function, or for a prediction your value. Leave it out, or at `...`, and nothing is
        checked yet.

    A wrong answer is never an error, whatever it does. Raises ValueError for a name that no
    exercise has.

    >>> check("09-split-heads")
    09-split-heads: waiting for your answer
    """
    task = find_exercise(name)
    if answer is ...:
        return CheckResult(name, False, "waiting for your answer")
    result = _check_cases(task, answer) if task.cases else _check_prediction(task, answer)
    if result.passed:
        _failures[name] = 0
    elif result.lines:
        pointed = any(kind == "hint" for kind, _ in result.lines)  # by a case: enough at first
        hints = task.hints[: _failures[name] + (not pointed)]
        _failures[name] += 1
        lines = (*result.lines, *(("hint", hint) for hint in hints))
        return CheckResult(name, False, result.summary, lines)
    return result


def find_exercise(name: str) -> Exercise:
    """Return a registered exercise by its name, loading its chapter's file if need be.

    Raises ValueError naming the nearest names if there is none.
    """
    files = [info.name for info in pkgutil.iter_modules(checks.__path__)]
    start = str(name).split("-")[0]  # "09" of a chapter, "b" of an appendix
    for file in (f"ch{start}", f"appendix_{start}"):
        if file in files:
            importlib.import_module(f"llm_lib.checks.{file}")
    if isinstance(name, str) and name in _exercises:
        return _exercises[name]
    for file in files:
        importlib.import_module(f"llm_lib.checks.{file}")
    near = difflib.get_close_matches(str(name), _exercises, n=3, cutoff=0.5)
    known = near or sorted(_exercises)
    raise ValueError(
        f"there is no exercise {name!r}; {'did you mean' if near else 'there are'} "
        f"{', '.join(repr(other) for other in known)}{'?' if near else ''}"
    )


def _check_cases(task: Exercise, function: Any) -> CheckResult:
    """Run the reader's function on each case."""
    if not callable(function):
        text = f"this exercise wants your function, by its name alone; got {shorten(function)}"
        return CheckResult(task.name, False, text)
    lines, right, total = [], 0, 0
    for case in task.cases():
        problem, unfinished = _try_case(case, function, task.tolerance)
        if unfinished:
            return CheckResult(task.name, False, "waiting for your answer")
        total += 1
        right += problem is None
        lines.append(("failed" if problem else "passed", case.label))
        if problem and total - right <= DETAILED:
            lines.append(("detail", problem))
            if case.hint and ("hint", case.hint) not in lines:
                lines.append(("hint", case.hint))
    if right == total:
        return CheckResult(task.name, True, f"right, all {total} cases pass. {task.why}".strip())
    return CheckResult(task.name, False, f"{right} of {total} cases pass", tuple(lines))


def _try_case(case: Case, function: Callable, tolerance: float) -> tuple[str | None, bool]:
    """Return what is wrong with the function on this case, and whether it is still unwritten."""
    given = copy.deepcopy(case.arguments)
    try:
        got = function(*given)
    except NotImplementedError:
        return None, True
    except KeyboardInterrupt:  # the reader wants it to end
        raise
    except BaseException as error:  # the reader's code may raise anything, SystemExit too
        return _describe_error(error, function), False
    if got is ...:
        return None, True
    if case.unchanged and (changed := _changed_argument(case.arguments, given)):
        return changed, False
    accept = case.accept or (lambda value: difference(case.expected, value, tolerance))
    return _judge(accept, got), False


def _judge(accept: Callable[[Any], str | None], got: Any) -> str | None:
    """Return what is wrong with the value, also where it can't be compared at all."""
    try:
        return accept(got)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the reader's value may do anything when it is looked at
        kind = type(error).__name__
        return f"this can't be compared with what is right ({kind}): got {shorten(got)}"


def _changed_argument(before: tuple, after: tuple) -> str | None:
    """Say which list, dict or array is not as it was given, if one is."""
    for i, (one, other) in enumerate(zip(before, after, strict=True)):
        can_change = isinstance(one, list | dict | set) or hasattr(one, "dtype")
        if can_change and _judge(lambda value, one=one: difference(one, value, 0.0), other):
            return (
                f"the {ordinal(i)} argument is no longer what was given: leave it as it is, and "
                "return something new"
            )
    return None


def ordinal(i: int) -> str:
    """Return the word for place `i` of a list, counted from 0.

    >>> ordinal(2), ordinal(11)
    ('third', '12th')
    """
    words = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
    return words[i] if i < len(words) else f"{i + 1}th"


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


def _check_prediction(task: Exercise, answer: Any) -> CheckResult:
    """Compare the reader's value with the answer."""
    if task.choices:
        answer = shorten(answer, 1000, quote=False).strip().lower()
        if answer not in task.choices:
            options = "; ".join(f'"{key}": {text}' for key, text in task.choices.items())
            return CheckResult(task.name, False, f"choose one of {options}")
    problem = _judge(lambda value: difference(task.answer, value, task.tolerance), answer)
    if problem is None:
        return CheckResult(task.name, True, f"right. {task.why}".strip())
    found: list[str] = []  # a list, say, can't be looked up
    _judge(lambda value: found.append(task.feedback.get(value, "")), answer)
    said = "".join(found) or _name_item(task.answer, answer, task.tolerance)
    if not said and isinstance(answer, str) and not isinstance(task.answer, str):
        said = "Answer with a number, without quotation marks."
    given = f'"{answer}": {task.choices[answer]}' if task.choices else shorten(answer)
    lines = [("failed", given)] + ([("detail", said)] if said else [])
    return CheckResult(task.name, False, "not yet", tuple(lines))


def _name_item(expected: Any, got: Any, tolerance: float) -> str:
    """Say which item of a list is not right yet, without giving the right one away."""
    if not isinstance(expected, list | tuple):
        return ""
    if not isinstance(got, list | tuple):
        return f"Answer with a list of {len(expected)} items."
    if len(expected) != len(got):
        return f"The list should have {len(expected)} items; yours has {len(got)}."
    for i, (one, other) in enumerate(zip(expected, got, strict=True)):
        if _judge(lambda value, one=one: difference(one, value, tolerance), other):
            return f"The list's {ordinal(i)} item is not right yet."
    return ""
