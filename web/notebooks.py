"""Runs chapters and keeps them clean: ``python -m web.notebooks strip|check|execute [files]``.

Committed notebooks hold text outputs only, so that differences are readable; all that a chapter
shows is stored beside them (`web.outputs`). `execute` refreshes both.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat

from web.execution import ChapterError, Run
from web.fingerprint import ROOT
from web.outputs.keeping import bring_up_to_date, reasons_to_run, remove_unused
from web.outputs.pages import STORE, pages_with_cells

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT_METADATA = ("tags", "mystnb", "slideshow", "jupyter", "editable")


def chapters(root: Path = ROOT) -> list[Path]:
    """Return every notebook of the book, in order of name."""
    return sorted((root / "chapters").glob("*.ipynb"))


def clean_outputs(outputs: list[Any]) -> list[Any]:
    """Return the outputs that can be compared: printed text, and results as plain text."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            kept.append(output)
        elif output.output_type in ("execute_result", "display_data"):
            if "text/plain" in output.data:
                output.data = {"text/plain": output.data["text/plain"]}
                output.metadata = {}
                if output.output_type == "execute_result":
                    output.execution_count = None
                kept.append(output)
    return kept


def clean(notebook: Any) -> Any:
    """Clean a notebook in place and return it.

    Cells that ran are numbered 1, 2, …; a cell that never ran keeps no number, so that a test
    can see it. Ids are kept, and made from a cell's place where they are missing or repeated.
    """
    kept = {k: v for k, v in notebook.metadata.items() if k in ("mystnb", "myst", "html_meta")}
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}} | kept
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: set[str] = set()
    count = 0
    for place, cell in enumerate(notebook.cells):
        if cell.get("id", "") in seen | {""}:
            cell.id = f"cell-{place:03d}"
        seen.add(cell.id)
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_METADATA}
        if cell.cell_type != "code":
            continue
        cell.outputs = clean_outputs(cell.outputs)
        count += cell.execution_count is not None
        cell.execution_count = count if cell.execution_count is not None else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    return notebook


def to_text(notebook: Any) -> str:
    """Return the notebook as the text of its file: indented JSON with a final newline."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def read(path: Path) -> Any:
    """Return the notebook in `path`; raises ValueError naming a file that is not one."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a notebook: {error}") from error
    for place, cell in enumerate(raw.get("cells", [])):
        cell.setdefault("id", f"cell-{place:03d}")
    raw["nbformat"], raw["nbformat_minor"] = 4, 5
    return nbformat.reads(json.dumps(raw), as_version=nbformat.NO_CONVERT)


def write(path: Path, notebook: Any) -> None:
    """Write the notebook to a temporary name, then rename it: never half a file."""
    temporary = path.with_suffix(".ipynb.tmp")
    temporary.write_text(to_text(notebook), "utf-8", newline="\n")
    os.replace(temporary, path)


def is_clean(path: Path) -> bool:
    """Tell whether the file is what `strip` would write."""
    return path.read_text("utf-8") == to_text(clean(read(path)))


def code_of(notebook: Any) -> list[str]:
    """Return the code of a notebook, cell by cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def keep_text(run: Run) -> None:
    """Write a notebook that has run, cleaned; a page of another kind stays as it is."""
    if run.page.suffix == ".ipynb":
        write(run.page, clean(run.notebook))


def execute(paths: list[Path], force: bool = False, store: Path = STORE) -> int:
    """Run the chapters whose stored outputs aren't theirs, and store those; 1 where one fails."""
    try:
        ran = bring_up_to_date(paths, (store,), into=store, force=force, also=keep_text)
    except ChapterError as error:
        print(f"{error}\nIt is left as it was.", file=sys.stderr)
        return 1
    print(f"{len(ran)} of {len(paths)} pages were run.")
    return 0


def strip(paths: list[Path]) -> int:
    """Clean each notebook that is not clean; return 0."""
    notebooks = (path for path in paths if path.suffix == ".ipynb")
    for path in (path for path in notebooks if not is_clean(path)):
        write(path, clean(read(path)))
        print(f"cleaned {path}")
    return 0


def check(paths: list[Path]) -> int:
    """Name notebooks that are not clean, and pages whose outputs are old; 1 if there are some."""
    dirty = [path for path in paths if path.suffix == ".ipynb" and not is_clean(path)]
    for path in dirty:
        print(f"{path} holds more than text outputs: python -m web.notebooks strip {path}")
    old = reasons_to_run(paths, (STORE,))
    for path, why in old.items():
        print(f"{path}: {why}; its stored outputs may be old: make execute")
    return int(bool(dirty or old))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Run chapters and keep them clean.")
    parser.add_argument("command", choices=["strip", "check", "execute"])
    parser.add_argument("files", nargs="*", type=Path, help="notebooks; all chapters if none")
    parser.add_argument("--force", action="store_true", help="execute unchanged chapters too")
    options = parser.parse_args(arguments)
    pages = pages_with_cells()
    paths = [path.resolve() for path in options.files] or pages
    if options.command == "execute":
        failed = execute(paths, options.force)
        for path in [] if failed or options.files else remove_unused(pages):
            print(f"removed {path}, which no page needs")
        return failed
    return {"strip": strip, "check": check}[options.command](paths)


if __name__ == "__main__":
    sys.exit(main())
