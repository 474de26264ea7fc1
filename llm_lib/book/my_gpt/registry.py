"""The list of all checks, each with the stage that first has to pass it."""

from collections.abc import Callable
from dataclasses import dataclass

from llm_lib.book.my_gpt.reader import ReaderFile
from llm_lib.book.my_gpt.stages import KEYS


@dataclass(frozen=True)
class Check:
    """A function that raises MistakeError unless a reader's file does what a stage asks."""

    key: str
    function: Callable[[ReaderFile], None]

    @property
    def says(self) -> str:
        """What is right when it passes: the first line of the function's docstring."""
        return (self.function.__doc__ or "").strip().split("\n")[0]


CHECKS: list[Check] = []


def check(key: str) -> Callable:
    """Add a function to the checks of a stage.

    >>> check("4b")
    Traceback (most recent call last):
        ...
    ValueError: there is no stage '4b'
    """
    if key not in KEYS:
        raise ValueError(f"there is no stage {key!r}")

    def add(function: Callable[[ReaderFile], None]) -> Callable:
        CHECKS.append(Check(key, function))
        return function

    return add
