"""One token's way through a GPT: what each part adds to the residual stream, and what is said."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

TEXT = 'The fox had a kite. "Where is my'
BLOCKS = 4
NEEDED = ("tokens", "n_embd", "vocab_size", "answer", "parts", "normed", "logits", "without")


class Stream(Walkthrough):
    """Embedding, four blocks that add, final norm, logits, the next token; see `Walkthrough`.

    It shows what was measured: Sprout on "The fox had a kite …", unless it is given
    `data=follow_stream(model, tokenizer, text)` of `llm_lib.interp.residual_stream`, for a model of
    four blocks.

    tokens: those of the text, as [id, text]; the last one is followed.
    n_embd, vocab_size: of the model. answer: the token that it says in the end.
    parts: the embedding, then attention and feed-forward network of each block: dicts with
        name; adds: the first numbers of what it adds; stream: those of the sum so far;
        likeliest: the likeliest next tokens if the model stopped here, as [text, probability];
        answer: the probability of the answer there.
    normed: the first numbers after the final norm. logits: the largest, as [text, logit].
    looks: the weight of each token in the last attention, averaged over its heads; [] for none.
    without: for each part's name, likeliest and answer in a run in which it adds nothing.
    off: the part that the last scene switches off; "" for none.
    """

    story = "stream"
    _esm = join_scripts("stories/stream.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Embed": 1, "Block 0": 2, "Block 1": 2, "Block 2": 2, "Block 3": 2, "Norm": 1,
        "Logits": 2, "Your turn": 1,
    }  # fmt: skip

    tokens = t.List().tag(sync=True, setting=True)
    n_embd = t.Int().tag(sync=True, setting=True)
    vocab_size = t.Int().tag(sync=True, setting=True)
    answer = t.Unicode().tag(sync=True, setting=True)
    parts = t.List().tag(sync=True, setting=True)
    normed = t.List().tag(sync=True, setting=True)
    logits = t.List().tag(sync=True, setting=True)
    looks = t.List().tag(sync=True, setting=True)
    without = t.Dict().tag(sync=True, setting=True)
    off = t.Unicode("attention 3").tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured, or else what Sprout does."""
        if data is None and not settings.keys() & set(NEEDED):
            from llm_lib.book.measured.residual_stream import follow_stream
            from llm_lib.pretrained.save_load import load_model  # here: only this story needs it

            data = follow_stream(*load_model("sprout"), TEXT)
        if data is None or isinstance(data, dict):
            _check((data or {}) | settings)
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "off" and self.without and value not in ("", *self.without):
            raise ValueError(f"off should be '' or one of {', '.join(self.without)}; got {value!r}")
        super().__setattr__(name, value)


def _check(given: dict[str, Any]) -> None:
    """Raise ValueError, naming the part, unless all is there and fits together."""
    if missing := [name for name in NEEDED if name not in given]:
        raise ValueError(
            f"the walkthrough 'stream' needs {', '.join(missing)}: give it "
            "data=follow_stream(model, tokenizer, text) of llm_lib.interp.residual_stream"
        )
    n = 1 + 2 * BLOCKS
    if len(given["parts"]) != n:
        raise ValueError(
            f"parts should be {n}, of an embedding and {BLOCKS} blocks; got {len(given['parts'])}"
        )
    for part in [*given["parts"], *given["without"].values()]:
        for _text, p in [*part["likeliest"], ("", part["answer"])]:
            check_number("a probability", p, least=0, most=1)
