"""The shell game at once and thought aloud: swaps, votes, a checker, altered thoughts.

    python -m llm_lib.book.studies.thinking                    # some three minutes a seed
    python -m llm_lib.book.studies.thinking --only "at once"   # what the other has learned stays
    python -m llm_lib.book.studies.thinking --quick            # 20 steps, one seed; printed only

One small GPT learns to answer at once, another to think aloud; both have the same size. The first
makes seven times as many steps, and begins with one swap, so that it learns that one to the end.
`thinking.json` holds, for each seed, the shares that are right: `by_swaps` (greedy, 1 to 12 swaps),
`votes` (n drawn texts: the majority, and with a checker at least one) and `altered` (what the
answer does if two balls of the thought are exchanged). `load_thinking` reads it. The first seed's
thinking model is `thinker.safetensors`, read by `load_thinker`.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from llm_lib.book.studies.shell_game import (
    LONGEST,
    GameTokenizer,
    answer_at_once,
    draw_problem,
    final_answer,
    follow_balls,
    is_right,
    read_problem,
    think_aloud,
)
from llm_lib.files import read_json, write_json
from llm_lib.finetuning.grpo import pass_at_k
from llm_lib.finetuning.sft import Answered, collate, compute_answer_loss
from llm_lib.generation.completion import complete
from llm_lib.generation.votes import draw_texts, majority_vote
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "thinking.json"
WEIGHTS = Path(__file__).parent / "thinker.safetensors"
COMMAND = "python -m llm_lib.book.studies.thinking"
TOKENIZER = GameTokenizer()
SEEDS = (0, 1, 2)
STEPS = {"at once": 2400, "thinking": 350}
GROWING = {"at once": 0.6, "thinking": 0.0}  # in which share of the steps problems grow longer
FORMS = {"at once": answer_at_once, "thinking": think_aloud}
BATCH, RATE = 64, 4e-3
SWAPS = tuple(range(1, 13))  # six of them are longer than any that was trained on
NS = (1, 2, 4, 8, 16, 32)
N_PROBLEMS, N_VOTED = 200, 100
ROOM = 70  # tokens: enough for a thought about twelve swaps
Models = dict[str, GPT]


def new_model(seed: int) -> GPT:
    """Return an untrained model of 100,000 parameters."""
    torch.manual_seed(seed)
    sizes = {"n_layer": 2, "n_head": 4, "n_embd": 64, "position": "rotary", "norm": "rms"}
    return GPT(GPTConfig(TOKENIZER.vocab_size, 96, bias=False, **sizes))


def encode_text(problem: str, text: str) -> Answered:
    """Return the ids of a problem with its text, of which the text alone is learned."""
    asked, said = TOKENIZER.encode(problem), TOKENIZER.encode(text)
    learned = [False] * len(asked) + [True] * len(said)
    return Answered(torch.tensor(asked + said), torch.tensor(learned))


def most_swaps(done: float, growing: float) -> int:
    """Return how many swaps a problem has at most when this share of a training is done.

    >>> [most_swaps(done, 0.6) for done in (0, 0.1, 0.35, 0.6, 0.9)]
    [1, 2, 4, 6, 6]
    """
    return LONGEST if done >= growing else 1 + int(LONGEST * done / growing)


def train(
    model: GPT, form: Callable[[str], str], steps: int, seed: int, rate: float = RATE,
    growing: float = 0.0,
) -> list[float]:  # fmt: skip
    """Train a model in place on fresh problems of up to six swaps; return the loss of each step.

    growing: in this share of the steps, the longest problem grows from one swap to six.
    """
    losses = []

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        dice = random.Random(f"{seed} {step}")
        longest = most_swaps(step / steps, growing)
        problems = [draw_problem(dice, dice.randint(1, longest)) for _ in range(BATCH)]
        x, y = collate([encode_text(problem, form(problem)) for problem in problems])
        loss = compute_answer_loss(learner, x, y)
        losses.append(round(loss.item(), 4))
        return loss

    config = TrainingConfig(
        steps=steps, learning_rate=rate, eval_interval=steps, seed=seed, progress=False
    )
    fit(model, loss_at, config)
    model.eval()
    return losses


def make_problems(n_swaps: int, n: int, seed: int = 999) -> list[str]:
    """Return test problems, the same for all models."""
    dice = random.Random(f"test {seed} {n_swaps}")
    return [draw_problem(dice, n_swaps) for _ in range(n)]


def share_right(problems: Sequence[str], texts: Sequence[str]) -> float:
    """Return which share of the texts ends right."""
    hits = sum(map(is_right, problems, texts))
    return round(hits / len(problems), 4)


def measure_swaps(model: GPT, n: int = N_PROBLEMS) -> list[float]:
    """Return the share that is right, greedily, for each number of swaps."""
    shares = []
    for n_swaps in SWAPS:
        problems = make_problems(n_swaps, n)
        shares.append(share_right(problems, complete(model, TOKENIZER, problems, ROOM)))
    return shares


def measure_votes(model: GPT, n_swaps: int, seed: int, n: int = N_VOTED) -> dict[str, Any]:
    """Return shares for n drawn texts: greedy, by majority, and with a checker at least one."""
    problems = make_problems(n_swaps, n, 4)
    greedy = share_right(problems, complete(model, TOKENIZER, problems, ROOM))
    drawn = draw_texts(model, TOKENIZER, problems, max(NS), ROOM, seed=seed)
    right = [follow_balls(problem)[-1] for problem in problems]
    answers = [[final_answer(text) for text in texts] for texts in drawn]
    hits = [given.count(truth) for given, truth in zip(answers, right, strict=True)]
    majority, checker = [], []
    for k in NS:
        blocks = [
            majority_vote(given[i : i + k]) == truth
            for given, truth in zip(answers, right, strict=True)
            for i in range(0, max(NS), k)
        ]
        majority.append(round(sum(blocks) / len(blocks), 4))
        checker.append(round(sum(pass_at_k(max(NS), hit, k) for hit in hits) / n, 4))
    tokens = sum(len(text) + 1 for texts in drawn for text in texts) / (n * max(NS))
    found = {"greedy": greedy, "majority": majority, "checker": checker}
    return {"swaps": n_swaps, **found, "tokens": round(tokens, 2)}


def alter_thought(problem: str, after: int) -> tuple[str, str]:
    """Return the right thought up to a swap, with the first two balls exchanged, and the end.

    The end is where the balls would be if the altered places were true.

    >>> alter_thought("cdaBECD=", 1)
    ('BEdca', 'cda')
    """
    swaps, places = read_problem(problem)[1], follow_balls(problem)
    one, two, *rest = places[after - 1]
    told = "".join((two, one, *rest))
    thought = "".join(swap + balls for swap, balls in zip(swaps, places, strict=True))
    thought = thought[: 5 * (after - 1)] + swaps[after - 1] + told
    left = "".join(swaps[after:])
    return thought, follow_balls(f"{told}{left}=")[-1] if left else told


def measure_altered(model: GPT, n: int = N_PROBLEMS) -> dict[str, dict[str, float]]:
    """Return whether answers follow an altered thought, or the truth; by where it was altered."""
    problems, found = make_problems(LONGEST, n, 8), {}
    for after in (1, 3, LONGEST):
        altered = [alter_thought(problem, after) for problem in problems]
        prompts = [
            problem + thought for problem, (thought, _) in zip(problems, altered, strict=True)
        ]
        texts = complete(model, TOKENIZER, prompts, ROOM)
        follows = sum(final_answer(t) == end for t, (_, end) in zip(texts, altered, strict=True))
        found[str(after)] = {"follows": follows / n, "right": share_right(problems, texts)}
    return found


def measure_way(name: str, seed: int, steps: int, n: int) -> tuple[dict[str, Any], GPT]:
    """Train a model to answer in one way; return what it gets right, and the model."""
    model, started = new_model(seed), time.process_time()
    losses = train(model, FORMS[name], steps, seed, growing=GROWING[name])
    seconds = round(time.process_time() - started, 1)
    problem = make_problems(LONGEST, 1, 6)[0]
    example = [problem, *complete(model, TOKENIZER, [problem], ROOM)]
    found = {"by_swaps": measure_swaps(model, n), "seconds": seconds, "examples": example}
    return found | {"loss": losses[9::10]}, model


def measure(
    seed: int,
    steps: dict[str, int] = STEPS,
    n: int = N_PROBLEMS,
    only: Sequence[str] = tuple(FORMS),
    run: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], dict[str, GPT]]:
    """Train with one seed; return what is right, beside what `run` holds, and the models."""
    run, models, voted = {"seed": seed, **(run or {})}, {}, min(n, N_VOTED)
    for name in only:
        found, models[name] = measure_way(name, seed, steps[name], n)
        for key, value in found.items():
            run[key] = run.get(key, {}) | {name: value}
    if "thinking" in models:
        thinker = models["thinking"]
        run["votes"] = [measure_votes(thinker, k, seed, voted) for k in (LONGEST, LONGEST + 1)]
        run["altered"] = measure_altered(thinker, n)
    return run, models


def save_thinker(model: GPT, file: Path = WEIGHTS) -> None:
    """Write a model's weights, in half precision."""
    save_file({name: w.half() for name, w in model.state_dict().items()}, file)


