"""A recurrent network, built from its equation: one state, rewritten at every token."""

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_whole


class RNNCell(nn.Module):
    """One step of a recurrent network (Elman 1990): h_t = tanh(x_t W_x + h_{t-1} W_h + b).

    As in `torch.nn.Linear`, weights are kept as (outputs, inputs): `input_weight` (H, C) and
    `state_weight` (H, H). Raises ValueError for sizes below 1.
    """

    def __init__(self, n_input: int, n_state: int) -> None:
        super().__init__()
        n_input, n_state = check_whole("n_input", n_input), check_whole("n_state", n_state)
        self.n_state = n_state
        self.input_weight = nn.Parameter(torch.randn(n_state, n_input) / n_input**0.5)
        self.state_weight = nn.Parameter(torch.empty(n_state, n_state))
        self.bias = nn.Parameter(torch.zeros(n_state))
        nn.init.orthogonal_(self.state_weight)  # it turns a state and keeps its length

    def forward(self, x: Tensor, state: Tensor) -> Tensor:
        """Return the next state (B, H), from an input (B, C) and the last."""
        from_input = x @ self.input_weight.T + self.bias
        return torch.tanh(from_input + state @ self.state_weight.T)

    def start(self, batch_size: int = 1) -> Tensor:
        """Return the state before the first token: zeros, (B, H)."""
        return self.bias.new_zeros(batch_size, self.n_state)


def unroll(cell: RNNCell, x: Tensor, state: Tensor | None = None) -> Tensor:
    """Return the states (B, T, H) after each of the inputs `x` (B, T, C).

    state: where to begin, (B, H); zeros if it is left out.
    """
    state = cell.start(len(x)) if state is None else state
    # The share of the inputs needs no state: all steps of it are done at once.
    from_input = x @ cell.input_weight.T + cell.bias  # (B, T, H)
    states = []
    for a in from_input.unbind(dim=1):
        # a + state @ W_h, in one go
        state = torch.addmm(a, state, cell.state_weight.T).tanh()
        states.append(state)
    return torch.stack(states, dim=1)  # (B, T, H)


class RNN(nn.Module):
    """A language model around an `RNNCell` (Mikolov et al. 2010): ids in, logits out.

    All that the model knows of the text so far is one vector of `n_state` numbers, however long
    the text is.
    """

    def __init__(self, vocab_size: int, n_embd: int, n_state: int) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(vocab_size, n_embd)
        self.cell = RNNCell(n_embd, n_state)
        self.head = nn.Linear(n_state, vocab_size)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits (B, T, V) for `ids` (B, T), from a state of zeros."""
        return self.head(unroll(self.cell, self.token_embedding(ids)))

    def step(self, ids: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Read one token of each text, `ids` (B,); return logits (B, V) and the state (B, H)."""
        state = self.cell(self.token_embedding(ids), state)
        return self.head(state), state

    def count_parameters(self) -> int:
        """Return how many numbers the model has learned."""
        return sum(p.numel() for p in self.parameters())
