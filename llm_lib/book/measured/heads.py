"""What the films on heads show: where heads look, and what is lost without them."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.interp.heads import stack_attention
from llm_lib.model.gpt import without_dropout
from llm_lib.model.hooks import hooked


def follow(
    model: nn.Module,
    tokenizer: Any,
    prompts: Mapping[str, str],
    things: Mapping[str, str],
    heads: Sequence[tuple[int, int]],
) -> dict[str, Any]:
    """Return where `heads` look on the way from a name to its thing and on to the answer.

    prompts: a prompt for each of two names. things: what each of the two has; a thing is one token,
    and the prompt says it first where it says whose it is, after the name ("Mia had a kite").
    heads: three pairs (layer, head), counted from 0. The first is read at the token before the
    thing, the second at the thing, the third at the prompt's last token.

    The result is the data of `Walkthrough("relay")`; `llm_lib.book.widgets.stories.Relay` lists it.
    Raises ValueError for other names or heads, and if a name or a thing is not found.
    """
    L, H = model.config.n_layer, model.config.n_head
    if len(heads) != 3 or not all(0 <= i < L and 0 <= h < H for i, h in heads):
        raise ValueError(f"heads should be 3 pairs (layer < {L}, head < {H}); got {heads!r}")
    if set(prompts) != set(things) or len(things) != 2:
        raise ValueError(
            f"prompts and things should be of the same two names; got {list(prompts)}, "
            f"{list(things)}"
        )
    questions = {}
    for name, prompt in prompts.items():
        ids = tokenizer.encode(prompt)
        tokens = [tokenizer.decode([i]) for i in ids]
        place = {each: _first_place(tokens, thing) for each, thing in things.items()}
        thing = place[name]
        path = [_last_place(tokens[: thing - 1], name), thing - 1, thing, len(ids) - 1]
        attention, probs = _read(model, ids)
        hops = [
            {"layer": layer, "head": head, "weights": attention[layer, head, at].tolist()}
            for (layer, head), at in zip(heads, path[1:], strict=True)
        ]
        questions[name] = {
            "tokens": tokens,
            "path": path,
            "rival": next(at for each, at in place.items() if each != name),
            "hops": hops,
            "heads": attention[heads[-1][0], :, -1].tolist(),
            "next": [[tokenizer.decode([int(i)]), probs[i].item()] for i in probs.topk(5).indices],
        }
    return {"n_layer": L, "questions": questions}


def layer_at_work(
    model: nn.Module,
    tokenizer: Any,
    prompt: str,
    *,
    layer: int,
    token: str,
    answers: Sequence[str],
    factors: Sequence[float] = (0.0, 0.5, 1.0, 1.5, 2.0),
) -> dict[str, Any]:
    """Return what each head of `layer` does at one token, and what the answers get without it.

    token: where to look, the first place at which it stands. answers: words that may follow the
    prompt, the expected one first. factors: what each head in turn is multiplied by, at all tokens.

    The result is the data of `Walkthrough("head-layer")`; `llm_lib.book.widgets.stories.HeadLayer`
    lists it. Raises ValueError for a layer that is not there, a token that is not found, or an
    answer that is not one token.
    """
    L, H = model.config.n_layer, model.config.n_head
    if not 0 <= layer < L:
        raise ValueError(f"layer should be from 0 to {L - 1}; got {layer!r}")
    ids = tokenizer.encode(prompt)
    tokens = [tokenizer.decode([i]) for i in ids]
    at = _first_place(tokens, token)
    answer_ids = [_one_id(tokenizer, answer) for answer in answers]
    batch = torch.tensor([ids], device=next(model.parameters()).device)
    with torch.no_grad(), without_dropout(model):
        _, cache = model.run_with_cache(batch)
    q, pattern, z = (
        cache[f"blocks.{layer}.attention.{name}"][0, :, at]  # (H, ...)
        for name in ("q", "pattern", "z")
    )
    w_o = model.blocks[layer].attention.out.weight.detach().T.unflatten(0, (H, -1))  # (H, D, C)
    return {
        "layer": layer,
        "n_layer": L,
        "tokens": tokens,
        "place": at,
        "answers": list(answers),
        "queries": q.tolist(),
        "weights": pattern.clamp(0, 1).tolist(),
        "outputs": z.tolist(),
        "parts": (z[:, None] @ w_o)[:, 0].tolist(),
        "factors": list(factors),
        "probs": _with_factors(model, batch, layer, factors, answer_ids),
    }


def _with_factors(
    model: nn.Module, ids: Tensor, layer: int, factors: Sequence[float], answers: list[int]
) -> list:
    """Return, for each head of `layer` times each factor, what `answers` get after `ids` (1, T)."""
    L, H = model.config.n_layer, model.config.n_head
    probs = torch.zeros(H, len(factors), len(answers))
    for head in range(H):
        for i, factor in enumerate(factors):
            scale = torch.ones(L, H)
            scale[layer, head] = factor
            scaling = hooked(model, model.scale_heads(scale))
            with torch.no_grad(), without_dropout(model), scaling:
                probs[head, i] = model(ids)[0, -1].softmax(dim=-1)[answers]
    return probs.tolist()


def _one_id(tokenizer: Any, word: str) -> int:
    """Return the id of " word"; ValueError if it is not one token."""
    ids = tokenizer.encode(f" {word}")
    if len(ids) != 1:
        raise ValueError(f"{word!r} should be one token; it is {len(ids)}")
    return ids[0]


def _read(model: nn.Module, ids: list[int]) -> tuple[Tensor, Tensor]:
    """Return all attention weights on one text, (L, H, T, T), and what may follow it, (V,)."""
    batch = torch.tensor([ids], device=next(model.parameters()).device)
    with torch.no_grad(), without_dropout(model):
        probs = model(batch)[0, -1].softmax(dim=-1)
    return stack_attention(model, batch)[:, :, 0].clamp(0, 1), probs


def _first_place(tokens: list[str], word: str) -> int:
    """Return where `word` stands first; ValueError if it is no token of the text."""
    places = [i for i, token in enumerate(tokens) if token.strip() == word]
    if not places:
        raise ValueError(f"{word!r} is not one token of {''.join(tokens)!r}")
    return places[0]


def _last_place(tokens: list[str], word: str) -> int:
    """Return where `word` stands last; ValueError if it is no token of the text."""
    return len(tokens) - 1 - _first_place(tokens[::-1], word)
