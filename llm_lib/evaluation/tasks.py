"""A task: questions with their right answers, one a line of a JSONL file.

A line is one JSON object, and all lines of a file are of one kind:

    {"question": "What do bees make?", "choices": ["milk", "honey", "wool"], "answer": 1}
    {"question": "What do bees make?", "answers": ["honey", "beeswax"]}
    {"text": "A text whose perplexity is measured."}
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent / "general_knowledge.jsonl"  # 40 questions of our own


@dataclass(frozen=True)
class Question:
    """A question with its choices, and the place of the right one among them.

    Raises ValueError unless there are two choices or more, all different, and `answer` is the place
    of one.
    """

    question: str
    choices: tuple[str, ...]
    answer: int

    def __post_init__(self) -> None:
        _need_text("question", self.question)
        if not isinstance(self.choices, tuple) or len(self.choices) < 2:
            raise ValueError(f"choices must be two texts or more, got {self.choices!r}")
        for choice in self.choices:
            _need_text("each of choices", choice)
        if len(set(self.choices)) < len(self.choices):
            raise ValueError(f"choices must differ, got {list(self.choices)}")
        last = len(self.choices) - 1
        if type(self.answer) is not int or not 0 <= self.answer <= last:
            raise ValueError(
                f"answer must be the place of the right choice, from 0 to {last}, got "
                f"{self.answer!r}"
            )


@dataclass(frozen=True)
class OpenQuestion:
    """A question that is answered in the model's own words, and the answers that count as right."""

    question: str
    answers: tuple[str, ...]

    def __post_init__(self) -> None:
        _need_text("question", self.question)
        if not isinstance(self.answers, tuple) or not self.answers:
            raise ValueError(f"answers must be one text or more, got {self.answers!r}")
        for answer in self.answers:
            _need_text("each of answers", answer)


@dataclass(frozen=True)
class Passage:
    """A text whose perplexity is measured."""

    text: str

    def __post_init__(self) -> None:
        _need_text("text", self.text)


Item = Question | OpenQuestion | Passage
FIELDS = {Question: ("question", "choices", "answer"), OpenQuestion: ("question", "answers")}
FIELDS[Passage] = ("text",)


def read_task(path: str | os.PathLike = SHIPPED) -> list[Item]:
    """Return the items of a JSONL file, all of one kind; without a path, the book's 40 questions.

    Fields besides those that a kind needs are left alone. Raises ValueError, naming the file, the
    line and the field, for anything that can't be asked.

    >>> questions = read_task()
    >>> len(questions), questions[0].choices
    (40, ('Paris', 'Rome', 'Madrid', 'Berlin'))
    """
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a text in UTF-8: {error}") from None
    items: list[Item] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            items.append(_read_line(line))
            if type(items[-1]) is not type(items[0]):
                raise ValueError(
                    f"its fields are those of {_named(items[-1])}, but the first line's are those "
                    f"of {_named(items[0])}; put each kind into a file of its own"
                )
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
    if not items:
        raise ValueError(f"{path} holds no question: write one JSON object a line")
    return items


def _read_line(line: str) -> Item:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg} at character {error.pos + 1})") from None
    if not isinstance(data, dict):
        raise ValueError(f"it must be one JSON object, got {data!r:.60}")
    for kind, mark in ((Question, "choices"), (OpenQuestion, "answers"), (Passage, "text")):
        if mark in data:
            return _make(kind, data)
    raise ValueError(
        f"it has none of the fields 'choices', 'answers' and 'text', only {sorted(data)}"
    )


def _make(kind: type, data: dict[str, Any]) -> Item:
    if missing := [name for name in FIELDS[kind] if name not in data]:
        raise ValueError(f"the field {missing[0]!r} is missing")
    values = {name: data[name] for name in FIELDS[kind]}
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def _need_text(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text that is not empty, got {value!r}")


def _named(item: Item) -> str:
    return {Question: "multiple choice", OpenQuestion: "an open question"}.get(type(item), "a text")
