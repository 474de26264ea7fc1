"""Prediction: what do you expect?"""

from collections.abc import Iterable, Mapping
from typing import Any

import traitlets as t

from llm_lib.book.checks.prediction import all_places, kind_of_answer
from llm_lib.book.widgets.base import BookWidget, check_text, join_scripts, join_styles

STATES = ("", "tried", "shown", "solved")


class Prediction(BookWidget):
    """A question that is answered before the reader goes on: by a choice, a number or a place.

    A wrong answer gets its reason, and may be tried again; *Show me* gives the answer. On a page of
    the book, a veil lies over what it guards (cells and passages marked `veiled`) until it is
    answered.
    `llm_lib.book.predictions.predict` shows an exercise of the book in this way.

    answer: what the reader has answered, None before: the letter of a choice, a number, a place
        (1, or [0, 1] where places lie in rows), a text, or a list of these.
    state: "" at first, then "tried", "shown" (after *Show me*) or "solved" (set by the page).
    passed: whether the answer is right (set by the page).
    finding: the verdict, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("prediction.js")
    _css = join_styles("prediction.css")

    name = t.Unicode().tag(sync=True)
    title = t.Unicode().tag(sync=True)
    question = t.Unicode().tag(sync=True)
    kind = t.Unicode().tag(sync=True)
    choices = t.List().tag(sync=True)  # pairs [key, words]
    places = t.List().tag(sync=True)  # rows of labels
    in_rows = t.Bool(False).tag(sync=True)  # whether a place is a pair
    items = t.List().tag(sync=True)
    right = t.Any().tag(sync=True)
    feedback = t.List().tag(sync=True)  # pairs [answer, words]
    hints = t.List().tag(sync=True)
    item_hints = t.List().tag(sync=True)
    why = t.Unicode().tag(sync=True)
    tolerance = t.Float(1e-4).tag(sync=True)
    answer = t.Any(None).tag(sync=True, setting=True)
    state = t.Unicode("").tag(sync=True)
    passed = t.Bool(False).tag(sync=True)

    def __init__(
        self,
        question: str,
        right: Any = None,
        *,
        why: str,
        choices: Mapping[str, str] | None = None,
        places: list | None = None,
        items: Iterable[str] | None = None,
        feedback: Mapping[Any, str] | None = None,
        hints: Iterable[str] = (),
        item_hints: Iterable[Iterable[str]] = (),
        tolerance: float = 1e-4,
        name: str = "",
        **settings: Any,
    ):
        """Ask `question`, to which `right` is the answer; see `llm_lib.book.exercises.prediction`.

        item_hints: where the answer is a list, the hints for each of its items.
        name: by which the book remembers the answer.
        """
        items = list(items or ())
        choices = None if choices is None else dict(choices)
        self.kind = kind_of_answer(name or question, right, choices, places, items or None)
        self.question = check_text("question", question)
        self.why = check_text("why", why)
        self._places = all_places(places) if places is not None else []
        self.in_rows = bool(self._places) and isinstance(self._places[0], tuple)
        self.places = [list(row) for row in (places if self.in_rows else [places or []])]
        self.choices = [[key, words] for key, words in (choices or {}).items()]
        self.items, self.right = items, _plain(right)
        self.feedback = [[_plain(value), words] for value, words in (feedback or {}).items()]
        self.hints, self.item_hints = list(hints), [list(said) for said in item_hints]
        self.tolerance, self.name = tolerance, name
        self.title = "Your answer" if name and "-predict" not in name else "Predict first"
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, which take anything.
        if name == "answer":
            value = self._checked_answer(value)
        super().__setattr__(name, value)

    def _checked_answer(self, value: Any) -> Any:
        keys = [key for key, _ in self.choices]
        if value is None or (self.kind == "text" and isinstance(value, str)):
            return value
        if self.kind == "choice" and value not in keys:
            raise ValueError(f"answer should be one of {', '.join(map(repr, keys))}; got {value!r}")
        place = tuple(value) if isinstance(value, list) else value
        if self.kind == "place" and place not in self._places:
            first, last = self._places[0], self._places[-1]
            raise ValueError(f"answer should be a place, {first} to {last}; got {value!r}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "number" and not is_number:
            raise ValueError(f"answer should be a number; got {value!r}")
        if self.kind == "list":
            n = len(self.right)
            if not isinstance(value, list | tuple) or len(value) != n:
                raise ValueError(f"answer should be a list of {n} items; got {value!r}")
        return _plain(value)

    def __repr__(self) -> str:
        """Return the question and its choices, as text."""
        lines = [f"{self.title}: {self.question}"]
        lines += [f"  {key}: {words}" for key, words in self.choices]
        lines += ["  " + " | ".join(row) for row in self.places if row]
        lines += [f"  {i + 1}. {item}" for i, item in enumerate(self.items)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return what a notebook shows, with the whole question as its text."""
        shown = super()._repr_mimebundle_(**options)
        data = shown[0] if isinstance(shown, tuple) else shown
        if data and "text/plain" in data:  # anywidget cuts it after a line
            data["text/plain"] = repr(self)
        return shown


def _plain(value: Any) -> Any:
    """Return an answer as JSON has it: lists instead of tuples."""
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
