"""Speculative decoding: a cheap drafter guesses ahead, and one model call checks it all.

The texts are those that the model alone would write: the same ids where it decodes greedily, the
same distribution where it samples (Leviathan et al. 2023; Chen et al. 2023).
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_whole
from llm_lib.generation.prefill import make_cache, read
from llm_lib.generation.sampling import as_ids, check_settings, token_probabilities


class Drafter(Protocol):
    """Anything that guesses the next token, such as an n-gram model, or a GPT in a `GPTDrafter`."""

    def next_probabilities(self, context: list[int]):
        """Return the probability of every token of the vocabulary, (V,), after `context`.

        All of them 0 mean that nothing is known: there a draft ends.
        """


class GPTDrafter:
    """Lets a GPT guess. It has a cache of its own, and reads only what is new since its last guess.

    A text longer than its context is seen through its last `context_length` tokens.

    >>> from llm_lib.model.gpt import GPT, GPTConfig
    >>> drafter = GPTDrafter(GPT(GPTConfig(11, context_length=8, n_layer=1, n_head=1, n_embd=4)))
    >>> drafter.next_probabilities([5, 3]).shape
    torch.Size([11])
    """

    def __init__(self, model: nn.Module) -> None:
        self.model, self.seen = model, []
        self.vocab_size = model.config.vocab_size
        self.cache = make_cache(model, 1, model.config.context_length)

    def next_probabilities(self, context: list[int]) -> Tensor:
        """Return the probability of every token of the vocabulary, (V,), after `context`."""
        device, room = next(self.model.parameters()).device, self.model.config.context_length
        if len(context) > room:  # the window moves: nothing to reuse
            window = torch.tensor([context[-room:]], device=device)
            return read(self.model, window)[0, -1].softmax(dim=-1)
        pairs = zip(self.seen, context[:-1], strict=False)
        self.cache.length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        new = torch.tensor([context[self.cache.length :]], device=device)
        self.seen = list(context)
        return read(self.model, new, self.cache)[0, -1].softmax(dim=-1)


def as_drafter(drafter: Drafter | nn.Module) -> Drafter:
    """Return what guesses: a GPT in a `GPTDrafter`, all else as it is; TypeError if it can't."""
    if hasattr(drafter, "next_probabilities"):
        return drafter
    if isinstance(drafter, nn.Module) and hasattr(drafter, "new_cache"):
        return GPTDrafter(drafter)
    raise TypeError(
        "a drafter must be a GPT or have a method next_probabilities(context), got "
        f"{type(drafter).__name__}"
    )


@dataclass
class SpeculativeResult:
    """What `generate_speculative` returns.

    ids: the prompt and the new tokens, (T,). n_calls: how often the model was run. n_drafted and
    n_accepted: how many tokens the drafter proposed, and how many of them were taken.
    """

    ids: Tensor
    n_calls: int
    n_drafted: int
    n_accepted: int


def accept_draft(
    p: Tensor,
    q: Tensor,
    draft: list[int],
    generator: torch.Generator | None = None,
) -> list[int]:
    """Return the drafted tokens that are taken, and one of the model's own.

    `q` (n, V) are the distributions that the n tokens of `draft` were drawn
    from, `p` (n + 1, V) the model's at the same places and one further.
    Token x is accepted with probability min(1, p(x) / q(x)). The first one
    refused is replaced by a token drawn from the part of p that q did not
    cover, max(0, p − q). Whatever q is, the result is distributed as p.

    >>> p = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    >>> accept_draft(p, torch.tensor([[0.5, 0.5]]), [1])  # taken, one more
    [1, 0]
    >>> accept_draft(p, torch.tensor([[0.5, 0.5]]), [0])  # refused
    [1]
    """
    for i, token in enumerate(draft):
        luck = torch.rand((), generator=generator)
        if luck * q[i, token] >= p[i, token]:
            left = (p[i] - q[i]).clamp(min=0)
            left = left if left.any() else p[i]  # p = q, but for rounding
            return [*draft[:i], _draw(left, generator)]
    return [*draft, _draw(p[len(draft)], generator)]


