"""The command by which a study of real English is made: it measures with SmolLM2 and writes a file.

A study is a function that takes the model and its tokenizer, and returns runs and counts.
"""

import argparse
from collections.abc import Callable
from typing import Any

import torch

from llm_lib.book.measured.recorded_run import FOLDER, Run, write_recorded
from llm_lib.pretrained.save_load import load_model

Measure = Callable[[Any, Any], tuple[list[Run], dict[str, Any]]]


def command_of(name: str) -> str:
    """Return what is typed to make the study `name`."""
    return f"python -m llm_lib.book.studies.real_english.{name}"


def write_study(name: str, measure: Measure, about: str | None = None) -> None:
    """Measure with SmolLM2, write `<name>.json`, and print its counts."""
    parser = argparse.ArgumentParser(prog=command_of(name), description=about)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    runs, counts = measure(model.eval(), tokenizer)
    file = FOLDER / f"{name}.json"
    size = {name: getattr(model.config, name) for name in ("vocab_size", "context_length")}
    write_recorded(file, runs, command_of(name), **size, counts=counts)
    print(f"{file.name}: {file.stat().st_size:,} bytes")
    for what, count in counts.items():
        print(f"{what}: {count}")
