"""Brings the stored outputs up to date: runs the pages whose outputs don't belong to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from llm_lib.files import atomic_write
from web.execution import Run, kernel_environment, run_all
from web.machine import name_machine
from web.outputs import depends, stored
from web.outputs.classes import files_without_a_run
from web.outputs.pages import LOCAL, STORE, hash_of_code, name_of, read_page
from web.outputs.stable import make_stable
from web.outputs.stored import Stored

SCRIPT = "(window.__llmModels ??= {{}})[{}] = "  # how a published file begins


def reasons_to_run(
    pages: Iterable[Path], folders: tuple[Path, ...] = (STORE, LOCAL)
) -> dict[Path, str]:
    """Return the pages that none of the folders has outputs for, each with the reason in words."""
    waiting = {}
    for page in pages:
        why = [stored.why_not(page, folder) for folder in folders]
        if all(why):
            first = why[0]
            waiting[page] = first[0] + (f", and {len(first) - 1} more" if len(first) > 1 else "")
    return waiting


def bring_up_to_date(
    pages: Iterable[Path],
    folders: tuple[Path, ...] = (STORE, LOCAL),
    *,
    into: Path = LOCAL,
    force: bool = False,
    also: Callable[[Run], None] = lambda run: None,
) -> list[Path]:
    """Run the pages without outputs of their own, keep what they show, and return those pages.

    folders: where outputs may lie; into: where new ones go; force: run all pages.
    also: what else is to be done with each run.

    Raises ChapterError for the first that fails.
    """
    pages = list(pages)
    waiting = dict.fromkeys(pages, "asked for") if force else reasons_to_run(pages, folders)
    for page, why in waiting.items():
        print(f"  {name_of(page)}: {why}", flush=True)

    def keep(run: Run) -> None:
        store(run, into)
        also(run)

    if waiting:
        kernel_environment()
        run_all(waiting, keep)
    return list(waiting)


def store(run: Run, folder: Path) -> None:
    """Write what a run has shown, and the files that only it can make."""
    made, files = to_store(run)
    for ref, payload in files.items():
        path = stored.file_of(folder, ref)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            json.dump(payload, file, ensure_ascii=False, indent=0)
    stored.write(stored.path_in(folder, run.page), made)


def to_store(run: Run) -> tuple[Stored, dict[str, Any]]:
    """Return what is stored of a run, and by ref the files that only it can make."""
    cells, widgets = make_stable(run.notebook)
    known = files_without_a_run(widgets)
    files = {ref: read_script(ref, text) for ref, text in run.files.items() if ref not in known}
    made = Stored(
        code=hash_of_code(read_page(run.page)),
        depends=depends.hash_all(run.read),
        machine=name_machine(),
        cells=cells,
        widgets=widgets,
        files=sorted(files),
    )
    return made, files


def read_script(ref: str, text: str) -> Any:
    """Return what a published file holds."""
    return json.loads(text.strip().removeprefix(SCRIPT.format(json.dumps(ref))).removesuffix(";"))


def find_unused(pages: Iterable[Path], folder: Path = STORE) -> list[Path]:
    """Return the outputs of pages that are gone, and files that no outputs name."""
    kept, needed = set(), set()
    for page in pages:
        path = stored.path_in(folder, page)
        kept.add(path)
        if path.exists():
            needed |= {stored.file_of(folder, ref) for ref in stored.read(path).files}
    return [path for path in folder.rglob("*.json") if path not in kept | needed]


def remove_unused(pages: Iterable[Path], folder: Path = STORE) -> list[Path]:
    """Delete the outputs that no page needs; return them."""
    unused = find_unused(pages, folder)
    for path in unused:
        path.unlink()
    return unused
