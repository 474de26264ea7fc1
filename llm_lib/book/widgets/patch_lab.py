"""PatchLab: which part of a model carries what tells one text from another?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

MOST_LAYERS = 8
CHOICES = {
    "view": ("patching", "lens"),
    "part": ("residual", "heads", "feed_forward"),
    "source": ("clean", "corrupted"),
    "at": ("all", "position"),
}

_MEETING = "User: Mia the fox met Tom the bear by the lake."
_TOLD = f"{_MEETING} Mia had a kite and Tom had a drum. What did Tom have?\nBot:"
_STORY = "User: Write a story about {} the fox and a kite.\nBot: There was once a brave fox called"
_HALF = "43 35 {} 12 36 0 21 51 {} 63 29 17 35 13"
# a name, both texts, and the cell that is shown first: its layer and its position
PRESETS: dict[str, list[list]] = {
    "sprout": [
        [
            "Whose thing?",
            f"{_TOLD} Tom had a",
            f"{_MEETING} Tom had a kite and Mia had a drum. What did Tom have?\nBot: Tom had a",
            2,
            20,
        ],
        ["Who is asked about?", f"{_TOLD} Tom had a", f"{_TOLD} Mia had a", 2, 33],
        ["Which thing?", f"{_TOLD} Tom had a", f"{_TOLD.replace('drum', 'lamp')} Tom had a", 2, 21],
        ["Which name?", _STORY.format("Tom"), _STORY.format("Sam"), 3, 6],
    ],
    "echo": [
        ["What comes after?", _HALF.format(13, 18), _HALF.format(13, 18).replace("12", "50"), 1, 3],
        ["After which one?", _HALF.format(13, 18), _HALF.format(18, 13), 1, 3],
    ],
}


class PatchLab(ModelWidget):
    """Put one activation of a model's run on one text into its run on another, at every place.

    Two texts of equally many tokens lead to two answers. The map shows, for each layer and
    position (or head), how far the answer moves to that of the text from which one activation is
    taken: 0 not at all, 1 all the way. A second view of the same layout shows what the residual
    stream would say there. Every control is a trait: set it from Python and the page follows.

    clean, corrupted: what the model reads; without them, those of the model's first preset.
    view: "patching", or the logit "lens".
    part: what is patched, the "residual" stream, the "heads" or the "feed_forward" networks.
    source: the run from which it is taken, or which the lens reads: "clean" or "corrupted".
    at: heads are patched at "all" positions, or at the one "position".
    layer, head, position: the cell that is chosen, from 0. Of the residual stream, layer
    n_layer is what the last one leaves; position -1 is the last.
    presets: pairs to choose from, [name, clean, corrupted, layer, position] each.
    answers: the likeliest token after each of the two texts (set by the page).
    values: the map, a list of rows; of the lens, the probability of the token that is likeliest
    there (set by the page).
    one: whether the stream and the first pair are shown alone, and the other choices folded.
    scores: the logit of the first answer minus that of the second, of the clean run, the corrupted
    one and the patched one (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("patch_lab.js")
    _css = join_styles("patch_lab.css")

    clean = t.Unicode().tag(sync=True, setting=True)
    corrupted = t.Unicode().tag(sync=True, setting=True)
    view = t.Unicode("patching").tag(sync=True, setting=True)
    part = t.Unicode("residual").tag(sync=True, setting=True)
    source = t.Unicode("clean").tag(sync=True, setting=True)
    at = t.Unicode("all").tag(sync=True, setting=True)
    layer = t.Int(0).tag(sync=True, setting=True)
    head = t.Int(0).tag(sync=True, setting=True)
    position = t.Int(-1).tag(sync=True, setting=True)
    presets = t.List().tag(sync=True, setting=True)
    one = t.Bool(False).tag(sync=True, setting=True)
    answers = t.List().tag(sync=True)
    values = t.List().tag(sync=True)
    scores = t.List().tag(sync=True)

    def __init__(
        self,
        model: Any = "sprout",
        tokenizer: Any = None,
        clean: str | None = None,
        corrupted: str | None = None,
        **settings: Any,
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`."""
        presets = settings.pop("presets", PRESETS.get(model, []) if isinstance(model, str) else [])
        if clean is None and corrupted is None and presets:
            _, clean, corrupted, *cell = _check_presets(presets)[0]
            settings = dict(zip(("layer", "position"), cell, strict=True)) | settings
        for name, text in (("clean", clean), ("corrupted", corrupted)):
            check_text(name, text)
        texts = {"presets": presets, "clean": clean, "corrupted": corrupted}
        super().__init__(model, tokenizer, **texts, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("clean", "corrupted"):
            check_text(name, value)
        if name == "presets":
            value = _check_presets(value)
            if (n := self._config["n_layer"]) > MOST_LAYERS:
                raise ValueError(f"the model should have at most {MOST_LAYERS} layers; got {n}")
        super().__setattr__(name, value)

    @t.validate("view", "part", "source", "at")
    def _check_choice(self, proposal: dict) -> str:
        name = proposal["trait"].name
        check_choice(name, proposal["value"], CHOICES[name])
        return proposal["value"]

    @t.validate("layer", "head", "position")
    def _check_whole(self, proposal: dict) -> int:
        name, c = proposal["trait"].name, self._config
        low, high = {
            "layer": (0, c["n_layer"]),
            "head": (0, c["n_head"] - 1),
            "position": (-1, c["context_length"] - 1),
        }[name]
        return check_whole(name, proposal["value"], low, high)


def _check_presets(presets: Any) -> list[list]:
    """Return presets as lists; ValueError for one that is not a name, two texts and two numbers."""
    kinds = (str, str, str, int, int)
    for each in presets if isinstance(presets, list | tuple) else [presets]:
        fits = isinstance(each, list | tuple) and len(each) == len(kinds)
        if not fits or not all(map(isinstance, each, kinds)):
            raise ValueError(
                "presets should be a list of [name, clean, corrupted, layer, position]; "
                f"got {each!r:.80}"
            )
    return [list(each) for each in presets]
