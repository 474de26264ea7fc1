"""A function that runs in several processes at once, started from a notebook.

The processes talk through gloo, PyTorch's engine for processors. On several machines, torchrun
starts them instead, and the function stays what it is.
"""

import inspect
import json
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

from llm_lib.arguments import check_number, check_whole

MOST_RANKS = 16


def run_on_ranks(
    work: Callable,
    *arguments: Any,
    ranks: int = 2,
    also: Iterable[Callable] = (),
    timeout: float = 120,
) -> list:
    """Call `work(*arguments)` in several processes at once; return what each returned, by rank.

    work: a function that imports what it needs, for its source is what travels. In it,
        `torch.distributed` is ready: `get_rank()`, `all_reduce(...)`. It returns what JSON can
        hold: numbers, texts, lists and dicts. torch's random numbers start alike in all processes.
    also: other functions that it calls.

    Raises RuntimeError, with what the process said last, if one fails, and TimeoutError after so
    many seconds. However it ends, no process and no file is left.
    """
    check_whole("ranks", ranks, 1, MOST_RANKS)
    check_number("timeout", timeout, above=0)
    code = "\n\n".join(map(_source_of, (*also, work)))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "work.py").write_text(code, "utf-8")
        job = {"name": work.__name__, "arguments": arguments, "ranks": ranks}
        Path(folder, "job.json").write_text(json.dumps(job), "utf-8")
        if can_fork := _can_fork():
            _load_ahead()
        start = _Copy if can_fork else _start_new
        processes = [start(folder, rank) for rank in range(ranks)]
        try:
            _wait_for(processes, Path(folder), timeout)
        finally:
            for process in processes:
                process.kill()
                process.wait()
        return [json.loads(_file(folder, "result", rank).read_text()) for rank in range(ranks)]


def _source_of(function: Callable) -> str:
    """Return the source of a function; TypeError if it can't be sent as text."""
    if not inspect.isfunction(function) or function.__name__ == "<lambda>":
        raise TypeError(f"work should be a function made with def; got {function!r}")
    if function.__closure__:
        names = ", ".join(function.__code__.co_freevars)
        raise TypeError(
            f"{function.__name__} uses {names} of the function around it, which other processes "
            "don't have: pass it as an argument"
        )
    return textwrap.dedent(inspect.getsource(function))


def _file(folder: str | Path, kind: str, rank: int) -> Path:
    return Path(folder, f"{kind}-{rank}")


def _load_ahead() -> None:
    """Load what trainings need, so that the copies have it and need not take seconds for it."""
    import torch._dynamo  # noqa: F401  (every optimiser loads it)

    import llm_lib.training.sharded  # noqa: F401


class _Copy:
    """A copy of this process, with what it has loaded; it can be asked what a Popen can."""

    def __init__(self, folder: str, rank: int):
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_serve, args=(folder, rank), daemon=True)
        with warnings.catch_warnings():  # the copy has one thread, and needs none of the others
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process.start()

    def poll(self) -> int | None:
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()

    def wait(self) -> None:
        self.process.join()


def _can_fork() -> bool:
    """Whether a copy of this process could train: not beside a GPU, and on Linux alone."""
    return sys.platform == "linux" and not torch.cuda.is_available()


def _start_new(folder: str, rank: int) -> subprocess.Popen:
    """Start Python anew, which takes seconds to load torch."""
    command = [sys.executable, "-m", "llm_lib.training.processes", folder, str(rank)]
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)})


def _wait_for(processes: Sequence, folder: Path, timeout: float) -> None:
    """Wait until all have ended well; RuntimeError as soon as one has not."""
    end = time.monotonic() + timeout
    while any(process.poll() is None for process in processes):
        if any(process.poll() for process in processes):
            break
        if time.monotonic() > end:
            raise TimeoutError(
                f"the processes took longer than {timeout:g} seconds: does one of them wait for a "
                "message that no other sends?"
            )
        time.sleep(0.005)
    failed = [rank for rank, process in enumerate(processes) if process.poll()]
    if not failed:
        return
    errors = {rank: _file(folder, "error", rank) for rank in failed}
    said = {rank: file.read_text("utf-8") for rank, file in errors.items() if file.exists()}
    # one that fails makes the others fail, and those know less
    rank = min(said, key=lambda rank: "peer" in said[rank], default=failed[0])
    last = said.get(rank, f"it ended with code {processes[rank].poll()}")
    raise RuntimeError(f"rank {rank} of {len(processes)} failed: {last}")


def _serve(folder: str, rank: int) -> None:
    """Be one of the processes: join the others, do the work, leave the result in a file."""
    log = _file(folder, "log", rank).open("w")
    sys.stdout = sys.stderr = log
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    torch.set_num_threads(1)  # first of all: a copy has no other threads to share work with
    job = json.loads(Path(folder, "job.json").read_text())
    try:
        dist.init_process_group(
            "gloo", init_method=Path(folder, "meet").as_uri(), rank=rank, world_size=job["ranks"]
        )
        torch.manual_seed(0)
        work = runpy.run_path(str(Path(folder, "work.py")))[job["name"]]
        result = json.dumps(work(*job["arguments"]))
        _file(folder, "result", rank).write_text(result)
        dist.barrier()  # nobody leaves while another one may still have a question
    except BaseException as error:
        _file(folder, "error", rank).write_text(_explain(error))
        os._exit(1)
    os._exit(0)  # without the clean-up of the process that this is a copy of


def _explain(error: BaseException) -> str:
    """Return what went wrong, and the line of the function that raised it."""
    lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith("work.py")]
    text = f"{type(error).__name__}: {str(error).strip()}"
    if lines:
        text += f" (in: {lines[-1].line})"
    if isinstance(error, NameError):
        text += ". The function runs in a new process: it has to import, or make, all it uses"
    return text


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
