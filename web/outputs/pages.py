"""The pages that have cells to run: notebooks, and Markdown pages with the directive code-cell."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import nbformat
import yaml

from web.fingerprint import BUILD, ROOT

CELL = "{code-cell}"
# another one for tests
STORE = Path(os.environ.get("LLM_BOOK_STORE") or ROOT / "chapters" / "outputs")
LOCAL = BUILD / "outputs"  # of chapters that were changed here; `make execute` stores them


def pages_with_cells(root: Path = ROOT) -> list[Path]:
    """Return the pages that `_toc.yml` names and that have cells to run, in the book's order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    parts = toc.get("parts", [toc])
    names = [toc["root"], *(c["file"] for part in parts for c in part.get("chapters", []))]
    found = (root / f"{name}{suffix}" for name in names for suffix in (".ipynb", ".md"))
    return [path for path in found if path.exists() and has_cells(path)]


def has_cells(path: Path) -> bool:
    """Tell whether a page has cells to run."""
    return path.suffix == ".ipynb" or f"```{CELL}" in path.read_text("utf-8")


def read_page(path: Path) -> Any:
    """Return a page as a notebook. The cells of a Markdown page are named by their number.

    Raises ValueError naming a file that is no notebook.
    """
    if path.suffix == ".ipynb":
        try:
            return nbformat.read(path, as_version=4)
        except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
            raise ValueError(f"{path} is not a notebook: {error}") from error
    from myst_nb.core.config import NbParserConfig
    from myst_nb.core.read import create_nb_reader
    from myst_parser.config.main import MdParserConfig

    text = path.read_text("utf-8")
    return create_nb_reader(str(path), MdParserConfig(), NbParserConfig(), text).read(text)


def code_cells(notebook: Any) -> list[tuple[str, Any]]:
    """Return the code cells, each with the name by which its outputs are stored."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    is_text = "source_map" in notebook.metadata  # MyST-NB makes up ids, anew at each reading
    return [(f"cell-{n}" if is_text else cell["id"], cell) for n, cell in enumerate(cells, 1)]


def hash_of_code(notebook: Any) -> str:
    """Return a hash of all code of a page, and of which cell may fail."""
    parts = [
        [name, cell.source, "raises-exception" in cell.metadata.get("tags", [])]
        for name, cell in code_cells(notebook)
        if cell.source.strip()
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def name_of(path: Path) -> str:
    """Return what a page is called in lines that the build prints: "09", "B", "playground".

    >>> name_of(Path("chapters/09_self_attention.ipynb")), name_of(Path("appendix_b_maths.ipynb"))
    ('09', 'appendix b')
    """
    head = path.stem.split("_")
    if head[0] == "appendix":
        return " ".join(head[:2])
    return head[0] if head[0].isdigit() else path.stem
