"""One layer of several heads at one token: split, look, side by side, mixed, one without."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

NEEDED = (
    "layer", "n_layer", "tokens", "place", "answers", "queries", "weights", "outputs", "parts",
    "factors", "probs",
)  # fmt: skip
N_HEADS = 4


class HeadLayer(Walkthrough):
    """The four heads of one layer at work on one token; see `Walkthrough`.

    It shows what was measured: give it `data=layer_at_work(model, tokenizer, …)` of
    `llm_lib.interp.heads`.

    layer: which layer, counted from 0; n_layer: of how many.
    tokens: the prompt's tokens, as texts; place: the one that is followed.
    answers: two words that may follow the prompt, the expected one first.
    queries, weights, outputs, parts: a row for each head, at that token: its slice of the query,
        its weight on each token, what it mixed, and what W_O makes of that.
    factors: what a head is multiplied by, 0 first, with 1 among them.
    probs: for each head and factor, the probability of each answer.
    head, factor: which the last scene shows; `factor` counts in `factors`.
    """

    story = "head-layer"
    _esm = join_scripts("stories/head_layer.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Split": 2, "Look": N_HEADS, "Side by side": 1, "Mixed": 1, "Without": 1,
        "Your turn": 1,
    }  # fmt: skip

    layer = t.Int().tag(sync=True, setting=True)
    n_layer = t.Int().tag(sync=True, setting=True)
    tokens = t.List(t.Unicode()).tag(sync=True, setting=True)
    place = t.Int().tag(sync=True, setting=True)
    answers = t.List(t.Unicode()).tag(sync=True, setting=True)
    queries = t.List().tag(sync=True, setting=True)
    weights = t.List().tag(sync=True, setting=True)
    outputs = t.List().tag(sync=True, setting=True)
    parts = t.List().tag(sync=True, setting=True)
    factors = t.List().tag(sync=True, setting=True)
    probs = t.List().tag(sync=True, setting=True)
    head = t.Int(0).tag(sync=True, setting=True)
    factor = t.Int(1).tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured; ValueError if it is not given, or does not fit together."""
        if data is None or isinstance(data, dict):
            given = (data or {}) | settings
            if missing := [name for name in NEEDED if name not in given]:
                raise ValueError(
                    f"the walkthrough 'head-layer' needs {', '.join(missing)}: give it "
                    "data=layer_at_work(model, tokenizer, …) of llm_lib.interp.heads"
                )
            _check(given)
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "head":
            value = check_whole(name, value, 0, N_HEADS - 1)
        elif name == "factor" and self.factors:
            value = check_whole(name, value, 0, len(self.factors) - 1)
        super().__setattr__(name, value)


def _check(given: dict[str, Any]) -> None:
    """Raise ValueError, naming the part, unless the parts fit together."""
    check_whole("layer", given["layer"], 0, check_whole("n_layer", given["n_layer"], 1) - 1)
    tokens, factors = given["tokens"], given["factors"]
    check_whole("place", given["place"], 0, len(tokens) - 1)
    if len(given["answers"]) != 2:
        raise ValueError(f"answers should be 2 words; got {given['answers']!r}")
    if not factors or factors[0] != 0 or 1 not in factors:
        raise ValueError(f"factors should begin with 0 and contain 1; got {factors!r}")
    for name in ("queries", "weights", "outputs", "parts", "probs"):
        if len(given[name]) != N_HEADS:
            raise ValueError(f"{name} should have {N_HEADS} heads; got {len(given[name])}")
    for weights in given["weights"]:
        if len(weights) != len(tokens):
            raise ValueError(f"weights: {len(weights)} for {len(tokens)} tokens")
        for weight in weights:
            check_number("a weight", weight, least=0, most=1)
    for pairs in given["probs"]:
        if len(pairs) != len(factors):
            raise ValueError(f"probs should have a pair for each factor; got {pairs!r}")
        for p in (p for pair in pairs for p in pair):
            check_number("a probability", p, least=0, most=1)
