"""Keeps the keys and values of the tokens seen so far."""

from torch import Tensor


class KVCache:
    """Keys and values of the tokens seen so far, so that each new token costs one step.

    Room for `n_positions` is allocated once; `length` positions are filled, and what
    lies behind them means nothing. A cache is for writing, not for training: it is filled in place,
    so `backward()` through a call that used it is an error ("modified by an inplace operation").
    Use it under `torch.no_grad()`. Values have the size of keys unless `value_size` is given: in
    latent attention they are the latents, and the keys what positions have turned.
    """

    def __init__(
        self,
        n_layer: int,
        batch_size: int,
        n_kv_head: int,
        n_positions: int,
        head_size: int,
        like: Tensor,
        value_size: int | None = None,
    ):
        shape = (n_layer, batch_size, n_kv_head, n_positions)
        self.keys = like.new_empty(*shape, head_size)
        self.values = like.new_empty(*shape, value_size or head_size)
        self.n_positions, self.length = n_positions, 0

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Store the new `k`, `v` (B, H, T, D) of a layer; return all of its keys and values.

        Raises ValueError for other texts or heads than the cache is made for, and if it is full.
        """
        _n_layer, B, H, _n_positions, D = self.keys.shape
        check_fits(k, B, H, D)
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

    @property
    def nbytes(self) -> int:
        """The bytes of all keys and values for which there is room."""
        return self.keys.nbytes + self.values.nbytes


def check_fits(k: Tensor, batch_size: int, n_kv_head: int, head_size: int) -> None:
    """Raise ValueError for keys of another shape: one text would be stored for each of two."""
    if len(k) != batch_size:
        raise ValueError(
            f"the cache is made for a batch of {batch_size}, and a batch of {len(k)} came; make "
            f"one for it: model.new_cache({len(k)})"
        )
    if (k.shape[1], k.shape[3]) != (n_kv_head, head_size):
        raise ValueError(
            f"the cache is another model's: it has {n_kv_head} key heads of size {head_size}, and "
            f"{k.shape[1]} of size {k.shape[3]} came"
        )
