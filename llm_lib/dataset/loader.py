"""Turns a row of token ids into batches of windows (x, y) for training.

A model learns to predict the next token, so an example is a window of the text, `x`, and the same
window moved on by one token, `y`: at each position, `y` holds what should come after `x`.
Long texts are kept in *token files*, which are read only where needed (`token_file`).

Three classes work together: a `TokenDataset` cuts windows, a `WindowSampler` decides on their
order, and a `WindowLoader` yields batches.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from llm_lib.arguments import check_whole
from llm_lib.dataset.sampler import WindowSampler
from llm_lib.dataset.token_row import Tokens, as_token_array, cut_windows

CHUNK = 2**16  # tokens that a loader cuts at a time


class TokenDataset(Dataset):
    """Windows of `context_length` tokens, cut from a row of token ids every `stride` tokens.

    A rest that is too short for a window and the token after it belongs to no window.

    >>> dataset = TokenDataset([10, 11, 12, 13, 14, 15, 16], context_length=3)
    >>> len(dataset)
    2
    >>> x, y = dataset[1]
    >>> x.tolist(), y.tolist()
    ([13, 14, 15], [14, 15, 16])
    """

    def __init__(self, tokens: Tokens, context_length: int, stride: int | None = None):
        """Look at `tokens` through windows; nothing is copied from an array, tensor or token file.

        tokens: ids in a list, array, tensor, or what `read_token_file` returns.
        stride: how far apart windows start; None means `context_length`, so that none overlap.

        Raises TypeError if the ids are not whole numbers, and ValueError if `context_length` or
        `stride` is below 1, or if the tokens are too few for one window and the token after it.
        """
        self.tokens = as_token_array(tokens)
        self.context_length = check_whole("context_length", context_length)
        self.stride = check_whole("stride", context_length if stride is None else stride)
        if len(self.tokens) < context_length + 1:
            raise ValueError(
                f"there are {len(self.tokens)} tokens, too few for "
                f"context_length={context_length}: one window and the token after it take "
                f"{context_length + 1}"
            )

    def __len__(self) -> int:
        """Return the number of windows."""
        return (len(self.tokens) - self.context_length - 1) // self.stride + 1

    def __getitem__(self, index: int | slice) -> tuple[Tensor, Tensor]:
        """Return window `index` as x and y, both of shape (T,), int64; of a slice, both (B, T)."""
        numbers = range(len(self))[index]  # IndexError if there is no such window
        if isinstance(index, slice):
            return self.__getitems__(numbers)
        x, y = self.__getitems__([numbers])
        return x[0], y[0]

    def __getitems__(self, indices: Iterable[int]) -> tuple[Tensor, Tensor]:
        """Return several windows at once as x and y, both (B, T); PyTorch's loader asks for it."""
        return self.windows_at(np.asarray(indices, np.int64) * self.stride)

    def windows_at(self, starts: np.ndarray) -> tuple[Tensor, Tensor]:
        """Return the windows that begin at these places of the text as x and y, both (B, T)."""
        windows = cut_windows(self.tokens, starts, self.context_length + 1)
        windows = torch.from_numpy(windows.astype(np.int64))  # (B, T + 1)
        return windows[:, :-1], windows[:, 1:]


