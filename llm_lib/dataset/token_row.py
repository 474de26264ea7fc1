"""One row of token ids, whether it lies in a list, an array, a file or many files.

Code that cuts windows need not know where the ids are.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from torch import Tensor

# one row of token ids, wherever it lies: `as_token_array` checks it
Tokens: TypeAlias = "Sequence[int] | np.ndarray | Tensor | TokenShards"


def as_token_array(tokens: Tokens) -> "np.ndarray | TokenShards":
    """Return ids as a one-dimensional array of whole numbers, copying only what is not an array.

    Shards are returned as they are. Raises TypeError if the ids are not whole numbers, ValueError
    if they are not in one row.
    """
    if isinstance(tokens, TokenShards):
        return tokens
    if isinstance(tokens, Tensor):
        tokens = tokens.detach().cpu().numpy()
    array = np.asanyarray(tokens)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise TypeError(
            f"token ids should be whole numbers; these are {array.dtype}. Did you mean to encode "
            "a text first?"
        )
    if array.ndim != 1:
        raise ValueError(f"token ids should be in one row; these have the shape {array.shape}")
    return array


class TokenShards:
    """One row of ids in several consecutive arrays, the shards of a text.

    >>> shards = TokenShards([np.array([1, 2, 3]), np.array([4, 5]), np.array([6])])
    >>> len(shards), int(shards[3]), shards[1:6].tolist()
    (6, 4, [2, 3, 4, 5, 6])
    """

    ndim = 1

    def __init__(self, parts: list[np.ndarray]):
        """Join arrays into a row; nothing is copied. Raises ValueError if there are none.

        Where their dtypes differ, ids come in the smallest one that holds all of them.
        """
        if not parts:
            raise ValueError("there should be at least one shard")
        self.parts, self.dtype = parts, np.result_type(*(part.dtype for part in parts))
        if not np.issubdtype(self.dtype, np.integer):
            raise TypeError(f"ids of shards should be whole numbers; these are {self.dtype}")
        lengths = [len(part) for part in parts]
        self._n = sum(lengths)
        self._begins = np.cumsum([0, *lengths[:-1]])  # where each part begins in the row

    def __len__(self) -> int:
        """Return the number of ids in all parts."""
        return self._n

    @property
    def shape(self) -> tuple[int]:
        """The shape of the row, as an array would have it."""
        return (len(self),)

    def __iter__(self) -> Iterator[int]:
        """Yield the ids one after another."""
        return itertools.chain.from_iterable(self.parts)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Copy all ids into one array in memory, which is what `np.asarray` asks for."""
        return np.concatenate(self.parts).astype(dtype or self.dtype, copy=False)

    def __getitem__(self, index: int | slice) -> Any:
        """Return one id, or the ids of a slice as an array of their own.

        Raises IndexError if there is no such place, ValueError for a slice in steps.
        """
        if not isinstance(index, slice):
            place = range(len(self))[index]
            return self._between(place, place + 1)[0]
        start, stop, step = index.indices(len(self))
        if step != 1:
            raise ValueError(f"shards are cut in steps of 1; cut first, then take [::{step}]")
        return self._between(start, max(start, stop))

    def windows(self, starts: np.ndarray, length: int) -> np.ndarray:
        """Return the ids of several windows, (B, length); they may cross from shard to shard."""
        windows = np.empty((len(starts), length), self.dtype)
        first, last = self._part_of(starts), self._part_of(starts + length - 1)
        for number in np.unique(first[first == last]):  # all windows within one shard at once
            inside = (first == number) & (last == number)
            places = starts[inside] - self._begins[number]
            windows[inside] = cut_windows(self.parts[number], places, length)
        for row in np.flatnonzero(first != last):
            windows[row] = self._between(starts[row], starts[row] + length)
        return windows

    def _part_of(self, places: np.ndarray | int) -> Any:
        """Return the number of the part in which each place of the row lies."""
        return np.searchsorted(self._begins, places, side="right") - 1

    def _between(self, start: int, stop: int) -> np.ndarray:
        numbers = range(self._part_of(start), self._part_of(max(start, stop - 1)) + 1)
        begins = self._begins[numbers.start : numbers.stop]
        pieces = [
            self.parts[number][max(0, start - begin) : max(0, stop - begin)]
            for number, begin in zip(numbers, begins, strict=True)
        ]
        return np.concatenate([np.asarray(piece) for piece in pieces], dtype=self.dtype)


def cut_windows(tokens: np.ndarray | TokenShards, starts: np.ndarray, length: int) -> np.ndarray:
    """Return the windows of `length` ids that begin at `starts`, as an array (B, length).

    All are copied in one go, which makes large batches cheap. Raises IndexError for a window that
    does not lie within the text.

    >>> cut_windows(np.arange(10), np.array([0, 6]), 3).tolist()
    [[0, 1, 2], [6, 7, 8]]
    """
    last = len(tokens) - length
    if len(starts) and not 0 <= np.min(starts) <= np.max(starts) <= last:
        wrong = next(start for start in starts if not 0 <= start <= last)
        raise IndexError(f"no window of {length} ids begins at {wrong}: they begin at 0 to {last}")
    if isinstance(tokens, TokenShards):
        return tokens.windows(starts, length)
    # Every window of the text, as a view: its rows share the memory of `tokens`.
    every_window = np.lib.stride_tricks.sliding_window_view(np.asarray(tokens), length)
    return every_window[starts]
