"""Builds the site strictly: ``python -m web.build``. The result is `_build/html`.

Every warning is an error, and every page is written anew (an incremental strict build can pass
falsely). Executed notebooks come from a cache that is keyed on them and on `llm_lib`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from web.ahead import execute_ahead
from web.book_extension import execution_cache, kernel_environment
from web.fingerprint import BUILD, ROOT, cache_folder

STRICT = ["-W", "-n", "--all", "--keep-going"]


def timed(what: str, work: Callable[[], None]) -> None:
    """Run `work`, saying what it is before and how long it took after."""
    print(f"{what} …", flush=True)
    start = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - start:.1f} s", flush=True)


def drop_old_caches(build: Path = BUILD) -> None:
    """Delete caches made for other versions of `llm_lib`."""
    keep = cache_folder(build)
    for folder in build.glob("cache-*"):
        if folder != keep:
            shutil.rmtree(folder)


def run_jupyter_book(flags: list[str]) -> None:
    """Run Jupyter Book in the repository's root; raises CalledProcessError where it fails."""
    start = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "build", *flags, str(ROOT)]
    subprocess.run(command, cwd=ROOT, check=True)


def execute_chapters() -> None:
    """Execute what is not in the cache, side by side, as Sphinx would one by one."""
    kernel_environment()
    execute_ahead(execution_cache())


def site_size(site: Path) -> str:
    """Return how many files the site has and what they weigh, in words."""
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"


def main(arguments: list[str] | None = None) -> int:
    """Build the book; return 0, or 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="Build the book into _build/html.")
    parser.add_argument("--draft", action="store_true", help="let warnings pass")
    draft = parser.parse_args(arguments).draft
    site = BUILD / "html"
    try:
        timed("Removing the last site and old caches", lambda: _clear(site))
        timed("Executing the chapters that changed", execute_chapters)
        timed("Building the pages", lambda: run_jupyter_book([] if draft else STRICT))
    except subprocess.CalledProcessError as error:
        print(f"The build failed (exit code {error.returncode}); the reasons stand above.")
        return 1
    print(f"{site / 'index.html'}: {site_size(site)}")
    return 0


def _clear(site: Path) -> None:
    shutil.rmtree(site, ignore_errors=True)
    drop_old_caches()


if __name__ == "__main__":
    sys.exit(main())
