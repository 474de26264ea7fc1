"""Puts the figures of several models side by side: see `llm_lib.book.small_world`."""

import argparse
from collections.abc import Sequence

from tqdm import tqdm

from llm_lib.book.small_world.quality import MEASURED_SPLITS, N_MEASURES, evaluate_model
from llm_lib.files import write_json
from llm_lib.pretrained.save_load import load_model

TITLES = {"held_out": "held out", "new_names": "new names"}


def format_figures(figures: dict[str, dict]) -> str:
    """Return what `evaluate_model` found, by the model's name, as one table in percent.

    Stories: the share that keeps what was asked for, part by part; tasks: the share of right
    answers.

    >>> one = {"stories": {}, "answers": {"spam, held_out": 0.5, "spam, new_names": 0.125}}
    >>> print(format_figures({"tiny": one, "tinier": one}))
                      tiny  tinier
    held out
      spam           50.0%   50.0%
    new names
      spam           12.5%   12.5%
    """
    rows = {name: _rows(found) for name, found in figures.items()}
    labels = [label for split in TITLES for label in next(iter(rows.values()))[split]]
    first = max(map(len, labels)) + 12
    widths = [max(6, len(name)) for name in figures]

    def line(label: str, cells: Sequence[str]) -> str:
        right = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        return "  ".join([f"{label:<{first}}", *right]).rstrip()

    lines = [line("", list(figures))]
    for split, title in TITLES.items():
        lines.append(title)
        for label in next(iter(rows.values()))[split]:
            lines.append(line(f"  {label}", [f"{row[split][label]:.1%}" for row in rows.values()]))
    return "\n".join(lines)


def _rows(found: dict[str, dict]) -> dict[str, dict[str, float]]:
    """Return each split's figures by what stands at the left of their row."""
    rows: dict[str, dict[str, float]] = {split: {} for split in MEASURED_SPLITS}
    for condition, shares in found["stories"].items():
        split, how = condition.split(", ")
        rows[split] |= {f"story, {how}: {part}": share for part, share in shares.items()}
    for condition, share in found["answers"].items():
        task, split = condition.split(", ")
        rows[split][task] = share
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure models on prompts that training never showed, and print one table."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.book.small_world", description=main.__doc__
    )
    parser.add_argument(
        "models", nargs="+", metavar="model", help="a shipped model's name, or a saved one's folder"
    )
    parser.add_argument("--prompts", type=int, default=400, help="of each kind (default: 400)")
    parser.add_argument("--write", metavar="FILE", help="write the figures to this JSON file too")
    options = parser.parse_args(arguments)
    if options.prompts < 1:
        parser.error(f"--prompts must be 1 or more, got {options.prompts}")
    names = list(dict.fromkeys(options.models))
    try:
        models = {name: load_model(name) for name in names}  # all, before the first works long
    except ValueError as error:
        print(f"error: {error}")
        return 1
    figures = {}
    try:
        with tqdm(total=len(names) * N_MEASURES, unit="measure") as bar:
            for name, pair in models.items():
                bar.set_description(name)
                figures[name] = evaluate_model(*pair, options.prompts, bar.update)
    except KeyboardInterrupt:
        print("\nstopped; nothing was written")
        return 130
    print(format_figures(figures))
    if options.write:
        write_json(options.write, figures if len(names) > 1 else figures[names[0]], indent=1)
    return 0
