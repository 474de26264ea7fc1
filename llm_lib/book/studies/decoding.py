"""Times the cache, batches and drafts on a model of 135 million parameters.

    python -m llm_lib.book.studies.decoding           # SmolLM2: about four minutes on one core
    python -m llm_lib.book.studies.decoding --quick   # Sprout, once; printed only

`llm_lib/book/studies/decoding.json` holds the results: seconds of one processor core, the middle
one of several rounds, with numbers of 32 and of 16 bits.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from llm_lib.files import write_json
from llm_lib.generation import generate, generate_speculative
from llm_lib.generation.prefill import read
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import END_OF_TEXT

FILE = Path(__file__).parent / "decoding.json"
COMMAND = "python -m llm_lib.book.studies.decoding"
LENGTHS = (16, 64, 128)  # tokens written with and without the cache
WIDTHS = (1, 2, 4, 5, 8, 16)  # tokens read in one step, and rows of a batch
BEFORE = 64  # tokens that a step has before it
N_DRAFT = 8
STORY = (
    "Mia was a brave fox who lived by the lake. She had a kite that she loved very much. One "
    "morning, the kite was gone. She looked in the forest, at the market and near the old mill. "
    "At last she found it in a tall tree by the river."
)
TASKS = {
    "copy with one change": f"Copy this text, but write Tom instead of Mia: {STORY}",
    "a new story": "Write a story about a brave fox who lost a kite.",
}


class Lookup:
    """A drafter that copies: it guesses what came after the last few tokens the last time.

    It looks for the last `longest` tokens earlier in the text, then for fewer. Where even the last
    token is new, it has no idea.
    """

    def __init__(self, vocab_size: int, longest: int = 3) -> None:
        self.vocab_size, self.longest = vocab_size, longest

    def next_probabilities(self, context: list[int]) -> np.ndarray:
        """Return 1 for the token that came next the last time, (V,); if none did, all are equal."""
        for n in range(self.longest, 0, -1):
            for i in range(len(context) - n - 1, -1, -1):
                if context[i : i + n] == context[-n:]:
                    p = np.zeros(self.vocab_size)
                    p[context[i + n]] = 1
                    return p
        return np.full(self.vocab_size, 1 / self.vocab_size)


def seconds(work: Callable[[], Any], rounds: int) -> float:
    """Return how many seconds of the processor `work` takes: the middle one of some rounds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return round(statistics.median(found), 5)


def time_cache(model: Any, rounds: int) -> list[dict]:
    """Return the seconds for texts of several lengths, without and with the cache."""

    def write(n: int, use_cache: bool) -> Callable[[], Any]:
        return lambda: generate(model, [1], n, temperature=0, use_cache=use_cache)

    return [
        {
            "tokens": n,
            "without": seconds(write(n, False), rounds // 3 or 1),
            "with": seconds(write(n, True), rounds),
        }
        for n in LENGTHS
    ]


def time_steps(model: Any, rounds: int) -> list[dict]:
    """Return the seconds for one step: of n tokens of one text, and of one token of n texts."""

    def step(n_rows: int, n_new: int) -> Callable[[], Any]:
        cache = model.new_cache(n_rows, BEFORE + n_new)
        read(model, torch.ones(n_rows, BEFORE, dtype=torch.int64), cache)
        new = torch.ones(n_rows, n_new, dtype=torch.int64)

        def work() -> None:
            cache.length = BEFORE  # forget the new ones again
            read(model, new, cache, keep=n_new)

        return work

    return [
        {"n": n, "tokens": seconds(step(1, n), rounds), "texts": seconds(step(n, 1), rounds)}
        for n in WIDTHS
    ]


def time_drafts(model: Any, tokenizer: Any, rounds: int) -> list[dict]:
    """Return how long each task takes alone and with drafts, and how many drafts were taken."""
    end = tokenizer.special_tokens.get("<|im_end|>", tokenizer.special_tokens.get(END_OF_TEXT))
    drafter = Lookup(model.config.vocab_size)
    settings = {"temperature": 0, "stop_ids": [end]}
    return [
        {"task": name} | _time_task(model, drafter, _as_ids(task, tokenizer), settings, rounds)
        for name, task in TASKS.items()
    ]


def _time_task(model: Any, drafter: Lookup, ids: list[int], settings: dict, rounds: int) -> dict:
    """Return the times of one task: written by `generate`, and in calls without and with drafts."""
    n = min(80, model.config.context_length - len(ids))

    def write(n_draft: int) -> Any:
        return generate_speculative(model, drafter, ids, n, n_draft=n_draft, **settings)

    result, alone = write(N_DRAFT), write(0)
    return {
        "tokens": len(result.ids) - len(ids),
        "calls": result.n_calls,
        "drafted": result.n_drafted,
        "accepted": result.n_accepted,
        "same": torch.equal(result.ids, alone.ids),
        "generate": seconds(lambda: generate(model, ids, n, **settings), rounds),
        "no drafts": seconds(lambda: write(0), rounds),
        "drafts": seconds(lambda: write(N_DRAFT), rounds),
    }


def _as_ids(task: str, tokenizer: Any) -> list[int]:
    """Return the ids of a request in the form that the model was trained on."""
    if "<|im_end|>" not in tokenizer.special_tokens:
        return tokenizer.encode(f"User: {task}\nBot:")
    text = f"<|im_start|>user\n{task}<|im_end|>\n<|im_start|>assistant\n"
    return tokenizer.encode(text, allowed_special="all")


def measure(name: str, rounds: int = 5) -> dict:
    """Return all times of one model, by its name."""
    model, tokenizer = load_model(name)
    found = {"parameters": model.count_parameters(), "cache": time_cache(model, rounds)}
    for dtype in (torch.float32, torch.bfloat16):
        model.to(dtype)
        steps, drafts = time_steps(model, rounds), time_drafts(model, tokenizer, rounds // 2 + 1)
        found[str(dtype).removeprefix("torch.")] = {"steps": steps, "drafts": drafts}
    return found


def processor() -> str:
    """Return the name of this machine's processor, as far as it says."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def load_decoding() -> dict:
    """Return the times that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def main(arguments: list[str] | None = None) -> int:
    """Time the three ways to write faster: `python -m llm_lib.book.studies.decoding`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="Sprout, once")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    name, rounds = ("sprout", 1) if options.quick else ("smollm2", 5)
    machine = f"one core of {processor()}, torch {torch.__version__.split('+')[0]}"
    results = {"command": COMMAND, "machine": machine, "model": name} | measure(name, rounds)
    print(json.dumps(results, indent=1))
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
