"""Preferences: a model learns from which of two answers somebody liked better.

Bradley and Terry (1952) gave each of two rivals a score, and the better-liked one wins with the
probability sigmoid(score − rival's score). Direct preference optimisation, DPO (Rafailov et al.
2023), takes as the score of an answer how much more probable the model has made it than a
reference did, the model before this training:

    score(answer) = β · (log p(answer) − log p_reference(answer))
    loss = −log sigmoid(score(chosen) − score(rejected))

β says how dear it is to move away from the reference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_number
from llm_lib.finetuning.sft import IGNORE_INDEX


@dataclass(frozen=True)
class Preference:
    """A prompt and two answers, of which the first was liked better.

    Raises ValueError if an answer is empty, or if both are the same: then nothing was preferred.
    """

    prompt: str
    chosen: str
    rejected: str

    def __post_init__(self) -> None:
        for name in ("prompt", "chosen", "rejected"):
            if not getattr(self, name).strip():
                raise ValueError(f"a preference needs a text as {name}; it is empty")
        if self.chosen.strip() == self.rejected.strip():
            raise ValueError(
                f"chosen and rejected are the same answer: {self.chosen.strip()!r:.60}"
            )


def win_probability(score: float | Tensor, other: float | Tensor) -> Tensor:
    """Return how probably an answer with `score` is liked better than one with `other`.

    >>> win_probability(1.0, 1.0), win_probability(2.0, 0.0)
    (tensor(0.5000), tensor(0.8808))
    """
    return torch.sigmoid(torch.as_tensor(score) - torch.as_tensor(other))


def fit_scores(wins: Sequence[Sequence[int]], iterations: int = 1000) -> Tensor:
    """Return the Bradley–Terry scores (n,) under which these results are most probable, mean 0.

    wins[i][j]: how often i was liked better than j. Each iteration sets the strength e^score of
    each to its wins over the sum of n_ij / (strength_i + strength_j) (Zermelo 1929; Hunter 2004).
    Raises ValueError if some never win against the rest: the gap that fits best is infinite then.

    >>> [round(score, 3) for score in fit_scores([[0, 3], [1, 0]]).tolist()]  # ± log(3) / 2
    [0.549, -0.549]
    """
    won = torch.as_tensor(wins, dtype=torch.float64)
    if won.dim() != 2 or won.shape[0] != won.shape[1] or (won < 0).any() or won.diagonal().any():
        raise ValueError(
            "wins must be a square table of counts with zeros along its diagonal, got "
            f"{won.tolist()}"
        )
    _check_connected(won > 0)
    played, strength = won + won.T, torch.ones(len(won), dtype=torch.float64)
    for _ in range(iterations):
        strength = won.sum(dim=1) / (played / (strength[:, None] + strength)).sum(dim=1)
        strength = strength / strength.log().mean().exp()
    return strength.log()


def _check_connected(beats: Tensor) -> None:
    """Raise ValueError unless wins lead from each of n to each other: `beats` (n, n), boolean.

    This is necessary and sufficient for finite scores (Ford 1957).
    """
    n = len(beats)
    if n < 2:
        raise ValueError(f"wins must be of at least two rivals, got {n}")
    reaches = beats | torch.eye(n, dtype=torch.bool)
    for _ in range(n.bit_length()):  # each time, over twice as many wins
        reaches = (reaches.double() @ reaches.double()) > 0
    fewest = reaches[reaches.sum(dim=1).argmin()]
    if not fewest.all():
        weak, rest = (
            ", ".join(map(str, mask.nonzero()[:, 0].tolist())) for mask in (fewest, ~fewest)
        )
        raise ValueError(
            f"no finite scores fit: none of {weak} has won against any of {rest}; compare more "
            "pairs of one from each of these groups"
        )


def answer_log_prob(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return log p of each row's answer, (B,): the sum over the targets (B, T) that are not -100.

    A sum, and not a mean: a probability of a text is the product over its tokens.
    """
    log_probs = model(x).float().log_softmax(dim=-1)  # (B, T, V)
    counts = y != IGNORE_INDEX
    of_targets = log_probs.gather(-1, y.clamp(min=0)[..., None])[..., 0]  # (B, T)
    return (of_targets * counts).sum(dim=1)


def dpo_loss(
    chosen: Tensor,
    rejected: Tensor,
    reference_chosen: Tensor,
    reference_rejected: Tensor,
    beta: float = 0.1,
) -> tuple[Tensor, Tensor]:
    """Return DPO's mean loss and the margins (B,): score of chosen minus score of rejected.

    All are log probabilities of whole answers, (B,). The reference's must have no gradient: it is
    what the model is held against, and does not move.
    Raises ValueError for a `beta` that is not above 0, or a reference that would be trained.

    >>> same = torch.tensor([-2.0])  # two answers, equally probable, before and now
    >>> dpo_loss(same, same, same, same)[0]  # log 2: a coin flip
    tensor(0.6931)
    """
    check_number("beta", beta, above=0)
    if reference_chosen.requires_grad or reference_rejected.requires_grad:
        raise ValueError("the reference must not learn: compute its log probabilities in no_grad")
    margin = beta * ((chosen - reference_chosen) - (rejected - reference_rejected))
    return -F.logsigmoid(margin).mean(), margin.detach()
