"""What base Sprout learns of one answer: with its prompt masked or not, with its end or without.

    python -m llm_lib.book.studies.answering           # about a minute on two cores
    python -m llm_lib.book.studies.answering --quick   # two steps of each; printed only

Four runs of tuning in full, all on the same batches. `llm_lib/book/studies/answering.json` holds,
after some of their steps, the loss of each token of an example that none of them learns from, and
what the model answers. The walkthrough "answer-mask" shows it. SmolLM2, which has read the
web and was then tuned on chats, is asked two questions besides, without its template.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.book.small_world.tasks import make_examples
from llm_lib.files import write_json
from llm_lib.finetuning.sft import (
    IGNORE_INDEX,
    PLAIN,
    AnswerBatches,
    compute_answer_loss,
    encode_answered,
)
from llm_lib.generation import complete, generate
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import require_end_id
from llm_lib.training import TrainingConfig, fit

FILE = Path(__file__).parent / "answering.json"
COMMAND = "python -m llm_lib.book.studies.answering"
TASKS = ("names", "sentiment", "spam")
PROMPT, ANSWER = "Find the names: Mia and Tom found a kite.", "Mia, Tom."
STOPS = (0, 1, 10, 100)  # steps after which we look
EXAMPLES, BATCH, LONGEST = 1600, 16, 24
QUESTIONS = ("What is the capital of France?", "Where do foxes live?")


def make_batches(tokenizer: Any, mask_prompt: bool) -> AnswerBatches:
    """Return the batches that all runs learn from; the example that is looked at is in none."""
    examples = [e for e in make_examples(TASKS, EXAMPLES) if e.prompt != PROMPT]
    return AnswerBatches(
        [(example.prompt, example.answer) for example in examples],
        tokenizer,
        batch_size=BATCH,
        context_length=128,
        mask_prompt=mask_prompt,
    )


def look_at(model: nn.Module, tokenizer: Any) -> dict[str, Any]:
    """Return the loss of each token of the example but the first, and what the model answers."""
    ids = encode_answered(PROMPT, ANSWER, tokenizer).ids
    with torch.no_grad():
        losses = F.cross_entropy(model(ids[None, :-1])[0], ids[1:], reduction="none")
    [says] = complete(model, tokenizer, [PLAIN.question(PROMPT)], LONGEST)
    return {"losses": [round(x, 4) for x in losses.tolist()], "says": says}


def measure(mask: bool, stop: bool, stops: tuple[int, ...] = STOPS) -> dict[str, Any]:
    """Tune base Sprout; return what is seen after each number of steps.

    mask: whether prompts are left out of the loss. stop: whether the end-of-text token counts.
    """
    model, tokenizer = load_model("sprout_base")
    end = require_end_id(tokenizer)
    batches = make_batches(tokenizer, mask)
    seen = {str(stops[0]): look_at(model, tokenizer)}

    def loss_at(learner: nn.Module, index: int) -> Tensor:
        x, y = batches[index]
        return compute_answer_loss(learner, x, y if stop else y.masked_fill(y == end, IGNORE_INDEX))

    taken = 0

    def evaluate(model: nn.Module) -> dict[str, float]:
        nonlocal taken
        taken += 1
        if taken in stops:
            seen[str(taken)] = look_at(model, tokenizer)
        return {}

    config = TrainingConfig(
        steps=stops[-1], batch_size=BATCH, warmup_steps=0, eval_interval=1, progress=False
    )
    fit(model, loss_at, config, evaluate=evaluate)
    return {"mask": mask, "stop": stop, "after": seen}


def ask_smollm2(longest: int = 28) -> list[list[str]]:
    """Return each question with what SmolLM2 continues it by, its likeliest tokens."""
    model, tokenizer = load_model("smollm2")
    encoded = [tokenizer.encode(question) for question in QUESTIONS]
    written = [generate(model, [ids], longest, temperature=0)[0].tolist() for ids in encoded]
    return [
        [question, tokenizer.decode(ids[len(asked) :])]
        for question, ids, asked in zip(QUESTIONS, written, encoded, strict=True)
    ]


def load_answering() -> dict[str, Any]:
    """Return the results that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def show_tokens(tokenizer: Any) -> dict[str, Any]:
    """Return the example's tokens, and the place of the first that is learned."""
    row = encode_answered(PROMPT, ANSWER, tokenizer)
    texts = [tokenizer.decode([i]) for i in row.ids.tolist()]
    return {"tokens": texts, "first": row.learned.tolist().index(True)}


def main(arguments: list[str] | None = None, run: Callable = measure) -> int:
    """Tune with and without the mask and the end: `python -m llm_lib.book.studies.answering`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two steps of each")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads))
    stops = (0, 1, 2) if options.quick else STOPS
    results = {"command": COMMAND, **show_tokens(load_model("sprout_base")[1])}
    switches = [(mask, stop) for mask in (True, False) for stop in (True, False)]
    results["runs"] = [run(mask, stop, stops) for mask, stop in switches]
    results["smollm2"] = ask_smollm2()
    print(json.dumps(results, indent=1))
    if not options.quick:
        write_json(FILE, results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
