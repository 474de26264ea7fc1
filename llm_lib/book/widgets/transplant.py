"""Transplant: which tensor went into its slot wrongly, and from which layer on does it show?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

TEXT = "Once there was a brave fox. Her name was Mia. Mia had a kite."
CHOICES = {  # as the file has it or as a careless loader does it, and rightly
    "square": ("stored", "transposed"),
    "oblong": ("reshaped", "transposed"),
    "pairs": ("neighbours", "halves"),
    "order": ("k q v", "q k v"),
    "head": ("table", "own"),
    "eps": ("1e-6", "1e-5"),
}
RIGHT = {name: right for name, (_, right) in CHOICES.items()}
NEEDED = {"position": "rotary", "mlp": "gelu", "tie_weights": False, "bias": False}


class Transplant(ModelWidget):
    """Put the tensors of a model, stored in another layout, back into an empty one.

    The file keeps matrices as (in, out), q, k and v apart, and the rotary pairs of a head side by
    side. The page puts each kind of tensor in as chosen, runs the model and compares it with the
    healthy one. Every control is a trait: set it from Python and the page follows, or observe it.

    text: what both models read, and go on with.
    square: q, k, v and out, which fit their slots either way, "stored" or "transposed".
    oblong: up and down, "reshaped" to fit or "transposed".
    pairs: the channels of q and k that are turned together, "neighbours" as in the file, "halves".
    order: how the three are joined, "k q v" as the file lists them or "q k v".
    head: the "table" of token vectors once more, or the file's "own" head.
    eps: of the norms, "1e-6" or, as in the file's config, "1e-5".
    only: the one layer in which that is done, all others being put in rightly; -1 is all layers.
    errors: by place, how far its numbers are from the healthy ones (set by the page).
    first_wrong: the first place with an error, or "" (set by the page).
    jump: a place behind it whose error is more than ten times any before, or "" (set by the page):
        there is another mistake.
    loss: of the text in nats per token, [healthy, now] (set by the page).
    written: how each goes on with the text, [healthy, now] (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("transplant.js")
    _css = join_styles("transplant.css")

    text = t.Unicode(TEXT).tag(sync=True, setting=True)
    square = t.Unicode().tag(sync=True, setting=True)
    oblong = t.Unicode().tag(sync=True, setting=True)
    pairs = t.Unicode().tag(sync=True, setting=True)
    order = t.Unicode().tag(sync=True, setting=True)
    head = t.Unicode().tag(sync=True, setting=True)
    eps = t.Unicode().tag(sync=True, setting=True)
    only = t.Int(-1).tag(sync=True, setting=True)
    errors = t.Dict().tag(sync=True)
    first_wrong = t.Unicode().tag(sync=True)
    jump = t.Unicode().tag(sync=True)
    loss = t.List().tag(sync=True)
    written = t.List().tag(sync=True)

    def __init__(
        self, model: Any = "sprout", tokenizer: Any = None, text: str = TEXT, **settings: Any
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`.

        Its positions are rotary; it has GELU, a head of its own, and no biases.
        """
        check_text("text", text)
        first = {name: wrong for name, (wrong, _) in CHOICES.items()}
        super().__init__(model, tokenizer, text=text, **{**first, **settings})

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "text":
            check_text(name, value)
        elif name in CHOICES:
            check_choice(name, value, CHOICES[name])
        elif name == "only":
            value = check_whole(name, value, -1, self._config["n_layer"] - 1)
        super().__setattr__(name, value)

    def _offer(self, ref: str, payload: dict[str, Any]) -> None:
        """Offer the model to the page; ValueError if it is one that can't be stored so."""
        config = payload["config"]
        for name, wanted in NEEDED.items():
            if config.get(name) != wanted:
                raise ValueError(
                    f"the model should have {name} {wanted!r} to be stored in the other layout; "
                    f"it has {config.get(name)!r}"
                )
        if config["n_kv_head"] != config["n_head"]:
            raise ValueError(
                f"the model should have as many heads of keys as of queries, {config['n_head']}; "
                f"it has {config['n_kv_head']}"
            )
        super()._offer(ref, payload)
