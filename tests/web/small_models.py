"""Small random models to put into widgets, and a tokenizer for them."""

from __future__ import annotations

import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig

TEXT = (
    "Mira the fox found a red lantern in the old mill. She showed the lantern to Tobi the owl. "
    "Tobi the owl was kind, and Mira the fox was happy. They went home with the red lantern. "
) * 3


def random_model(seed: int = 0, **changes) -> GPT:
    """Return a GPT with float16-exact random weights, large enough that attention is not flat."""
    torch.manual_seed(seed)
    settings = {
        "vocab_size": 290, "context_length": 24, "n_layer": 3, "n_head": 4, "n_embd": 32,
    } | changes  # fmt: skip
    model = GPT(GPTConfig(**settings)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:  # norms and biases, which start as all ones and zeros
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif "qkv" in name:
                parameter.mul_(2.5)
            parameter.copy_(parameter.half().float())
    return model


def small_tokenizer(vocab_size: int = 290) -> BPETokenizer:
    """Return a byte pair encoding of `TEXT` with an end-of-text token."""
    return BPETokenizer.train(TEXT, vocab_size, special_tokens=["<|endoftext|>"])
