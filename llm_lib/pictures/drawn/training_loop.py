"""Pretraining's picture: the loop that is run thousands of times, and the loss of one such run."""

from __future__ import annotations

import math

from llm_lib.checkpoint import model_folder
from llm_lib.files import read_json
from llm_lib.pictures.chart import curve
from llm_lib.pictures.kit import box
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row, table
from llm_lib.pictures.text import label


def training_loop(*, model: str = "sprout") -> Picture:
    """Draw one step of training as a ring, and the held-out loss of a shipped model's run."""
    folder = model_folder(model)
    moments = read_json(folder / "snapshots.json")["snapshots"]
    steps, losses = ([moment[key] for moment in moments] for key in ("step", "val_loss"))
    vocab_size = read_json(folder / "config.json")["vocab_size"]
    chance = math.log(vocab_size)
    alt = (
        f"One step: a batch goes through the model, its loss is taken, the gradient says which way "
        f"each weight should move, AdamW moves them, and the next batch meets the new weights. "
        f"Beside it the held-out loss of {model.capitalize()}: {losses[0]:.2f} at step {steps[0]}, "
        f"{losses[-1]:.2f} at step {steps[-1]:,}. Equal probabilities for all {vocab_size:,} "
        f"tokens would give ln V = {chance:.2f}."
    )
    chart = {"levels": {f"ln V = {chance:.2f}": chance}, "name": model.capitalize()}
    wide = row(
        _ring(122, 44, 44),
        column(
            label("Held-out loss", bold=True, anchor="start"),
            curve(steps, losses, 360, 210, **chart),
            gap=8,
        ),
        gap=64,
    )
    narrow = column(
        _ring(84, 18, 40, size=13),
        column(
            label("Held-out loss", bold=True, anchor="start", size=14),
            curve(steps, losses, 290, 190, **chart),
            gap=6,
        ),
        gap=24,
    )
    return Picture("One step, thousands of times", alt, wide, narrow)


def _ring(width: float, gap: float, height: float, size: float = 15) -> Piece:
    """Draw the six stations of a step."""

    def station(name: str, below: str = "", role: str = "", code: str = "") -> Piece:
        words = [label(name, size=size, bold=True)]
        words += [label(below, size=12, role="muted")] if below else []
        look = {"look": "tinted", "role": role} if role else {}
        inside = column(*words, gap=0, align="middle")
        return box(inside, width=width, height=height + 16, pad=6, **look).named(code or name)

    lines = [
        [
            station("batch", "x and y"),
            station("model", "weights", "residual"),
            station("loss", "−ln p"),
        ],
        [
            station("rate", "of this step"),
            station("AdamW", "moves them"),
            station("gradient", "which way"),
        ],
    ]
    links = [
        arrow("batch", "model"),
        arrow("model", "loss"),
        arrow("loss", "gradient", "bottom"),
        arrow("gradient", "AdamW", "left"),
        arrow("AdamW", "model", "top", role="weight", look="thick"),
        arrow("rate", "AdamW"),
    ]
    return table(lines, gap=gap, row_gap=56).link(*links)
