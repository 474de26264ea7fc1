"""Small World: stories and tasks of our own, and how well a model tells and solves them."""

from llm_lib.book.small_world.generator import (
    OPENINGS,
    SPLITS,
    TASKS,
    Example,
    SmallWorld,
    invented_names,
    is_held_out,
    load_words,
    lumi_dictionary,
    lumi_order,
    translate_to_lumi,
)

__all__ = [
    "OPENINGS",
    "SPLITS",
    "TASKS",
    "Example",
    "SmallWorld",
    "invented_names",
    "is_held_out",
    "load_words",
    "lumi_dictionary",
    "lumi_order",
    "translate_to_lumi",
]
