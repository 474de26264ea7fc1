"""TokenLook: with which numbers does one token of a text look back at the others?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

TEXT = (
    "User: Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum. "
    "What did Mia have?\nBot: Mia had a"
)
MOST = 400  # characters


class TokenLook(ModelWidget):
    """Click any token of a text, and see a head's query, keys, scores, weights, values and output.

    The page runs the model; its numbers are those of `run_with_cache` in Python. Every control is a
    trait: set it from Python and the page follows, or observe it. Layers, heads, positions and
    channels count from 0.

    text: what the model reads, at most 400 characters; of a long text, the last 48 tokens.
    layer, head: whose numbers are shown.
    query: the token that looks back; -1 is the last.
    key: the token that is looked at, up to `query`; -1 is the one with most weight.
    channel: the number of query and key that is multiplied out; -1 is the one with the largest
        product.
    q, k, v: the query, the key and the value, as they are used: q and k after their rotation by
        position (set by the page).
    scores, weights: of all tokens up to `query` (set by the page).
    output: the values times their weights, added up (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("token_look.js")
    _css = join_styles("token_look.css")

    text = t.Unicode(TEXT).tag(sync=True, setting=True)
    layer = t.Int(0).tag(sync=True, setting=True)
    head = t.Int(0).tag(sync=True, setting=True)
    query = t.Int(-1).tag(sync=True, setting=True)
    key = t.Int(-1).tag(sync=True, setting=True)
    channel = t.Int(-1).tag(sync=True, setting=True)
    q = t.List().tag(sync=True)
    k = t.List().tag(sync=True)
    v = t.List().tag(sync=True)
    scores = t.List().tag(sync=True)
    weights = t.List().tag(sync=True)
    output = t.List().tag(sync=True)

    def __init__(
        self, model: Any = "sprout", tokenizer: Any = None, text: str = TEXT, **settings: Any
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`.

        Sprout opens at the head that looks at the thing asked about, 3.2, any other at 0.0.
        """
        first = {"layer": 3, "head": 2} if isinstance(model, str) and model == "sprout" else {}
        super().__init__(model, tokenizer, text=text, **(first | settings))

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "text":
            check_text(name, value, MOST)
        elif name in ("layer", "head", "query", "key", "channel"):
            config = self._config
            low, high = {
                "layer": (0, config["n_layer"] - 1),
                "head": (0, config["n_head"] - 1),
                "channel": (-1, config["n_embd"] // config["n_head"] - 1),
            }.get(name, (-1, config["context_length"] - 1))
            value = check_whole(name, value, low, high)
        super().__setattr__(name, value)
