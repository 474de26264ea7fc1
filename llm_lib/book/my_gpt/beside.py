"""How long the reader's own file is, beside nanoGPT and the book's library, counted in one way.

A line counts that is neither empty nor a comment; a docstring is a comment.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from llm_lib.book.my_gpt.stages import STAGES, count_lines

LIBRARY = Path(__file__).resolve().parents[2]
# counted so on 30 November 2026 at commit 3adf61e of 12 November 2025, its newest then
NANOGPT = {"model.py": 221, "train.py": 232, "sample.py": 69}
# what of the library does the same things as the file, and more
SAME = (
    *("tokenizer.py", "bpe", "dataset", "model", "training"),
    *("generation", "pretrained", "finetuning"),
)
CACHED = "16"  # the stage at which the file trains, writes and has its cache


def count_code(text: str) -> int:
    r"""Return how many lines of some code are neither empty nor a comment or docstring.

    >>> count_code("# a comment\n\nx = 1  # one\n")
    1
    """
    lines = [line.strip() for line in text.split("\n")]
    counted = {i for i, line in enumerate(lines, 1) if line and not line.startswith("#")}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            counted -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(counted)


def count_library() -> tuple[int, int]:
    """Return how many lines of code, in how many files, the library has for the same things."""
    paths = [path for name in SAME for path in _python(LIBRARY / name)]
    return sum(count_code(path.read_text("utf-8")) for path in paths), len(paths)


def _python(path: Path) -> list[Path]:
    return [path] if path.suffix else sorted(path.rglob("*.py"))


def compare_lines() -> list[dict[str, Any]]:
    """Return the rows of a table: whose code, its lines and files, and what it needs."""
    library, files = count_library()
    return [
        _row("nanoGPT, model and training", NANOGPT["model.py"] + NANOGPT["train.py"], 2, "NumPy"),
        _row("nanoGPT, with writing", sum(NANOGPT.values()), 3, "NumPy, tiktoken"),
        _row("my_gpt.py, to chapter 16", count_lines(CACHED)[0], 1, "nothing"),
        _row("my_gpt.py, to chapter 22", count_lines(STAGES[-1])[0], 1, "nothing"),
        _row("llm_lib, for the same", library, files, "NumPy, regex, safetensors, tqdm"),
    ]


def _row(whose: str, lines: int, files: int, needs: str) -> dict[str, Any]:
    return {"code": whose, "lines": lines, "files": files, "besides PyTorch": needs}
