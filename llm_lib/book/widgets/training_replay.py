"""TrainingReplay: how does a model learn?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles
from llm_lib.files import model_folder, read_json

ROW = {"step", "tokens", "val_loss", "samples", "attention"}


class TrainingReplay(BookWidget):
    """Scrub through a training: loss, what the model writes, and where a head looks.

    The snapshots were kept while the model was trained, and lie beside it in `snapshots.json`
    (`python -m llm_lib.book.studies.shipping` writes it). Every control is a trait.

    snapshot: which snapshot is shown, from 0.
    prompt: which of the prompts the sample goes on with, from 0.
    layer, head: whose attention is shown.
    query: the token whose row is marked, from 0; -1 is the last.
    without_map: True leaves out the map of where a head looks.
    playing: True while the page steps forward by itself; set it to start or stop.
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed, and ValueError for a
    model without snapshots.
    """

    _esm = join_scripts("training_replay.js")
    _css = join_styles("training_replay.css")

    replay = t.Dict().tag(sync=True)
    snapshot = t.Int(0).tag(sync=True, setting=True)
    prompt = t.Int(0).tag(sync=True, setting=True)
    layer = t.Int(0).tag(sync=True, setting=True)
    head = t.Int(0).tag(sync=True, setting=True)
    query = t.Int(-1).tag(sync=True, setting=True)
    without_map = t.Bool(False).tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True)

    def __init__(self, model: str = "sprout", **settings: Any):
        """Replay the training of `model`: a shipped model's name, or the folder of one."""
        self._model, replay = str(model), read_replay(model)
        n_layer, n_head, n_tokens, _ = replay["attention_shape"]
        self._limits = {
            "snapshot": (0, len(replay["snapshots"]) - 1),
            "prompt": (0, len(replay["prompts"]) - 1),
            "layer": (0, n_layer - 1),
            "head": (0, n_head - 1),
            "query": (-1, n_tokens - 1),
        }
        self.replay = replay
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in getattr(self, "_limits", {}):
            value = check_whole(name, value, *self._limits[name])
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"TrainingReplay({self._model})"


def read_replay(model: str) -> dict[str, Any]:
    """Return the snapshots of a model's training; ValueError if there are none, or not whole ones.

    The keys are those that `llm_lib.book.studies.shipping.replay_snapshots` returns.
    """
    path = model_folder(model) / "snapshots.json"
    if not path.exists():
        raise ValueError(f"{model!r} has no snapshots of its training: {path} does not exist")
    replay = read_json(path)
    missing = {"vocab_size", "prompts", "tokens", "attention_shape", "snapshots"} - replay.keys()
    rows = replay.get("snapshots") or [{}]
    missing |= {f"snapshots: {key}" for key in ROW if any(key not in row for row in rows)}
    if missing:
        raise ValueError(f"{path}: the field {min(missing)!r} is missing")
    return replay
