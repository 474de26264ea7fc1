"""Executes the book's notebooks before Sphinx needs them, two at a time.

Sphinx reads one page after the other and would execute each notebook as it comes to it. Here
they are executed side by side into the same cache, in which Sphinx then finds them.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution

from web.fingerprint import ROOT
from web.notebooks import TIMEOUT, WORKERS


def notebooks_of_book(root: Path = ROOT) -> list[Path]:
    """Return the notebooks that `_toc.yml` names: those that Sphinx will ask for."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    parts = toc.get("parts", [toc])
    named = [root / f"{c['file']}.ipynb" for part in parts for c in part.get("chapters", [])]
    return [path for path in named if path.exists()]


def execute_ahead(cache_path: Path, paths: list[Path] | None = None) -> list[str]:
    """Put what is not in the cache into it; return a line for each notebook that was executed.

    The environment of the kernels is the caller's to set. A notebook that fails is left to
    Sphinx, which runs it again and reports the cell.
    """
    cache = get_cache(cache_path)
    lines, waiting = [], []
    for path in paths or notebooks_of_book():
        notebook = nbformat.read(path, as_version=4)
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            waiting.append((path, notebook))

    def run(job: tuple[Path, nbformat.NotebookNode]) -> ExecutionResult:
        path, notebook = job
        return single_nb_execution(notebook, os.fspath(path.parent), TIMEOUT, allow_errors=False)

    with ThreadPoolExecutor(WORKERS) as pool:
        for (path, _), result in zip(waiting, pool.map(run, waiting), strict=True):
            lines.append(f"{path.name}: {result.time:.1f} s{' and FAILED' if result.err else ''}")
            print(lines[-1], flush=True)
            if result.err is None:
                data = {"execution_seconds": result.time}
                bundle = CacheBundleIn(result.nb, os.fspath(path), data=data)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return lines
