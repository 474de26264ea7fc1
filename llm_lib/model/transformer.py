"""The encoder–decoder `Transformer` of "Attention Is All You Need" (Vaswani et al. 2017)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.model.attention import MultiHeadAttention, causal_mask, channels_per_head
from llm_lib.model.block import FeedForward, LayerNorm
from llm_lib.model.embedding import (
    LearnedPositions,
    TokenEmbedding,
    check_positions,
    sinusoidal_positions,
)

__all__ = [
    "AddAndNorm",
    "DecoderLayer",
    "EncoderLayer",
    "Transformer",
    "TransformerConfig",
]


@dataclass(frozen=True)
class TransformerConfig:
    """The sizes of an encoder–decoder `Transformer`; the defaults are those of the paper's base.

    `norm_first` False is the paper's post-norm, True is pre-norm. `position` is "sinusoidal" or
    "learned". `pad_id` pads short sources, and no position attends to it.
    Raises ValueError, naming the field, for an invalid value.
    """

    vocab_size: int
    context_length: int = 512
    n_layer: int = 6
    n_head: int = 8
    n_embd: int = 512
    n_hidden: int = 2048
    dropout: float = 0.1
    norm_first: bool = False
    position: str = "sinusoidal"
    pad_id: int = 0

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context_length", "n_layer", "n_head", "n_embd", "n_hidden"):
            check_whole(name, getattr(self, name))
        check_whole("pad_id", self.pad_id, 0, self.vocab_size - 1)
        check_number("dropout", self.dropout, least=0, below=1)
        check_choice("position", self.position, ("sinusoidal", "learned"))
        channels_per_head(self.n_embd, self.n_head)


class AddAndNorm(nn.Module):
    """What the paper's figure calls *Add & Norm*: a residual connection around a sublayer.

    Post-norm, as in 2017, is norm(x + sublayer(x)); pre-norm is x + sublayer(norm(x)), which keeps
    a way from the output to the input that no norm interrupts (Xiong et al. 2020).
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.norm = LayerNorm(config.n_embd)
        self.norm_first, self.dropout = config.norm_first, config.dropout

    def forward(self, x: Tensor, sublayer: Callable[[Tensor], Tensor]) -> Tensor:
        """Add to `x` (B, T, C) what `sublayer`, a function, returns."""
        change = sublayer(self.norm(x) if self.norm_first else x)
        x = x + F.dropout(change, self.dropout, self.training)
        return x if self.norm_first else self.norm(x)


class EncoderLayer(nn.Module):
    """A layer of the encoder: self-attention over the whole source, then feed-forward."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(config.n_embd, config.n_head)
        self.feed_forward = FeedForward(config.n_embd, config.n_hidden, kind="relu")
        self.residual_1, self.residual_2 = AddAndNorm(config), AddAndNorm(config)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        seen: dict | None = None,
    ) -> Tensor:
        """Pass `x` (B, S, C) through; same shape out.

        `mask` (B, 1, 1, S) is True at tokens that are not padding. A dict of
        lists given as `seen` receives the weights under "encoder".
        """

        def look(y: Tensor) -> Tensor:
            return keep(seen, "encoder", self.attention(y, mask=mask))

        x = self.residual_1(x, look)
        return self.residual_2(x, self.feed_forward)


class DecoderLayer(nn.Module):
    """A layer of the decoder: masked self-attention, cross-attention, then feed-forward."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        c = config
        self.attention = MultiHeadAttention(c.n_embd, c.n_head)
        self.cross_attention = MultiHeadAttention(c.n_embd, c.n_head)
        self.feed_forward = FeedForward(c.n_embd, c.n_hidden, kind="relu")
        self.residual_1, self.residual_2, self.residual_3 = (AddAndNorm(c) for _ in range(3))

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        mask: Tensor | None = None,
        seen: dict | None = None,
    ) -> Tensor:
        """Pass `x` (B, T, C) through, with a look into `memory` (B, S, C).

        `mask` hides the padding of the source; later positions are always
        hidden. A dict of lists given as `seen` receives
        the weights under "decoder" and "cross".
        """
        past = causal_mask(x.shape[1], device=x.device)

        def look_back(y: Tensor) -> Tensor:
            return keep(seen, "decoder", self.attention(y, mask=past))

        def look_across(y: Tensor) -> Tensor:
            mixed = self.cross_attention(y, memory, mask=mask)
            return keep(seen, "cross", mixed)

        x = self.residual_1(x, look_back)
        x = self.residual_2(x, look_across)
        return self.residual_3(x, self.feed_forward)


