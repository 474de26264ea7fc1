"""SurpriseText: which tokens of a text surprise a model?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import check_text, join_scripts, join_styles
from llm_lib.book.widgets.recorded import RecordedWidget

TEXT = "By the lake lived Mia, a brave fox. Mia had a kite that she loved very much."


class SurpriseText(RecordedWidget):
    """A text, each token shaded by its surprise: minus the logarithm of its probability.

    Every control is a trait: set it from Python and the page follows, or observe it.

    text: what the model reads; at most as many tokens as fit into its context.
    place: which token is looked at, counted from 0; -1 for the one with the largest surprise.
    recorded, run: show recorded runs of SmolLM2 in Sprout's place, and which; see `RecordedWidget`.
    surprises: the surprise of each token but the first, in nats (set by the page).
    loss: their mean (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "surprises"

    _esm = join_scripts("surprise_text.js")
    _css = join_styles("surprise_text.css")

    text = t.Unicode().tag(sync=True, setting=True)
    place = t.Int(-1).tag(sync=True, setting=True)
    surprises = t.List(t.Float()).tag(sync=True)
    loss = t.Float().tag(sync=True)

    def __init__(
        self, model: Any = "sprout", tokenizer: Any = None, text: str = TEXT, **settings: Any
    ):
        """Read with `model`: a name, a folder, a pair (model, tokenizer), or a GPT."""
        super().__init__(model, tokenizer, text=text, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "text":
            check_text("text", value)
        elif name == "place":
            value = check_whole("place", value, -1, self._config["context_length"] - 1)
        super().__setattr__(name, value)
