"""AdamW, the optimiser behind most language models, written out from its equations.

`torch.optim.AdamW` does the same in fewer passes over memory, and `llm_lib.training` uses that one.
This one is for reading. The two give the same weights, which the tests check over many steps.
"""

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.optim import Optimizer


class AdamW(Optimizer):
    """Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).

    params: tensors, or groups as dicts, each with "params" and its own settings.
    lr: the learning rate, about how far one number moves in one step.
    betas: how much of the running means of the gradient, and of its square, is kept each step.
    eps: avoids a division by zero.
    weight_decay: each step shrinks a number by the factor 1 − lr · weight_decay.

    Raises ValueError, naming the setting, for an invalid value.

    >>> w = torch.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.0)
    >>> (w * torch.tensor([0.001, 1000.0])).sum().backward()
    >>> optimizer.step()
    >>> w.detach()  # slopes of 0.001 and 1000, and both move by the learning rate
    tensor([ 0.9000, -2.1000])
    """

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        for name, value in (("lr", lr), ("eps", eps), ("weight_decay", weight_decay)):
            if not value >= 0:
                raise ValueError(f"{name} must be at least 0, got {value!r}")
        for beta in betas:
            if not 0 <= beta < 1:
                raise ValueError(f"both betas must be at least 0 and below 1, got {betas!r}")
        settings = {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, settings)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Tensor | None:
        """Move every parameter that has a gradient by one step; `closure` recomputes the loss.

        Returns what the closure returned, or None.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for w in group["params"]:
                if w.grad is not None:
                    self._move(w, w.grad, group)
        return loss

    def _move(self, w: Tensor, g: Tensor, group: dict) -> None:
        """Move one parameter `w` against its gradient `g`, by the equations."""
        state, (beta_1, beta_2) = self.state[w], group["betas"]
        if not state:
            nothing = torch.zeros_like(w)
            state.update(step=torch.tensor(0.0), mean=nothing, square=nothing.clone())
        state["step"] += 1
        t, m, v = state["step"].item(), state["mean"], state["square"]
        m.mul_(beta_1).add_(g, alpha=1 - beta_1)  # where it pointed lately
        v.mul_(beta_2).addcmul_(g, g, value=1 - beta_2)  # how large it was lately
        m_hat = m / (1 - beta_1**t)  # both began at 0: undo that
        v_hat = v / (1 - beta_2**t)
        w.mul_(1 - group["lr"] * group["weight_decay"])  # shrink, whatever g says
        w.sub_(group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))


def gradient_norm(parameters: Iterable[Tensor]) -> float:
    """Return the length of all gradients together, as one long vector.

    >>> w = torch.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> gradient_norm([w])
    5.0
    """
    squares = (float(p.grad.pow(2).sum()) for p in parameters if p.grad is not None)
    return math.sqrt(sum(squares))
