"""How base Sprout learns to answer: in full or by rank, masked or not, and what it forgets.

    python -m llm_lib.book.studies.ranks              # all of it: minutes on two cores
    python -m llm_lib.book.studies.ranks --quick      # four steps of each run; printed only

Every run tunes base Sprout on three of Small World's tasks, with three seeds. The results are in
`llm_lib/book/studies/ranks.json`: loss on held-out answers, the share of answers that are right,
and the loss on stories, which is all that the base model had read. Of full tuning's change, it
holds besides how much the best matrices of low rank keep, and how base Sprout answers with these.
"""

import argparse
import copy
import json
import multiprocessing
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.book.small_world import Example, SmallWorld
from llm_lib.book.small_world.tasks import Marker, make_examples
from llm_lib.files import write_json
from llm_lib.finetuning.lora import EVERYWHERE, add_lora
from llm_lib.finetuning.sft import (
    PLAIN,
    AnswerBatches,
    Answered,
    collate,
    compute_answer_loss,
    encode_answered,
)
from llm_lib.generation import complete
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import require_end_id
from llm_lib.training import TrainingConfig, fit

FILE = Path(__file__).parent / "ranks.json"
COMMAND = "python -m llm_lib.book.studies.ranks"
TASKS = ("sentiment", "spam", "names")
RANKS = (1, 2, 4, 8)  # of LoRA beside all matrices of the blocks, and of full tuning's change, cut
SEEDS = (0, 1, 2)
STEPS, BATCH, EVERY = 80, 8, 20
EXAMPLES = STEPS * BATCH  # each once
HELD_OUT, STORIES = 60, 16
RATES = {"full": 1e-3, "lora": 1e-2}
LONGER = 200  # steps, two and a half times through the examples: as long as `my_gpt.py tune`
LOWER = 4e-3  # a learning rate for LoRA, that of `my_gpt.py tune`
MIX = 4  # one batch in four is of stories, where they are mixed in


def jobs() -> list[dict[str, Any]]:
    """Return every run: its name, its seed, and how it differs from tuning in full."""
    kinds: dict[str, dict[str, Any]] = {"full": {}}
    kinds |= {f"r = {r}": {"r": r} for r in RANKS}
    kinds |= {"not masked": {"mask_prompt": False}, "stories mixed in": {"mix": MIX}}
    kinds |= {"r = 4, lower rate": {"r": 4, "rate": LOWER}, "full, longer": {"steps": LONGER}}
    lower = {"rate": LOWER, "steps": LONGER}
    kinds |= {f"r = {r}, longer": {"r": r, **lower} for r in (1, 4)}
    return [{"kind": kind, "seed": seed, **how} for seed in SEEDS for kind, how in kinds.items()]


@cache
def held_out() -> tuple[Example, ...]:
    """Return tasks whose prompts no run learns from."""
    learned = [e for seed in SEEDS for e in make_examples(TASKS, EXAMPLES, seed)]
    return tuple(make_examples(TASKS, HELD_OUT, 1000, "held_out", without=learned))


def story_batches(tokenizer: Any, n: int, seed: int, split: str = "train") -> list[tuple]:
    """Return inputs and targets (B, T) for `n` stories, in which each token counts."""
    end = require_end_id(tokenizer)
    texts = [tokenizer.encode(story) for story in SmallWorld(seed, split).stories(n)]
    rows = [Answered(torch.tensor([end, *ids, end]), torch.ones(len(ids) + 2)) for ids in texts]
    batches = [rows[i : i + BATCH] for i in range(0, n, BATCH)]
    return [collate(batch, mask_prompt=False) for batch in batches]


