"""The command that evaluates a model on a task, and holds it against another.

    python -m llm_lib.evaluation smollm2
    python -m llm_lib.evaluation smollm2 --compare sprout
    python -m llm_lib.evaluation runs/mine/model --task my_questions.jsonl --output result.json

A MODEL is what `load_model` takes: a name or a folder. A task is a JSONL file (`tasks` says how a
line looks); without one, 40 questions of general knowledge that any child could answer.
"""

import argparse
import functools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from llm_lib.evaluation.forms import FORMS
from llm_lib.evaluation.intervals import (
    Difference,
    paired_difference,
    standard_error,
    wilson_interval,
)
from llm_lib.evaluation.multiple_choice import RULES, answer_choices
from llm_lib.evaluation.tasks import SHIPPED, Item, OpenQuestion, Passage, Question, read_task
from llm_lib.evaluation.text_loss import TextLoss, measure_text
from llm_lib.evaluation.text_match import exact_match, f1_score
from llm_lib.files import write_json
from llm_lib.generation import complete
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import Tokenizer

Marks = dict[str, list[float]]  # of each metric, a mark for each item


def mark_choices(
    model: GPT, tokenizer: Tokenizer, items: Sequence[Question], form: str, progress: Any
) -> tuple[Marks, list[dict]]:
    """Return a mark of each question by each rule, and what stands behind it."""
    found = answer_choices(model, tokenizer, items, FORMS[form], progress=progress)
    marks = {rule: [float(c.is_right(rule)) for c in found] for rule in RULES}
    told = [
        {
            "log_probs": [sum(each) for each in choice.log_probs],
            "unasked": list(choice.unasked),
            "answer": choice.right,
            "chosen": {rule: choice.choose(rule) for rule in RULES},
        }
        for choice in found
    ]
    return marks, told


def mark_open(
    model: GPT, tokenizer: Tokenizer, items: Sequence[OpenQuestion], form: str, progress: Any
) -> tuple[Marks, list[dict]]:
    """Return exact match and F1 of the first line that the model writes, greedily."""
    told, marks = [], {"exact_match": [], "f1": []}
    for item in progress(items):
        prompt = FORMS[form].prompt.format(question=item.question)
        [text] = complete(model, tokenizer, [prompt], max_new_tokens=32)
        answer = text.strip().split("\n")[0]
        told.append({"written": answer})
        marks["exact_match"].append(float(exact_match(answer, item.answers)))
        marks["f1"].append(f1_score(answer, item.answers))
    return marks, told


def mark_texts(
    model: GPT, tokenizer: Tokenizer, items: Sequence[Passage], form: str, progress: Any
) -> tuple[Marks, list[dict]]:
    """Return the bits per byte of each text, and its log probability and lengths."""
    losses = [measure_text(model, tokenizer, item.text) for item in progress(items)]
    told = [vars(loss) for loss in losses]
    return {"bits_per_byte": [loss.bits_per_byte for loss in losses]}, told


MARKERS = {Question: mark_choices, OpenQuestion: mark_open, Passage: mark_texts}


def load(name: str, device: str = "cpu") -> tuple[GPT, Tokenizer]:
    """Return a model and its tokenizer; ValueError if there is no such model, or no tokenizer."""
    model, tokenizer = load_model(name, device=device)
    if tokenizer is None:
        raise ValueError(f"the model {name!r} has no tokenizer beside it, and can't read a text")
    return model, tokenizer


def evaluate(
    name: str, model: GPT, tokenizer: Tokenizer, items: Sequence[Item], form: str = "cloze"
) -> dict[str, Any]:
    """Return the marks of a model, and what each of them rests on.

    Raises ValueError, naming the model, for a text that it can't read.
    """
    bar = functools.partial(tqdm, desc=name, unit="item", file=sys.stderr, dynamic_ncols=True)
    try:
        marks, told = MARKERS[type(items[0])](model, tokenizer, items, form, bar)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return {"model": name, "metrics": _summarize(marks, told), "marks": marks, "items": told}


def _summarize(marks: Marks, told: list[dict]) -> dict[str, dict[str, float]]:
    """Return each metric's mean, with its standard error and 95 % interval."""
    found = {}
    for name, values in marks.items():
        mean, n = sum(values) / len(values), len(values)
        entry: dict[str, float] = {"mean": mean}
        if name in RULES or name == "exact_match":
            entry["right"] = int(sum(values))
            entry["low"], entry["high"] = wilson_interval(int(sum(values)), n)
        elif n > 1:
            error = standard_error(values)
            entry |= {"low": mean - 1.96 * error, "high": mean + 1.96 * error}
        found[name] = entry
    if "bits_per_byte" in marks:  # of all texts together
        total = functools.reduce(TextLoss.__add__, (TextLoss(**one) for one in told))
        for unit in ("token_perplexity", "word_perplexity"):
            found[unit] = {"mean": getattr(total, unit)}
    return found


