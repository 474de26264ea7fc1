"""Drawn pictures by name, `show_picture`; number grids and tables, `show_matrix`, `show_table`.

The book's pictures are in `drawn`, a chapter a module, each computed from data. The kit that they
are made of is open to yours: pieces lay themselves out, and a `Picture` shows them.
"""

from __future__ import annotations

import importlib
from typing import Any

from llm_lib.book.pictures.links import around, arrow, band, elbow, line, ribbon
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, layers, row, space
from llm_lib.book.pictures.tables import show_matrix, show_table

# Where each is drawn: in `drawn`, in a function of its name with "_" for "-".
PICTURES = {
    "next-token": "next_token",
    "stages": "stages",
    "base-and-tuned": "base_and_tuned",
    "utf8-bits": "utf8_bits",
    "letter-count": "letter_count",
    "merge-tree": "merge_tree",
    "windows": "windows",
    "bottleneck": "bottleneck",
    "attention-row": "attention_row",
    "split-heads": "split_heads",
    "two-heads": "two_heads",
    "gpt-block": "gpt_block",
    "gpt-model": "gpt_model",
    "beam-tree": "beam_tree",
    "shared-step": "shared_step",
    "alike-directions": "alike_directions",
    "float-bits": "float_bits",
    "q4-block": "q4_block",
    "dpo-gap": "dpo_gap",
    "ring-step": "ring_step",
    "pipeline": "pipeline",
    "neuron": "neuron",
    "tensor": "tensor",
    "my-gpt-growth": "my_gpt_growth",
}
__all__ = [
    "PICTURES",
    "Picture",
    "Piece",
    "around",
    "arrow",
    "band",
    "column",
    "elbow",
    "layers",
    "line",
    "ribbon",
    "row",
    "show_matrix",
    "show_picture",
    "show_table",
    "space",
]


def show_picture(name: str, **data: Any) -> Picture:
    """Return one of the book's pictures, which shows itself in a notebook.

    data: numbers or texts of your own, instead of the chapter's; each picture names what it takes.

    Raises ValueError, with the names there are, for an unknown picture, and TypeError, with what
    it takes, for data that it doesn't know. The random numbers of a notebook stay as they are.
    """
    import torch  # here, since widgets take words of this package, and need no torch

    if name not in PICTURES:
        raise ValueError(f"there is no picture {name!r}; there are {', '.join(PICTURES)}")
    module = importlib.import_module(f"llm_lib.book.pictures.drawn.{PICTURES[name]}")
    draw = getattr(module, name.replace("-", "_"))
    known = draw.__kwdefaults__ or {}
    if unknown := sorted(set(data) - set(known)):
        takes = ", ".join(known) or "no data"
        raise TypeError(f"the picture {name!r} takes {takes}; got {', '.join(unknown)}")
    with torch.random.fork_rng(devices=[]):  # a model that is loaded draws random numbers
        return draw(**data)