class WindowLoader(DataLoader):
    """PyTorch's loader, yielding batches (x, y), both (B, T), in the order of a sampler.

    Each `for` over it is a new epoch, even after a loop that was left early. `state_dict` says
    where it is, and after `load_state_dict` the next `for` goes on from there.
    """

    def __init__(self, dataset: TokenDataset, sampler: WindowSampler, **options: Any):
        """Join a dataset and a sampler; `options` go to PyTorch's `DataLoader`.

        Raises ValueError for a sampler that shifts windows: here they begin where the dataset says.
        """
        if sampler.max_shift != 1:
            raise ValueError(
                f"a WindowLoader can't shift its windows, max_shift is {sampler.max_shift}: leave "
                "it at 1, or take ShuffledWindows"
            )
        # For a small batch, fetching costs more than cutting, so fetch many batches at once.
        n_batches = max(1, CHUNK // (sampler.batch_size * dataset.context_length))
        super().__init__(
            dataset,
            batch_sampler=_Chunks(sampler, n_batches),
            # __getitems__ has put the windows together already.
            collate_fn=_as_it_is if not options.get("pin_memory") else _without_gaps,
            generator=torch.Generator().manual_seed(sampler.seed),  # leaves torch's own alone
            **options,
        )
        self.order = sampler
        self._next = 0  # the number of the batch that the next `for` begins with
        self._seen = 0  # how many batches were given, over all epochs

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return len(self.order)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Begin the next epoch, or go on where a loaded state says."""
        self._seen = self.batch_sampler.first = self._next
        self._next = (self._next // len(self) + 1) * len(self)
        return self._cut_chunks(self._seen, super().__iter__())

    def _cut_chunks(self, number: int, chunks: Iterable) -> Iterator[tuple[Tensor, Tensor]]:
        size = self.order.batch_size
        for xs, ys in chunks:
            for batch in zip(xs.split(size), ys.split(size), strict=True):
                number += 1
                self._seen = number
                yield batch

    def state_dict(self) -> dict[str, Any]:
        """Say where the loader is: the epoch, the batches yielded in it, and the settings."""
        epoch, step = divmod(self._seen, len(self))
        return {"epoch": epoch, "step": step} | self._settings()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state: the next `for` begins with the batch that would have come then.

        Raises ValueError, naming the field, for the state of a loader with other settings.
        """
        for name, value in self._settings().items():
            if state.get(name) != value:
                raise ValueError(
                    f"the state belongs to a loader with {name}={state.get(name)!r}; this one has "
                    f"{name}={value!r}"
                )
        epoch = check_whole("the state's epoch", state.get("epoch"), 0)
        step = check_whole("the state's step", state.get("step"), 0, len(self) - 1)
        self._next = self._seen = epoch * len(self) + step

    def _settings(self) -> dict[str, Any]:
        """Return the settings on which the batches depend."""
        window = {name: getattr(self.dataset, name) for name in ("context_length", "stride")}
        names = ("n_windows", "batch_size", "shuffle", "seed", "drop_last", "world_size")
        return window | {name: getattr(self.order, name) for name in names}


class _Chunks(Sampler):
    """The batches of an epoch from batch `first` on, `size` of them at a time in one array."""

    def __init__(self, sampler: WindowSampler, size: int):
        self.sampler, self.size, self.first = sampler, size, 0

    def __iter__(self) -> Iterator[np.ndarray]:
        end = (self.first // len(self.sampler) + 1) * len(self.sampler)
        numbers = range(self.first, end, self.size)
        return (self.sampler.batches(n, min(n + self.size, end)) for n in numbers)

    def __len__(self) -> int:
        return -(-len(self.sampler) // self.size)


def create_dataloader(
    tokens: Tokens,
    *,
    batch_size: int,
    context_length: int,
    stride: int | None = None,
    shuffle: bool = True,
    seed: int = 0,
    drop_last: bool = True,
    rank: int = 0,
    world_size: int = 1,
    **options: Any,
) -> WindowLoader:
    """Return a loader of batches (x, y), each of shape (B, T), that shows every window once.

    shuffle: show the windows in random order, a new one in each epoch. The order depends only on
        `seed` and on the number of the epoch.
    drop_last: leave out the last windows if they don't fill a batch.
    rank, world_size: this process, and how many train together; see `WindowSampler`.
    options: for PyTorch's `DataLoader`, such as num_workers, pin_memory or prefetch_factor. They
        change the speed, never the batches.

    Raises ValueError if `batch_size` is below 1, or if there are too few windows for one batch;
    and what `TokenDataset` and `WindowSampler` raise.

    >>> loader = create_dataloader(range(9), batch_size=2, context_length=4, shuffle=False)
    >>> for x, y in loader:
    ...     print(x.tolist(), y.tolist())
    [[0, 1, 2, 3], [4, 5, 6, 7]] [[1, 2, 3, 4], [5, 6, 7, 8]]
    """
    dataset = TokenDataset(tokens, context_length, stride)
    sampler = WindowSampler(
        len(dataset),
        batch_size,
        shuffle=shuffle,
        seed=seed,
        drop_last=drop_last,
        rank=rank,
        world_size=world_size,
    )
    return WindowLoader(dataset, sampler, **options)


class ShuffledWindows:
    """The batches of a training, by number: each epoch shows every window once, reshuffled.

    A batch depends only on (seed, index), so a training can go on from any step. Each epoch cuts
    the text at a new offset. Raises ValueError if the text is too short for one batch.
    """

    def __init__(
        self,
        tokens: Tokens,
        batch_size: int,
        context_length: int,
        seed: int = 0,
        *,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        """Plan batches; `rank` and `world_size` are those of `WindowSampler`."""
        self.dataset = TokenDataset(tokens, context_length)
        together = check_whole("batch_size", batch_size) * check_whole("world_size", world_size)
        n_tokens = len(self.dataset.tokens)
        self.n_windows = (n_tokens - context_length) // context_length  # at any offset
        if self.n_windows < together:
            raise ValueError(
                f"{n_tokens} tokens are too few for a batch of {together} windows of "
                f"{context_length}: at least {(together + 1) * context_length} are needed"
            )
        self.sampler = WindowSampler(
            self.n_windows,
            batch_size,
            seed=seed,
            rank=rank,
            world_size=world_size,
            max_shift=context_length,
        )

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return batch `index` (any whole number from 0): inputs and targets, both (B, T) int64."""
        starts = self.sampler[index] * self.dataset.context_length
        return self.dataset.windows_at(starts + self.sampler.shift)


def _as_it_is(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    return batch


def _without_gaps(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Copy x and y apart, since pinned memory goes to a GPU in the background only like this."""
    x, y = batch
    return x.contiguous(), y.contiguous()
