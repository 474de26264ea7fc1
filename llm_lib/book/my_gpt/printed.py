"""What the reader's own file prints at a stage, so that they can tell whether theirs does the same.

`python -m llm_lib.book.my_gpt.printed` runs the command of each stage that needs no text of the
reader's, and writes `printed.json` (about a minute on a core).
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from llm_lib.book.my_gpt.models import NAMES, write_models
from llm_lib.book.my_gpt.stages import STAGES, Stage, text_at
from llm_lib.files import read_json, write_json

FILE = Path(__file__).with_name("printed.json")
OWN_TEXT = (".txt", ".jsonl", "Once upon")  # what a command needs that only the reader has
SECONDS = 300


def needs_own_text(stage: Stage) -> bool:
    """Whether a stage's command reads a file of the reader's, or a model trained on one."""
    return any(word in stage.command for word in OWN_TEXT)


def print_of(stage: Stage) -> list[str]:
    """Run a stage's command in a folder of its own; return the lines that it prints.

    Raises ValueError, with what the file said, if it fails.
    """
    _, *words = shlex.split(stage.command)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "my_gpt.py").write_text(text_at(stage.key), "utf-8")
        write_models_of(words, Path(folder))
        done = subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
            timeout=SECONDS,
        )
    if done.returncode:
        raise ValueError(f"{stage.command} failed at stage {stage.key}: {done.stderr.strip()}")
    return done.stdout.rstrip("\n").split("\n")


def write_models_of(words: list[str], folder: Path) -> None:
    """Put the models that a command names into a folder."""
    named = tuple(name for name in NAMES if f"model={name}" in words)
    if named:
        write_models(named, folder)


@cache
def load_printed() -> dict[str, list[str]]:
    """Return what is recorded: the lines printed, by the key of the stage."""
    return read_json(FILE)


def main() -> None:
    """Run the stages, and write what they print."""
    printed = {}
    for stage in STAGES:
        if not needs_own_text(stage):
            printed[stage.key] = print_of(stage)
            print(stage.key, stage.command, *printed[stage.key], sep="\n  ")
    write_json(FILE, printed)


if __name__ == "__main__":
    main()
