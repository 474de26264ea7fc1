"""Evaluation: the loss in units that can be compared."""

from llm_lib.evaluation.metrics import bits_per_byte, count_bytes, perplexity

__all__ = ["bits_per_byte", "count_bytes", "perplexity"]
