"""Reads the residual stream: what each part adds to it, and what the model would say so far."""

from collections.abc import Collection

import torch
from torch import Tensor

from llm_lib.model.gpt import GPT, without_dropout

KINDS = ("attention", "feed-forward")


def part_names(model: GPT) -> list[str]:
    """Return the names of the parts that add to the stream: "attention 0", "feed-forward 0", …"""
    return [f"{kind} {i}" for i in range(model.config.n_layer) for kind in KINDS]


@torch.no_grad()
def run_parts(
    model: GPT, ids: Tensor, off: Collection[str] = (), last_only: bool = False
) -> dict[str, Tensor]:
    """Return what is added to the stream of `ids` (B, T): the "embedding", then each part.

    Each is (B, T, C), and their sum is the stream after the last block. The parts in `off` add
    nothing (with `last_only`, nothing at the last position), and those behind them read what is
    then there. Without dropout, whatever the model's mode. Raises ValueError for a name that no
    part has.
    """
    names = part_names(model)
    if unknown := sorted(set(off) - set(names)):
        raise ValueError(f"no part is called {unknown[0]!r}; the parts are {', '.join(names)}")
    places = {"embedding": "embed"}
    for i in range(model.config.n_layer):
        places |= {f"attention {i}": f"blocks.{i}.attn_out"}
        places |= {f"feed-forward {i}": f"blocks.{i}.mlp_out"}

    def silence(added: Tensor) -> None:
        added[:, -1 if last_only else 0 :] = 0

    with without_dropout(model):
        hooks = {places[part]: silence for part in off}
        _, cache = model.run_with_cache(ids, places.values(), hooks)
    return {part: cache[place] for part, place in places.items()}


def running_sums(added: dict[str, Tensor]) -> list[Tensor]:
    """Return the stream after the embedding and after each part, given what each adds."""
    return list(torch.stack(list(added.values())).cumsum(dim=0))


@torch.no_grad()
def split_logit(model: GPT, added: dict[str, Tensor], token: int) -> dict[str, float]:
    """Return what the embedding and each part add to the logit of `token` at the last position.

    Counted from the mean of all logits, since softmax sees differences alone. `added` is of one
    text, as `run_parts` returns it. The entries add up to that logit, exactly but for rounding: the
    final norm divides all of them by the same number. A learned shift of the norm, if there is
    one, is the entry "norm". The model's norm has to be a LayerNorm; ValueError otherwise.
    """
    norm = model.norm
    if model.config.norm != "layer":
        raise ValueError(f"the norm must be 'layer', got {model.config.norm!r}")
    table = (model.token_embedding if model.head is None else model.head).weight  # (V, C)
    w = table[token] - table.mean(dim=0)  # (C,)
    last = sum(added.values())[0, -1]
    size = (last.var(unbiased=False) + norm.eps).sqrt()
    entries = {}
    for name, part in added.items():
        p = part[0, -1]
        entries[name] = (w @ (norm.weight * (p - p.mean())) / size).item()
    if norm.bias is not None:
        entries["norm"] = (w @ norm.bias).item()
    return entries


@torch.no_grad()
def read_stream(model: GPT, x: Tensor) -> Tensor:
    """Return the logits (V,) that the stream `x` (1, T, C) gives at its last position."""
    return model.unembed(x)[0, -1]
