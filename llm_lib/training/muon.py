"""Muon, an optimiser that turns the step of a matrix until it is as long in every direction.

The gradient of a weight matrix is often large in a few directions and tiny in all others, and so
is Adam's step. Muon keeps the directions of the momentum and makes their sizes alike, so that rare
ones are learned as well (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/).
Embeddings, learned positions, the head, biases and norms are no such matrices: they take AdamW's
step.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from llm_lib.training.adamw import AdamW
from llm_lib.training.config import TrainingConfig

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # Jordan et al.'s: steep at 0, and never far above 1


def orthogonalize(matrix: Tensor, iterations: int = 5) -> Tensor:
    """Return `matrix` (m, n) with all of its singular values brought near 1.

    Each Newton–Schulz iteration sends a singular value s to a·s + b·s³ + c·s⁵. Five of them bring
    all that are not tiny to between about 0.7 and 1.2, with nothing but matrix products, where a
    singular value decomposition would bring them to exactly 1.
    Raises ValueError for anything but a matrix.

    >>> steep = torch.diag(torch.tensor([100.0, 1.0]))
    >>> [round(size, 1) for size in orthogonalize(steep).diagonal().tolist()]
    [0.7, 0.7]
    """
    if matrix.dim() != 2:
        shape = tuple(matrix.shape)
        raise ValueError(f"Muon moves matrices; got a tensor of shape {shape}")
    a, b, c = COEFFICIENTS
    wide = matrix.size(0) <= matrix.size(1)
    x = matrix if wide else matrix.T  # the smaller of x @ x.T and x.T @ x
    x = x / x.norm().clamp(min=1e-7)  # then no singular value is above 1
    for _ in range(iterations):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x if wide else x.T


class Muon(AdamW):
    """Muon for groups that say "orthogonalize": True, AdamW for all others.

    params: groups as dicts, each with "params" and its own settings, as for `AdamW`.
    momentum: how much of the running mean of the gradient is kept each step.

    A step of a matrix (m, n) is scaled by 0.2 · √max(m, n), which makes its numbers about as large
    as AdamW's, so that both work at the same learning rate (Liu et al. 2025, Muon is scalable for
    LLM training, section 2.2). `torch.optim.Muon` does the same with adjust_lr_fn
    "match_rms_adamw", its products in bfloat16.
    Raises ValueError, naming the setting, for an invalid value.
    """

    def __init__(self, params: Iterable, momentum: float = 0.95, **settings) -> None:
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be at least 0 and below 1, got {momentum!r}")
        super().__init__(params, **settings)
        for group in self.param_groups:
            group.setdefault("orthogonalize", False)
            group.setdefault("momentum", momentum)

    def _move(self, w: Tensor, g: Tensor, group: dict) -> None:
        """Move one parameter `w` against its gradient `g`, by the equations."""
        if not group["orthogonalize"]:
            super()._move(w, g, group)
            return
        state, mu = self.state[w], group["momentum"]
        if not state:
            state["mean"] = torch.zeros_like(w)
        m = state["mean"].lerp_(g, 1 - mu)  # where it pointed lately
        ahead = g.lerp(m, mu)  # Nesterov: as if the next mean were known
        scale = 0.2 * math.sqrt(max(w.shape))
        w.mul_(1 - group["lr"] * group["weight_decay"])  # shrink, whatever g says
        w.sub_(group["lr"] * scale * orthogonalize(ahead))


def hidden_matrices(model: nn.Module) -> list[nn.Parameter]:
    """Return the matrices of linear layers within `model`: what Muon is for.

    Tables of vectors are not among them (embeddings, learned positions, and a head that is tied to
    one), nor is a layer called "head", wherever in the model it stands, nor a bare parameter.

    >>> parts = {"table": nn.Embedding(9, 4), "up": nn.Linear(4, 6), "head": nn.Linear(6, 9)}
    >>> [tuple(matrix.shape) for matrix in hidden_matrices(nn.ModuleDict(parts))]
    [(6, 4)]
    """
    parts = dict(model.named_modules())
    tables = {id(part.weight) for part in parts.values() if isinstance(part, nn.Embedding)}
    linear = [
        part
        for name, part in parts.items()
        if isinstance(part, nn.Linear) and name.split(".")[-1] != "head"
    ]
    weights = [p for part in linear for p in part.parameters(recurse=False)]
    return [p for p in weights if p.dim() == 2 and id(p) not in tables]


def make_muon(model: nn.Module, config: TrainingConfig) -> Muon:
    """Return Muon for the `hidden_matrices` of `model`; all else takes AdamW's step.

    All matrices decay, and biases and norms don't.
    """
    hidden = {id(p) for p in hidden_matrices(model)}
    inner, outer, vectors = [], [], []
    for p in model.parameters():
        (vectors if p.dim() < 2 else inner if id(p) in hidden else outer).append(p)
    groups = [
        {"params": inner, "weight_decay": config.weight_decay, "orthogonalize": True},
        {"params": outer, "weight_decay": config.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    return Muon(groups, lr=config.learning_rate, betas=config.betas)
