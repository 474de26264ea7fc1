"""Sliding windows: a layer in which a position sees the last few alone, and the first ones.

Layers add up: what a layer below has mixed into a position from w back can be read from w further
on, so that a stack of windows reaches further than one (Jiang et al. 2023, Mistral). Attention that
has nowhere to go falls on the first positions, the *sinks*; where they slide out of sight, a model
that was not trained with windows breaks down, and where they stay it does not (Xiao et al. 2024).
"""

import torch
from torch import Tensor

from llm_lib.model.attention import causal_mask, padding_mask
from llm_lib.model.kv_cache import KVCache, check_fits


def window_mask(
    window: int,
    n_queries: int,
    n_keys: int | None = None,
    n_sink: int = 0,
    padding: Tensor | None = None,
    device: torch.device | str | None = None,
) -> Tensor:
    """Return a causal mask, True where a query may look: at the last `window`, itself included.

    The first `n_sink` positions stay visible to all. Shape (n_queries, n_keys), or, with `padding`
    (B,), columns at the left that are not text, (B, 1, n_queries, n_keys).

    >>> window_mask(2, 4, n_sink=1).int().tolist()
    [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 1, 1]]
    """
    n_keys = n_queries if n_keys is None else n_keys
    device = device if padding is None else padding.device
    keys = torch.arange(n_keys, device=device)  # (S,)
    near = keys > keys[n_keys - n_queries :, None] - window  # (T, S)
    if padding is None:
        return causal_mask(n_queries, n_keys, device) & (near | (keys < n_sink))
    is_sink = (keys - padding[:, None] < n_sink)[:, None, None]  # (B, 1, 1, S)
    return padding_mask(padding, n_queries, n_keys) & (near | is_sink)


class WindowCache(KVCache):
    """Keys and values of the tokens that can still be seen: each layer's sinks and last window.

    So it stops growing, where a `KVCache` keeps all. What has slid out of sight is gone: it can't
    go back to a smaller `length`, as speculative decoding does, and raises ValueError then.

    windows: of each layer, None for one that sees all. shape: batch size, key heads, positions of
    the longest text, head size. All texts begin at the first column: there is no padding.
    """

    def __init__(
        self, windows: list[int | None], n_sink: int, shape: tuple[int, int, int, int], like: Tensor
    ) -> None:
        batch_size, n_kv_head, n_positions, head_size = shape
        self.windows, self.n_sink = windows, n_sink
        self.n_positions, self.length = n_positions, 0
        empty = like.new_empty(batch_size, n_kv_head, 0, head_size)
        self.layers = [(empty, empty) for _ in windows]
        self.columns = [torch.empty(0, dtype=torch.int64) for _ in windows]  # where they stood

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Return the keys and values that the new ones `k`, `v` (B, H, T, D) may see, and these.

        Of them, those that the next token may see are stored. Raises ValueError as `KVCache` does.
        """
        columns = self.columns_with(layer, k.shape[-2])
        old_k, old_v = self.layers[layer]
        check_fits(k, len(old_k), *old_k.shape[1::2])
        k, v = torch.cat((old_k, k), dim=2), torch.cat((old_v, v), dim=2)
        kept = slice(None)
        if (window := self.windows[layer]) is not None:
            stop = int(columns[-1]) + 1
            kept = ((columns < self.n_sink) | (columns > stop - window)).nonzero()[:, 0]
        at = kept if isinstance(kept, slice) else kept.to(k.device)
        self.layers[layer] = k[:, :, at], v[:, :, at]
        self.columns[layer] = columns[kept]
        return k, v

    def columns_with(self, layer: int, n_new: int) -> Tensor:
        """Return where in the text the keys stand that `extend` returns for `n_new` tokens."""
        held, stop = self.columns[layer], self.length + n_new
        if stop > self.n_positions:
            raise ValueError(f"the cache holds {self.n_positions} positions, {stop} are needed")
        if (int(held[-1]) + 1 if len(held) else 0) != self.length:
            raise ValueError(
                f"a cache of windows can't go back to {self.length} positions: what slid out of "
                "sight is gone. Use model.new_cache()"
            )
        return torch.cat((held, torch.arange(self.length, stop)))

    @property
    def nbytes(self) -> int:
        """The bytes of all keys and values that are stored."""
        return sum(t.nbytes for pair in self.layers for t in pair)
