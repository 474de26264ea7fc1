"""Runs chapters more than once, and compares: ``python -m tests.twice``, or ``… 09 b`` for some.

A reader runs a cell again, or the whole notebook. So each cell of a chapter is run twice in a row,
and then, in the same kernel, all cells once more. Whenever it runs, a cell has to show what it
showed first: text, results, figures, and what its widgets are made with. Times and addresses may
differ, as `notebooks/sanitize.cfg` says, and all of a cell with the tag nbval-ignore-output.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbval.plugin import get_sanitize_patterns

from tests import run
from tests.check import find_chapter
from web.execution import TIMEOUT, kernel_environment
from web.notebooks import read

VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = re.compile(r"IPY_MODEL_(\w+)")
SOURCES = ("_esm", "_css")  # a widget's code: long, and told by its hash
RULES = get_sanitize_patterns((run.ROOT / "tests/notebooks/sanitize.cfg").read_text("utf-8"))
AROUND = 60  # characters before and after the first that differs
FIRST, IN_A_ROW, AGAIN = "the first time", "twice in a row", "Run All again"


class Difference(NamedTuple):
    """A cell that showed something else than the first time: when, what first, and what then."""

    cell: str
    when: str
    first: str
    then: str

    def __str__(self) -> str:
        """Return the place and the words around the first character that differs."""
        start = next(
            (i for i, (a, b) in enumerate(zip(self.first, self.then, strict=False)) if a != b),
            min(len(self.first), len(self.then)),
        )
        said = [
            f"    {name} {text[max(0, start - AROUND) : start + AROUND]!r}"
            for name, text in (("first:", self.first), ("then: ", self.then))
        ]
        return "\n".join([f"  cell {self.cell}, {self.when}:", *said])


class Kernel:
    """A kernel that runs the cells of one chapter."""

    def __init__(self, client: NotebookClient) -> None:
        """Use a client whose kernel has started."""
        self._client = client
        self.has_failed = False  # whether the cell that ran last has ended with an error

    def show(self, index: int) -> str:
        """Run a cell; return all that it shows, as text that can be compared."""
        cell = self._client.nb.cells[index]
        self._client.execute_cell(cell, index)
        said = "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
        parts = [said] if said else []
        self.has_failed = any(output.output_type == "error" for output in cell.outputs)
        for output in cell.outputs:
            if output.output_type == "error":
                parts.append(f"{output.ename}: {output.evalue}")
            for kind, data in sorted(output.get("data", {}).items()):
                parts.append(f"{kind}: {self._in_words(kind, data)}")
        return sanitize("\n".join(parts))

    def _in_words(self, kind: str, data: Any) -> str:
        if kind == VIEW:  # its id is random; what the widget is made with is not
            return self._state(data["model_id"], ())
        return data if isinstance(data, str) else json.dumps(data, sort_keys=True)

    def _state(self, model: str, around: tuple[str, ...]) -> str:
        state = dict(self._client.widget_state.get(model, {}))
        for name in SOURCES:
            if name in state:
                state[name] = hashlib.sha256(state[name].encode()).hexdigest()[:12]
        buffers = [[list(path), b["data"]] for path, b in self._buffers(model)]
        text = json.dumps([state, buffers], sort_keys=True, default=str)
        inner = (*around, model)
        return REFERENCE.sub(
            lambda m: "itself" if m[1] in inner else self._state(m[1], inner), text
        )

    def _buffers(self, model: str) -> list:
        return sorted(self._client.widget_buffers.get(model, {}).items())


def sanitize(text: str) -> str:
    """Return a text without what may differ.

    >>> sanitize("<a at 0x7f5c12345678> took 1.5 s")
    '<a at 0xADDRESS> took TIME'
    """
    for pattern, instead in RULES:
        text = re.sub(pattern, instead, text)
    return text


@contextmanager
def fresh_kernel(path: Path) -> Iterator[Kernel]:
    """Start a kernel for a chapter, and end it."""
    client = NotebookClient(
        read(path),
        timeout=TIMEOUT,
        kernel_name="python3",
        allow_errors=True,  # they are shown, and compared
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.reset_execution_trackers()
    with client.setup_kernel(stderr=subprocess.DEVNULL):  # warnings of its own, none of the chapter
        yield Kernel(client)


def code_of(path: Path) -> dict[int, tuple[str, set[str]]]:
    """Return id and tags of each cell with code, by its place in the notebook."""
    return {
        i: (cell.id, set(cell.metadata.get("tags", [])))
        for i, cell in enumerate(read(path).cells)
        if cell.cell_type == "code" and cell.source.strip()
    }


def differences(path: Path) -> Iterator[Difference | str]:
    """Run a chapter in all ways; yield each difference, and each way when it is done.

    An error that no tag allows counts as a difference, and a kernel that dies ends the chapter.
    """
    cells = code_of(path)
    first: dict[int, str] = {}
    cell, when = "", FIRST
    try:
        with fresh_kernel(path) as kernel:
            for index, (cell, tags) in cells.items():
                when = FIRST
                first[index] = kernel.show(index)
                if kernel.has_failed and "raises-exception" not in tags:
                    yield Difference(cell, when, "", first[index])
                when = IN_A_ROW
                yield from compare(cell, tags, when, first[index], kernel.show(index))
            yield when
            when = AGAIN
            for index, (cell, tags) in cells.items():
                yield from compare(cell, tags, when, first[index], kernel.show(index))
            yield when
    except (CellTimeoutError, DeadKernelError) as error:
        yield Difference(cell, when, "", f"{type(error).__name__}: {error}")


def compare(cell: str, tags: set[str], when: str, first: str, then: str) -> Iterator[Difference]:
    """Yield the difference between what a cell has shown, if there is one and it counts."""
    if first != then and "nbval-ignore-output" not in tags:
        yield Difference(cell, when, first, then)


def try_chapter(path: Path) -> list[Difference]:
    """Run a chapter in all ways, saying how far it is; return the differences, each once."""
    start = time.monotonic()
    found: dict[tuple[str, str], Difference] = {}
    print(f"{path.stem}: ", end="", flush=True)
    for event in differences(path):
        if isinstance(event, Difference):
            found.setdefault((event.cell, event.when), event)
        else:
            print(f"{event} {time.monotonic() - start:.0f} s, ", end="", flush=True)
    print(f"{len(found)} differences" if found else "all the same", flush=True)
    for difference in found.values():
        print(difference, flush=True)
    return list(found.values())


def main(names: list[str]) -> int:
    """Try the chapters that are named, or all; return 0, or 1 where something differs."""
    try:
        paths = [find_chapter(name) for name in names] or run.CHAPTERS
    except ValueError as error:
        print(error)
        return 2
    kernel_environment()
    found = {path.stem: try_chapter(path) for path in paths}
    bad = [name for name, some in found.items() if some]
    print(f"{len(found) - len(bad)} of {len(found)} chapters show the same whenever they run.")
    if bad:
        print(f"Not the same: {', '.join(bad)}")
    return int(bool(bad))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped.")
        sys.exit(130)
