"""GRPO with a checker on a model that can think aloud, and mostly doesn't: does it learn to?

    python -m llm_lib.book.studies.thinking_rewards                # some two minutes a training
    python -m llm_lib.book.studies.thinking_rewards --only price   # one kind; the others stay
    python -m llm_lib.book.studies.thinking_rewards --quick        # two steps; printed only

A model that thinks aloud is tuned on texts of which seven in ten answer at once; then a checker
marks what it draws, and nothing else teaches it. Three kinds of run: `plain`; `price`, where each
token costs a little; and `weak`, from a model whose thoughts are mostly wrong. For each seed,
`thinking_rewards.json` holds what is drawn before and after, and a time line: marks, tokens, the
share of thoughts, and two texts drawn for the same problem, every five steps.
`load_thinking_rewards` reads it.
"""

import argparse
import random
import time
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.studies.shell_game import (
    LONGEST,
    answer_at_once,
    draw_problem,
    is_right,
    is_thought,
    think_aloud,
)
from llm_lib.book.studies.thinking import (
    ROOM,
    TOKENIZER,
    make_problems,
    new_model,
    share_right,
    spread,
    train,
)
from llm_lib.files import read_json, write_json
from llm_lib.finetuning.grpo import pass_at_k
from llm_lib.finetuning.rollouts import GroupRewards, RolloutSettings
from llm_lib.finetuning.sft import Template
from llm_lib.generation.completion import complete
from llm_lib.generation.votes import draw_texts
from llm_lib.model.gpt import GPT
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "thinking_rewards.json"
COMMAND = "python -m llm_lib.book.studies.thinking_rewards"
SEEDS = (0, 1, 2)
KINDS = {"plain": (350, 0.0), "price": (350, 0.005), "weak": (180, 0.0)}  # steps before, price
AT_ONCE, MIXED_STEPS, MIXED_RATE = 0.7, 120, 1e-3
STEPS, EVERY, RATE = 100, 5, 2e-4
N_PROMPTS, GROUP = 16, 8
SWAPS, N_PROBLEMS, N_DRAWN = (1, 3, 6, 7), 60, 16
WATCHED = "cdaBECDABDEACBD="  # answered again and again
PLAIN_TEXT = Template("{prompt}{answer}")


def mix(problem: str) -> str:
    """Return a text that answers at once, or thinks: by a coin that belongs to the problem."""
    at_once = random.Random(problem).random() < AT_ONCE
    return answer_at_once(problem) if at_once else think_aloud(problem)


def make_start(seed: int, steps: int, mixed_steps: int = MIXED_STEPS) -> GPT:
    """Return a model that has learned to think aloud, and then to mostly answer at once."""
    model = new_model(seed)
    train(model, think_aloud, steps, seed)
    train(model, mix, mixed_steps, seed + 100, MIXED_RATE)
    return model


class Watch:
    """Marks texts by the checker, less a price a token, and keeps what they were."""

    def __init__(self, price: float) -> None:
        self.price = price
        self.texts: list[tuple[str, str]] = []
        self.timeline: list[dict[str, Any]] = []

    def __call__(self, problem: str, text: str) -> float:
        """Return the mark of a text."""
        self.texts.append((problem, text))
        return float(is_right(problem, text)) - self.price * len(text)

    def report(self, model: GPT) -> dict[str, float]:
        """Sum up what was drawn since the last report, with two texts for the watched problem."""
        watched = draw_texts(model, TOKENIZER, [WATCHED], 2, ROOM, seed=len(self.timeline))[0]
        step = len(self.timeline) * EVERY
        self.timeline.append({"step": step, **summarize(self.texts), "texts": watched})
        self.texts = []
        return {}


def share(hits: list[bool]) -> float | None:
    """Return the share of what is true, or None of nothing."""
    return round(sum(hits) / len(hits), 4) if hits else None


def summarize(texts: list[tuple[str, str]]) -> dict[str, float | None]:
    """Return marks, tokens and thoughts of problems with their texts.

    `right_if_thinking` and `right_at_once` are the shares of each sort that end right; of the
    thoughts that do, `sound` are right in each step.
    """
    thoughts = [(p, t) for p, t in texts if is_thought(t)]
    ended_right = [(p, t) for p, t in thoughts if is_right(p, t)]
    return {
        "right": share([is_right(p, t) for p, t in texts]),
        "tokens": round(sum(len(t.rstrip(".")) + 1 for _, t in texts) / len(texts), 2)
        if texts
        else None,
        "thinking": share([is_thought(t) for _, t in texts]),
        "right_if_thinking": share([is_right(p, t) for p, t in thoughts]),
        "right_at_once": share([is_right(p, t) for p, t in texts if not is_thought(t)]),
        "sound": share([t.rstrip(".") == think_aloud(p)[:-1] for p, t in ended_right]),
    }


