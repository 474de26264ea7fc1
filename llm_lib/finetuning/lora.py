"""LoRA: leave a trained matrix as it is, and learn a small change beside it.

    y = W x + b + strength · (α / r) · B A x          A: (r, C_in), B: (C_out, r)

Fine-tuning seldom needs to turn a matrix in more than a few directions (Hu et al. 2022, "LoRA:
Low-Rank Adaptation of Large Language Models"). B A has rank r: for a matrix of 768 × 768 and r = 8
there are 12,288 numbers to learn and not 589,824. All that was learned, an *adapter*, is a small
file that belongs to one base model.
"""

import math
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_number, check_whole

ATTENTION = ("attention.qkv", "attention.out")
EVERYWHERE = (*ATTENTION, "feed_forward.up", "feed_forward.down")  # SwiGLU has a gate as well


class LoRALinear(nn.Linear):
    """A linear layer whose weight is frozen, with a learned change of rank `r` beside it.

    A starts random and B at zero, so that the change is nothing at first, and yet has a gradient:
    if both were zero, neither would ever move. α / r scales the change: with one α for all ranks,
    each of its r terms counts less the more there are. `strength` 0 is the base model, 1 what was
    learned, 2 twice the change.
    """

    def __init__(self, linear: nn.Linear, r: int, alpha: float) -> None:
        nn.Module.__init__(self)
        self.in_features = linear.in_features
        self.out_features = linear.out_features
        # the same tensors, not copies
        self.weight, self.bias = linear.weight, linear.bias
        self.requires_grad_(False)
        like = {"device": self.weight.device, "dtype": self.weight.dtype}
        self.lora_a = nn.Parameter(torch.empty(r, self.in_features, **like))
        self.lora_b = nn.Parameter(torch.zeros(self.out_features, r, **like))
        nn.init.normal_(self.lora_a, std=1 / math.sqrt(self.in_features))
        self.scale, self.strength = alpha / r, 1.0
        # while the change is merged: the weight as it was
        self.unmerged: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Transform `x` (..., C_in) to (..., C_out)."""
        y = super().forward(x)
        if self.unmerged is not None:
            return y
        thin = x @ self.lora_a.T  # (..., r)
        change = thin @ self.lora_b.T  # (..., C_out)
        return y + self.strength * self.scale * change

    def delta(self) -> Tensor:
        """Return what is added to the weight: strength · (α / r) · B A, (C_out, C_in)."""
        return self.strength * self.scale * (self.lora_b @ self.lora_a)


def add_lora(
    model: nn.Module,
    r: int = 8,
    alpha: float | None = None,
    targets: str | Collection[str] = ATTENTION,
) -> nn.Module:
    """Freeze `model` and put a change of rank `r` beside each target, in place; return the model.

    targets: how the names of linear layers end, as "attention.qkv". alpha: by default 2 · r.
    Train what `requires_grad` says, as `fit` does by itself. Before it learns, the model computes
    what it did before.
    Raises ValueError if a target ends no layer's name, or if LoRA is there already.

    >>> from llm_lib.model.gpt import GPT, GPTConfig
    >>> model = GPT(GPTConfig(50, context_length=8, n_layer=2, n_head=2, n_embd=16))
    >>> model = add_lora(model, r=2)
    >>> sum(p.numel() for p in model.parameters() if p.requires_grad)  # 2 · r · (16 + 48 + 16 + 16)
    384
    """
    r = check_whole("r", r)
    alpha = check_number("alpha", 2 * r if alpha is None else alpha, above=0)
    if any(True for _ in lora_layers(model)):
        raise ValueError("the model has LoRA already: merge_lora or remove_lora first")
    targets = [targets] if isinstance(targets, str) else targets
    linear = {n: part for n, part in model.named_modules() if isinstance(part, nn.Linear)}
    for target in targets:
        if not any(name.endswith(target) for name in linear):
            raise ValueError(f"no linear layer's name ends with {target!r}; there are {[*linear]}")
    model.requires_grad_(False)
    for name, part in linear.items():
        if name.endswith(tuple(targets)):
            replace_layer(model, name, LoRALinear(part, r, alpha))
    return model


def lora_layers(model: nn.Module) -> Iterator[tuple[str, LoRALinear]]:
    """Return an iterator over the layers with LoRA and their names."""
    return ((n, part) for n, part in model.named_modules() if isinstance(part, LoRALinear))


def set_strength(model: nn.Module, strength: float) -> None:
    """Let the whole change count `strength` times: 0 is the base model, 1 what was learned."""
    check_number("strength", strength)
    for name, layer in lora_layers(model):
        if layer.unmerged is not None:
            raise ValueError(f"{name} is merged: its strength is fixed until unmerge_lora")
        layer.strength = strength


@torch.no_grad()
def merge_lora(model: nn.Module) -> nn.Module:
    """Add each change to its weight, in place, so that it costs no time; return the model.

    The weights as they were are kept beside, for `unmerge_lora`.
    """
    for _, layer in lora_layers(model):
        if layer.unmerged is None:
            layer.unmerged = layer.weight.clone()
            layer.weight += layer.delta()
    return model


@torch.no_grad()
def unmerge_lora(model: nn.Module) -> nn.Module:
    """Put the weights of the base back, bit for bit, in place; return the model."""
    for _, layer in lora_layers(model):
        if layer.unmerged is not None:
            layer.weight.copy_(layer.unmerged)
            layer.unmerged = None
    return model


def remove_lora(model: nn.Module) -> nn.Module:
    """Put plain linear layers back, in place, with what was merged; return the model.

    The parameters stay frozen: `model.requires_grad_(True)` lets them all learn.
    """
    for name, layer in [*lora_layers(model)]:
        plain = nn.Linear(layer.in_features, layer.out_features, device="meta")
        plain.weight, plain.bias = layer.weight, layer.bias
        replace_layer(model, name, plain)
    return model


def replace_layer(model: nn.Module, name: str, part: nn.Module) -> None:
    """Put another layer at `name`."""
    parent, _, last = name.rpartition(".")
    setattr(model.get_submodule(parent), last, part)
