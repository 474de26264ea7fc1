"""How probable a model finds a continuation, token by token: what evaluations are made of."""

from collections.abc import Sequence

import torch

from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.tokenizer import Tokenizer


def encode_text(tokenizer: Tokenizer, text: str) -> list[int]:
    """Return the ids of a text in which special tokens, such as those of a chat, are read as such.

    >>> from llm_lib.tokenizer import CharTokenizer
    >>> encode_text(CharTokenizer("ab"), "ba")
    [1, 0]
    """
    special = getattr(tokenizer, "special_tokens", None)
    return tokenizer.encode(text, **({"allowed_special": "all"} if special else {}))


def encode_pair(
    tokenizer: Tokenizer, context: str, continuation: str, start_id: int | None = None
) -> tuple[list[int], list[int]]:
    """Return the ids of a context and of its continuation, cut as the whole text is cut.

    Spaces at the context's end go to the continuation, with whose first word they are one token.
    An empty context is the token `start_id`, or the end-of-text token: a new text begins.
    Raises ValueError for an empty continuation, one that adds no token to its context, or if a
    text has to begin and there is no token to begin with.
    """
    if not continuation:
        raise ValueError("the continuation is empty: there is nothing to score")
    kept = context.rstrip()
    whole = encode_text(tokenizer, context + continuation)
    before = encode_text(tokenizer, kept) if kept else []
    if len(whole) <= len(before):
        raise ValueError(f"{continuation!r} adds no token to its context")
    return before or [text_start(tokenizer, start_id)], whole[len(before) :]


def text_start(tokenizer: Tokenizer, start_id: int | None = None) -> int:
    """Return the token that a text follows: `start_id`, or else the end-of-text token.

    Raises ValueError if there is neither.
    """
    found = getattr(tokenizer, "end_id", None) if start_id is None else start_id
    if found is None:
        raise ValueError(
            "the context is empty, and this tokenizer has no end-of-text token that could stand "
            "there; give start_id"
        )
    return found


@torch.no_grad()
def continuation_log_probs(
    model: GPT,
    tokenizer: Tokenizer,
    context: str,
    continuations: Sequence[str],
    start_id: int | None = None,
) -> list[list[float]]:
    """Return log p of each token of each continuation, given what stands before it.

    Of a text longer than the model reads, the end is kept. Raises ValueError for a continuation
    that is empty, or alone too long.

    >>> from llm_lib import load_model
    >>> told = continuation_log_probs(*load_model("sprout"), "Once there was a", [" proud", " mat"])
    >>> [round(sum(log_probs)) for log_probs in told]
    [-3, -23]
    """
    pairs = [encode_pair(tokenizer, context, c, start_id) for c in continuations]
    room = model.config.context_length
    if too_long := [c for c, (_, ids) in zip(continuations, pairs, strict=True) if len(ids) > room]:
        raise ValueError(
            f"{too_long[0]!r:.60} is longer than the {room} tokens that this model reads"
        )
    rows = [(before + ids)[-room - 1 :] for before, ids in pairs]
    T, longest = max(map(len, rows)) - 1, max(len(ids) for _, ids in pairs)
    inputs = list(dict.fromkeys(tuple(row[:-1]) for row in rows))  # letters share one
    x = torch.zeros(len(inputs), T, dtype=torch.long)  # (B, T), filled up at the left
    padding = torch.tensor([T - len(row) for row in inputs])
    for i, row in enumerate(inputs):
        x[i, T - len(row) :] = torch.tensor(row)
    device = next(model.parameters()).device
    with without_dropout(model):
        some = padding.to(device) if padding.any() else None
        logits = model(x.to(device), padding=some, logits_to_keep=longest)
    log_probs = logits.float().log_softmax(-1).cpu()  # (B, longest, V)
    of_row = [log_probs[inputs.index(tuple(row[:-1]))] for row in rows]
    return [
        told[-len(ids) :][range(len(ids)), ids].tolist()
        for told, (_, ids) in zip(of_row, pairs, strict=True)
    ]
