"""Does base Sprout learn to answer a kind of question that it was never tuned on?

    python -m llm_lib.book.studies.unseen_kinds           # about six minutes on one core
    python -m llm_lib.book.studies.unseen_kinds --quick   # four steps of two runs; printed only

One kind is left out: what somebody had, or what animal they were. Base Sprout is tuned on 2, 4 or 8
other kinds, with as many examples in all; then it is asked the kind left out. Two kinds left out
and three seeds make six runs of each with the prompts masked, and six with the prompts counted.
`llm_lib/book/studies/unseen_kinds.json` holds how it answers, and the loss on the right answers.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.book.small_world import Example, SmallWorld
from llm_lib.book.small_world.tasks import make_examples
from llm_lib.files import read_json, write_json
from llm_lib.finetuning.sft import (
    PLAIN,
    AnswerBatches,
    collate,
    compute_answer_loss,
    encode_answered,
)
from llm_lib.generation import complete
from llm_lib.pretrained.save_load import load_model
from llm_lib.training import TrainingConfig, fit

FILE = Path(__file__).parent / "unseen_kinds.json"
COMMAND = "python -m llm_lib.book.studies.unseen_kinds"
QUESTIONS = {  # how each kind of question about a passage is worded
    "where": r"Where were they\?",
    "kind": r"What kind of animal was \w+\?",
    "object": r"What did \w+ have\?",
    "feeling": r"How did \w+ feel\?",
    "whose kind": r"Who was the \w+\?",
    "whose object": r"Who had the \w+\?",
    "whose feeling": r"Who was (?!the )\w+\?",
}
TASKS = ("names", "sentiment", "spam")  # kinds without a passage
KINDS = (*QUESTIONS, *TASKS)
LEFT_OUT = ("kind", "object")
COUNTS = (2, 4, 8)
SEEDS = (0, 1, 2)
STEPS, BATCH, TESTS = 60, 8, 60


def ask_kind(kind: str, seed: int, split: str) -> Iterator[Example]:
    """Yield examples of one kind of question, each about a passage of its own."""
    world = SmallWorld(seed, split)
    while True:
        found = world.example("question")
        asked = found.prompt.rsplit(". ", 1)[1]
        passage = found.prompt.removesuffix(asked)
        for question, answer in ((asked, found.answer), *found.turns):
            if re.fullmatch(QUESTIONS[kind], question):
                yield Example(kind, passage + question, answer, found.facts)
                break


def make_kinds(kinds: list[str], n: int, seed: int, split: str = "train") -> list[Example]:
    """Return `n` examples of these kinds in turn."""
    each = -(-n // len(kinds))
    lists = [
        make_examples([kind], each, seed, split)
        if kind in TASKS
        else [example for example, _ in zip(ask_kind(kind, seed, split), range(each), strict=False)]
        for kind in kinds
    ]
    return [example for turn in zip(*lists, strict=True) for example in turn][:n]


def choose_kinds(left_out: str, n: int, seed: int) -> list[str]:
    """Return `n` of the other kinds; more of one seed hold the fewer."""
    others = [kind for kind in KINDS if kind != left_out]
    return random.Random(f"{left_out} {seed}").sample(others, len(others))[:n]


def count_answers(model: nn.Module, tokenizer: Any, examples: list[Example]) -> dict[str, Any]:
    """Return the shares of answers that are right to the letter, and that name what was asked for.

    right: to the letter. sort: one of the passage's two things of the sort that was asked for (one
    of two animals, say) is named. word: it is the right one, and the other is not named. says: the
    first three answers.
    """
    said = complete(model, tokenizer, [PLAIN.question(e.prompt) for e in examples], 16)
    lines = [answer.split("\n")[0] for answer in said]
    both = [sort_of(example) for example in examples]
    words = [set(re.findall(r"\w+", line)) for line in lines]
    right = [line == e.answer for line, e in zip(lines, examples, strict=True)]
    sort = [bool(w & {*two}) for w, two in zip(words, both, strict=True)]
    word = [two[0] in w and two[1] not in w for w, two in zip(words, both, strict=True)]
    named = {"right": right, "sort": sort, "word": word}
    shares = {name: round(sum(found) / len(found), 4) for name, found in named.items()}
    return shares | {"says": lines[:3]}


@torch.no_grad()
def answer_loss(model: nn.Module, tokenizer: Any, examples: list[Example]) -> float:
    """Return the loss on the right answers, in nats per token."""
    x, y = collate([encode_answered(e.prompt, e.answer, tokenizer) for e in examples])
    return round(float(compute_answer_loss(model, x, y)), 4)


def ask_of(model: nn.Module, tokenizer: Any, kind: str) -> dict[str, Any]:
    """Return how a model answers held-out questions of a kind, and the loss on right answers."""
    asked = make_kinds([kind], TESTS, 1000, "held_out")
    loss = answer_loss(model, tokenizer, asked)
    return count_answers(model, tokenizer, asked) | {"loss": loss}


def sort_of(example: Example) -> tuple[str, str]:
    """Return the right thing of the sort that was asked for, and the passage's other one."""
    facts, key = example.facts, example.task
    pair = (facts[key], facts[f"{key}2"])
    asked = set(re.findall(r"\w+", example.answer))
    return pair if pair[0] in asked else pair[::-1]


