"""One model during its second and third training: what it says, what it can, what it forgets.

    python -m llm_lib.book.studies.tuning_steps           # some minutes on one core
    python -m llm_lib.book.studies.tuning_steps --quick   # two looks, few questions; printed only

Sprout is fine-tuned and preference-tuned as in `stages`, and asked the same at some of the steps:
about the bear and the drum, about all 30 words of the test, and 100 questions each of two kinds
that it could answer before. `tuning_steps.json`, beside this file, holds what it said. One run.
"""

import argparse
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.small_world.quality import evaluate_answers
from llm_lib.book.studies.stages import (
    LONG,
    SHORT,
    ask,
    count_right,
    encode_answers,
    fine_tune,
    prefer,
    split_words,
)
from llm_lib.files import read_json, write_json
from llm_lib.generation import complete
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "tuning_steps.json"
COMMAND = "python -m llm_lib.book.studies.tuning_steps"
FINE_TUNING = (0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60)  # steps after which we look
PREFERENCE = (5, 10, 15, 20, 30, 40, 60, 80)
OLD = {"passage": "question", "mood": "sentiment"}  # skills that Sprout had, by their task
N_OLD = 100  # questions of each
ASKED = {
    "bear": ask("bear"),
    "drum": ask("drum"),
    "beaver": "User: Happy or sad? The shy beaver was so sorry to lose Clara.\nBot:",
}


def look_at(model: GPT, tokenizer: Any, n_old: int = N_OLD) -> dict[str, Any]:
    """Return what a model says and how much it gets right.

    "says" has its answers to `ASKED`, first lines; "right" and "full" count of the 30 words of the
    test those with the right first token, and with a right full sentence; the skills of `OLD` are
    right answers of `n_old`.
    """
    _, test = split_words()
    prompts = [*ASKED.values(), *map(ask, test)]
    lines = [(said.splitlines() or [""])[0] for said in complete(model, tokenizer, prompts, 12)]
    said, answers = lines[: len(ASKED)], lines[len(ASKED) :]
    full = [
        answer == LONG[is_animal] for answer, is_animal in zip(answers, test.values(), strict=True)
    ]
    old = {
        skill: round(n_old * evaluate_answers(model, tokenizer, task, "held_out", n_old))
        for skill, task in OLD.items()
    }
    says = dict(zip(ASKED, said, strict=True))
    return {"says": says, "right": count_right(model, tokenizer, test), "full": sum(full), **old}


def measure(
    fine_tuning: tuple[int, ...] = FINE_TUNING,
    preference: tuple[int, ...] = PREFERENCE,
    n_old: int = N_OLD,
) -> list[dict[str, Any]]:
    """Tune Sprout twice, and return what `look_at` found after the steps given, in order."""
    base, tokenizer = load_model("sprout")
    model, (learn, _), looks = copy.deepcopy(base), split_words(), []

    def looker(training: str, at: tuple[int, ...]) -> Callable[[int], None]:
        def look(step: int) -> None:
            if step in at:
                found = look_at(model, tokenizer, n_old)
                looks.append({"training": training, "step": step} | found)

        return look

    def encode(said: dict[bool, str]) -> tuple[torch.Tensor, torch.Tensor]:
        return encode_answers(tokenizer, [(ask(word), said[a]) for word, a in learn.items()])

    short, long = encode(SHORT), encode(LONG)
    look = looker("fine-tuning", fine_tuning)
    look(0)
    fine_tune(model, *short, steps=fine_tuning[-1], look=look)
    prefer(model, long, short, steps=preference[-1], look=looker("preference tuning", preference))
    return looks


def load_tuning_steps() -> dict[str, Any]:
    """Return what is on file: the "asked" prompts, "n_words", "n_old" and the "looks" in order."""
    return read_json(FILE)


def main(arguments: list[str] | None = None) -> int:
    """Tune twice and look on the way: `python -m llm_lib.book.studies.tuning_steps`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="few steps and questions")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    looks = measure((0, 1), (1,), 4) if options.quick else measure()
    _, test = split_words()
    results = {
        "command": COMMAND, "asked": ASKED, "n_words": len(test), "n_old": N_OLD, "looks": looks,
    }  # fmt: skip
    print(json.dumps(looks, indent=1))
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
