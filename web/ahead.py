"""Executes the book's notebooks before Sphinx needs them, two at a time.

Sphinx reads one page after the other and would execute each notebook as it comes to it. Here they
are executed side by side into the same cache, in which Sphinx then finds them. The first that
fails ends it all.
"""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellControlSignal,
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

from web.fingerprint import BUILD, ROOT
from web.notebooks import TIMEOUT, WORKERS, code_of

LOGS = BUILD / "logs"


class ChapterError(Exception):
    """A chapter that failed: which, in which cell, with what error, and where the log lies."""


def notebooks_of_book(root: Path = ROOT) -> list[Path]:
    """Return the notebooks that `_toc.yml` names: those that Sphinx will ask for."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    parts = toc.get("parts", [toc])
    named = [root / f"{c['file']}.ipynb" for part in parts for c in part.get("chapters", [])]
    return [path for path in named if path.exists()]


def execute_ahead(cache_path: Path, paths: list[Path] | None = None) -> list[str]:
    """Put what is not in the cache into it, and say so, a line a notebook; return the lines.

    The environment of the kernels is the caller's to set. What was executed already by others (see
    `executed_copy`) is taken over. Raises ChapterError for the first notebook that fails; then none
    is running any more.
    """
    cache = get_cache(cache_path)
    waiting = [p for p in paths or notebooks_of_book() if not _is_there(cache, cache_path, p)]
    lines: list[str] = []
    stop = _Switch()
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = {pool.submit(_run, path, stop): path for path in waiting}
        try:
            for job in as_completed(jobs):
                notebook, seconds = job.result()
                _store(cache, jobs[job], notebook, seconds)
                left = len(jobs) - len(lines) - 1
                lines.append(f"{jobs[job].stem}: {seconds:.1f} s")
                print(f"  {lines[-1]}, {f'{left} left' if left else 'the last'}", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop.now()
            raise
    return lines


def executed_copy(cache_path: Path, path: Path) -> Path:
    """Return where somebody who executes a notebook, such as a test, leaves it for the build."""
    return cache_path.parent / "executed" / path.name


def _is_there(cache: JupyterCacheAbstract, cache_path: Path, path: Path) -> bool:
    """Tell whether the cache has the notebook; take over a copy that was executed elsewhere."""
    notebook = nbformat.read(path, as_version=4)
    try:
        cache.match_cache_notebook(notebook)
        return True
    except KeyError:
        copy = executed_copy(cache_path, path)
    if not copy.exists():
        return False
    executed = nbformat.read(copy, as_version=4)
    if code_of(executed) != code_of(notebook):
        return False
    _store(cache, path, executed, 0.0)
    return True


def _store(cache: JupyterCacheAbstract, path: Path, notebook: Any, seconds: float) -> None:
    bundle = CacheBundleIn(notebook, os.fspath(path), data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


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


def _run(path: Path, stop: _Switch) -> tuple[Any, float]:
    """Execute one notebook; what its kernel says beside the notebook goes into the log."""
    start, notebook = time.monotonic(), nbformat.read(path, as_version=4)
    place = {"cell": None, "number": 0}

    def note(cell: Any, cell_index: int) -> None:
        if stop.is_on:
            raise CellControlSignal
        place.update(cell=cell, number=place["number"] + (cell.cell_type == "code"))

    resources = {"metadata": {"path": os.fspath(path.parent)}}
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        resources=resources,
        record_timing=False,
        coalesce_streams=True,  # else a line may be cut where one message ended
        on_cell_start=note,
    )
    stop.add(client)
    LOGS.mkdir(parents=True, exist_ok=True)
    log_path = LOGS / f"{path.stem}.log"
    with open(log_path, "w", encoding="utf-8") as log:
        try:
            client.execute(stdout=log, stderr=log)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            log.write("\n" + re.sub(r"\x1b\[[\d;]*m", "", str(error)) + "\n")  # without its colours
            raise ChapterError(_report(path, place, error, log_path)) from None
        finally:
            stop.clients.discard(client)
    return notebook, time.monotonic() - start


def _report(path: Path, place: dict[str, Any], error: Exception, log: Path) -> str:
    """Return which chapter failed, in which cell, why, and where the whole log is: a few lines."""
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
            f"{path.name} failed in its code cell {place['number']}, which begins",
            f"    {source[0][:100]}",
            *shown,
            f"The whole log: {where}",
        ]
    )
