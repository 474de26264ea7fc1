"""Small sums in words, asked of SmolLM2-135M-Instruct at once and step by step.

`python -m llm_lib.book.studies.real_english.step_by_step` asks (ten minutes on one core) and writes
`step_by_step.json`; `load_step_by_step` reads it. Each of the 40 problems is a chat, asked in three
ways: the answer at once; after a thought of its own, asked for in the question; and after the words
"Let's think step by step." (Kojima et al. 2022). A thought has up to 80 tokens; then "The answer
is" follows, as it does at once, and the first number behind it counts. All is greedy.
"""

import argparse
import random
import re
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.studies.real_english.command import command_of
from llm_lib.book.studies.real_english.zero_shot import encode_chat
from llm_lib.files import read_json, write_json
from llm_lib.generation.tokens import generate
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "step_by_step.json"
COMMAND = command_of("step_by_step")
N, BUDGET, BATCH = 40, 80, 20
NAMES, THINGS = ("Mia", "Tom", "Ada", "Ben"), ("apples", "books", "shells", "coins")
ASK = "Think step by step before you answer."
WAYS = {
    "at once": ("", ""),
    "asked for steps": (ASK, ""),
    "let's think": ("", "Let's think step by step."),
}
THEN = "The answer is"


def make_problem(i: int) -> tuple[str, int]:
    """Return a sum in words with two steps, and its answer.

    >>> make_problem(0)[1] > 0
    True
    """
    dice = random.Random(f"sum {i}")
    one, other = dice.sample(NAMES, 2)
    things = dice.choice(THINGS)
    a, b, c = dice.randint(5, 12), dice.randint(2, 6), dice.randint(2, 4)
    forms = (
        (
            f"{one} has {a} {things}. {one} finds {b} more, and gives {c} of them to {other}. How "
            f"many {things} does {one} have now?",
            a + b - c,
        ),
        (
            f"There are {b} boxes with {c} {things} in each. {one} takes 2 {things} away. How many "
            f"{things} are left?",
            b * c - 2,
        ),
        (
            f"{one} has {a} {things}. {other} has {b} more than {one}. How many {things} do they "
            "have together?",
            2 * a + b,
        ),
        (
            f"{one} buys {b} red {things} and {c} blue {things}. Each costs 3 dollars. How many "
            f"dollars does {one} pay?",
            3 * (b + c),
        ),
    )
    return forms[i % len(forms)]


def first_number(text: str) -> int | None:
    """Return the first whole number of a text, or None.

    >>> first_number(" 12 apples, not 3."), first_number(" twelve")
    (12, None)
    """
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None


def continue_rows(model: Any, tokenizer: Any, rows: list[list[int]], n: int) -> list[str]:
    """Return what the model writes greedily behind each row of ids, up to the end of its turn."""
    [stop] = tokenizer.encode("<|im_end|>", allowed_special="all")
    texts = []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        written = generate(model, part, n, temperature=0, stop_ids=[stop])
        new = [row[len(ids) :].tolist() for row, ids in zip(written, part, strict=True)]
        texts += [tokenizer.decode([i for i in ids if i != stop]) for ids in new]
    return texts


def ask(
    model: Any, tokenizer: Any, way: str, problems: list[str], budget: int = BUDGET
) -> list[tuple[str, str]]:
    """Return a thought (empty at once) and what follows "The answer is", for each problem."""
    wish, begun = WAYS[way]
    rows = [encode_chat(tokenizer, f"{problem} {wish}".strip()) for problem in problems]
    thoughts = [""] * len(problems)
    if way != "at once":
        rows = [ids + tokenizer.encode(begun) for ids in rows]
        thoughts = continue_rows(model, tokenizer, rows, budget)
    closed = [
        ids + tokenizer.encode(f"{thought}\n{THEN}" if thought else THEN)
        for ids, thought in zip(rows, thoughts, strict=True)
    ]
    ends = continue_rows(model, tokenizer, closed, 8)
    return [(begun + thought, end) for thought, end in zip(thoughts, ends, strict=True)]


@torch.no_grad()
def measure(model: Any, tokenizer: Any, n: int = N, budget: int = BUDGET) -> dict[str, Any]:
    """Return the problems, and for each way the numbers said and the thoughts."""
    pairs = [make_problem(i) for i in range(n)]
    asked = {}
    for way in WAYS:
        told = ask(model, tokenizer, way, [problem for problem, _ in pairs], budget)
        asked[way] = {
            "said": [first_number(end) for _, end in told],
            "thoughts": [thought for thought, _ in told],
        }
        print(way, sum(s == a for s, (_, a) in zip(asked[way]["said"], pairs, strict=True)))
    return {"problems": [list(pair) for pair in pairs], "ways": asked}


def load_step_by_step() -> dict[str, Any]:
    """Return what is on file: problems with their answers, and what was said, by way of asking."""
    return read_json(FILE)


def count_right(found: dict[str, Any], way: str) -> list[bool]:
    """Return for each problem whether what was said is right."""
    answers = [answer for _, answer in found["problems"]]
    return [
        said == answer for said, answer in zip(found["ways"][way]["said"], answers, strict=True)
    ]


def main() -> None:
    """Ask the model and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="four problems; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model, tokenizer = load_model("smollm2")
    if options.quick:
        print(measure(model.eval(), tokenizer, 4, 10))
        return
    write_json(FILE, {"command": COMMAND, **measure(model.eval(), tokenizer)}, indent=1)


if __name__ == "__main__":
    main()