def measure(model: GPT, n: int = N_PROBLEMS) -> dict[str, dict[str, Any]]:
    """Return what a model draws, by the number of swaps, with pass@1 and pass@16."""
    found = {}
    for n_swaps in SWAPS:
        problems = make_problems(n_swaps, n, 7)
        drawn = draw_texts(model, TOKENIZER, problems, N_DRAWN, ROOM, seed=5)
        pairs = [(p, t) for p, texts in zip(problems, drawn, strict=True) for t in texts]
        hits = [
            sum(is_right(p, t) for t in texts) for p, texts in zip(problems, drawn, strict=True)
        ]
        found[str(n_swaps)] = summarize(pairs) | {
            f"pass@{k}": round(sum(pass_at_k(N_DRAWN, hit, k) for hit in hits) / n, 4)
            for k in (1, 2, 4, 8, 16)
        }
        greedy = complete(model, TOKENIZER, problems, ROOM)
        found[str(n_swaps)]["greedy"] = share_right(problems, greedy)
    return found


def learn_from_checker(model: GPT, price: float, seed: int, steps: int = STEPS) -> Watch:
    """Train a model in place by GRPO with the checker; return what was drawn on the way."""
    watch = Watch(price)

    def prompts(index: int) -> list[str]:
        dice = random.Random(f"rewards {seed} {index}")
        return [draw_problem(dice, dice.randint(1, LONGEST)) for _ in range(N_PROMPTS)]

    settings = RolloutSettings(GROUP, 5 * LONGEST + 6, kl_weight=0.0, seed=seed)
    loss_at = GroupRewards(model, None, TOKENIZER, prompts, watch, settings, PLAIN_TEXT)
    config = TrainingConfig(
        steps=steps,
        learning_rate=RATE,
        min_learning_rate=RATE,
        warmup_steps=0,
        weight_decay=0,
        eval_interval=EVERY,
        seed=seed,
        progress=False,
    )
    watch.report(model)
    fit(model, loss_at, config, evaluate=watch.report)
    model.eval()
    return watch


def run_kind(kind: str, seed: int, quick: bool = False) -> dict[str, Any]:
    """Make a model, teach it by the checker, and return what is measured before and after."""
    before_steps, price = KINDS[kind]
    model = make_start(seed, *((2, 2) if quick else (before_steps,)))
    n = 2 if quick else N_PROBLEMS
    run: dict[str, Any] = {"kind": kind, "seed": seed, "price": price, "before": measure(model, n)}
    started = time.process_time()
    watch = learn_from_checker(model, price, seed, 2 if quick else STEPS)
    run["seconds"] = round(time.process_time() - started, 1)
    return {**run, "after": measure(model, n), "timeline": watch.timeline}


def load_thinking_rewards() -> dict[str, Any]:
    """Return what is on file: settings, the watched problem, and a dict for each run in `runs`."""
    return read_json(FILE)


def list_changes(
    found: dict[str, Any], kind: str = "plain", n_swaps: int = LONGEST
) -> list[dict[str, str]]:
    """Return a row for each measure, before and after the training, over the seeds."""
    runs = [run for run in found["runs"] if run["kind"] == kind]
    names = ("pass@1", "pass@16", "thinking", "tokens", "right_if_thinking", "sound", "greedy")
    rows = []
    for name in names:
        row = {"measure": name.replace("_", " ")}
        for when in ("before", "after"):
            values = [run[when][str(n_swaps)][name] for run in runs]
            row[when] = spread([v for v in values if v is not None], 1 if name == "tokens" else 2)
        rows.append(row)
    return rows


def main() -> None:
    """Run all kinds with each seed, and write the file after each."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--quick", action="store_true", help="two steps; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        print(run_kind("plain", 0, quick=True))
        return
    settings = {"steps": STEPS, "prompts": N_PROMPTS, "group": GROUP, "watched": WATCHED}
    settings |= {"problems": N_PROBLEMS, "drawn": N_DRAWN, "kinds": KINDS}
    old = load_thinking_rewards()["runs"] if FILE.exists() else []
    runs = {(run["kind"], run["seed"]): run for run in old}
    for kind in options.only:
        for seed in options.seeds:
            runs[kind, seed] = run_kind(kind, seed)
            kept = [runs[key] for key in sorted(runs)]
            write_json(FILE, {"command": COMMAND, **settings, "runs": kept}, indent=1)


if __name__ == "__main__":
    main()
