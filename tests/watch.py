"""Writes down when each test starts, how long it took, why it failed: ``-p tests.watch``.

`tests.run` reads it, to name the slowest tests and those that hung. The file is the one that
LLM_BOOK_TEST_TIMES names; each line is JSON.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "LLM_BOOK_TEST_TIMES"


class Watch:
    """Appends a line for each test that starts, and for each part of one that ends."""

    def __init__(self, path: Path) -> None:
        """Write to `path`."""
        self.path = path

    def _write(self, **line: object) -> None:
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note that a test starts."""
        self._write(test=nodeid, started=True)

    def pytest_runtest_logreport(self, report) -> None:
        """Add the time of a test's set-up, call or end, and what made it fail."""
        why = {"failed": report.longreprtext.splitlines()[-1]} if report.failed else {}
        ended = report.when == "teardown"
        self._write(test=report.nodeid, seconds=report.duration, ended=ended, **why)


def pytest_configure(config) -> None:
    """Start watching, in the process to which all workers report."""
    if os.environ.get(VARIABLE) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch(Path(os.environ[VARIABLE])))


def _read(path: Path) -> Iterator[dict]:
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            yield json.loads(line)
        except ValueError:  # the last line of a run that was ended
            continue


def read_failures(path: Path) -> dict[str, str]:
    """Return the tests that failed, and the last line of what each said."""
    return {event["test"]: event["failed"] for event in _read(path) if "failed" in event}


def read_times(path: Path) -> tuple[dict[str, float], list[str]]:
    """Return seconds by test, and the tests that started and did not end."""
    seconds: dict[str, float] = defaultdict(float)
    running: dict[str, None] = {}  # a set that keeps its order
    for event in _read(path):
        seconds[event["test"]] += event.get("seconds", 0.0)
        if event.get("started"):
            running[event["test"]] = None
        if event.get("ended"):
            running.pop(event["test"], None)
    return dict(seconds), list(running)
