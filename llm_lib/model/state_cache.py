"""The cache of a hybrid: keys and values of some layers, one memory of fixed size of the others."""

from collections.abc import Collection

from torch import Tensor

from llm_lib.model.kv_cache import KVCache


class StateCache(KVCache):
    """A `KVCache` for the layers with attention, and what each of the `delta_layers` remembers.

    A memory is of the whole text so far: it can't go back to a smaller `length`, as speculative
    decoding does, but for 0, and raises ValueError then.
    """

    def __init__(self, delta_layers: Collection[int], n_layer: int, *shape_and_like) -> None:
        with_keys = [layer for layer in range(n_layer) if layer not in delta_layers]
        super().__init__(len(with_keys), *shape_and_like)
        self.rows = {layer: row for row, layer in enumerate(with_keys)}
        self.memories: dict[int, tuple[int, Tensor]] = {}

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Store the new `k`, `v` of a layer with attention, as `KVCache.extend` does."""
        return super().extend(self.rows[layer], k, v)

    def memory(self, layer: int) -> Tensor | None:
        """Return what a layer remembers, None at the beginning of a text."""
        if self.length == 0:
            return None
        read, state = self.memories[layer]
        if read != self.length:
            raise ValueError(
                f"a memory of {read} positions can't go back to {self.length}: it does not say "
                "what each position has added. Read the text again, with model.new_cache()"
            )
        return state

    def remember(self, layer: int, n_new: int, state: Tensor) -> None:
        """Store what a layer remembers after `n_new` tokens more."""
        self.memories[layer] = (self.length + n_new, state)

    @property
    def nbytes(self) -> int:
        """The bytes of keys and values, for which there is room, and of memories."""
        return super().nbytes + sum(state.nbytes for _, state in self.memories.values())
