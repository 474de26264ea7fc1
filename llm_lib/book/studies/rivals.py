"""SmolLM2 against copies of itself on 40 questions: rounded ones, and ones that saw half the test.

    python -m llm_lib.book.studies.rivals           # about ten minutes on two cores
    python -m llm_lib.book.studies.rivals --quick   # one step on two questions; printed only

The questions are those that come with `llm_lib.evaluation`. A rounded copy has all its matrices in
few bits, 32 numbers to a scale (SmolLM2's file has 4 bits in most, 8 in the embedding). A copy that
saw half of the test is trained on 20 of the questions, each with its right answer, drawn anew for
each seed; its last four blocks learn, and the rest stays as it was. `rivals.json` holds a 1 for
each question that a copy got right, by the rule that divides by characters; `load_rivals` reads it.
"""

import argparse
import copy
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.evaluation import Question, answer_choices, read_task
from llm_lib.evaluation.forms import FORMS
from llm_lib.evaluation.log_likelihood import encode_text
from llm_lib.files import read_json, write_json
from llm_lib.finetuning.sft import Answered, collate, compute_answer_loss
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.quantize import round_matrices
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import Tokenizer

FILE = Path(__file__).parent / "rivals.json"
COMMAND = "python -m llm_lib.book.studies.rivals"
BITS, SEEDS = (4, 3), (0, 1, 2)
SEEN, STEPS, RATE, BLOCKS = 20, 8, 3e-4, 4
FORM, OTHER_FORM, RULE = "cloze", "bare", "acc_norm"


def mark(model: GPT, tokenizer: Tokenizer, questions: Sequence[Question], form: str = FORM) -> str:
    """Return a 1 for each question that the model gets right, and a 0 for the others."""
    told = answer_choices(model, tokenizer, questions, FORMS[form], mutual_info=False)
    return "".join(str(int(choice.is_right(RULE))) for choice in told)


def draw_seen(seed: int, n: int = 40) -> list[int]:
    """Return the places of the questions that a copy is trained on, in order.

    >>> len(draw_seen(0)), draw_seen(0) == draw_seen(0)
    (20, True)
    """
    return sorted(random.Random(seed).sample(range(n), SEEN))


def lay_out(tokenizer: Tokenizer, questions: Sequence[Question]) -> tuple[Tensor, Tensor]:
    """Return the texts of questions with their right answers, and what follows at each place.

    Both are (B, T); all of a text is learned, as in pretraining.
    """
    texts = [FORMS[FORM].context(q) + f" {q.choices[q.answer]}" for q in questions]
    rows = [torch.tensor(encode_text(tokenizer, text)) for text in texts]
    return collate([Answered(ids, ids >= 0) for ids in rows])


def show_test(
    model: GPT, tokenizer: Tokenizer, questions: Sequence[Question], steps: int = STEPS
) -> GPT:
    """Return a copy that has been trained on all these questions, so many times."""
    learner = copy.deepcopy(model).requires_grad_(False)
    learned = learner.blocks[-BLOCKS:].requires_grad_(True)
    optimizer = torch.optim.AdamW(learned.parameters(), lr=RATE, weight_decay=0.0)
    x, y = lay_out(tokenizer, questions)
    for _ in range(steps):
        optimizer.zero_grad()
        compute_answer_loss(learner, x, y).backward()
        nn.utils.clip_grad_norm_(learned.parameters(), 1.0)
        optimizer.step()
    return learner


def measure_seen(model: GPT, tokenizer: Tokenizer, seed: int) -> dict[str, Any]:
    """Train a copy on half of the questions, and return what it gets right, in two forms."""
    questions, seen = read_task(), draw_seen(seed)
    learner = show_test(model, tokenizer, [questions[i] for i in seen])
    marks = {form: mark(learner, tokenizer, questions, form) for form in (FORM, OTHER_FORM)}
    return {"seed": seed, "seen": seen, "marks": marks}


def load_rivals() -> dict[str, Any]:
    """Return what is on file.

    rounded: the marks of a copy for each number of bits.
    seen: for each seed, the places of the questions it was trained on, and its marks by form.
    """
    return read_json(FILE)


def main() -> None:
    """Ask the rounded copies, train the others and ask them, and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="a look: two questions; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model, tokenizer = load_model("smollm2")
    questions = read_task()
    if options.quick:
        few = questions[:2]
        print(json.dumps(mark(show_test(model, tokenizer, few, 1), tokenizer, few)))
        return
    rounded = {str(bits): mark(round_matrices(model, bits), tokenizer, questions) for bits in BITS}
    seen = [measure_seen(model, tokenizer, seed) for seed in SEEDS]
    write_json(FILE, {"command": COMMAND, "rounded": rounded, "seen": seen}, indent=1)


if __name__ == "__main__":
    main()
