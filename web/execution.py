"""Runs the cells of pages, two pages at a time, and notes what each run has read.

The first that fails ends it all. What a kernel says beside its cells goes into `_build/logs`.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import (
    CellControlSignal,
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

from web.fingerprint import BUILD, ROOT
from web.outputs.pages import read_page

HERE = Path(__file__).resolve().parent
LOGS = BUILD / "logs"
# what kernels, and what they load, would else keep in the user's home or leave in /tmp
KEPT_HERE = {"IPYTHONDIR": "ipython", "TIKTOKEN_CACHE_DIR": "tiktoken"}
KEPT_HERE |= {"TORCHINDUCTOR_CACHE_DIR": "inductor"}
WORKERS = 2
TIMEOUT = 180  # seconds a cell
TRIES = 3
NOT_STARTED = "before replying to kernel_info"  # jupyter_client's words


class ChapterError(Exception):
    """A chapter that failed: which, in which cell, with what error, and where the log lies."""


@dataclass(frozen=True)
class Run:
    """A page whose cells have run.

    read: the names of the library's files that the run loaded or opened.
    files: by ref, the scripts that its widgets left for the page.
    """

    page: Path
    notebook: Any
    read: list[str]
    files: dict[str, str]
    seconds: float


def kernel_environment() -> None:
    """Set what notebook kernels inherit: Plotly as JSON, two threads, no network, a home here."""
    os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # chapters run side by side
    os.environ.update(kept_here())
    paths = [str(HERE / "offline"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(p for p in paths if p))


def kept_here() -> dict[str, str]:
    """Return the variables that keep what programs write for themselves within `_build`.

    Nobody's own settings for IPython change what a chapter shows.
    """
    BUILD.mkdir(exist_ok=True)
    return {name: str(BUILD / folder) for name, folder in KEPT_HERE.items()}


def recording(folder: Path) -> dict[str, str]:
    """Return the variables with which a kernel notes in a folder what it reads and publishes."""
    return {
        "LLM_BOOK_LIBRARY": str(ROOT / "llm_lib"),
        "LLM_BOOK_RECORD": str(folder / "read.txt"),
        "LLM_LIB_SITE_MODELS": str(folder / "files"),
    }


def recorded(folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return what was noted in a folder: the names of files read, and the scripts by ref."""
    record, files = folder / "read.txt", folder / "files"
    names = record.read_text("utf-8").splitlines() if record.exists() else []
    scripts = {path.stem: path.read_text("utf-8") for path in sorted(files.glob("*.js"))}
    return sorted(set(names)), scripts


def run_all(pages: Iterable[Path], keep: Callable[[Run], None]) -> None:
    """Run pages, and give each run to `keep` as it ends, saying so in a line.

    The environment of the kernels is the caller's to set. Raises ChapterError for the first page
    that fails; then none is running any more.
    """
    stop = _Switch()
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [pool.submit(run_page, page, stop) for page in pages]
        try:
            for left, job in zip(reversed(range(len(jobs))), as_completed(jobs), strict=True):
                run = job.result()
                keep(run)
                rest = f"{left} left" if left else "the last"
                print(f"  {run.page.stem}: {run.seconds:.1f} s, {rest}", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop.now()
            raise


class _Switch:
    """Ends all kernels that are running, and keeps others from starting."""

    def __init__(self) -> None:
        self.clients: set[NotebookClient] = set()
        self.is_on = False
        self._lock = threading.Lock()

    def add(self, client: NotebookClient) -> None:
        with self._lock:
            self.clients.add(client)

    def now(self) -> None:
        self.is_on = True
        with self._lock:
            for client in self.clients:
                process = getattr(getattr(client.km, "provisioner", None), "process", None)
                if process:
                    process.kill()


def run_page(page: Path, stop: _Switch | None = None) -> Run:
    """Run the cells of one page in a kernel of its own. Raises ChapterError if one fails."""
    stop = stop or _Switch()
    start, notebook = time.monotonic(), read_page(page)
    place = {"cell": None, "number": 0}

    def note(cell: Any, cell_index: int) -> None:
        if stop.is_on:
            raise CellControlSignal
        place.update(cell=cell, number=place["number"] + (cell.cell_type == "code"))

    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": os.fspath(page.parent)}},
        record_timing=False,
        coalesce_streams=True,  # else a line may be cut where one message ended
        on_cell_start=note,
    )
    stop.add(client)
    LOGS.mkdir(parents=True, exist_ok=True)
    log_path = LOGS / f"{page.stem}.log"
    with tempfile.TemporaryDirectory() as folder, open(log_path, "w", encoding="utf-8") as log:
        try:
            environment = os.environ | recording(Path(folder))
            start_again(client.execute, stdout=log, stderr=log, env=environment)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            log.write("\n" + re.sub(r"\x1b\[[\d;]*m", "", str(error)) + "\n")  # without its colours
            raise ChapterError(_report(page, place, error, log_path)) from None
        finally:
            stop.clients.discard(client)
        read, files = recorded(Path(folder))
    return Run(page, notebook, read, files, time.monotonic() - start)


def start_again(start: Callable[..., Any], *arguments: Any, **settings: Any) -> Any:
    """Return what `start` returns, which begins with a kernel; try again if that one doesn't start.

    A kernel's ports are chosen before it takes them, and now and then another program is quicker.
    """
    for left in reversed(range(TRIES)):
        try:
            return start(*arguments, **settings)
        except RuntimeError as error:
            if not left or NOT_STARTED not in str(error):
                raise
    raise AssertionError("not reached")


def _report(page: Path, place: dict[str, Any], error: Exception, log: Path) -> str:
    """Return which page failed, in which cell, why, and where the whole log is: a few lines."""
    source = place["cell"].source.strip().splitlines() if place["cell"] else [""]
    if isinstance(error, CellExecutionError):
        why = f"{error.ename}: {error.evalue}"
    elif isinstance(error, CellTimeoutError):
        why = f"it took longer than {TIMEOUT} seconds"
    else:
        why = "its Python ended: did the machine run out of memory?"
    shown = [line[:200] for line in why.strip().splitlines()[-6:]]
    where = log.relative_to(ROOT) if log.is_relative_to(ROOT) else log
    return "\n".join(
        [
            f"{page.name} failed in its code cell {place['number']}, which begins",
            f"    {source[0][:100]}",
            *shown,
            f"The whole log: {where}",
        ]
    )
