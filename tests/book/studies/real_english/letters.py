"""A tokenizer and a model that are small enough to run the scripts of these studies."""

import torch

from llm_lib.model.gpt import GPT, GPTConfig


class Letters:
    """A tokenizer of bytes, with an end token behind them."""

    end_id, vocab_size = 256, 257

    def encode(self, text, allowed_special=()):
        return list(text.encode())


def small_gpt(context_length: int = 256) -> GPT:
    """Return an untrained GPT of one layer for `Letters`, the same each time."""
    torch.manual_seed(0)
    config = GPTConfig(257, context_length, n_layer=1, n_head=2, n_embd=16, position="rotary")
    return GPT(config).eval()