def keep(seen: dict | None, name: str, mixed_and_weights: tuple[Tensor, Tensor]) -> Tensor:
    """Return the output of an attention; append its weights to `seen[name]` if asked."""
    mixed, weights = mixed_and_weights
    if seen is not None:
        seen.setdefault(name, []).append(weights.detach())
    return mixed


class Transformer(nn.Module):
    """The encoder–decoder of "Attention Is All You Need" (Vaswani et al. 2017).

    One table of vectors serves the source, the target and, transposed, the output (section 3.4).
    Post-norm has no norm after the last layer, as in the paper; pre-norm needs one.

    >>> import torch
    >>> config = TransformerConfig(11, n_layer=2, n_head=2, n_embd=8, n_hidden=16)
    >>> source, target = torch.tensor([[5, 3, 9, 1]]), torch.tensor([[2, 7, 4]])
    >>> Transformer(config)(source, target).shape
    torch.Size([1, 3, 11])
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = c = config
        self.token_embedding = TokenEmbedding(c.vocab_size, c.n_embd)
        if c.position == "learned":
            self.positions = LearnedPositions(c.context_length, c.n_embd)
        else:
            waves = sinusoidal_positions(c.context_length, c.n_embd)
            self.register_buffer("waves", waves, persistent=False)
        self.encoder = nn.ModuleList(EncoderLayer(c) for _ in range(c.n_layer))
        self.decoder = nn.ModuleList(DecoderLayer(c) for _ in range(c.n_layer))
        norms = (LayerNorm(c.n_embd) if c.norm_first else nn.Identity() for _ in range(2))
        self.encoder_norm, self.decoder_norm = norms
        for p in self.parameters():
            if p.dim() == 2:
                nn.init.xavier_uniform_(p)
        nn.init.normal_(self.token_embedding.weight, std=c.n_embd**-0.5)

    def embed(self, ids: Tensor) -> Tensor:
        """Return √C · embedding + position for `ids` (B, T): (B, T, C), with dropout."""
        c, T = self.config, ids.shape[1]
        check_positions(0, T, c.context_length)
        positions = self.positions(T) if c.position == "learned" else self.waves[:T]
        x = self.token_embedding(ids) * math.sqrt(c.n_embd) + positions
        return F.dropout(x, c.dropout, self.training)

    def source_mask(self, source: Tensor) -> Tensor:
        """Return (B, 1, 1, S), True where `source` (B, S) holds a token and no padding.

        Raises ValueError for a source that is all padding: attention over nothing is NaN.
        """
        is_token = source != self.config.pad_id
        if not is_token.any(dim=-1).all():
            raise ValueError("a source holds nothing but padding: give at least one token")
        return is_token[:, None, None, :]

    def run_encoder(
        self, x: Tensor, mask: Tensor | None = None, seen: dict | None = None
    ) -> Tensor:
        """Pass vectors `x` (B, S, C) through all layers of the encoder; same shape out."""
        for layer in self.encoder:
            x = layer(x, mask, seen)
        return self.encoder_norm(x)

    def run_decoder(
        self, x: Tensor, memory: Tensor, mask: Tensor | None = None, seen: dict | None = None
    ) -> Tensor:
        """Pass vectors `x` (B, T, C) through all layers of the decoder; same shape out."""
        for layer in self.decoder:
            x = layer(x, memory, mask, seen)
        return self.decoder_norm(x)

    def encode(self, source: Tensor, seen: dict | None = None) -> Tensor:
        """Read ids `source` (B, S); return the memory (B, S, C) that the decoder looks into."""
        return self.run_encoder(self.embed(source), self.source_mask(source), seen)

    def decode(
        self,
        target: Tensor,
        memory: Tensor,
        mask: Tensor | None = None,
        seen: dict | None = None,
    ) -> Tensor:
        """Return logits (B, T, V): at each position, for the next token."""
        x = self.run_decoder(self.embed(target), memory, mask, seen)
        return x @ self.token_embedding.weight.T  # (B, T, V)

    def forward(
        self,
        source: Tensor,
        target: Tensor,
        seen: dict | None = None,
    ) -> Tensor:
        """Return logits (B, T, V); `target` is a beginning (B, T)."""
        memory = self.encode(source, seen)
        return self.decode(target, memory, self.source_mask(source), seen)
