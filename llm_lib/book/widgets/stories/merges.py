"""How byte pair encoding learns its merges from a few words, and cuts a new one with them."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

MOST_WORDS, MOST_BYTES, MOST_COUNT = 4, 8, 99
MOST_NEW = 12  # bytes of the new word


class Merges(Walkthrough):
    """Byte pair encoding on a few words: count, merge, repeat; then replay on a new word.

    text: the words with how often each comes, `[["sea", 4], ["seal", 3]]`: one to four different
        words of at most 8 bytes, each 1 to 99 times.
    new_word: the word that is cut with what was learned, at most 12 bytes.
    merges: up to six merges, [[left, right], ...], bytes in hex as in a tokenizer's JSON file (set
        by the page).
    token_ids: the ids of the new word (set by the page).
    """

    story = "merges"
    _esm = join_scripts("stories/merges.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Bytes": 1, "Pairs": 1, "Merge 1": 2, "Merge 2": 2, "Merge 3": 2, "Merge 4": 2,
        "New word": 5, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"text": [["sea", 4], ["seal", 3], ["tea", 2]], "new_word": "steal"}

    text = t.List().tag(sync=True, setting=True)
    new_word = t.Unicode().tag(sync=True, setting=True)
    merges = t.List().tag(sync=True)
    token_ids = t.List(t.Int()).tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "text":
            value = _checked_text(value)
        elif name == "new_word":
            value = _checked_word(name, value, MOST_NEW)
        super().__setattr__(name, value)


def _checked_word(name: str, value: Any, most: int) -> str:
    """Return a word; TypeError or ValueError unless it is one of at most so many bytes."""
    if not isinstance(value, str):
        raise TypeError(f"{name} should be text; got {type(value).__name__}")
    n = len(value.encode("utf-8", "replace"))
    if not 1 <= n <= most or value.split() != [value]:
        raise ValueError(f"{name} should be a word of 1 to {most} bytes; got {value!r}")
    return value


def _checked_text(value: Any) -> list[list]:
    """Return words and counts as lists; TypeError or ValueError unless they are few and short."""
    if not isinstance(value, list | tuple) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in value
    ):
        raise TypeError(f"text should be a list of [word, count]; got {value!r}")
    if not 1 <= len(value) <= MOST_WORDS:
        raise ValueError(f"text should have 1 to {MOST_WORDS} words; got {len(value)}")
    words = [_checked_word("a word of text", word, MOST_BYTES) for word, _ in value]
    if len(set(words)) < len(words):
        raise ValueError(f"text has a word twice: {', '.join(words)}")
    counts = [check_whole(f"the count of {w!r}", n, 1, MOST_COUNT) for w, n in value]
    return [[word, count] for word, count in zip(words, counts, strict=True)]
