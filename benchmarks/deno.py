"""Finds Deno, the program that runs the page's scripts, in whichever environment it lies."""

from __future__ import annotations

import sysconfig
from importlib.metadata import PackageNotFoundError, distribution

from benchmarks.table import SkippedError


def find_deno() -> str:
    """Return the path of Deno's program, as the list of its package's files has it.

    The package itself looks beside the Python that runs, and in the user's own folder; the
    benchmarks' environment only sees the package, which is installed in the one below it.

    Raises SkippedError if the package is missing, or its program is.
    """
    name = "deno" + (sysconfig.get_config_var("EXE") or "")
    try:
        files = distribution("deno").files or []
    except PackageNotFoundError:
        raise SkippedError("the package deno is not installed; make bench brings it") from None
    paths = [str(file.locate()) for file in files if file.name == name and file.locate().is_file()]
    if not paths:
        raise SkippedError(
            "the package deno has lost its program; remove .venv-dev, then make bench"
        )
    return paths[0]
