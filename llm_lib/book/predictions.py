"""Asks for a prediction in a chapter, and answers it with its reason.

`predict("09-predict-shift")` shows the question of an exercise that is answered by a choice, a
number or a place. On a page of the book, a veil lies over the outcome until it is answered.
"""

from typing import Any

from llm_lib.book.checks.compare import ordinal
from llm_lib.book.exercises import Exercise, find_exercise
from llm_lib.book.progress import record
from llm_lib.book.widgets.prediction import Prediction

MANY = 41  # feedback that is worked out, and not looked up, is asked for the numbers below


def predict(name: str) -> Prediction:
    """Ask for the answer to an exercise; its last line in a cell shows the question.

    `.answer` is what the reader has answered, None before; `.passed` tells whether it is right.

    Raises ValueError for a name that no exercise has, and for an exercise that asks for code.

    >>> predict("09-predict-shift").passed
    False
    """
    task = find_exercise(name)
    if task.cases:
        raise ValueError(f"{name!r} asks for code: check it with check({name!r}, your_function)")
    n = len(task.answer) if isinstance(task.answer, list | tuple) else 0
    asked = Prediction(
        task.question,
        task.answer,
        why=task.why,
        choices=task.choices,
        places=task.places,
        items=task.items,
        feedback=_feedback(task),
        hints=task.hints_for(""),
        item_hints=[task.hints_for(ordinal(i)) for i in range(n)],
        tolerance=task.tolerance,
        name=name,
    )
    asked.observe(lambda _: _note(asked), ("state",))
    return asked


def _feedback(task: Exercise) -> dict[Any, str]:
    """Return what is said to wrong answers, as a plain dict."""
    said = dict(task.feedback)
    if type(task.feedback) is not dict:
        for number in range(MANY):
            if number != task.answer and (words := task.feedback.get(number, "")):
                said[number] = words
    return said


def _note(asked: Prediction) -> None:
    """Keep the state of a prediction for `save_progress`."""
    if asked.state:
        record(asked.name, asked.state)
