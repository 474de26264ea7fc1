"""Keeps the keys and values of the tokens seen so far."""

from torch import Tensor


class KVCache:
    """Keys and values of the tokens seen so far, so that each new token costs one step.

    Room for `n_positions` is allocated once; `length` positions are filled, and what
    lies behind them means nothing. A cache is for writing, not for training: it is filled in place,
    so `backward()` through a call that used it is an error ("modified by an inplace operation").
    Use it under `torch.no_grad()`.
    """

    def __init__(
        self,
        n_layer: int,
        batch_size: int,
        n_kv_head: int,
        n_positions: int,
        head_size: int,
        like: Tensor,
    ):
        shape = (n_layer, batch_size, n_kv_head, n_positions, head_size)
        self.keys, self.values = like.new_empty(shape), like.new_empty(shape)
        self.n_positions, self.length = n_positions, 0

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Store the new `k`, `v` (B, H, T, D) of a layer; return all of its keys and values.

        Raises ValueError for other texts or heads than the cache is made for, and if it is full.
        """
        self._check_fits(k)
        stop = self.length + k.shape[-2]
        if stop > self.n_positions:
            raise ValueError(
                f"the cache holds {self.n_positions} positions, {stop} are needed",
            )
        keys = self.keys[layer, :, :, :stop]  # a view, no copy
        values = self.values[layer, :, :, :stop]
        keys[:, :, self.length :] = k
        values[:, :, self.length :] = v
        return keys, values

    def _check_fits(self, k: Tensor) -> None:
        """Raise ValueError for keys of another shape: one text would be stored for each of two."""
        _n_layer, B, H, _n_positions, D = self.keys.shape
        if len(k) != B:
            raise ValueError(
                f"the cache is made for a batch of {B}, and a batch of {len(k)} came; make one for "
                f"it: model.new_cache({len(k)})"
            )
        if (k.shape[1], k.shape[3]) != (H, D):
            raise ValueError(
                f"the cache is another model's: it has {H} key heads of size {D}, and "
                f"{k.shape[1]} of size {k.shape[3]} came"
            )
