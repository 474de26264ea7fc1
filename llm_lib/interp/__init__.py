"""Interpretability: what heads do, what each part adds, and what carries an answer."""

from llm_lib.interp.heads import (
    ablated_losses,
    ablation_effect,
    earlier_copies,
    induction_score,
    mean_attention,
    mention_targets,
    prefix_matching_score,
    previous_token_score,
    stack_attention,
    token_losses,
)
from llm_lib.interp.patching import answer_score, patching_map, run_patched
from llm_lib.interp.residual_stream import part_names, run_parts, running_sums, split_logit

__all__ = [
    "ablated_losses",
    "ablation_effect",
    "answer_score",
    "earlier_copies",
    "induction_score",
    "mean_attention",
    "mention_targets",
    "part_names",
    "patching_map",
    "prefix_matching_score",
    "previous_token_score",
    "run_parts",
    "run_patched",
    "running_sums",
    "split_logit",
    "stack_attention",
    "token_losses",
]
