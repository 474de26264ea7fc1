"""Runs chapters and keeps them clean: ``python -m web.notebooks strip|check|execute [files]``.

Committed notebooks hold text outputs only, so that differences are readable and can be compared
by machine; the build makes figures and widgets afresh. What was executed with which library is
remembered in `_build/executed.json`: a note for this machine, never committed, so that two
people who run the same chapter have no conflict.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from web.fingerprint import BUILD, ROOT, library_hash

RECORD = BUILD / "executed.json"
WORKERS = 2
TIMEOUT = 180  # seconds a cell
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


def state_of(path: Path) -> str:
    """Return a hash of all that a chapter's outputs depend on: its code and the library."""
    parts = json.dumps([library_hash(), code_of(read(path))])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def load_record() -> dict[str, str]:
    """Return which chapter was executed in which state, on this machine."""
    return json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}


def run(path: Path) -> str:
    """Execute one notebook, clean it, write it; return what happened, in a line."""
    start = time.perf_counter()
    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        coalesce_streams=True,  # else a text is cut wherever one message happened to end
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(stderr=subprocess.DEVNULL)  # warnings of the kernel's own, none of the chapter's
    write(path, clean(notebook))
    return f"{path.name}: {time.perf_counter() - start:.1f} s"


def execute(paths: list[Path], force: bool = False) -> int:
    """Re-run changed chapters, two at a time; return 0, or 1 where one fails."""
    from web.book_extension import kernel_environment

    kernel_environment()
    record = load_record()
    changed = [p for p in paths if force or record.get(p.name) != state_of(p)]
    print(f"{len(changed)} of {len(paths)} chapters have changed.", flush=True)
    failed = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for path, job in [(path, pool.submit(run, path)) for path in changed]:
            try:
                print(job.result(), flush=True)
                record[path.name] = state_of(path)
            except CellExecutionError as error:
                failed += 1
                print(f"{path.name} failed; it is left as it was.\n{error}", flush=True)
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True), "utf-8")
    return int(failed > 0)


def strip(paths: list[Path]) -> int:
    """Clean each notebook that is not clean; return 0."""
    for path in (path for path in paths if not is_clean(path)):
        write(path, clean(read(path)))
        print(f"cleaned {path}")
    return 0


def check(paths: list[Path]) -> int:
    """Name the notebooks that are not clean; return 1 where there is one."""
    dirty = [path for path in paths if not is_clean(path)]
    for path in dirty:
        print(f"{path} holds more than text outputs: python -m web.notebooks strip {path}")
    return int(bool(dirty))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Run chapters and keep them clean.")
    parser.add_argument("command", choices=["strip", "check", "execute"])
    parser.add_argument("files", nargs="*", type=Path, help="notebooks; all chapters if none")
    parser.add_argument("--force", action="store_true", help="execute unchanged chapters too")
    options = parser.parse_args(arguments)
    paths = options.files or chapters()
    if options.command == "execute":
        return execute(paths, options.force)
    return {"strip": strip, "check": check}[options.command](paths)


if __name__ == "__main__":
    sys.exit(main())