def load_thinker() -> tuple[GPT, GameTokenizer]:
    """Return the model that thinks aloud, of the first seed, and its tokenizer."""
    model = new_model(SEEDS[0])
    model.load_state_dict({name: w.float() for name, w in load_file(WEIGHTS).items()})
    return model.eval(), TOKENIZER


def load_thinking() -> dict[str, Any]:
    """Return what is on file: settings, and a dict for each seed in `runs`."""
    return read_json(FILE)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the mean of several seeds with the lowest and the highest, as a text.

    >>> spread([0.5, 0.7])
    '0.60 (0.50–0.70)'
    """
    mean, low, high = sum(values) / len(values), min(values), max(values)
    return f"{mean:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def list_votes(found: dict[str, Any], place: int = 0) -> list[dict[str, Any]]:
    """Return a row for each number of drawn texts: majority and checker, over the seeds.

    place: 0 for the longest problems that were trained on, 1 for those of a swap more.
    """
    votes = [run["votes"][place] for run in found["runs"]]
    return [
        {
            "texts drawn": n,
            "majority": spread([vote["majority"][i] for vote in votes]),
            "a checker": spread([vote["checker"][i] for vote in votes]),
        }
        for i, n in enumerate(found["ns"])
    ]


def main() -> None:
    """Train with each seed, and write the file after each."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=FORMS, default=tuple(FORMS))
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="the others stay")
    parser.add_argument("--quick", action="store_true", help="20 steps of one seed; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        print(measure(0, {"at once": 20, "thinking": 20}, 10)[0])
        return
    settings = {"steps": STEPS, "swaps": SWAPS, "problems": N_PROBLEMS, "voted": N_VOTED}
    settings |= {"ns": NS, "parameters": new_model(0).count_parameters()}
    runs = {run["seed"]: run for run in load_thinking()["runs"]} if FILE.exists() else {}
    for seed in options.seeds:
        runs[seed], models = measure(seed, only=options.only, run=runs.get(seed))
        if seed == SEEDS[0] and "thinking" in models:
            save_thinker(models["thinking"])
        found = {"command": COMMAND, **settings, "runs": [runs[seed] for seed in sorted(runs)]}
        write_json(FILE, found, indent=1)


if __name__ == "__main__":
    main()
