"""What an exercise is: cases for a function of the reader's, or an answer that is asked for."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One try of the reader's function: what goes in, and what should come out.

    label: a few words for the input, shown in the report.
    accept: where several outputs are right, a function that returns None for those, and else a
        sentence saying what is wrong. It replaces `expected`.
    unchanged: the function must leave its arguments (lists, dicts, arrays) as they are.
    """

    label: str
    arguments: tuple
    expected: Any = None
    accept: Callable[[Any], str | None] | None = None
    unchanged: bool = False


@dataclass(frozen=True)
class Exercise:
    """A registered exercise. It has cases for a function, or an answer for a prediction.

    hints: from a fault, as a regular expression, to its hints; "" is found in every fault.
    question, places, items: what `predict` shows; see `prediction`.
    """

    name: str
    hints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cases: Callable[[], Iterable[Case]] | None = None
    answer: Any = None
    choices: dict[str, str] | None = None
    feedback: dict[Any, str] = field(default_factory=dict)
    why: str = ""
    tolerance: float = 1e-4
    question: str = ""
    places: list | None = None
    items: list[str] | None = None

    def hints_for(self, fault: str) -> tuple[str, ...]:
        """Return the hints of the first pattern that is found in `fault`, the gentlest first."""
        return next((said for part, said in self.hints.items() if re.search(part, fault)), ())
