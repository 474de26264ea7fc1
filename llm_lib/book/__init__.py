"""The book's own wing: what shows, asks, checks and measures in its chapters.

Chapters take from here what they need by name: `from llm_lib.book import check, predict, HeadLab`.
Nothing in the rest of the library imports it.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors; a chapter imports what it asks for, when it asks for it
    from llm_lib.book.corpus import load_corpus, load_documents, load_speeches
    from llm_lib.book.exercises import check
    from llm_lib.book.labelled import load_labelled, split_examples
    from llm_lib.book.my_gpt.check import check_my_gpt
    from llm_lib.book.my_gpt.start import start_my_gpt
    from llm_lib.book.notebook import seconds_for, set_seed, set_up, show_source
    from llm_lib.book.pictures import show_matrix, show_picture, show_table
    from llm_lib.book.pictures.file_panel import show_my_gpt
    from llm_lib.book.plots import (
        plot_band,
        plot_bars,
        plot_heatmap,
        plot_loss,
    )
    from llm_lib.book.predictions import predict
    from llm_lib.book.small_world import SmallWorld
    from llm_lib.book.widgets import *  # noqa: F403

_HOMES = {
    "SmallWorld": "small_world",
    "check": "exercises",
    "check_my_gpt": "my_gpt.check",
    "load_corpus": "corpus",
    "load_documents": "corpus",
    "load_labelled": "labelled",
    "load_speeches": "corpus",
    "plot_band": "plots",
    "plot_bars": "plots",
    "plot_heatmap": "plots",
    "plot_loss": "plots",
    "predict": "predictions",
    "seconds_for": "notebook",
    "set_seed": "notebook",
    "set_up": "notebook",
    "show_matrix": "pictures",
    "show_my_gpt": "pictures.file_panel",
    "show_picture": "pictures",
    "show_source": "notebook",
    "show_table": "pictures",
    "split_examples": "labelled",
    "start_my_gpt": "my_gpt.start",
}

__all__ = [
    "SmallWorld",
    "check",
    "check_my_gpt",
    "load_corpus",
    "load_documents",
    "load_labelled",
    "load_speeches",
    "plot_band",
    "plot_bars",
    "plot_heatmap",
    "plot_loss",
    "predict",
    "seconds_for",
    "set_seed",
    "set_up",
    "show_matrix",
    "show_my_gpt",
    "show_picture",
    "show_source",
    "show_table",
    "split_examples",
    "start_my_gpt",
]  # and all widgets


def __getattr__(name: str) -> Any:
    """Import what is asked for; what stands in no table and begins with a capital is a widget."""
    home = _HOMES.get(name) or ("widgets" if name[:1].isupper() else None)
    if home is None or name == name.upper():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    from llm_lib.book import widgets

    return sorted({*globals(), *_HOMES, *widgets.__all__})
