"""Beam search keeps several beginnings and chooses among whole sequences at the end.

Greedy decoding takes the likeliest token at each step. But the best beginning need not lead to the
best end: the likeliest *sequence* may start with the second-best token. Beam search follows several
beginnings at once.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from llm_lib.arguments import check_number, check_whole


@torch.no_grad()
def beam_search(
    log_probs_of: Callable[[Tensor], Tensor],
    start: Tensor | Sequence[int],
    n_beams: int,
    max_new_tokens: int,
    stop_id: int | None,
    length_penalty: float = 0.0,
) -> list[tuple[Tensor, float]]:
    """Return up to `n_beams` pairs (ids, score), the best first.

    `log_probs_of` maps prefixes (N, T) to the log-probabilities (N, V) of the next token, by any
    model. `ids`, 1-D, are `start` and the new tokens, with `stop_id` last where it was reached.
    The score is the sum of the new tokens' log-probabilities, divided by ((5 + n) / 6) to the power
    of `length_penalty`, where n is their number: above 0, longer sequences gain
    (Wu et al. 2016, section 7). With one beam this is greedy decoding.
    Raises ValueError for an empty start or invalid settings.

    >>> table = torch.tensor([[0.6, 0.4, 0.0], [0.0, 0.0, 1.0], [0.3, 0.3, 0.4]]).log()
    >>> def next_token(prefixes):  # depends only on the last token
    ...     return table[prefixes[:, -1]]
    >>> [(ids.tolist(), round(score, 2)) for ids, score in beam_search(next_token, [0], 2, 2, 2)]
    [([0, 1, 2], -0.92), ([0, 0, 0], -1.02)]
    """
    start = torch.as_tensor(start, dtype=torch.int64)
    _check_settings(start, n_beams, max_new_tokens, length_penalty)

    def score(beam) -> float:
        ids, total, _ = beam
        return total / ((5 + len(ids) - len(start)) / 6) ** length_penalty

    # a beam: ids, the sum of their log-probabilities, whether finished
    beams = [(start, 0.0, False)]
    for _ in range(max_new_tokens):
        live = [beam for beam in beams if not beam[2]]
        if not live:
            break
        prefixes = torch.stack([ids for ids, *_ in live])
        log_probs = log_probs_of(prefixes).float().cpu()  # (N, V)
        # of each row, more than the first n_beams can't win
        ranked = log_probs.sort(descending=True, stable=True)
        values = ranked.values[:, :n_beams].tolist()
        tokens = ranked.indices[:, :n_beams]
        # finished and growing beams compete for the same places
        candidates = [beam for beam in beams if beam[2]]
        for i, (ids, total, _) in enumerate(live):
            for value, token in zip(values[i], tokens[i], strict=True):
                if value > float("-inf"):  # drop impossible candidates
                    grown = torch.cat((ids, token[None].to(ids)))
                    done = token.item() == stop_id
                    candidates.append((grown, total + value, done))
        beams = sorted(candidates, key=score, reverse=True)[:n_beams]
    return [(beam[0], score(beam)) for beam in beams]


def _check_settings(start: Tensor, n_beams: int, max_new_tokens: int, length_penalty: float):
    if start.dim() != 1 or start.numel() == 0:
        raise ValueError(
            f"start should be a 1-D tensor or list with at least one id; its shape is "
            f"{tuple(start.shape)}"
        )
    check_whole("n_beams", n_beams)
    check_whole("max_new_tokens", max_new_tokens, 0)
    check_number("length_penalty", length_penalty, least=0)
