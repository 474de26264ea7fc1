"""StreamLab: who writes the answer into the residual stream, and who is needed for it?"""

from typing import Any

import traitlets as t

from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

TEXT = 'The fox had a kite. "Where is my'
MOST_LAYERS = 8


class StreamLab(ModelWidget):
    """Switch off attention or the feed-forward network of any block, and see what the model says.

    It shows the last token's stream after each part (what the model would say if it stopped there)
    and how much each part adds to the logit of the answer, which is the token that the whole model
    finds likeliest. Every control is a trait: set it from Python and the page follows.

    text: what the model reads.
    off: the names of the parts that add nothing, such as "attention 0" or "feed-forward 3".
    answer: the token that is followed (set by the page).
    lens: its probability after the embedding and after each part (set by the page).
    ledger: what each adds to its logit, counted from the mean of all logits (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("stream_lab.js")
    _css = join_styles("stream_lab.css")

    text = t.Unicode(TEXT).tag(sync=True, setting=True)
    off = t.List(t.Unicode()).tag(sync=True, setting=True)
    answer = t.Unicode().tag(sync=True)
    lens = t.List().tag(sync=True)
    ledger = t.List().tag(sync=True)

    def __init__(
        self, model: Any = "sprout", tokenizer: Any = None, text: str = TEXT, **settings: Any
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`."""
        check_text("text", text)
        super().__init__(model, tokenizer, text=text, **{"off": [], **settings})

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "text":
            check_text(name, value)
        if name == "off":
            value = self._checked(value)
        super().__setattr__(name, value)

    def _checked(self, off: Any) -> list[str]:
        """Return the names in the model's order; ValueError for one that no part has."""
        n_layer = self._config["n_layer"]
        if n_layer > MOST_LAYERS:
            raise ValueError(f"the model should have at most {MOST_LAYERS} layers; got {n_layer}")
        names = [f"{kind} {i}" for i in range(n_layer) for kind in ("attention", "feed-forward")]
        if not isinstance(off, list | tuple | set) or not set(off) <= set(names):
            raise ValueError(f"off should be a list of parts from {names}; got {off!r}")
        return [name for name in names if name in off]
