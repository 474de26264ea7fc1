"""Mixture of experts: many feed-forward networks, of which each token passes only a few.

A router scores all experts for each token, the best few read it, and what they return is added with
the scores as weights (Shazeer et al. 2017; Jiang et al. 2024, Mixtral). So a model can know more
without computing more. Left alone, the router sends ever more tokens to the experts that are ahead,
since only those learn. Two remedies are here: a loss that is least where all are used alike
(Fedus et al. 2022, Switch), and a bias for each expert that is raised where it gets too few tokens
and lowered where too many, which disturbs no gradient (DeepSeek-AI 2024, DeepSeek-V3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.model.hooks import Activation


@dataclass(frozen=True)
class ExpertsConfig:
    """How the feed-forward networks of a GPT are divided into experts.

    n_expert: how many the router chooses from; n_active: how many of them read each token.
    n_hidden: the width of each, by default that of the config. n_shared: how many read every token,
    beside those (Dai et al. 2024, DeepSeekMoE). score: "softmax" over all experts, or "sigmoid" of
    each. normalize: whether a token's weights are divided by their sum; scale: what they are
    multiplied by then. balance_bias: whether each expert has a bias that `adjust_balance` moves;
    it counts in the choice and not in the weights. n_dense: how many first layers have one
    feed-forward network, as if there were no experts.

    Raises ValueError, naming the field, for an invalid value.
    """

    n_expert: int
    n_active: int
    n_hidden: int | None = None
    n_shared: int = 0
    score: str = "softmax"
    normalize: bool = True
    scale: float = 1.0
    balance_bias: bool = False
    n_dense: int = 0

    def __post_init__(self) -> None:
        check_whole("experts' n_expert", self.n_expert, 2)
        check_whole("experts' n_active", self.n_active, 1, self.n_expert)
        check_whole("experts' n_shared", self.n_shared, 0)
        check_whole("experts' n_dense", self.n_dense, 0)
        if self.n_hidden is not None:
            check_whole("experts' n_hidden", self.n_hidden)
        check_choice("experts' score", self.score, ("softmax", "sigmoid"))
        check_number("experts' scale", self.scale, above=0)
        for name in ("normalize", "balance_bias"):
            if not isinstance(value := getattr(self, name), bool):
                raise ValueError(f"experts' {name} must be True or False, got {value!r}")


class Router(nn.Module):
    """Chooses experts for each token, and says how much each counts."""

    def __init__(self, n_embd: int, settings: ExpertsConfig) -> None:
        super().__init__()
        self.settings = s = settings
        self.score = nn.Linear(n_embd, s.n_expert, bias=False)
        balance = torch.zeros(s.n_expert) if s.balance_bias else None
        self.register_buffer("balance", balance)  # written to files, but never trained
        self.probabilities = Activation()
        self.last: tuple[Tensor, Tensor] | None = None  # of the last pass in training

    def __getstate__(self) -> dict:
        """Leave the last pass out of copies: it belongs to the gradients of this one."""
        return self.__dict__ | {"last": None}

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return (weights, chosen experts), both (B, T, n_active), for `x` (B, T, C)."""
        s = self.settings
        scores = self.score(x)
        scores = scores.to(torch.promote_types(scores.dtype, torch.float32))  # (B, T, E)
        p = scores.softmax(dim=-1) if s.score == "softmax" else scores.sigmoid()
        p = self.probabilities(p)
        wanted = p if self.balance is None else p + self.balance
        chosen = wanted.topk(s.n_active, dim=-1).indices  # (B, T, k)
        weights = p.gather(-1, chosen)
        if s.normalize:
            weights = weights / (weights.sum(dim=-1, keepdim=True) + 1e-20)
        self.last = (p, chosen) if self.training else None
        return s.scale * weights.to(x.dtype), chosen


class MixtureOfExperts(nn.Module):
    """In the place of one feed-forward network: a router, experts, and perhaps a shared one.

    `experts` are any modules that transform tokens (..., C). An expert without tokens runs on none
    of them in training, so that all get a gradient, if only 0, and processes that train one model
    together agree on which there are.
    """

    def __init__(
        self,
        n_embd: int,
        settings: ExpertsConfig,
        experts: Sequence[nn.Module],
        shared: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.router = Router(n_embd, settings)
        self.experts, self.shared = nn.ModuleList(experts), shared

    def forward(self, x: Tensor) -> Tensor:
        """Transform each position of `x` (B, T, C) by its own experts; same shape out."""
        weights, chosen = (t.flatten(0, 1) for t in self.router(x))  # (N, k), N = B · T
        tokens = x.flatten(0, 1)  # (N, C)
        out = torch.zeros_like(tokens)
        for i, expert in enumerate(self.experts):
            token, place = (chosen == i).nonzero(as_tuple=True)
            if len(token) or self.training:
                said = weights[token, place, None] * expert(tokens[token])
                out = out.index_add(0, token, said.to(out.dtype))
        out = out.view_as(x)
        return out if self.shared is None else out + self.shared(x)


def share_of_tokens(chosen: Tensor, n_expert: int) -> Tensor:
    """Return which share of all choices fell on each expert, (n_expert,).

    >>> share_of_tokens(torch.tensor([[0, 2], [2, 1]]), 4).tolist()
    [0.25, 0.25, 0.5, 0.0]
    """
    return torch.bincount(chosen.flatten(), minlength=n_expert) / chosen.numel()


def balance_loss(model: nn.Module) -> Tensor:
    """Return what grows as the routers of the last pass in training were one-sided; 1 is balanced.

    For each layer: n_expert · Σ (share of the choices) · (mean probability), over the experts
    (Fedus et al. 2022, equations 4 to 6, with the shares of all choices where a token has several);
    then the mean of all layers. Probabilities alone have a gradient. Scores by sigmoid are divided
    by their sum first (DeepSeek-AI 2024, section 2.1.2). Add it to the loss, times 0.01 or so.

    Raises ValueError for a model without experts, or one that has not run in training.
    """
    losses = []
    for p, chosen in _last_passes(model):
        p = p / p.sum(dim=-1, keepdim=True)
        n_expert = p.shape[-1]
        mean = p.flatten(0, -2).mean(dim=0)  # (E,)
        losses.append(n_expert * (share_of_tokens(chosen, n_expert) * mean).sum())
    return torch.stack(losses).mean()


@torch.no_grad()
def adjust_balance(model: nn.Module, rate: float = 0.001) -> None:
    """Raise the bias of each expert that got less than its share in the last pass, lower the rest.

    By `rate`, however much it was (DeepSeek-AI 2024, section 2.1.2). Call it after each step of the
    optimiser. It counts the tokens of this process alone. Raises ValueError as `balance_loss` does,
    and if the experts have no such bias.
    """
    check_number("rate", rate, above=0)
    for router, (_, chosen) in zip(routers(model), _last_passes(model), strict=True):
        if router.balance is None:
            raise ValueError("the experts have no bias: make them with balance_bias=True")
        n = router.settings.n_expert
        router.balance += rate * (1 / n - share_of_tokens(chosen, n)).sign()


def routers(model: nn.Module) -> Iterator[Router]:
    """Return an iterator over the routers of a model, the first layer first."""
    return (part for part in model.modules() if isinstance(part, Router))


def _last_passes(model: nn.Module) -> list[tuple[Tensor, Tensor]]:
    """Return (probabilities, chosen) of each router's last pass; ValueError if there is none."""
    found = [router.last for router in routers(model)]
    if not found:
        raise ValueError("the model has no experts: its config needs `experts`")
    if None in found:
        raise ValueError("no pass to judge: run the model in training (model.train()) first")
    return found