def measure(left_out: str, n: int, mask: bool, seed: int, steps: int = STEPS) -> dict[str, Any]:
    """Tune base Sprout once; return how it answers the kind that was left out."""
    model, tokenizer = load_model("sprout_base")
    kinds = choose_kinds(left_out, n, seed)
    pairs = [(e.prompt, e.answer) for e in make_kinds(kinds, STEPS * BATCH, seed)]
    batches = AnswerBatches(
        pairs,
        tokenizer,
        batch_size=BATCH,
        context_length=model.config.context_length,
        mask_prompt=mask,
        seed=seed,
    )

    def loss_at(learner: nn.Module, index: int) -> Tensor:
        return compute_answer_loss(learner, *batches[index])

    config = TrainingConfig(
        steps=steps, batch_size=BATCH, learning_rate=1e-3, seed=seed, progress=False
    )
    fit(model, loss_at, config)
    run = {"left_out": left_out, "n": n, "mask": mask, "seed": seed, "kinds": kinds}
    return run | ask_of(model, tokenizer, left_out)


def measure_base() -> dict[str, dict[str, Any]]:
    """Return how base Sprout answers each of the kinds that are left out, before any tuning."""
    model, tokenizer = load_model("sprout_base")
    return {kind: ask_of(model, tokenizer, kind) for kind in LEFT_OUT}


def load_unseen_kinds() -> dict[str, Any]:
    """Return the results that are on file."""
    return read_json(FILE)


def list_jobs(quick: bool = False) -> list[tuple[str, int, bool, int]]:
    """Return (kind left out, number of kinds, whether prompts are masked, seed) of each run."""
    ways = [(n, mask) for n in COUNTS for mask in (True, False)]
    seeds, ways = (SEEDS[:1], ways[:1]) if quick else (SEEDS, ways)
    return [
        (left_out, n, mask, seed) for seed in seeds for left_out in LEFT_OUT for n, mask in ways
    ]


def main(arguments: list[str] | None = None) -> int:
    """Ask what was never taught: `python -m llm_lib.book.studies.unseen_kinds`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="four steps of two runs")
    quick = parser.parse_args(arguments).quick
    torch.set_num_threads(1)
    results = {"command": COMMAND, "tests": TESTS, "base": measure_base(), "runs": []}
    for job in tqdm(list_jobs(quick), desc="runs"):
        results["runs"].append(measure(*job, 4 if quick else STEPS))
        if not quick:
            write_json(FILE, results, indent=1)
    print(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
