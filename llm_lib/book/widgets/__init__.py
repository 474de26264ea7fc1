"""Widgets for notebooks and pages; each answers one question.

A widget is a Python class with traits, plus a script and a style sheet of the same name. All
computing happens in the browser (`llm_lib/book/engine`), so a widget also works on a page without
Python.


A widget's module is imported when its class is first asked for, so that a notebook starts quickly,
and depends on no widget that it doesn't show.
"""

import importlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors; `__getattr__` does it when the program runs
    from llm_lib.book.widgets.architecture import Architecture
    from llm_lib.book.widgets.architecture_lab import ArchitectureLab
    from llm_lib.book.widgets.attention_by_hand import AttentionByHand
    from llm_lib.book.widgets.bottleneck_lab import BottleneckLab
    from llm_lib.book.widgets.broken_loaders import BrokenLoaders
    from llm_lib.book.widgets.cost_calculator import CostCalculator
    from llm_lib.book.widgets.country_head import CountryHead
    from llm_lib.book.widgets.cross_attention_map import CrossAttentionMap
    from llm_lib.book.widgets.decoding_lab import DecodingLab
    from llm_lib.book.widgets.embedding_map import EmbeddingMap
    from llm_lib.book.widgets.field_rings import FieldRings
    from llm_lib.book.widgets.four_switches import FourSwitches
    from llm_lib.book.widgets.guess_game import GuessGame
    from llm_lib.book.widgets.head_lab import HeadLab
    from llm_lib.book.widgets.loss_doctor import LossDoctor
    from llm_lib.book.widgets.marker_hack import MarkerHack
    from llm_lib.book.widgets.merge_stepper import MergeStepper
    from llm_lib.book.widgets.model_file import model_payload, publish_model
    from llm_lib.book.widgets.model_sizer import ModelSizer
    from llm_lib.book.widgets.next_token_lab import NextTokenLab
    from llm_lib.book.widgets.ngram_lab import NgramLab
    from llm_lib.book.widgets.patch_lab import PatchLab
    from llm_lib.book.widgets.playground import Playground
    from llm_lib.book.widgets.position_lab import PositionLab
    from llm_lib.book.widgets.prediction import Prediction
    from llm_lib.book.widgets.pronoun_head import PronounHead
    from llm_lib.book.widgets.rank_dial import RankDial
    from llm_lib.book.widgets.reward_timeline import RewardTimeline
    from llm_lib.book.widgets.run_planner import RunPlanner
    from llm_lib.book.widgets.scoring_rules import ScoringRules
    from llm_lib.book.widgets.shrinking_time import ShrinkingTime
    from llm_lib.book.widgets.stream_lab import StreamLab
    from llm_lib.book.widgets.stretch_game import StretchGame
    from llm_lib.book.widgets.surprise_text import SurpriseText
    from llm_lib.book.widgets.table_trainer import TableTrainer
    from llm_lib.book.widgets.thinking_lab import ThinkingLab
    from llm_lib.book.widgets.tiny_network import TinyNetwork
    from llm_lib.book.widgets.token_look import TokenLook
    from llm_lib.book.widgets.tokenizer_lab import TokenizerLab
    from llm_lib.book.widgets.train_lab import TrainLab
    from llm_lib.book.widgets.training_replay import TrainingReplay
    from llm_lib.book.widgets.transformer_map import TransformerMap
    from llm_lib.book.widgets.transplant import Transplant
    from llm_lib.book.widgets.tuning_replay import TuningReplay
    from llm_lib.book.widgets.two_ranks import TwoRanks
    from llm_lib.book.widgets.walkthrough import Walkthrough
    from llm_lib.book.widgets.where_the_answer_sits import WhereTheAnswerSits
    from llm_lib.book.widgets.window_lab import WindowLab
    from llm_lib.book.widgets.your_taste import YourTaste

__all__ = [
    "Architecture",
    "ArchitectureLab",
    "AttentionByHand",
    "BottleneckLab",
    "BrokenLoaders",
    "CostCalculator",
    "CountryHead",
    "CrossAttentionMap",
    "DecodingLab",
    "EmbeddingMap",
    "FieldRings",
    "FourSwitches",
    "GuessGame",
    "HeadLab",
    "LossDoctor",
    "MarkerHack",
    "MergeStepper",
    "ModelSizer",
    "NextTokenLab",
    "NgramLab",
    "PatchLab",
    "Playground",
    "PositionLab",
    "Prediction",
    "PronounHead",
    "RankDial",
    "RewardTimeline",
    "RunPlanner",
    "ScoringRules",
    "ShrinkingTime",
    "StreamLab",
    "StretchGame",
    "SurpriseText",
    "TableTrainer",
    "ThinkingLab",
    "TinyNetwork",
    "TokenLook",
    "TokenizerLab",
    "TrainLab",
    "TrainingReplay",
    "TransformerMap",
    "TuningReplay",
    "TwoRanks",
    "Transplant",
    "Walkthrough",
    "WhereTheAnswerSits",
    "WindowLab",
    "YourTaste",
    "model_payload",
    "publish_model",
]

_ELSEWHERE = {"model_payload": "model_file", "publish_model": "model_file"}


def __getattr__(name: str) -> Any:
    """Import what is asked for: HeadLab stands in `head_lab`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _ELSEWHERE.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
