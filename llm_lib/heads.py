"""Measures what attention heads do, mostly as one number per head: shape (n_layer, n_head).

A head is judged by where its attention goes on many texts, and by what breaks without it. One
nice picture of one text proves neither. All is measured without dropout, whatever the model's mode.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.activations import hooked
from llm_lib.gpt import without_dropout


def stack_attention(model: nn.Module, ids: Tensor) -> Tensor:
    """Return all attention weights of `model` on `ids` (B, T): (n_layer, n_head, B, T, T)."""
    patterns: list[Tensor] = []  # of each layer, as they come
    names = [f"blocks.{i}.attention.pattern" for i in range(model.config.n_layer)]
    watching = hooked(model, dict.fromkeys(names, patterns.append))
    with torch.no_grad(), without_dropout(model), watching:
        model(ids)
    return torch.stack(patterns).transpose(1, 2)  # (L, H, B, T, T)


def mean_attention(attention: Tensor, where: Tensor) -> Tensor:
    """Return the share of attention that falls on `where`, averaged over the rows that have any.

    `attention` is (L, H, B, T, T), `where` a boolean (B, T, T) or (T, T): which keys count, for
    each query. The result is (L, H). Raises ValueError if no row of `where` has a True.
    """
    where = where.to(attention.device).expand(attention.shape[2:])
    rows = where.any(dim=-1)  # (B, T)
    if not rows.any():
        raise ValueError("in these texts, no position has a key that counts for this measure")
    on_target = (attention * where).sum(dim=-1)  # (L, H, B, T)
    return on_target[..., rows].mean(dim=-1)


def previous_token_score(attention: Tensor) -> Tensor:
    """Return how much of each head's attention goes to the token just before, (L, H)."""
    T = attention.shape[-1]
    itself = torch.eye(T, dtype=torch.bool, device=attention.device)
    return mean_attention(attention, itself.roll(-1, dims=1).tril(-1))


def earlier_copies(ids: Tensor, shift: int = 0) -> Tensor:
    """Return a (B, T, T) mask: True at (t, s), s ≤ t, if the token `shift` before s is that at t.

    `shift` 0 marks earlier copies of the same token (itself left out); `shift` 1 marks what came
    after an earlier copy, where an induction head looks.
    """
    _B, T = ids.shape
    shifted = torch.full_like(ids, -1)
    shifted[:, shift:] = ids[:, : T - shift]
    same = ids[:, :, None] == shifted[:, None, :]  # (B, T, T): query t, key s
    return same.tril(-1 if shift == 0 else 0)


def mention_targets(ids: Tensor, word: list[int]) -> Tensor:
    """Return a (T, T) mask for one text `ids` (T,): where to look to repeat the tokens `word`.

    True at (t, s) if `word` starts at t + 1, and also starts at an earlier s: a head that copies
    the word has to look from t to s.
    """
    row, n = ids.tolist(), len(word)
    starts = [i for i in range(len(row) - n + 1) if row[i : i + n] == list(word)]
    where = torch.zeros(len(row), len(row), dtype=torch.bool)
    for start in starts:
        for earlier in starts:
            if earlier < start:
                where[start - 1, earlier] = True
    return where


def induction_score(attention: Tensor, ids: Tensor) -> Tensor:
    """Return how much attention goes to the token after an earlier copy of this one, (L, H).

    On random tokens that repeat, this is the prefix-matching score of Olsson et al. (2022).
    """
    where = earlier_copies(ids.to(attention.device), shift=1)
    itself = torch.eye(ids.shape[1], dtype=torch.bool, device=where.device)
    where &= ~itself  # "aa": the token itself does not count
    return mean_attention(attention, where)


def prefix_matching_score(
    model: nn.Module,
    length: int = 24,
    n_texts: int = 16,
    vocabulary: Sequence[int] | None = None,
    seed: int = 0,
) -> Tensor:
    """Return each head's prefix-matching score on random sequences repeated once, (L, H).

    Each of `n_texts` texts is a sequence of `length` different ids, drawn from `vocabulary` (all
    ids by default), written twice. Raises ValueError if there are too few ids or positions.
    """
    c = model.config
    vocabulary = torch.arange(c.vocab_size) if vocabulary is None else torch.as_tensor(vocabulary)
    if length > len(vocabulary) or 2 * length > c.context_length:
        raise ValueError(
            f"length {length} is too long: there are {len(vocabulary)} ids to draw from and "
            f"{c.context_length} positions for two copies"
        )
    generator = torch.Generator().manual_seed(seed)
    draws = [torch.randperm(len(vocabulary), generator=generator)[:length] for _ in range(n_texts)]
    ids = vocabulary[torch.stack(draws)].repeat(1, 2)  # (B, 2 · length)
    ids = ids.to(next(model.parameters()).device)
    return induction_score(stack_attention(model, ids), ids)


def token_losses(model: nn.Module, ids: Tensor, head_scale: Tensor | list | None = None) -> Tensor:
    """Return the loss of each token of `ids` (B, T) except the first, in nats: (B, T − 1).

    `head_scale` (n_layer, n_head) multiplies the output of each head: 0 switches it off.
    """
    hooks = {} if head_scale is None else model.scale_heads(head_scale)
    with torch.no_grad(), without_dropout(model), hooked(model, hooks):
        logits = model(ids)
    losses = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return losses.view(ids.shape[0], -1)


def ablated_losses(model: nn.Module, ids: Tensor) -> Tensor:
    """Return the token losses on `ids` (B, T) with each head off in turn: (L, H, B, T − 1)."""
    L, H = model.config.n_layer, model.config.n_head
    losses = []
    for off in range(L * H):
        head_scale = torch.ones(L * H)
        head_scale[off] = 0
        losses.append(token_losses(model, ids, head_scale.view(L, H)))
    return torch.stack(losses).unflatten(0, (L, H))


def ablation_effect(model: nn.Module, ids: Tensor, where: Tensor | None = None) -> Tensor:
    """Return by how much the mean loss on `ids` (B, T) grows when each head is off, (L, H).

    `where`, boolean (B, T − 1), restricts the mean to some predicted tokens. Positive: the head
    helped here.
    """
    if where is None:
        where = torch.ones(ids[:, 1:].shape, dtype=torch.bool, device=ids.device)
    normal = token_losses(model, ids)[where].mean()
    return ablated_losses(model, ids)[:, :, where].mean(dim=-1) - normal


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

    The result is the data of `Walkthrough("relay")`; `llm_lib.widgets.stories.Relay` lists it.
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

    The result is the data of `Walkthrough("head-layer")`; `llm_lib.widgets.stories.HeadLayer` lists
    it. Raises ValueError for a layer that is not there, a token that is not found, or an answer
    that is not one token.
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
        _, seen = model.run_with_activations(batch)
    here = {
        name: seen[f"blocks.{layer}.attention.{name}"][0, :, at]  # (H, ...)
        for name in ("queries", "pattern", "head_outputs")
    }
    w_o = model.blocks[layer].attention.out.weight.detach().T.unflatten(0, (H, -1))  # (H, D, C)
    return {
        "layer": layer,
        "n_layer": L,
        "tokens": tokens,
        "place": at,
        "answers": list(answers),
        "queries": here["queries"].tolist(),
        "weights": here["pattern"].clamp(0, 1).tolist(),
        "outputs": here["head_outputs"].tolist(),
        "parts": (here["head_outputs"][:, None] @ w_o)[:, 0].tolist(),
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
