"""Evaluation: the loss in other units, and questions put to a Small World model.

From the command line, `python -m llm_lib.evaluation sprout sprout_tuned` measures Small World
models on prompts that training never showed, in one table.
"""

from llm_lib.evaluation.metrics import bits_per_byte, count_bytes, perplexity
from llm_lib.evaluation.small_world import (
    check_story,
    complete,
    evaluate_answers,
    evaluate_model,
    evaluate_stories,
)
from llm_lib.evaluation.table import format_figures

__all__ = [
    "bits_per_byte",
    "check_story",
    "complete",
    "count_bytes",
    "evaluate_answers",
    "evaluate_model",
    "evaluate_stories",
    "format_figures",
    "perplexity",
]
