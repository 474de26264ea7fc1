"""What the studies of single heads share: words of one token, logits at the end, and head names."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from llm_lib.book.measured.recording import Head
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.model.hooks import ActivationCache, Hook, hooked


def one_id(tokenizer: Any, word: str) -> int:
    """Return the id of a word with a space before it; ValueError unless it is one token."""
    ids = tokenizer.encode(f" {word}")
    if len(ids) != 1:
        pieces = [tokenizer.decode([i]) for i in ids]
        raise ValueError(f"{word!r} should be one token; it is {pieces}")
    return ids[0]


def place_of(tokenizer: Any, ids: list[int], word: str) -> int:
    """Return the only position of `word`; ValueError if it is there more than once, or not."""
    tokens = [tokenizer.decode([i]) for i in ids]
    places = [i for i, token in enumerate(tokens) if token.strip() == word]
    if len(places) != 1:
        raise ValueError(f"{word!r} should be one token of {tokens}, and there once")
    return places[0]


@torch.no_grad()
def last_logits(
    model: GPT, texts: list[list[int]], hooks: Mapping[str, Hook] | None = None
) -> Tensor:
    """Return the logits after the last token of each text, (B, V); all have the same length."""
    with without_dropout(model), hooked(model, hooks or {}):
        return model(torch.tensor(texts), logits_to_keep=1)[:, -1]


def without(model: GPT, heads: Iterable[Head]) -> dict[str, Hook]:
    """Return hooks that switch heads off."""
    scale = torch.ones(model.config.n_layer, model.config.n_head)
    for layer, head in heads:
        scale[layer, head] = 0
    return model.scale_heads(scale)


@torch.no_grad()
def watch_heads(model: GPT, ids: list[int], heads: Iterable[Head]) -> ActivationCache:
    """Return what `added_logits` needs of a text, and the weights of the heads' layers."""
    layers = {layer for layer, _ in heads}
    names = [f"blocks.{i}.attention.{place}" for i in layers for place in ("z", "pattern")]
    names.append(f"blocks.{model.config.n_layer - 1}.resid_post")
    with without_dropout(model):
        return model.run_with_cache(torch.tensor([ids]), names)[1]


@torch.no_grad()
def added_logits(model: GPT, cache: ActivationCache, head: Head) -> Tensor:
    """Return what a head adds to each logit after the last token, from the mean of all: (V,).

    Its output goes through W_O, the final norm's scale and the output table, as if it stood alone.
    cache: as `watch_heads` returns it.
    """
    (layer, h), D = head, model.config.head_size
    z = cache[f"blocks.{layer}.attention.z"][0, h, -1]  # (D,)
    added = model.blocks[layer].attention.out.weight[:, h * D : (h + 1) * D] @ z  # (C,)
    last = cache[f"blocks.{model.config.n_layer - 1}.resid_post"][0, -1]
    size = (last.square().mean() + model.config.norm_eps).sqrt()
    logits = model.token_embedding.weight @ (added * model.norm.weight / size)
    return logits - logits.mean()


def head_name(head: Head) -> str:
    """Return a head's name, as "9.4".

    >>> head_name((9, 4))
    '9.4'
    """
    return f"{head[0]}.{head[1]}"
