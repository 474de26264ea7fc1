"""Fine-tuning: a trained model learns to classify, to answer, and to prefer.

Read `classify`, a new head on a trained GPT; `sft`, how it learns to answer; `lora`, how it learns
with a hundredth of the numbers, and `adapters`, what is kept of that; `dpo`, which of two answers
is better; and `grpo`, where a program marks what the model tries.
"""

from llm_lib.finetuning.adapters import load_adapter, save_adapter
from llm_lib.finetuning.classify import (
    Classifier,
    encode_labels,
    encode_texts,
    load_classifier,
    read_features,
    save_classifier,
    train_only,
)
from llm_lib.finetuning.dpo import Preference, answer_log_prob, dpo_loss, fit_scores
from llm_lib.finetuning.grpo import group_advantages, kl_estimate, pass_at_k, policy_loss
from llm_lib.finetuning.lora import add_lora, merge_lora, remove_lora, set_strength, unmerge_lora
from llm_lib.finetuning.sft import (
    AnswerBatches,
    AnswerLoss,
    Template,
    compute_answer_loss,
    encode_answered,
)

__all__ = [
    "AnswerBatches",
    "AnswerLoss",
    "Classifier",
    "Preference",
    "Template",
    "add_lora",
    "answer_log_prob",
    "compute_answer_loss",
    "dpo_loss",
    "encode_answered",
    "encode_labels",
    "encode_texts",
    "fit_scores",
    "group_advantages",
    "kl_estimate",
    "load_adapter",
    "load_classifier",
    "merge_lora",
    "pass_at_k",
    "policy_loss",
    "read_features",
    "remove_lora",
    "save_adapter",
    "save_classifier",
    "set_strength",
    "train_only",
    "unmerge_lora",
]
