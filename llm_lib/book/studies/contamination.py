"""Test questions in the training data: groups of them lie there 0 to 64 times, in one run.

    python -m llm_lib.book.studies.contamination           # about five minutes on one core
    python -m llm_lib.book.studies.contamination --quick   # 20 steps, one seed; printed only

The questions are of a shell game: a ball lies under one of five cups, eight pairs of cups are
swapped, and where is it? Asked to answer at once, this model can't compute eight swaps, so what it
gets right beyond fresh questions it has learned by heart. `contamination.json` holds, for each
seed, how many of each group it got right, of a rewording, and of fresh questions; and the marks
that the trained models and a rounded copy of each get on the same easier questions, from which
pairing is shown. `load_contamination` reads it.
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
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.files import read_json, write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import CharTokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "contamination.json"
COMMAND = "python -m llm_lib.book.studies.contamination"
CUPS, LONGEST = "abcde", 8  # swaps of a test question
TOKENIZER = CharTokenizer("_=.abcdeABCDE")  # _ fills up, . ends
COPIES, GROUP = (0, 1, 4, 16, 64), 60  # questions of each group
SEEDS = (0, 1, 2, 3, 4)
N_TRAIN, N_FRESH, N_MARKED = 20_000, 1000, 1000
STEPS, BATCH, RATE = 860, 64, 3e-3  # a little over two passes
BITS = 5  # of the rounded copy's weights


def draw_swap(dice: random.Random) -> str:
    """Return two different cups, in either order."""
    return "".join(dice.sample("ABCDE", 2))


def draw_question(dice: random.Random, n: int) -> str:
    """Return a question of n swaps: the ball's cup, and the pairs.

    >>> draw_question(random.Random(0), 2)
    'dDACD'
    """
    return dice.choice(CUPS) + "".join(draw_swap(dice) for _ in range(n))


def swaps_of(question: str) -> list[str]:
    """Return the pairs that are swapped, in order.

    >>> swaps_of("dEDCB")
    ['ED', 'CB']
    """
    return [question[i : i + 2] for i in range(1, len(question), 2)]


def find_ball(question: str) -> str:
    """Return the cup under which the ball ends.

    >>> find_ball("dEDCB"), find_ball("aBCAB")
    ('e', 'b')
    """
    ball = question[0].upper()
    for one, other in map(tuple, swaps_of(question)):
        ball = {one: other, other: one}.get(ball, ball)
    return ball.lower()


def reword(question: str) -> str:
    """Return the same game with every second pair named the other way round.

    >>> reword("dEDCBAB")
    'dDECBBA'
    """
    pairs = [s if i % 2 else s[::-1] for i, s in enumerate(swaps_of(question))]
    return question[0] + "".join(pairs)


def reword_freely(question: str, dice: random.Random) -> str:
    """Return the same game with each pair named in either order, by a coin."""
    return question[0] + "".join(dice.choice((s, s[::-1])) for s in swaps_of(question))


def make_groups(seed: int) -> dict[str, list[str]]:
    """Return the test questions: a group for each number of copies, and one that is reworded."""
    dice = random.Random(50 + seed)
    names = [*map(str, COPIES), "reworded"]
    return {name: [draw_question(dice, LONGEST) for _ in range(GROUP)] for name in names}


def make_training_data(seed: int, groups: dict[str, list[str]]) -> list[str]:
    """Return fresh questions with the test's among them: copies, and 64 rewordings of one group."""
    dice = random.Random(100 + seed)
    data = [draw_question(dice, dice.randint(1, LONGEST)) for _ in range(N_TRAIN)]
    for n in COPIES:
        data += groups[str(n)] * n
    test = set(groups["reworded"])
    for question in groups["reworded"]:
        versions = (reword_freely(question, dice) for _ in range(2 * max(COPIES)))
        data += [version for version in versions if version not in test][: max(COPIES)]
    dice.shuffle(data)
    return data


