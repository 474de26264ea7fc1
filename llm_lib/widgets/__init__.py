"""Widgets: each answers one question, on the page itself.

A widget is a Python class with traits, a script and a style sheet of the same name. All computing
happens in the browser (`llm_lib/engine`), so that a widget also works on a page without Python.
"""

from llm_lib.widgets.cost_calculator import CostCalculator
from llm_lib.widgets.head_lab import HeadLab
from llm_lib.widgets.merge_stepper import MergeStepper
from llm_lib.widgets.model_file import model_payload, publish_model
from llm_lib.widgets.next_token_lab import NextTokenLab
from llm_lib.widgets.tokenizer_lab import TokenizerLab
from llm_lib.widgets.training_replay import TrainingReplay

__all__ = [
    "CostCalculator",
    "HeadLab",
    "MergeStepper",
    "NextTokenLab",
    "TokenizerLab",
    "TrainingReplay",
    "model_payload",
    "publish_model",
]
