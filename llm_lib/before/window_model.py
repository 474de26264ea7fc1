"""A neural language model that sees a fixed window of the last few tokens."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_whole


class WindowModel(nn.Module):
    """Predicts from the last `window` tokens (Bengio et al. 2003).

    Each token is looked up in one table, whatever its place. The vectors are laid side by side,
    go through a hidden layer, and give a score for every token. (The paper's direct connections
    from the vectors to the scores, which it calls optional, are left out.)

    Zeros stand in for tokens before the start of a text. Raises ValueError for sizes below 1.
    """

    def __init__(self, vocab_size: int, n_embd: int, window: int, n_hidden: int) -> None:
        super().__init__()
        sizes = {"vocab_size": vocab_size, "n_embd": n_embd, "window": window, "n_hidden": n_hidden}
        vocab_size, n_embd, window, n_hidden = (check_whole(*size) for size in sizes.items())
        self.window = window
        self.token_embedding = nn.Embedding(vocab_size, n_embd)
        self.hidden = nn.Linear(window * n_embd, n_hidden)
        self.head = nn.Linear(n_hidden, vocab_size)

    def windows(self, x: Tensor) -> Tensor:
        """Join each position of `x` (B, T, C) with the positions before it.

        Returns (B, T, window · C), the earliest first.
        """
        # zeros before the start: (B, window - 1 + T, C)
        padded = F.pad(x, (0, 0, self.window - 1, 0))
        cut = padded.unfold(1, self.window, 1)  # (B, T, C, window)
        return cut.transpose(2, 3).flatten(2)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits (B, T, V) for `ids` (B, T)."""
        x = self.windows(self.token_embedding(ids))  # (B, T, window · C)
        return self.head(torch.tanh(self.hidden(x)))  # (B, T, V)

    def count_parameters(self) -> int:
        """Return how many numbers the model has learned."""
        return sum(p.numel() for p in self.parameters())