def encode(questions: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return x (B, T) and the places of the equals signs (B,), after which the answer follows."""
    rows = [TOKENIZER.encode(f"{q}=") for q in questions]
    x = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for i, row in enumerate(rows):
        x[i, : len(row)] = torch.tensor(row)
    return x, torch.tensor([len(row) - 1 for row in rows])


def answer_logits(model: nn.Module, questions: Sequence[str]) -> Tensor:
    """Return the logits of the answer to each question, (B, V)."""
    x, ends = encode(questions)
    return model(x)[torch.arange(len(x)), ends]


def train_model(data: Sequence[str], seed: int, steps: int = STEPS) -> GPT:
    """Return a model that has learned to answer at once."""
    torch.manual_seed(seed)
    sizes = {"n_layer": 2, "n_head": 4, "n_embd": 64, "position": "rotary", "norm": "rms"}
    model = GPT(GPTConfig(TOKENIZER.vocab_size, 2 * LONGEST + 2, bias=False, **sizes))
    right = torch.tensor(TOKENIZER.encode("".join(map(find_ball, data))))

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        places = [(step * BATCH + i) % len(data) for i in range(BATCH)]
        return F.cross_entropy(answer_logits(learner, [data[i] for i in places]), right[places])

    config = TrainingConfig(
        steps=steps, learning_rate=RATE, eval_interval=steps, seed=seed, progress=False
    )
    fit(model, loss_at, config)
    return model.eval()


@torch.no_grad()
def mark(model: GPT, questions: Sequence[str]) -> list[int]:
    """Return 1 for each question whose most probable answer is right, else 0."""
    right = torch.tensor(TOKENIZER.encode("".join(map(find_ball, questions))))
    return (answer_logits(model, questions).argmax(-1) == right).int().tolist()


def round_weights(model: GPT, bits: int = BITS) -> GPT:
    """Return a copy whose matrices are rounded, row by row, to so many bits."""
    rounded, top = copy.deepcopy(model), 2 ** (bits - 1) - 1
    with torch.no_grad():
        for weight in rounded.parameters():
            if weight.dim() == 2:
                scale = weight.abs().amax(1, keepdim=True) / top
                weight.copy_((weight / scale).round() * scale)
    return rounded


def measure(seed: int, steps: int = STEPS) -> dict[str, Any]:
    """Train with one seed, and return what it gets right."""
    groups = make_groups(seed)
    data = make_training_data(seed, groups)
    model = train_model(data, seed, steps)
    dice = random.Random(1000 + seed)
    fresh = [draw_question(dice, LONGEST) for _ in range(N_FRESH)]
    dice = random.Random(31)  # the same for all seeds
    easier = [draw_question(dice, dice.randint(1, 4)) for _ in range(N_MARKED)]
    found = set(data)
    return {
        "seed": seed,
        "passes": round(steps * BATCH / len(data), 2),
        "right": {name: sum(mark(model, group)) for name, group in groups.items()},
        "asked_otherwise": {
            name: sum(mark(model, [reword(q) for q in group])) for name, group in groups.items()
        },
        "found": {name: sum(q in found for q in group) for name, group in groups.items()},
        "fresh": sum(mark(model, fresh)),
        "marks": "".join(map(str, mark(model, easier))),
        "marks_rounded": "".join(map(str, mark(round_weights(model), easier))),
    }


def load_contamination() -> list[dict[str, Any]]:
    """Return what is on file: a dict for each seed."""
    return read_json(FILE)["runs"]


def main() -> None:
    """Train with each seed and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="20 steps of one seed; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        print(json.dumps(measure(0, 20)))
        return
    runs = [measure(seed) for seed in tqdm(SEEDS, desc="contamination")]
    settings = {"group": GROUP, "fresh": N_FRESH, "steps": STEPS, "bits": BITS}
    write_json(FILE, {"command": COMMAND, **settings, "runs": runs}, indent=1)


if __name__ == "__main__":
    main()
