"""The result of a check, as text and as a notebook shows it."""

import re
from dataclasses import dataclass
from html import escape


def _marked(text: str) -> str:
    """Return a text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


@dataclass(frozen=True)
class CheckResult:
    """What `check` found. It is true where the answer is right, and shows itself in a notebook.

    lines: pairs (kind, text); a kind is "passed", "failed", "detail" or "hint".
    more: further hints for the same fault, which a notebook unfolds one by one.
    counts: how many cases pass, and of how many, where there are cases.
    offered: hints that a notebook offers before there is an answer.
    waiting: whether there was nothing yet that could be checked.
    """

    name: str
    passed: bool
    summary: str
    lines: tuple[tuple[str, str], ...] = ()
    more: tuple[str, ...] = ()
    counts: tuple[int, int] | None = None
    offered: tuple[str, ...] = ()
    waiting: bool = False

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
        if self.more:
            body.append(f"{marks['detail']}further hints, one by one: `.more[0]` of this result")
        return "\n".join([f"{self.name}: {self.summary}", *body])

    def _repr_html_(self) -> str:
        colour = "--llm-positive, #1a7f5a" if self.passed else "--llm-accent-2, #b35500"
        rows = "".join(
            f'<div style="padding-left:{2 if kind == "detail" else 0}em">'
            f"{'' if kind == 'detail' else f'<b>{kind}</b> '}{_marked(text)}</div>"
            for kind, text in self.lines
        )
        hints = self.more or self.offered
        further = ""
        for i in reversed(range(len(hints))):  # each inside the one before it
            ask = "Hint" if hints is self.offered and i == 0 else "Another hint"
            further = f"<details><summary>{ask}</summary>{_marked(hints[i])}{further}</details>"
        kind = "llm-check llm-waiting" if self.waiting else "llm-check"
        return (
            f'<div class="{kind}" data-exercise="{escape(self.name)}" role="status" '
            f'style="border-left:4px solid var({colour});padding:.4em .8em;overflow-wrap:anywhere">'
            f"<div><code>{escape(self.name)}</code> {_marked(self.summary)}</div>"
            f"{rows}{further}</div>"
        )
