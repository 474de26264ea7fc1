"""What the moving pictures on generating show, measured: next tokens, caches and drafts."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_whole
from llm_lib.generation.sampling import token_probabilities
from llm_lib.generation.speculative import Drafter, as_drafter
from llm_lib.model.gpt import without_dropout
from llm_lib.tokenizer import Tokenizer

LISTED = 60  # so many of the likeliest next tokens are named
LEFT = 4  # and so many of those that a rejected draft leaves


@torch.no_grad()
def next_tokens(model: nn.Module, tokenizer: Tokenizer, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the model's logits for the token after each of `texts`, the largest first.

    texts: by a short name that a menu can show. The result is the data of
    `Walkthrough("token-draw")`: `places`, by these names, each a dict of its text, the words of the
    likeliest tokens, and all logits with two decimals.
    """
    places = {}
    for name, text in texts.items():
        with without_dropout(model):
            logits = model(torch.tensor([tokenizer.encode(text)]))[0, -1]
        values, ids = logits.sort(descending=True, stable=True)
        words = [tokenizer.decode([i]) for i in ids[:LISTED].tolist()]
        places[name] = {
            "text": text,
            "words": words,
            "logits": [round(value, 2) for value in values.tolist()],
        }
    return {"places": places}


@torch.no_grad()
def cached_rows(
    model: nn.Module,
    tokenizer: Tokenizer,
    text: str,
    *,
    n_prompt: int,
    swaps: Sequence[str],
    layer: int = -1,
    head: int = 0,
    n_numbers: int = 3,
) -> dict[str, Any]:
    """Return the keys, values and attention weights of one head for `text`, and for other texts.

    n_prompt: how many of its tokens are given; the others are written. swaps: for each token a word
    that stands in its place in one more text, a token of its own. n_numbers: how many numbers of a
    key and a value are kept. The result is the data of `Walkthrough("kv-cache")`.
    Raises ValueError if a swap is more than one token, or their number is not the text's.
    """
    ids = tokenizer.encode(text)
    check_whole("n_prompt", n_prompt, 1, len(ids) - 1)
    others = [tokenizer.encode(word) for word in swaps]
    if len(others) != len(ids) or any(len(other) != 1 for other in others):
        raise ValueError(f"swaps should be {len(ids)} words of one token each; got {list(swaps)}")
    texts = [ids] + [[*ids[:i], other[0], *ids[i + 1 :]] for i, other in enumerate(others)]
    cache = model.new_cache(len(texts), len(ids))
    place = f"blocks.{layer % model.config.n_layer}.attention.pattern"  # −1 is the last
    with without_dropout(model):
        model(torch.tensor(texts), cache)
        attention = model.run_with_cache(torch.tensor([ids]), [place])[1][place][0, head]
    group = model.config.n_head // model.config.kv_heads
    parts = [part[layer, :, head // group, :, :n_numbers] for part in (cache.keys, cache.values)]
    rows = [_rounded(torch.stack([k, v], dim=1)) for k, v in zip(*parts, strict=True)]
    return {
        "tokens": [tokenizer.decode([i]) for i in ids],
        "swaps": list(swaps),
        "n_prompt": n_prompt,
        "rows": rows[0],
        "weights": [[round(w, 2) for w in row] for row in attention.tolist()],
        "swapped": rows[1:],
    }


@torch.no_grad()
def checked_draft(
    model: nn.Module,
    drafter: Drafter | nn.Module,
    tokenizer: Tokenizer,
    text: str,
    draft: str,
) -> dict[str, Any]:
    """Return what a model and a drafter think of `draft`, written after `text`.

    For each token of the draft: q, the drafter's probability of it, p, the model's, the sum of
    max(0, p - q) over all tokens, and q and p of those where that is largest. After them come the
    likeliest tokens of the model's own next row. The result is the data of `Walkthrough("draft")`.
    """
    ids, drafted = tokenizer.encode(text), tokenizer.encode(draft)
    drafter = as_drafter(drafter)
    with without_dropout(model):
        logits = model(torch.tensor([ids + drafted]))[0, len(ids) - 1 :]
    p = token_probabilities(logits)  # (n + 1, V)
    rows = []
    for i, token in enumerate(drafted):
        q = torch.as_tensor(drafter.next_probabilities(ids + drafted[:i])).float()
        left = (p[i] - q).clamp(min=0)
        rows.append(
            {
                "token": tokenizer.decode([token]),
                "q": round(float(q[token]), 4),
                "p": round(float(p[i, token]), 4),
                "sum": round(float(left.sum()), 4),
                "left": [
                    [tokenizer.decode([j]), *(round(float(x[j]), 4) for x in (q, p[i]))]
                    for j in left.topk(LEFT).indices.tolist()
                ],
            }
        )
    return {
        "text": text,
        "drafts": rows,
        "next": _likeliest(p[-1], tokenizer),
    }


def _likeliest(p: Tensor, tokenizer: Tokenizer) -> list[list]:
    """Return the likeliest tokens as [text, probability]."""
    values, ids = p.topk(LEFT)
    both = zip(ids.tolist(), values.tolist(), strict=True)
    return [[tokenizer.decode([i]), round(value, 4)] for i, value in both]


def _rounded(rows: Tensor) -> list:
    """Return a key and a value for each token, (T, 2, n), as lists of two decimals."""
    return [[[round(x, 2) for x in part] for part in pair] for pair in rows.tolist()]
