"""Evaluation: is a model any good, and is it better than another one?

Read `metrics`, the loss in units that can be compared, and `text_loss`, which measures it on a
text; `tasks`, `forms` and `multiple_choice`, how a question becomes a number; `text_match`, for
answers in words; `intervals`, how far chance moves a score; `calibration`; and `ratings`, from
comparisons. `python -m llm_lib.evaluation smollm2 --compare sprout` does so for whole models.
"""

from llm_lib.evaluation.calibration import calibration_bins, expected_calibration_error
from llm_lib.evaluation.forms import Form
from llm_lib.evaluation.intervals import (
    Difference,
    paired_bootstrap,
    paired_difference,
    sign_test,
    standard_error,
    unpaired_difference,
    wilson_interval,
)
from llm_lib.evaluation.log_likelihood import continuation_log_probs
from llm_lib.evaluation.metrics import bits_per_byte, count_bytes, perplexity
from llm_lib.evaluation.multiple_choice import Choice, accuracy, answer_choices
from llm_lib.evaluation.ratings import elo_difference, elo_ratings, to_elo
from llm_lib.evaluation.tasks import OpenQuestion, Passage, Question, read_task
from llm_lib.evaluation.text_loss import TextLoss, measure_text
from llm_lib.evaluation.text_match import exact_match, f1_score, normalize_answer

__all__ = [
    "Choice",
    "Difference",
    "Form",
    "OpenQuestion",
    "Passage",
    "Question",
    "TextLoss",
    "accuracy",
    "answer_choices",
    "bits_per_byte",
    "calibration_bins",
    "continuation_log_probs",
    "count_bytes",
    "elo_difference",
    "elo_ratings",
    "exact_match",
    "expected_calibration_error",
    "f1_score",
    "measure_text",
    "normalize_answer",
    "paired_bootstrap",
    "paired_difference",
    "perplexity",
    "read_task",
    "sign_test",
    "standard_error",
    "to_elo",
    "unpaired_difference",
    "wilson_interval",
]
