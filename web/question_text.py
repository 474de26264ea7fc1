"""A prediction as text: what stands on a page until its widget is there, and without JavaScript."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from web.translation.catalogues import Say, english

MARKS = re.compile(r"(`[^`]+`|(?<![\w*])\*(?=\S)[^*]+\*(?!\w))")  # as in shared/marked.js
STRAIGHT = re.compile(r"(?<=[^\W_])'(?=[^\W\d_])|(?<=s)'(?= )|^'(?=s\b)")  # the same


def marked(text: str) -> str:
    """Return a text as HTML, with `code` and *stressed* words set off.

    >>> marked("is `a < b` *ever* so?")
    'is <code>a &lt; b</code> <em>ever</em> so?'
    >>> marked("it isn't *GPT-2*'s `'a'`")
    'it isn’t <em>GPT-2</em>’s <code>&#x27;a&#x27;</code>'
    """
    parts = [part for part in MARKS.split(text) if part]
    return "".join(_one(part) if MARKS.fullmatch(part) else _plain(part) for part in parts)


def _one(part: str) -> str:
    tag = "code" if part[0] == "`" else "em"
    words = escape(part[1:-1]) if tag == "code" else _plain(part[1:-1])
    return f"<{tag}>{words}</{tag}>"


def _plain(text: str) -> str:
    return escape(STRAIGHT.sub("’", text))


def answer_in_words(state: dict[str, Any], say: Say = english) -> str:
    """Return the right answer of a prediction, as a reader would write it.

    >>> answer_in_words({"right": "b", "choices": [["a", "Nothing."], ["b", "All."]]})
    'All.'
    """
    return _words(state, state["right"], say)


def _words(state: dict[str, Any], right: Any, say: Say) -> str:
    if state.get("kind") == "place":
        row, place = right if state.get("in_rows") else (0, right)
        return state["places"][row][place]
    if isinstance(right, list):
        return ", ".join(_words(state, one, say) for one in right)
    if isinstance(right, float):
        return f"{right:.4g}".replace(".", say("."))  # a decimal comma in many languages
    return say(dict(state.get("choices", [])).get(right, str(right)))


def placeholder(model_id: str, state: dict[str, Any], say: Say = english) -> str:
    """Return the HTML that stands where a prediction will be mounted: all of it as text."""
    choices = state.get("choices", []) if state.get("kind") == "choice" else []
    options = "".join(f"<li>{marked(say(words))}</li>" for _, words in choices)
    rows = "".join(
        f"<p>{' '.join(f'<code>{escape(label)}</code>' for label in row)}</p>"
        for row in state.get("places", [])
        if row
    )
    items = "".join(f"<li>{marked(say(item))}</li>" for item in state.get("items", []))
    name = f' data-exercise="{escape(state["name"])}"' if state.get("name") else ""
    return (
        f'<div class="llm-mount llm-question" data-model="{escape(model_id)}"{name}>'
        f'<p class="llm-question-title">{escape(say(state.get("title", "")))}</p>'
        f"<p><strong>{marked(say(state['question']))}</strong></p>"
        f"{f'<ul>{options}</ul>' if options else ''}{rows}{f'<ol>{items}</ol>' if items else ''}"
        f"<details><summary>{say('Show the answer')}</summary>"
        f"<p>{marked(answer_in_words(state, say))}</p><p>{marked(say(state['why']))}</p>"
        "</details></div>"
    )
