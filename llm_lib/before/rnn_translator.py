"""Two recurrent networks that translate, and the first attention, which lets one look back.

The encoder reads a sentence, one state a word. The decoder writes the translation, and begins with
the encoder's last state. With attention it may look at all the other states, too (Bahdanau, Cho
and Bengio 2014).
"""

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_whole
from llm_lib.before.rnn import RNNCell, unroll


class AdditiveAttention(nn.Module):
    """A decoder's state asks, each of the encoder's states gets a weight, and their mix comes back.

    The score of a state e for a query d is v · tanh(d W_q + e W_k).
    """

    def __init__(self, n_state: int, n_source: int, n_hidden: int) -> None:
        super().__init__()
        sizes = {"n_state": n_state, "n_source": n_source, "n_hidden": n_hidden}
        n_state, n_source, n_hidden = (check_whole(name, n) for name, n in sizes.items())
        self.query = nn.Linear(n_state, n_hidden, bias=False)
        self.key = nn.Linear(n_source, n_hidden, bias=False)
        self.score = nn.Linear(n_hidden, 1, bias=False)

    def forward(self, state: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        """Return the context (B, E) and the weights (B, S) of a state (B, H), source (B, S, E)."""
        mixed = torch.tanh(self.query(state)[:, None] + self.key(source))  # (B, S, n_hidden)
        weights = self.score(mixed)[..., 0].softmax(dim=-1)  # (B, S)
        return (weights[:, None] @ source)[:, 0], weights


class NoAttention(nn.Module):
    """The same without a look: zeros for the context and for the weights."""

    def forward(self, state: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        """Return zeros, (B, E) and (B, S)."""
        return torch.zeros_like(source[:, 0]), torch.zeros_like(source[..., 0])


class EvenAttention(nn.Module):
    """The same without a choice: each state of the source has the same weight."""

    def forward(self, state: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean of the source (B, E), and even weights (B, S)."""
        return source.mean(dim=1), torch.full_like(source[..., 0], 1 / source.shape[1])


class RNNTranslator(nn.Module):
    """An encoder and a decoder for sentences whose translation has as many words.

    The decoder begins with the encoder's last state. attention: what it gets, besides, of all the
    states at each word. As in the paper, these hold two reads of the sentence, one forwards and
    one backwards, side by side.
    """

    def __init__(self, n_words: int, size: int, attention: nn.Module) -> None:
        super().__init__()
        self.n_words = n_words
        self.read = nn.Embedding(n_words, size)
        self.forwards, self.backwards = RNNCell(size, size), RNNCell(size, size)
        self.attention = attention
        self.write = nn.Embedding(n_words + 1, size)  # the last one starts a sentence
        self.decoder = RNNCell(3 * size, size)
        self.head = nn.Linear(3 * size, n_words)

    def forward(
        self,
        ids: Tensor,
        right: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return logits (B, S, n_words) and weights (B, S, S) for sentences `ids` (B, S).

        After each word the decoder reads that of `right` (B, S) or, without it, the one it wrote.
        """
        x = self.read(ids)
        forth = unroll(self.forwards, x)
        back = unroll(self.backwards, x.flip(1)).flip(1)
        source = torch.cat((forth, back), dim=-1)  # (B, S, 2 * size): all states
        state = forth[:, -1]  # one state for the whole sentence
        word = torch.full_like(ids[:, 0], self.n_words)
        logits, maps = [], []
        for t in range(ids.shape[1]):
            context, weights = self.attention(state, source)
            seen = torch.cat((self.write(word), context), dim=-1)
            state = self.decoder(seen, state)
            logits.append(self.head(torch.cat((state, context), dim=-1)))
            maps.append(weights)
            word = logits[-1].argmax(dim=-1) if right is None else right[:, t]
        return torch.stack(logits, dim=1), torch.stack(maps, dim=1)
