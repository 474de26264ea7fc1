"""The key–value cache: old rows are kept, and one new row is made a step."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

NEEDED = ("tokens", "swaps", "n_prompt", "rows", "weights", "swapped")
WRITTEN = 3  # tokens that are written in the film


class KeyValueCache(Walkthrough):
    """Keys and values of a text that grows; see `Walkthrough`.

    It shows what was measured: give it `data=cached_rows(model, tokenizer, text, …)` of
    `llm_lib.book.measured.generation`.

    tokens: those of the whole text; the last three are written in the film.
    n_prompt: how many were there before.
    rows: for each token (key, value), some numbers each; weights: its attention to every token.
    swaps: for each place a word that may stand there instead; swapped: the rows of that text.
    place: which token the last scene replaces, counted from 0; -1 for none.
    """

    story = "kv-cache"
    _esm = join_scripts("stories/kv_cache.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Rows": 1, "Again": WRITTEN, "Same": 1, "Why?": 2, "Cache": WRITTEN,
        "Count": 1, "Your turn": 1,
    }  # fmt: skip

    tokens = t.List(t.Unicode()).tag(sync=True, setting=True)
    swaps = t.List(t.Unicode()).tag(sync=True, setting=True)
    n_prompt = t.Int(1).tag(sync=True, setting=True)
    rows = t.List().tag(sync=True, setting=True)
    weights = t.List().tag(sync=True, setting=True)
    swapped = t.List().tag(sync=True, setting=True)
    place = t.Int(1).tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured; ValueError if it is not given, or does not fit together."""
        if data is None or isinstance(data, dict):
            given = (data or {}) | settings
            if missing := [name for name in NEEDED if name not in given]:
                raise ValueError(
                    f"the walkthrough 'kv-cache' needs {', '.join(missing)}: give it "
                    "data=cached_rows(model, tokenizer, text, …)"
                )
            _check(*(given[name] for name in NEEDED))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "place" and self.tokens:
            value = check_whole(name, value, -1, len(self.tokens) - 1)
        super().__setattr__(name, value)


def _check(tokens: Any, swaps: Any, n_prompt: Any, rows: Any, weights: Any, swapped: Any) -> None:
    """Raise ValueError, naming the part, unless all are of as many tokens."""
    if n_prompt != len(tokens) - WRITTEN or n_prompt < 1:
        raise ValueError(
            f"n_prompt should be {WRITTEN} less than the tokens; got {n_prompt!r} for {len(tokens)}"
        )
    for name, part in (("swaps", swaps), ("weights", weights), ("swapped", swapped)):
        if len(part) != len(tokens):
            raise ValueError(f"{name} should have {len(tokens)} entries; got {len(part)}")
    for some in [rows, *swapped]:
        if len(some) != len(tokens) or any(len(pair) != 2 for pair in some):
            raise ValueError("rows should be a key and a value for each token")
