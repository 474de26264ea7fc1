"""The GPT model: token ids in, a score for every possible next token out."""

import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_whole
from llm_lib.model.attention import cap_softly, padding_mask
from llm_lib.model.block import Block, make_norm
from llm_lib.model.config import GPTConfig
from llm_lib.model.embedding import LearnedPositions, RotaryEmbedding, TokenEmbedding
from llm_lib.model.hooks import Activation, ActivationCache, Hook, activation_names, hooked
from llm_lib.model.kv_cache import KVCache
from llm_lib.model.state_cache import StateCache
from llm_lib.model.windows import WindowCache, window_mask

__all__ = ["GPT", "GPTConfig", "without_dropout"]


@contextmanager
def without_dropout(model: nn.Module) -> Iterator[None]:
    """Put `model` into evaluation mode, and restore the mode of each part, even after an error."""
    was_training = []
    if getattr(model, "training", False):
        was_training = [module for module in model.modules() if module.training]
        model.eval()
    try:
        yield
    finally:
        for module in was_training:
            module.training = True


class GPT(nn.Module):
    """A decoder-only Transformer (Radford et al. 2018, 2019), pre-norm."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        V, T, C = config.vocab_size, config.context_length, config.n_embd
        self.token_embedding = TokenEmbedding(V, C)
        learned = config.position == "learned"
        self.position_embedding = LearnedPositions(T, C) if learned else None
        turned = config.latent.n_rotary if config.latent else config.head_size
        rotary = (turned, T, config.rope_base, config.rope_scaling)
        self.rotary = None if learned else RotaryEmbedding(*rotary)
        self.embed = Activation()
        self.blocks = nn.ModuleList(Block(config, i) for i in range(config.n_layer))
        self.norm = make_norm(config)
        self.head = None if config.tie_weights else nn.Linear(C, V, bias=False)
        self.initialize()

    @torch.no_grad()
    def initialize(self) -> None:
        """Draw fresh weights: matrices normal around 0, biases 0.

        Without an `init_std`, a matrix with n inputs starts at 1/√n, so that outputs are as large
        as inputs. An embedding has one input, the 1 of a one-hot vector: it starts at
        1. If it is tied to the head it has to read the C channels as well, and starts at 1/√C.
        Matrices that write into the residual stream are scaled by 1/√(2 · n_layer), so that the
        stream's final size does not depend on n_layer (Radford et al. 2019, section 2.3).
        """
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                if name.endswith("bias"):
                    parameter.zero_()
                continue
            one_input = "embedding" in name and not self.config.tie_weights
            std = self.config.init_std or 1 / math.sqrt(1 if one_input else parameter.shape[1])
            if name.endswith(("out.weight", "down.weight")):
                std /= math.sqrt(2 * self.config.n_layer)
            parameter.normal_(0, std)

    def forward(
        self,
        ids: Tensor,
        cache: KVCache | None = None,
        padding: Tensor | None = None,
        logits_to_keep: int | None = None,
    ) -> Tensor:
        """Return the logits (B, T, V) for `ids` (B, T); with a cache, `ids` are the new ones only.

        `padding` (B,) says how many columns at the left of each row, counted from the first one in
        the cache, are not text: no token looks there, and positions are counted after them.
        With `logits_to_keep`, only those of that many last positions are computed and returned.
        Raises TypeError for ids that are not integers; ValueError for an empty or too long text
        and for ids outside of the vocabulary.
        """
        start = cache.length if cache is not None else 0
        x = self._embed(ids, start, padding)  # (B, T, C)
        masks = self._masks(ids, cache, padding)
        for (layer, block), mask in zip(enumerate(self.blocks), masks, strict=True):
            x = block(x, rotary=self.rotary, cache=cache, layer=layer, mask=mask)
        if cache is not None:
            cache.length += ids.shape[1]
        if logits_to_keep is not None:
            x = x[:, -check_whole("logits_to_keep", logits_to_keep) :]
        return self.unembed(x)

    def run_with_cache(
        self,
        ids: Tensor,
        names: Collection[str] | None = None,
        hooks: Mapping[str, Hook] | None = None,
    ) -> tuple[Tensor, ActivationCache]:
        """Return (logits, activations) for `ids` (B, T): those with these names, or all of them.

        `llm_lib.model.hooks` lists the names. With `hooks`, an activation is kept as it goes on.

        >>> model = GPT(GPTConfig(11, context_length=8, n_layer=2, n_head=4, n_embd=16))
        >>> logits, cache = model.run_with_cache(torch.tensor([[1, 2, 3]]))
        >>> cache["blocks.0.attention.pattern"].shape, len(cache.stream)
        (torch.Size([1, 4, 3, 3]), 3)
        """
        kept = ActivationCache()
        wanted = activation_names(self) if names is None else names
        readers = {name: _keep_as(name, kept) for name in wanted}
        with hooked(self, hooks or {}), hooked(self, readers):
            return self(ids), kept

    def run_with_hooks(
        self,
        ids: Tensor,
        hooks: Mapping[str, Hook],
        cache: KVCache | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """Return the logits for `ids` (B, T), with activations read or replaced by `hooks`.

        These are functions by name, as for `llm_lib.model.hooks.hooked`, which serves where more
        than one call is to see them. Here the output of head 1.3 at position 7 is taken from one
        text and put into the run of another:

        >>> model = GPT(GPTConfig(11, context_length=8, n_layer=2, n_head=4, n_embd=16))
        >>> clean, corrupted = torch.randint(11, (2, 1, 8))
        >>> name = "blocks.1.attention.z"
        >>> _, cache = model.run_with_cache(clean, [name])
        >>> def patch(z):  # (B, H, T, D)
        ...     z[:, 3, 7] = cache[name][:, 3, 7]
        >>> model.run_with_hooks(corrupted, {name: patch}).shape
        torch.Size([1, 8, 11])
        """
        with hooked(self, hooks):
            return self(ids, cache, padding)

    def scale_heads(self, head_scale: Tensor | list) -> dict[str, Hook]:
        """Return hooks that multiply each head's output by `head_scale` (n_layer, n_head)."""
        c, scale = self.config, torch.as_tensor(head_scale, dtype=torch.float32)
        if scale.shape != (c.n_layer, c.n_head):
            raise ValueError(
                f"head_scale must have shape ({c.n_layer}, {c.n_head}), one factor per head, "
                f"got {tuple(scale.shape)}"
            )
        names = [f"blocks.{i}.attention.z" for i in range(c.n_layer)]
        return {name: _multiply_by(row) for name, row in zip(names, scale, strict=True)}

    def new_cache(
        self, batch_size: int = 1, n_positions: int | None = None, *, windows_alone: bool = False
    ) -> KVCache:
        """Return an empty key/value cache that fits this model.

        It has room for `n_positions`, or for all of the model's context if that is not given or
        more than the context. With `windows_alone`, a model with windows gets a `WindowCache`,
        which forgets what has slid out of sight, for texts without padding.
        """
        c = self.config
        room = c.context_length
        if n_positions is not None:
            room = min(room, check_whole("n_positions", n_positions))
        like = self.token_embedding.weight
        if c.delta_layers and c.latent is None:
            sizes = (c.n_layer, batch_size, c.kv_heads, room, c.head_size, like)
            return StateCache(c.delta_layers, *sizes)
        if windows_alone and c.window is not None:
            shape = (batch_size, c.kv_heads, room, c.head_size)
            return WindowCache(c.windows, c.n_sink, shape, like)
        if c.latent is not None:
            sizes = (c.n_layer, batch_size, 1, room, c.latent.n_rotary, like, c.latent.n_latent)
            return StateCache(c.delta_layers, *sizes) if c.delta_layers else KVCache(*sizes)
        return KVCache(c.n_layer, batch_size, c.kv_heads, room, c.head_size, like)

    def count_parameters(self) -> int:
        """Return how many numbers the model has learned."""
        return sum(p.numel() for p in self.parameters())

    def _embed(self, ids: Tensor, start: int = 0, padding: Tensor | None = None) -> Tensor:
        self._check_ids(ids, start)
        x = self.token_embedding(ids)  # (B, T, C)
        if self.position_embedding is None:
            return self.embed(x)
        positions = slice(start, start + ids.shape[1])  # the rows that the table gives when called
        if padding is not None:  # but each text has its own, then
            columns = torch.arange(start, start + ids.shape[1], device=ids.device)
            positions = (columns - padding[:, None]).clamp(min=0)  # (B, T)
        return self.embed(x + self.position_embedding.weight[positions])

    def unembed(self, x: Tensor) -> Tensor:
        """Return the logits (B, T, V) of the stream `x` (B, T, C): final norm, then head."""
        layer = self.token_embedding if self.head is None else self.head
        return cap_softly(self.norm(x) @ layer.weight.T, self.config.logit_cap)  # (B, T, V)

    def _masks(self, ids: Tensor, cache: KVCache | None, padding: Tensor | None) -> list:
        """Return what the new tokens may see in each layer, (T, S) or (B, 1, T, S).

        None is all of the past. A mask is made once for all layers with the same window. Layers
        with a memory in the place of attention get (B, T), which of the new tokens are text.
        """
        T, stop = ids.shape[1], ids.shape[1] + (0 if cache is None else cache.length)
        made = {None: None if padding is None else padding_mask(padding, T, stop)}
        for window in {*self.config.windows} - {None}:
            sizes = (window, T, stop, self.config.n_sink)
            hides = stop > window
            made[window] = window_mask(*sizes, padding, ids.device) if hides else made[None]
        masks = [made[window] for window in self.config.windows]
        for layer in self.config.delta_layers:
            masks[layer] = None
            if padding is not None:
                columns = torch.arange(stop - T, stop, device=ids.device)
                masks[layer] = columns >= padding[:, None]  # (B, T), which are text
        if not isinstance(cache, WindowCache):
            return masks
        if padding is not None:
            raise ValueError("a cache of windows takes no padded texts: use model.new_cache()")
        columns = [cache.columns_with(layer, T) for layer in range(len(masks))]
        return [
            m if m is None else m[:, at.to(m.device)] for m, at in zip(masks, columns, strict=True)
        ]

    def _check_ids(self, ids: Tensor, start: int) -> None:
        c = self.config
        if ids.dim() != 2 or ids.shape[1] == 0:
            raise ValueError(f"ids must have shape (B, T) with T ≥ 1, got {tuple(ids.shape)}")
        if start + ids.shape[1] > c.context_length:
            raise ValueError(
                f"{start + ids.shape[1]} tokens are more than the model's context_length of "
                f"{c.context_length}; keep the last {c.context_length}"
            )


def _keep_as(name: str, kept: dict) -> Hook:
    """Return a hook that keeps what it is shown in `kept`, under a name."""

    def keep(x: Tensor) -> None:
        kept[name] = x

    return keep


def _multiply_by(factors: Tensor) -> Hook:
    """Return a hook that multiplies head outputs (B, H, T, D) by `factors` (H,)."""

    def multiply(heads: Tensor) -> Tensor:
        return heads * factors[:, None, None].to(heads)

    return multiply
