"""What the film on the residual stream shows: each part's sum, and what is said so far."""

from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.interp.residual_stream import part_names, read_stream, run_parts, running_sums
from llm_lib.model.gpt import without_dropout


def follow_stream(
    model: nn.Module, tokenizer: Any, text: str, n_numbers: int = 6, n_likely: int = 4
) -> dict[str, Any]:
    """Return what `Walkthrough("stream")` shows of the last token of `text`.

    Of each vector it keeps the first `n_numbers`, of each prediction the `n_likely` likeliest
    tokens and the answer, which is the likeliest at the end. `llm_lib.book.widgets.stories.Stream`
    lists the parts.
    """
    ids = tokenizer.encode(text)
    batch = torch.tensor([ids])
    added = run_parts(model, batch)
    sums = running_sums(added)
    logits = read_stream(model, sums[-1])
    answer = int(logits.argmax())

    def numbers(x: Tensor) -> list[float]:
        return [round(value, 4) for value in x[:n_numbers].tolist()]

    def best_of(scores: Tensor, digits: int) -> list[list[Any]]:
        best = scores.topk(n_likely).indices.tolist()
        return [[tokenizer.decode([i]), round(scores[i].item(), digits)] for i in best]

    def said(x: Tensor) -> dict[str, Any]:
        p = read_stream(model, x).softmax(dim=-1)
        return {"likeliest": best_of(p, 6), "answer": round(p[answer].item(), 6)}

    with torch.no_grad():
        normed = model.norm(sums[-1])[0, -1]
    return {
        "tokens": [[i, tokenizer.decode([i])] for i in ids],
        "n_embd": model.config.n_embd,
        "vocab_size": model.config.vocab_size,
        "answer": tokenizer.decode([answer]),
        "parts": [
            {"name": name, "adds": numbers(part[0, -1]), "stream": numbers(x[0, -1])} | said(x)
            for (name, part), x in zip(added.items(), sums, strict=True)
        ],
        "normed": numbers(normed),
        "logits": best_of(logits, 4),
        "looks": _last_looks(model, batch),
        "without": {
            name: said(sum(run_parts(model, batch, [name]).values())) for name in part_names(model)
        },
    }


@torch.no_grad()
def _last_looks(model: nn.Module, ids: Tensor) -> list[float]:
    """Return how much the last position takes from each in the last block: the mean of heads."""
    with without_dropout(model):
        name = f"blocks.{model.config.n_layer - 1}.attention.pattern"
        pattern = model.run_with_cache(ids, [name])[1][name]  # (1, H, T, T)
    return [round(weight, 4) for weight in pattern[0, :, -1].mean(dim=0).tolist()]
