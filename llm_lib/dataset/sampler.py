"""The order in which windows are read, and how processes share them out."""

from collections.abc import Iterator

import numpy as np
from torch.utils.data import Sampler

from llm_lib.arguments import check_whole


class WindowSampler(Sampler):
    """The order in which windows are read, as batches of their numbers.

    Batch `number` depends only on the settings and on `number`, so reading can begin anywhere.
    Each epoch shows every window once, in a new order. `number` counts across epochs: after the
    last batch of one comes the first of the next. The sampler keeps the order of the epoch it was
    last asked for, so threads that run side by side need one sampler each.

    >>> sampler = WindowSampler(n_windows=6, batch_size=2, seed=1)
    >>> [batch.tolist() for batch in sampler]
    [[4, 0], [2, 1], [5, 3]]
    >>> sampler[3].tolist()
    [1, 4]
    """

    def __init__(
        self,
        n_windows: int,
        batch_size: int,
        *,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = True,
        rank: int = 0,
        world_size: int = 1,
        max_shift: int = 1,
    ):
        """Plan batches of `batch_size` of the windows 0 to `n_windows` - 1.

        drop_last: leave out the last windows of an epoch's order if they don't fill a batch.
        rank, world_size: this process, counted from 0, and how many train together. The windows
            are dealt like cards: batch k of all ranks together is batch k of one process with
            `world_size` times the `batch_size`. All ranks have the same number of batches. Windows
            that don't fill a batch on each rank are left out or, with drop_last=False, dealt as
            smaller batches.
        max_shift: each epoch draws a `shift` below it, by which its windows begin later.

        Raises ValueError, naming what is wrong, for impossible numbers, for too few windows, and
        with drop_last=False if the last windows are fewer than the ranks.
        """
        n_windows = check_whole("n_windows", n_windows, 0)
        batch_size = check_whole("batch_size", batch_size)
        world_size = check_whole("world_size", world_size)
        rank = check_whole("rank", rank, 0, world_size - 1)
        together = batch_size * world_size
        if n_windows < (together if drop_last else world_size):
            raise ValueError(
                f"there are {n_windows} windows, too few for a batch of {batch_size}"
                + (f" on each of {world_size} ranks" if world_size > 1 else "")
                + "; take a smaller batch_size, context_length or stride, or drop_last=False"
            )
        rest = n_windows % together
        if not drop_last and 0 < rest < world_size:
            raise ValueError(
                f"the last {rest} of {n_windows} windows can't be shared by {world_size} ranks; "
                "take drop_last=True or another batch_size"
            )
        self.n_windows, self.batch_size, self.drop_last = n_windows, batch_size, drop_last
        self.shuffle, self.seed = shuffle, check_whole("seed", seed, 0)
        self.max_shift = check_whole("max_shift", max_shift)
        self.rank, self.world_size = rank, world_size
        self._epoch = -1
        self._begun = 0  # how many epochs were begun by `for`

    def __len__(self) -> int:
        """Return the number of batches in an epoch, on this rank as on any other."""
        rounded_up = 0 if self.drop_last else self.batch_size * self.world_size - 1
        return (self.n_windows + rounded_up) // (self.batch_size * self.world_size)

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield the batches of an epoch: of epoch 0 at first, then of the next one each time."""
        first = self._begun * len(self)
        self._begun += 1
        return (self[number] for number in range(first, first + len(self)))

    def __getitem__(self, number: int) -> np.ndarray:
        """Return batch `number`, counted from 0 over all epochs: the numbers of its windows."""
        return self.batches(number, number + 1)

    def batches(self, first: int, stop: int) -> np.ndarray:
        """Return batches `first` to `stop` - 1, all of one epoch, joined in one array."""
        if first < 0:
            text = f"batches are counted from 0; there is no batch {first}"
            raise IndexError(text)
        epoch, slot = divmod(first, len(self))
        self._plan(epoch)
        share = self._order[self.rank :: self.world_size]
        start, end = slot * self.batch_size, (slot + stop - first) * self.batch_size
        return share[start:end].astype(np.int64)

    def _plan(self, epoch: int) -> None:
        """Draw the order of an epoch, and its `shift`; the last one drawn is kept."""
        if epoch == self._epoch:
            return
        rng = np.random.default_rng((self.seed, epoch))
        self.shift = int(rng.integers(self.max_shift))
        # Four bytes a window are enough for most texts: this array is all that an epoch keeps.
        self._order = np.arange(self.n_windows, dtype=np.min_scalar_type(self.n_windows))
        if self.shuffle:
            rng.shuffle(self._order)
        self._epoch = epoch