def loss_of(job: dict[str, Any], tokenizer: Any, context_length: int) -> Callable:
    """Return the loss of a batch by its index, as a job wants it."""
    examples = make_examples(TASKS, EXAMPLES, job["seed"])
    batches = AnswerBatches(
        [(example.prompt, example.answer) for example in examples],
        tokenizer,
        batch_size=BATCH,
        context_length=context_length,
        mask_prompt=job.get("mask_prompt", True),
        seed=job["seed"],
    )
    mix = job.get("mix")
    stories = story_batches(tokenizer, BATCH * (STEPS // mix), job["seed"]) if mix else []

    def loss_at(learner: nn.Module, index: int) -> Tensor:
        if mix and index % mix == mix - 1:
            return compute_answer_loss(learner, *stories[index // mix])
        return compute_answer_loss(learner, *batches[index])

    return loss_at


def meter(tokenizer: Any) -> Callable[[nn.Module], dict[str, float]]:
    """Return what measures a model: its loss on held-out answers, and on held-out stories."""
    pairs = [(example.prompt, example.answer) for example in held_out()]
    answers = collate([encode_answered(*pair, tokenizer) for pair in pairs])
    stories = story_batches(tokenizer, STORIES, 1000, "held_out")

    def evaluate(model: nn.Module) -> dict[str, float]:
        on_stories = [float(compute_answer_loss(model, *batch)) for batch in stories]
        return {
            "answers": round(float(compute_answer_loss(model, *answers)), 4),
            "stories": round(sum(on_stories) / len(on_stories), 4),
        }

    return evaluate


def share_right(model: nn.Module, tokenizer: Any) -> dict[str, float]:
    """Return the share of right answers for each task."""
    examples, found = held_out(), {}
    said = complete(model, tokenizer, [PLAIN.question(e.prompt) for e in examples], 24)
    mark = Marker(examples)
    for task in TASKS:
        marks = [mark(e.prompt, a) for e, a in zip(examples, said, strict=True) if e.task == task]
        found[task] = round(sum(marks) / len(marks), 4)
    return found


@torch.no_grad()
def cut_change(base: nn.Module, tuned: nn.Module, r: int | None) -> tuple[nn.Module, float]:
    """Return the base with its blocks' changes cut to their best rank, and the share that it keeps.

    r: the rank, or None to leave the changes whole. The share is that of a change's sum of squares,
    the mean of all matrices. Whatever is no matrix of a block stays as in the base.
    """
    cut, kept = copy.deepcopy(base), []
    after = dict(tuned.named_parameters())
    for name, weight in cut.named_parameters():
        if name.removesuffix(".weight").endswith(EVERYWHERE):
            left, strengths, right = torch.linalg.svd(after[name] - weight, full_matrices=False)
            squares = strengths.square()
            kept.append(float(squares[:r].sum() / squares.sum()))
            weight += left[:, :r] * strengths[:r] @ right[:r]
    return cut, sum(kept) / len(kept)


def measure_cuts(base: nn.Module, tuned: nn.Module, tokenizer: Any) -> list[dict[str, Any]]:
    """Return, for each rank and for none (the whole change), what a cut change keeps and does."""
    found = []
    for r in (*RANKS, None):
        cut, kept = cut_change(base, tuned, r)
        losses = meter(tokenizer)(cut)
        row = {"r": r, "kept": round(kept, 4), "answers": losses["answers"]}
        found.append(row | {"right": share_right(cut, tokenizer)})
    return found


def measure(
    job: dict[str, Any], base: str = "sprout_base", steps: int | None = None
) -> dict[str, Any]:
    """Tune once; return the job with its curve, the numbers it learned, and what was right.

    steps: how many, or None for the job's own.
    """
    steps = steps or job.get("steps", STEPS)
    torch.set_num_threads(1)
    model, tokenizer = load_model(base)
    if "r" in job:
        torch.manual_seed(job["seed"])
        add_lora(model, job["r"], targets=EVERYWHERE)
    loss_at = loss_of(job, tokenizer, model.config.context_length)
    config = TrainingConfig(
        steps=steps,
        batch_size=BATCH,
        learning_rate=job.get("rate") or RATES["lora" if "r" in job else "full"],
        eval_interval=max(EVERY, steps // 4),
        seed=job["seed"],
        progress=False,
    )
    result = fit(model, loss_at, config, evaluate=meter(tokenizer))
    curve = [
        {k: row[k] for k in ("step", "train_loss", "answers", "stories")} for row in result.history
    ]
    learned = sum(p.numel() for p in model.parameters() if p.requires_grad)
    found = job | {"learned": learned, "curve": curve, "right": share_right(model, tokenizer)}
    if job["kind"] == "full":
        found["cuts"] = measure_cuts(load_model(base)[0], model, tokenizer)
    return found


def measure_base(base: str = "sprout_base") -> dict[str, Any]:
    """Return the losses of the base model, and the share of answers that it gets right."""
    model, tokenizer = load_model(base)
    with torch.no_grad():
        return meter(tokenizer)(model) | {"right": share_right(model, tokenizer)}


def load_ranks() -> dict[str, Any]:
    """Return the results that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def main(arguments: list[str] | None = None) -> int:
    """Tune base Sprout in full and by rank: `python -m llm_lib.book.studies.ranks`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="four steps of each run")
    parser.add_argument("--processes", type=int, default=2, help="at once (default: 2)")
    parser.add_argument("--write", metavar="FILE", help=f"where to (default: {FILE.name})")
    parser.add_argument("--base", default="sprout_base", help="a model's name or folder")
    options = parser.parse_args(arguments)
    started, runs, steps = time.perf_counter(), [], 4 if options.quick else None
    before = measure_base(options.base)
    print("base", before)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for result in [pool.apply_async(measure, (job, options.base, steps)) for job in jobs()]:
            runs.append(result.get())
            last = {k: v for k, v in runs[-1]["curve"][-1].items() if k != "step"}
            print(runs[-1]["kind"], runs[-1]["seed"], last, runs[-1]["right"], flush=True)
    print(f"{(time.perf_counter() - started) / 60:.1f} minutes")
    path = options.write or (None if options.quick else FILE)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        write_json(path, {"command": COMMAND, "steps": STEPS, "base": before, "runs": runs})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
