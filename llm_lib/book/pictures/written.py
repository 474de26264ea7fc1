"""What a model gets and writes, as objects to look at: tokens, texts, answers, prompts, amounts.

What the model wrote has one colour everywhere, and probabilities have another. A module of its own,
since what all chapters load changes rarely.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.pictures.picture import LOOK_CLASS, TEXT_WIDTH, THEME_CLASS, one_line, theme

BOX = "llm-written"
REST = "rest"
AGAIN = ("key", "position", "query", "value")  # the colours of tokens that come again


class Written:
    """Rows of words and bars, which show themselves in a notebook; as text, the same in lines."""

    def __init__(self, html: str, text: str):
        """Keep both ways to show it."""
        self.html, self.text = html, text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        styles = f'<style class="{THEME_CLASS}">{theme(f".{BOX}")}</style>'
        styles += f'<style class="{LOOK_CLASS}">{look()}</style>'
        return f'<div class="{BOX}">{styles}{self.html}</div>'


def show_ids(tokens: Sequence[str], ids: Sequence[int]) -> Written:
    """Show tokens in their order, and below each its id; those that come again have a colour.

    Raises ValueError where there are more of the one than of the other.

    >>> show_ids(["Mia", " had"], [7, 9])
    Mia 7, ·had 9
    """
    if len(tokens) != len(ids):
        raise ValueError(f"each token has one id; got {len(tokens)} tokens and {len(ids)} ids")
    names = [token.replace(" ", "·").replace("\n", "↵") for token in tokens]
    again = [i for i, n in Counter(ids).items() if n > 1]
    roles = dict(zip(again, AGAIN, strict=False))
    parts = "".join(
        f'<li class="{BOX}-{roles.get(i, "once")}"><b>{escape(name)}</b><span>{i}</span></li>'
        for name, i in zip(names, ids, strict=True)
    )
    text = ", ".join(f"{name} {i}" for name, i in zip(names, ids, strict=True))
    return Written(f'<ul class="{BOX}-ids">{parts}</ul>', _filled(text))


def show_written(
    texts: Mapping[str, str],
    *,
    after: str = "",
    shares: Mapping[str, Mapping[str, float]] | None = None,
) -> Written:
    """Show what a model wrote, each text beside its name.

    after: the beginning that all of them continue. shares: for a text, the probabilities of some
    tokens, which are drawn as parts of a line from 0 to 1; the rest belongs to all others.

    Raises ValueError for shares that belong to no text, or together are more than 1.

    >>> show_written({"seed 2": " shiny new book."}, after="Mia had a")
    Mia had a …
    seed 2: … shiny new book.
    """
    shares = {name: dict(parts) for name, parts in (shares or {}).items()}
    if unknown := sorted(set(shares) - set(texts)):
        raise ValueError(f"shares: {', '.join(unknown)} names no text; there are {list(texts)}")
    rows, lines = [], [f"{after} …"] if after else []
    for name, text in texts.items():
        parts = _with_rest(name, shares[name]) if name in shares else {}
        said = ", ".join(f"{token} {share:.2f}" for token, share in parts.items())
        rows.append(_row(name, _parts(parts) + _out(f"… {text.strip()}")))
        lines += [f"{name}: {said}"] if said else []
        lines.append(_filled(f"{'' if said else f'{name}: '}… {text.strip()}"))
    first = f'<p class="{BOX}-in">{escape(after)} …</p>' if after else ""
    return Written(f"{first}<dl>{''.join(rows)}</dl>", "\n".join(lines))


def show_exchange(
    answers: Mapping[str, str], *, about: str = "", marks: tuple[str, str] = ("User:", "Bot:")
) -> Written:
    """Show requests, each with the answer that a model wrote below it.

    about: a text that stands before each request. marks: what stands before the two in a prompt.

    >>> show_exchange({"Is this spam? Win!": "Yes."})
    User: Is this spam? Win!
    Bot: Yes.
    """
    user, bot = (f'<span class="{BOX}-mark">{escape(mark)}</span>' for mark in marks)
    rows = [
        f"<div><dt>{user} <span>{escape(asked)}</span></dt>"
        f"<dd>{bot} {_out(answer, 'span')}</dd></div>"
        for asked, answer in answers.items()
    ]
    first = f'<p class="{BOX}-in">{escape(about)}</p>' if about else ""
    lines = [_filled(about)] if about else []
    for asked, answer in answers.items():
        lines += [_filled(f"{marks[0]} {asked}"), _filled(f"{marks[1]} {answer}")]
    return Written(f'{first}<dl class="{BOX}-asked">{"".join(rows)}</dl>', "\n".join(lines))


def show_prompts(prompts: Mapping[str, str]) -> Written:
    r"""Show prompts as cards side by side, each under its name.

    >>> show_prompts({"zero-shot": "Is this spam?\nKind:"})
    zero-shot
        Is this spam?
        Kind:
    """
    cards = "".join(
        f"<figure><figcaption>{escape(name)}</figcaption><pre>{escape(text.strip())}</pre></figure>"
        for name, text in prompts.items()
    )
    lines = [f"{name}\n{textwrap.indent(text.strip(), '    ')}" for name, text in prompts.items()]
    return Written(f'<div class="{BOX}-cards">{cards}</div>', "\n".join(lines))


def show_amounts(
    amounts: Mapping[str, float],
    *,
    largest: float | None = None,
    digits: int = 2,
    role: str = "weight",
) -> Written:
    """Show numbers as bars, one below the other.

    largest: the number whose bar is as long as there is room; the largest that is shown, if not
    given. digits: of the numbers, behind the point. role: "weight" for probabilities, "surprise".

    Raises ValueError where there is nothing to show, or a number is below 0.

    >>> show_amounts({"mean": 1.2, "largest": 5.88})
    mean     1.20
    largest  5.88
    """
    values = {name: float(value) for name, value in amounts.items()}
    if not values:
        raise ValueError("there is no amount to show; give at least one name with its number")
    for name, value in values.items():
        check_number(name, value, least=0)
    most = largest or max(values.values()) or 1.0  # where all are 0, no bar has a length
    rows = [
        _row(
            name, f'{_bar(value / most, role)}<span class="{BOX}-number">{value:.{digits}f}</span>'
        )
        for name, value in values.items()
    ]
    longest = max(map(len, values))
    text = "\n".join(f"{name:<{longest}}  {value:.{digits}f}" for name, value in values.items())
    return Written(f'<dl class="{BOX}-amounts">{"".join(rows)}</dl>', text)


def show_right(right: Mapping[str, int], *, of: int) -> Written:
    """Show how many of so many were right, as a row of squares for each name.

    >>> show_right({"zero-shot": 9, "few-shot": 17}, of=20)
    zero-shot   9 of 20 right
    few-shot   17 of 20 right
    """
    check_whole("of", of, 1)
    rows, lines = [], []
    longest, wide = max(map(len, right)), len(str(of))
    for name, n in right.items():
        check_whole(name, n, 0, of)
        squares = "<b></b>" * n + "<i></i>" * (of - n)
        number = f'<span class="{BOX}-number">{n} of {of}</span>'
        rows.append(_row(name, f'<span class="{BOX}-squares">{squares}</span>{number}'))
        lines.append(f"{name:<{longest}}  {n:>{wide}} of {of} right")
    return Written(f'<dl class="{BOX}-amounts">{"".join(rows)}</dl>', "\n".join(lines))


def _with_rest(name: str, parts: Mapping[str, float]) -> dict[str, float]:
    """Return the shares of some tokens, and that of all others."""
    known = {token.strip(): float(share) for token, share in parts.items()}
    rest = 1 - sum(known.values())
    if min(known.values(), default=0) < 0 or rest < -1e-4:
        raise ValueError(f"shares of {name} should be from 0 to 1, and 1 together; got {known}")
    return {**known, REST: max(0.0, rest)}


def _parts(parts: Mapping[str, float]) -> str:
    """Return shares as parts of a line, and below it their names and numbers."""
    if not parts:
        return ""
    line = "".join(
        f'<{tag} style="flex-grow:{share:.4f}"></{tag}>'
        for name, share in parts.items()
        if share >= 0.005
        for tag in ("i" if name == REST else "b",)
    )
    said = "".join(
        f"<span>{escape(name)} <strong>{share:.2f}</strong></span>" for name, share in parts.items()
    )
    return f'<span class="{BOX}-parts">{line}</span><span class="{BOX}-said">{said}</span>'


def _bar(share: float, role: str) -> str:
    long = f"{100 * min(1.0, share):.1f}%"
    return f'<span class="{BOX}-bar"><b class="{BOX}-{role}" style="width:{long}"></b></span>'


def _out(text: str, tag: str = "p") -> str:
    """Return what a model wrote."""
    return f'<{tag} class="{BOX}-out">{escape(text)}</{tag}>'


def _row(name: str, inside: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{inside}</dd></div>"


def _filled(text: str) -> str:
    return textwrap.fill(text, TEXT_WIDTH, subsequent_indent="  ")


@cache
def look() -> str:
    """Return the style of what is shown here."""
    return one_line(Path(__file__).with_name("written.css").read_text("utf-8"))
