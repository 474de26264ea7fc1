"""How fast the reader's own file is beside the library: the same work, in the same process.

    python -m llm_lib.book.studies.my_gpt_speed       # a minute on one core

Processor time on one thread; the two take turns, and each number is the median of the rounds. The
results are in `llm_lib/book/studies/my_gpt_speed.json`.
"""

import contextlib
import copy
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from llm_lib.book.corpus import load_speeches
from llm_lib.book.my_gpt.reader import open_module
from llm_lib.book.my_gpt.stages import STAGES, text_at
from llm_lib.book.studies.decoding import processor
from llm_lib.bpe import BPETokenizer
from llm_lib.files import model_folder, write_json
from llm_lib.generation import generate
from llm_lib.pretrained import load_model
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.next_token import compute_loss

FILE = Path(__file__).parent / "my_gpt_speed.json"
COMMAND = "python -m llm_lib.book.studies.my_gpt_speed"
ROUNDS = 5
STEPS, BATCH, T = 3, 16, 128  # of training
CHARACTERS, VOCABULARY = 1_000_000, 1024
PROMPT, TOKENS = "By the lake lived Mia, a brave fox.", 90
WORK = {
    "train": f"a training step of Sprout, {BATCH} × {T} tokens",
    "write": f"{TOKENS} tokens written by Sprout",
    "learn": f"{VOCABULARY:,} tokens learned from {CHARACTERS / 1e6:g} MB",
}
Pair = tuple[Callable[[], Any], Callable[[], Any]]


def load_file() -> ModuleType:
    """Return the whole of `my_gpt.py` as a module."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my_gpt.py"
        path.write_text(text_at(STAGES[-1]), "utf-8")
        return open_module(path)


def pairs() -> dict[str, Pair]:
    """Return the work by name: done by the file, and by the library."""
    mine = load_file()
    own, tokenizer = mine.load(model_folder("sprout"))
    ours, _ = load_model("sprout")
    x, y = torch.randint(tokenizer.end, (2, BATCH, T), generator=torch.Generator().manual_seed(0))
    ids = tokenizer.encode(PROMPT)
    text = "\n".join(speech.text for speech in load_speeches())[:CHARACTERS]
    config = TrainingConfig(steps=STEPS, learning_rate=1e-4, progress=False, eval_interval=STEPS)
    return {
        "train": (
            lambda: mine.fit(copy.deepcopy(own), lambda m, _: mine.loss_of(m, x, y), STEPS, 1e-4),
            lambda: fit(copy.deepcopy(ours), lambda m, _: compute_loss(m, x, y), config),
        ),
        "write": (
            lambda: list(mine.generate(own, ids, TOKENS, temperature=0)),
            lambda: generate(ours, ids, TOKENS, temperature=0).tolist()[len(ids) :],
        ),
        "learn": (
            lambda: mine.learn_merges(text, VOCABULARY - 257),
            lambda: BPETokenizer.train(text, VOCABULARY - 1),
        ),
    }


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor time that some work takes; what it prints is dropped."""
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        work()
    return round(time.process_time() - start, 4)


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """Return, by the name of the work, the seconds of each round: of the file, of the library."""
    torch.set_num_threads(1)
    found: dict[str, list[tuple[float, float]]] = {}
    for name, (mine, ours) in pairs().items():
        found[name] = [(seconds(mine), seconds(ours)) for _ in range(rounds)]
        print(f"{WORK[name]}: {middle(found[name])}", flush=True)
    return found


def middle(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the medians of the rounds: of the file, of the library.

    >>> middle([(1, 5), (2, 7), (9, 6)])
    (2, 6)
    """
    mine, ours = zip(*rounds, strict=True)
    return statistics.median(mine), statistics.median(ours)


def load_speed() -> dict[str, Any]:
    """Return what was measured: the machine, and the rounds by the name of the work."""
    return json.loads(FILE.read_text("utf-8"))


def speed_title() -> str:
    """Return what the numbers of the table are, and of which machine."""
    return f"Processor time, {load_speed()['machine'].split(',')[0]}, median of {ROUNDS}"


def speed_rows() -> list[dict[str, Any]]:
    """Return the rows of a table: the work, and the seconds of file and library."""
    rows = []
    for name, rounds in load_speed()["rounds"].items():
        mine, ours = (x / (STEPS if name == "train" else 1) for x in middle(rounds))
        rows.append({"seconds for": WORK[name], "my_gpt.py": mine, "llm_lib": ours})
    return rows


def main() -> None:
    """Measure, and write what was found."""
    machine = f"one core of {processor()}, torch {torch.__version__.split('+')[0]}"
    write_json(FILE, {"command": COMMAND, "machine": machine, "rounds": measure()}, indent=1)


if __name__ == "__main__":
    main()