def compare(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Difference]:
    """Return how much each metric of one result differs from the other's, paired by item."""
    if len(next(iter(one["marks"].values()))) < 2:
        return {}
    return {m: paired_difference(one["marks"][m], other["marks"][m]) for m in one["marks"]}


def describe(results: Sequence[dict[str, Any]], items: Sequence[Item]) -> str:
    """Return the results of one model or two as a table, a metric a line."""
    difference = compare(*results) if len(results) == 2 else {}
    head = ["", *(r["model"] for r in results), *(["difference, paired"] if difference else [])]
    rows = [head]
    for name in results[0]["metrics"]:
        cells = [_cell(name, r["metrics"][name], len(items)) for r in results]
        if difference:
            cells.append(_difference_cell(name, difference[name]) if name in difference else "")
        rows.append([name, *cells])
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _percent(name: str) -> bool:
    return name in RULES or name in ("exact_match", "f1")


def _cell(name: str, entry: dict[str, float], n: int) -> str:
    scale, digits = (100, 1) if _percent(name) else (1, 3)
    text = f"{scale * entry['mean']:.{digits}f}" + (" %" if _percent(name) else "")
    if "low" in entry:
        text += f" [{scale * entry['low']:.{digits}f}, {scale * entry['high']:.{digits}f}]"
    return f"{entry['right']}/{n} = {text}" if "right" in entry else text


def _difference_cell(name: str, found: Difference) -> str:
    scale, digits = (100, 1) if _percent(name) else (1, 3)
    low, high = found.low, found.high
    if _percent(name):  # no difference is larger
        low, high = max(low, -1.0), min(high, 1.0)
    ends = f"[{scale * low:+.{digits}f}, {scale * high:+.{digits}f}]"
    return f"{scale * found.mean:+.{digits}f} {ends}" + ("" if found.is_seen else " (open)")


def main(arguments: list[str] | None = None) -> int:
    """Evaluate a model, or two; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.evaluation",
        description="Evaluate a model on a task, and hold it against another.",
    )
    parser.add_argument("model", help="a name, such as sprout or smollm2, or a model's folder")
    parser.add_argument("--task", type=Path, default=SHIPPED, help="a JSONL file of questions")
    parser.add_argument("--compare", metavar="OTHER", help="a second model")
    parser.add_argument("--form", choices=FORMS, default="cloze", help="how questions are put")
    parser.add_argument("--limit", type=int, help="only the first so many questions")
    parser.add_argument("--output", type=Path, help="write all numbers to this JSON file")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    parser.add_argument("--device", help="cpu or cuda (default: cuda where there is one)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads))
    try:
        return _evaluate_all(options)
    except KeyboardInterrupt:
        print("\nstopped; nothing was written", file=sys.stderr)
        return 130
    except (ValueError, TypeError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _evaluate_all(options: argparse.Namespace) -> int:
    if options.limit is not None and options.limit < 1:
        raise ValueError(f"--limit must be at least 1, got {options.limit}")
    if options.output and not options.output.parent.is_dir():
        raise ValueError(f"--output: there is no folder {options.output.parent}")
    if options.output and options.output.is_dir():
        raise ValueError(f"--output: {options.output} is a folder; name a file in it")
    items = read_task(options.task)[: options.limit]
    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    names = [options.model, *([options.compare] if options.compare else [])]
    models = [load(name, device) for name in names]  # all first: a wrong name costs no waiting
    pairs = zip(names, models, strict=True)
    results = [evaluate(name, *both, items, options.form) for name, both in pairs]
    kind = "text" if isinstance(items[0], Passage) else "question"
    form = "" if kind == "text" else f", form {options.form}"
    many = "" if len(items) == 1 else "s"
    print(f"{options.task.name}: {len(items)} {kind}{many}{form}; 95 % intervals in brackets")
    if isinstance(items[0], Question):
        print(f"guessing: {sum(100 / len(q.choices) for q in items) / len(items):.1f} %")
    print(describe(results, items))
    if options.output:
        paired = {k: vars(v) for k, v in compare(*results).items()} if len(results) == 2 else {}
        task = {"task": options.task.name, "form": options.form, "n": len(items)}
        write_json(options.output, task | {"results": results, "differences": paired})
    return 0
