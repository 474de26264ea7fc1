"""Trained weights on disk: our own, published ones, rounded ones, and small changes to them."""

from llm_lib.pretrained.huggingface import from_huggingface, load_gpt2
from llm_lib.pretrained.layouts import gpt_from_huggingface, gpt_to_huggingface
from llm_lib.pretrained.save_load import load_model, save_model

__all__ = [
    "from_huggingface",
    "gpt_from_huggingface",
    "gpt_to_huggingface",
    "load_gpt2",
    "load_model",
    "save_model",
]
