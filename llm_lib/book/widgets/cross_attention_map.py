"""CrossAttentionMap: which word of the source does a translator look at?"""

from typing import Any

import numpy as np
import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles


class CrossAttentionMap(BookWidget):
    """Walk through a translation and see, for each word, where the decoder looked.

    examples: a list of dicts, as `llm_lib.book.translation.cross_attention` returns them. "source"
    and
        "target" are tokens; "weights" has shape (n_layer, n_head, target, source), and each row
        sums to 1; "origin", if given, holds for each target token the place of the source token
        that it translates, or None; "note", if given, is a line to show below the sentence, and
        "gloss" a word to show below each target token.
    example: which of them is shown, from 0.
    layer, head: whose weights; -1 takes the mean of all.
    word: the target token that looks, from 0.
    shown: the weights of that token, one per source token (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the argument and what is allowed.
    """

    _esm = join_scripts("cross_attention_map.js")
    _css = join_styles("cross_attention_map.css")

    examples = t.List().tag(sync=True)
    example = t.Int(0).tag(sync=True, setting=True)
    layer = t.Int(-1).tag(sync=True, setting=True)
    head = t.Int(-1).tag(sync=True, setting=True)
    word = t.Int(0).tag(sync=True, setting=True)
    shown = t.List().tag(sync=True)

    def __init__(self, examples: list[dict[str, Any]], **settings: Any):
        """Show `examples`, with the settings given."""
        checked = [_check_example(i, example) for i, example in enumerate(examples)]
        if not checked:
            raise ValueError("examples should hold at least one translation; it is empty")
        shapes = {np.shape(example["weights"])[:2] for example in checked}
        if len(shapes) > 1:
            raise ValueError(f"all examples should have as many layers and heads; got {shapes}")
        n_layer, n_head = shapes.pop()
        longest = max(len(example["target"]) for example in checked)
        self._limits = {
            "example": (0, len(checked) - 1),
            "layer": (-1, n_layer - 1),
            "head": (-1, n_head - 1),
            "word": (0, longest - 1),
        }
        self.examples = checked
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in getattr(self, "_limits", {}):
            value = check_whole(name, value, *self._limits[name])
        super().__setattr__(name, value)


def _check_example(i: int, example: Any) -> dict[str, Any]:
    """Return an example as plain lists; ValueError or TypeError if it can't be shown."""
    if not isinstance(example, dict) or not {"source", "target", "weights"} <= set(example):
        raise TypeError(f"example {i} should be a dict with 'source', 'target' and 'weights'")
    source, target = ([str(token) for token in example[side]] for side in ("source", "target"))
    weights = np.asarray(example["weights"], dtype=float)
    n = (len(target), len(source))
    if weights.ndim != 4 or weights.shape[2:] != n or not weights.size:
        raise ValueError(
            f"example {i}: weights should have shape (n_layer, n_head, {n[0]}, {n[1]}); "
            f"got {weights.shape}"
        )
    if not np.allclose(weights.sum(-1), 1, atol=1e-3) or weights.min() < 0:
        raise ValueError(f"example {i}: each row of weights should be positive, with the sum 1")
    more = {name: list(example[name]) for name in ("origin", "gloss") if example.get(name)}
    for name, values in more.items():
        if len(values) != n[0]:
            raise ValueError(f"example {i}: {name} should have {n[0]} entries; got {len(values)}")
    note = {"note": str(example["note"])} if example.get("note") else {}
    rounded = np.round(weights, 4).tolist()
    return {"source": source, "target": target, "weights": rounded, **more, **note}
