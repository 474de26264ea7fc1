"""HeadLab: what does each attention head look at, and which one matters?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import check_text, join_scripts, join_styles
from llm_lib.book.widgets.recorded import RecordedWidget

COMPARE = ("last", "query")
RANK_BY = ("loss", "probability")


class HeadLab(RecordedWidget):
    """See all attention heads of a model on a text, and turn each one down, off or up.

    Every control is a trait: set it from Python and the page follows, or observe it. Layers, heads
    and positions count from 0.

    text: what the model reads.
    head_scale: a factor for each head, one list per layer; 0 is off, 1 normal, 2 the most.
    layer, head: the head that is shown large.
    query: the position whose row of attention is shown; -1 is the last.
    compare: where the next token is compared, at the "last" position or at the "query".
    rank_by: what "Which head matters here?" measures of the token whose bars are shown: change in
        "loss" or in "probability".
    recorded, run: show recorded runs of SmolLM2 in Sprout's place, and which; see `RecordedWidget`.
    ranking: its result, [[layer, head, change], ...] (set by the page).
    losses: loss of the text in nats per token, [with all heads normal, now] (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "heads"

    _esm = join_scripts("head_lab.js")
    _css = join_styles("head_lab.css")

    text = t.Unicode().tag(sync=True, setting=True)
    head_scale = t.List().tag(sync=True, setting=True)
    layer = t.Int(0).tag(sync=True, setting=True)
    head = t.Int(0).tag(sync=True, setting=True)
    query = t.Int(-1).tag(sync=True, setting=True)
    compare = t.Unicode("last").tag(sync=True, setting=True)
    rank_by = t.Unicode("loss").tag(sync=True, setting=True)
    ranking = t.List().tag(sync=True)
    losses = t.List().tag(sync=True)

    def __init__(
        self, model: Any = "sprout", tokenizer: Any = None, text: str = "", **settings: Any
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`."""
        check_text("text", text)
        super().__init__(model, tokenizer, text=text, **{"head_scale": None, **settings})

    def __setattr__(self, name: str, value: Any) -> None:
        # None means "all heads normal"; a list trait would refuse it before our own check.
        if name == "head_scale" and value is None:
            value = [[1.0] * self._config["n_head"] for _ in range(self._config["n_layer"])]
        super().__setattr__(name, value.tolist() if hasattr(value, "tolist") else value)

    @t.validate("head_scale")
    def _check_head_scale(self, proposal: dict) -> list[list[float]]:
        rows, n_head, n_layer = proposal["value"], self._config["n_head"], self._config["n_layer"]
        if len(rows) != n_layer or any(
            not isinstance(row, list | tuple) or len(row) != n_head for row in rows
        ):
            raise ValueError(
                f"head_scale should be a list of {n_layer} lists (one per layer) of {n_head} "
                f"numbers (one per head); got {rows!r:.80}"
            )
        for i, row in enumerate(rows):
            for j, scale in enumerate(row):
                check_number(f"head_scale[{i}][{j}]", scale, least=0, most=2)
        return [list(map(float, row)) for row in rows]

    @t.validate("layer", "head", "query")
    def _check_whole(self, proposal: dict) -> int:
        name = proposal["trait"].name
        low, high = {
            "layer": (0, self._config["n_layer"] - 1),
            "head": (0, self._config["n_head"] - 1),
            "query": (-1, self._config["context_length"] - 1),
        }[name]
        return check_whole(name, proposal["value"], low, high)

    @t.validate("compare", "rank_by")
    def _check_choice(self, proposal: dict) -> str:
        name, allowed = proposal["trait"].name, COMPARE
        if name == "rank_by":
            allowed = RANK_BY
        if proposal["value"] not in allowed:
            raise ValueError(f"{name} should be one of {allowed}; got {proposal['value']!r}")
        return proposal["value"]
