"""Several processes that train one model together, on PyTorch's own engine.

`torchrun --nproc-per-node 2 -m llm_lib.training …` starts the same program twice and tells each its
number, the *rank*. Each rank computes the gradient of its share of the batch; PyTorch averages the
gradients, so that all ranks take the same step and hold the same weights (Li et al. 2020). Rank 0
alone writes checkpoints.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Ranks:
    """Which process this is, counted from 0, and how many there are. Alone, it is 0 of 1."""

    rank: int = 0
    world_size: int = 1

    @classmethod
    def current(cls) -> "Ranks":
        """Return the ranks of the group that this process has joined."""
        if dist.is_available() and dist.is_initialized():
            return cls(dist.get_rank(), dist.get_world_size())
        return cls()

    @property
    def is_first(self) -> bool:
        """Whether this process writes, evaluates and shows progress."""
        return self.rank == 0

    def share(self, batch_size: int) -> int:
        """Return how many windows of a batch fall to each rank; ValueError if they don't divide."""
        if batch_size % self.world_size:
            fewer = next(n for n in range(self.world_size, 0, -1) if batch_size % n == 0)
            raise ValueError(
                f"a batch_size of {batch_size} can't be shared by {self.world_size} processes: "
                f"take {count_processes(fewer)}, or a multiple of {self.world_size} as batch_size"
            )
        return batch_size // self.world_size

    def deal(self, rows: Sequence) -> Sequence:
        """Return this rank's share of the rows of a batch, every n-th one; of one rank, all.

        >>> Ranks(1, 2).deal([5, 6, 7, 8])
        [6, 8]
        """
        return rows[self.rank :: self.world_size]

    def sum(self, *values: float, device: torch.device | str = "cpu") -> list[float]:
        """Return the sum of each value over all ranks, which wait here for each other."""
        if self.world_size == 1:
            return list(values)
        total = torch.tensor(values, dtype=torch.float64, device=device)
        dist.all_reduce(total)
        return total.tolist()

    def mean(self, *values: float, device: torch.device | str = "cpu") -> list[float]:
        """Return the mean of each value over all ranks, which wait here for each other."""
        return [total / self.world_size for total in self.sum(*values, device=device)]

    def wait(self) -> None:
        """Wait until all ranks have come to this point."""
        if self.world_size > 1:
            dist.barrier()

    def join(self, model: nn.Module) -> nn.Module:
        """Return a model whose gradients are averaged over the ranks; it starts as rank 0's.

        Buffers that are saved with a model change as it learns, and are sent from rank 0 at each
        step. Others, such as the angles of rotary positions, are constants, and sent once.
        """
        if self.world_size == 1:
            return model
        for buffer in model.buffers():
            dist.broadcast(buffer, src=0)
        saved = model.state_dict()
        learn = any(name in saved for name, _ in model.named_buffers())
        return DistributedDataParallel(model, broadcast_buffers=learn)


def count_processes(n: int) -> str:
    """Return how many processes there are, in words.

    >>> count_processes(1), count_processes(2)
    ('1 process', '2 processes')
    """
    return "1 process" if n == 1 else f"{n} processes"


@contextlib.contextmanager
def process_group() -> Iterator[Ranks]:
    """Join the processes that torchrun started, if it did, and leave them at the end.

    A process that has joined already stays: after leaving, gloo finds the old addresses of the
    others, and may wait for them for ever.
    """
    if "TORCHELASTIC_RUN_ID" not in os.environ or dist.is_initialized():
        yield Ranks.current()
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Ranks.current()
    finally:
        dist.destroy_process_group()


def local_processes() -> int:
    """Return how many processes of this training run on this machine."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1"))


@contextlib.contextmanager
def stop_after_step() -> Iterator[threading.Event]:
    """Let Ctrl-C set a flag, so that no step is cut in half; a second one stops at once.

    A polite request to end (SIGTERM, which torchrun and batch systems send) does the same.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # Python delivers signals to the main thread only
        return

    def on_signal(signum, frame):
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def explain_lost_rank() -> Iterator[None]:
    """Raise ConnectionError, with advice, if PyTorch reports that another rank hung up."""
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and "by peer" not in str(error):
            raise
        raise ConnectionError(
            "another process of this training has ended, so this one stops too. The last "
            "checkpoint is whole: run the same command again, and the training goes on from there"
        ) from error