@torch.no_grad()
def generate_speculative(
    model: nn.Module,
    drafter: Drafter | nn.Module,
    ids: Tensor | list[int],
    max_new_tokens: int,
    *,
    n_draft: int = 4,
    temperature: float = 1.0,
    stop_ids: Collection[int] = (),
    seed: int | None = None,
    **filters: Any,
) -> SpeculativeResult:
    """Return `ids` (T,) and up to `max_new_tokens` new ones, drafted `n_draft` at a time.

    The drafter is a smaller GPT of the same vocabulary, or any `Drafter`. Settings are those of
    `generate`; `filters` are top_k, top_p and min_p. Prompt and new tokens have to fit into the
    model's context.
    Raises ValueError for an empty or too long text, invalid settings, or a drafter of another
    vocabulary; TypeError for what can't draft.
    """
    check_settings(temperature, max_new_tokens=max_new_tokens, **filters)
    ids = as_ids(ids, "cpu")
    _check_sizes(len(ids), max_new_tokens, n_draft, model.config.context_length)
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    drafter, vocab_size = as_drafter(drafter), model.config.vocab_size
    text, end = ids.tolist(), len(ids) + max_new_tokens
    cache = make_cache(model, 1, end)
    result, device = SpeculativeResult(ids, 0, 0, 0), next(model.parameters()).device
    _check_vocabulary(getattr(drafter, "vocab_size", vocab_size), vocab_size)
    while len(text) < end:
        n = min(n_draft, end - len(text) - 1)  # the model itself adds one
        draft, q = _draft(drafter, text, n, temperature, filters, generator)
        n = len(draft)
        _check_vocabulary(q.shape[1] if n else vocab_size, vocab_size)
        new = torch.tensor([text[cache.length :] + draft], device=device)  # not yet seen, (1, T)
        logits = read(model, new, cache, keep=n + 1)[0, -n - 1 :].cpu()  # (n + 1, V)
        p = token_probabilities(logits, temperature, **filters)
        taken = accept_draft(p, q, draft, generator)
        result.n_calls += 1
        result.n_drafted += n
        result.n_accepted += len(taken) - 1
        stop = next((i for i, token in enumerate(taken) if token in stop_ids), None)
        text += taken if stop is None else taken[: stop + 1]
        if stop is not None:
            break
        cache.length = len(text) - 1  # forget the keys and values of refused tokens
    result.ids = torch.tensor(text)
    return result


def _draft(drafter, text, n, temperature, filters, generator) -> tuple[list[int], Tensor]:
    """Let the drafter write up to `n` more tokens; return them and their distributions, (n, V).

    It stops where it knows nothing, as an n-gram table does after what it never saw.
    """
    draft, rows = [], []
    for _ in range(n):
        p = torch.as_tensor(drafter.next_probabilities(text + draft)).float().cpu()
        if not (p >= 0).all():
            raise ValueError("the drafter gave a probability that is negative or no number")
        if not p.any():
            break
        rows.append(token_probabilities(p.log()[None], temperature, **filters)[0])
        draft.append(_draw(rows[-1], generator))
    return draft, torch.stack(rows) if rows else torch.empty(0, 0)


def _draw(weights: Tensor, generator: torch.Generator | None) -> int:
    """Return an id drawn in proportion to `weights` (V,), which need not sum to 1."""
    return int(torch.multinomial(weights, 1, generator=generator))


def _check_vocabulary(known: int, vocab_size: int) -> None:
    if known != vocab_size:
        raise ValueError(
            f"the drafter knows {known} tokens and the model {vocab_size}: "
            "both must have the same vocabulary"
        )


def _check_sizes(n_prompt: int, max_new_tokens: int, n_draft: int, context_length: int) -> None:
    check_whole("n_draft", n_draft, 0)
    if n_prompt + max_new_tokens > context_length:
        raise ValueError(
            f"{n_prompt} + {max_new_tokens} tokens are more than the model's context_length of "
            f"{context_length}; ask for at most {context_length - n_prompt}"
        )
