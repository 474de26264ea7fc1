"""One model, 40 questions, nine forms: how much of a score is the form and the rule.

    python -m llm_lib.book.studies.evaluating             # about six minutes on one core
    python -m llm_lib.book.studies.evaluating --limit 2   # two questions; printed only

SmolLM2 answers the 40 questions that come with `llm_lib.evaluation`, in each form of `FORMS` and in
the letter form after four examples, and then judges pairs of answers, in both orders.
`llm_lib/book/studies/evaluating.json` holds what it gave to each answer; `load_choices` and
`load_judge` read it. `load_harness` reads what lm-evaluation-harness gave to the same questions
(`tests/evaluation/record_harness.py` makes that file).
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from llm_lib.evaluation import Choice, Form, Question, answer_choices, read_task
from llm_lib.evaluation.forms import FORMS
from llm_lib.evaluation.log_likelihood import continuation_log_probs, encode_text
from llm_lib.files import read_json, write_json
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import Tokenizer

FILE = Path(__file__).parent / "evaluating.json"
HARNESS = Path(__file__).parent / "harness.json"
COMMAND = "python -m llm_lib.book.studies.evaluating"
START_ID = 1  # what a text of SmolLM2 begins with, <|im_start|>, as the harness does it
EXAMPLES = (  # one for each letter; none of them is asked
    Question("Which animal says meow?", ("a dog", "a cat", "a sheep", "a duck"), 1),
    Question("How many wheels does a car have?", ("two", "six", "ten", "four"), 3),
    Question("What color is snow?", ("white", "black", "green", "orange"), 0),
    Question("What do we use to write?", ("a shovel", "a plate", "a pencil", "a hat"), 2),
)
ALL_FORMS: dict[str, Form] = {**FORMS, "letter-4": replace(FORMS["letter"], examples=EXAMPLES)}
JUDGE = (
    "<|im_start|>user\nQuestion: {question}\n\nAnswer A: {a}\n\nAnswer B: {b}\n\n"
    "Which answer is better, A or B? Answer with one letter.<|im_end|>\n"
    "<|im_start|>assistant\n"
)
# the same answer, in more words that say nothing
LONG = (
    "That is a very good question, and I am happy to help with it. After thinking about it "
    "carefully and from several sides, I would say that the answer is the following: {}."
)


def ask(model: GPT, tokenizer: Tokenizer, questions: Sequence[Question]) -> dict[str, list]:
    """Return, for each form and question, the log probabilities of all answers' tokens."""
    found: dict[str, list] = {}
    for name, form in ALL_FORMS.items():
        bar = tqdm(questions, desc=name)
        told = answer_choices(model, tokenizer, bar, form, start_id=START_ID)
        found[name] = [
            {
                "log_probs": [[round(x, 4) for x in each] for each in choice.log_probs],
                "unasked": [round(x, 4) for x in choice.unasked],
            }
            for choice in told
        ]
    return found


def cut_answers(tokenizer: Tokenizer, questions: Sequence[Question]) -> list[list[list[str]]]:
    """Return the tokens of each answer, as texts, as they stand after a space."""
    return [
        [[tokenizer.decode([i]) for i in encode_text(tokenizer, f" {c}")] for c in q.choices]
        for q in questions
    ]


def judge_pair(model: GPT, tokenizer: Tokenizer, question: str, a: str, b: str) -> float:
    """Return how much more probable the model finds the letter A than B, as log odds."""
    prompt = JUDGE.format(question=question, a=a, b=b)
    first, second = continuation_log_probs(model, tokenizer, prompt, ["A", "B"])
    return round(sum(first) - sum(second), 4)


def judge(model: GPT, tokenizer: Tokenizer, questions: Sequence[Question]) -> dict[str, list]:
    """Return log odds of A for pairs in both orders: [first order, second order] for each question.

    wrong: the right answer is A in the first order, a wrong one is B.
    same: both are the right answer, letter for letter; the orders are alike.
    long: the right answer is A in the first order, and the same one in many words is B.
    """
    found: dict[str, list] = {"wrong": [], "same": [], "long": []}
    for q in tqdm(questions, desc="judge"):
        right = q.choices[q.answer]
        others = {
            "wrong": q.choices[(q.answer + 1) % len(q.choices)],
            "same": right,
            "long": LONG.format(right),
        }
        for name, other in others.items():
            pairs = [(right, other), (other, right)]
            if name == "same":
                pairs = pairs[:1]
            odds = [judge_pair(model, tokenizer, q.question, *pair) for pair in pairs]
            found[name].append(odds * (3 - len(odds)))
    return found


def load_choices() -> dict[str, list[Choice]]:
    """Return what SmolLM2 gave to the answers of each question, by form."""
    record, questions = read_json(FILE), read_task()
    return {
        name: [
            Choice(
                ALL_FORMS[name].answers(q),
                tuple(map(tuple, row["log_probs"])),
                q.answer,
                tuple(row["unasked"]),
            )
            for q, row in zip(questions, rows, strict=True)
        ]
        for name, rows in record["forms"].items()
    }


def load_tokens() -> list[list[list[str]]]:
    """Return the tokens of each answer in the cloze form, as texts."""
    return read_json(FILE)["tokens"]


def load_judge() -> dict[str, list[list[float]]]:
    """Return the judge's log odds of the letter A: see `judge`."""
    return read_json(FILE)["judge"]


def load_harness() -> dict[str, Any]:
    """Return what lm-evaluation-harness gave to the same answers, and how each rule marked them."""
    return read_json(HARNESS)


def main() -> None:
    """Ask SmolLM2 in each form, let it judge, and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, help="so many questions, and print what is found")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model, tokenizer = load_model("smollm2")
    questions = read_task()[: options.limit]
    record = {
        "command": COMMAND,
        "model": "smollm2",
        "tokens": cut_answers(tokenizer, questions),
        "forms": ask(model, tokenizer, questions),
        "judge": judge(model, tokenizer, questions),
    }
    if options.limit:
        print(json.dumps(record["judge"]))
    else:
        write_json(FILE, record)


if __name__ == "__main__":
    main()
