"""Drawn pictures by name, `show_picture`; number grids and tables, `show_matrix`, `show_table`.

The book's pictures are in `drawn`, each computed from data. The kit that they are made of is open
to yours: pieces lay themselves out, and a `Picture` shows them.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from llm_lib.book.pictures import drawn
from llm_lib.book.pictures.links import around, arrow, band, elbow, line, ribbon
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, layers, row, space
from llm_lib.book.pictures.tables import show_matrix, show_table

# Each is a function in a module of `drawn`, both of its name with "_" for "-". Found by looking, so
# that a new picture changes nothing that other chapters load.
PICTURES = sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(drawn.__path__))
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
    own = name.replace("-", "_")
    draw = getattr(importlib.import_module(f"{drawn.__name__}.{own}"), own)
    known = draw.__kwdefaults__ or {}
    if unknown := sorted(set(data) - set(known)):
        takes = ", ".join(known) or "no data"
        raise TypeError(f"the picture {name!r} takes {takes}; got {', '.join(unknown)}")
    with torch.random.fork_rng(devices=[]):  # a model that is loaded draws random numbers
        return draw(**data)
