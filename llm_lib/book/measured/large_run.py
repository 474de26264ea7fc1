"""A run of 70 billion weights, planned step by step: each row has one method more."""

from __future__ import annotations

from typing import Any

from llm_lib.arguments import check_whole
from llm_lib.costs.gpus import GPUS
from llm_lib.costs.run_plan import TrainingRun, bytes_sent, plan_run

RUN: dict[str, Any] = {
    "parameters": 70e9,
    "tokens": 15e12,
    "batch_tokens": 2048 * 8192,
    "context_length": 8192,
    "network": 50e9,
    "efficiency": 4e14 / GPUS["H100"]["peak_flops"],
} | GPUS["H100"]
ONE_EACH = {"gpus": 2048}  # a window for each
SHARDS = ONE_EACH | {"parallel": "zero3"}
EIGHT = {
    "gpus": 16_384,
    "tensor_parallel": 8,
    "parallel": "zero1",
    "checkpointing": "selective",
}
ALL_TO_ONE = "2,048, all to one"
PLAN: dict[str, dict[str, Any]] = {
    "one GPU": {"gpus": 1, "parallel": "none"},
    ALL_TO_ONE: ONE_EACH,
    "2,048, a ring": ONE_EACH,
    "2,048, shards": SHARDS,
    "2,048, checkpointing": SHARDS | {"checkpointing": "full"},
    "16,384, 8 a window": EIGHT,
}


def plan_rows(n: int) -> list[dict[str, str]]:
    """Return the first `n` rows of the plan, in words; ValueError unless there are so many.

    >>> plan_rows(1)[0]["in all"]
    '499 years'
    """
    n = check_whole("n", n, 1, len(PLAN))
    return [_row(name) for name in list(PLAN)[:n]]


def _row(name: str) -> dict[str, str]:
    run = TrainingRun(**RUN | PLAN[name])
    plan = plan_run(run)
    *states, activations = plan["memory"].values()
    step, send = plan["time"]["step"], plan["time"]["network"]
    if name == ALL_TO_ONE:  # rank 0 receives n - 1 gradients and sends n - 1 sums, and all wait
        send *= run.copies  # a ring sends 2 (n - 1) / n gradients
        step = plan["time"]["compute"] + send + plan["time"]["update"]
    days = plan["steps"] * step / 86_400
    return {
        "GPUs, method": name,
        "in all": f"{days:.0f} days" if days < 1000 else f"{days / 365:.0f} years",
        "one step": f"{_digits(step)} s",
        "model": f"{_digits(sum(states) / 1e9)} GB",
        "sending": f"{_digits(send)} s" if bytes_sent(run) else "–",
        "activations": f"{_digits(activations / 1e9)} GB",
        "fits": "yes" if plan["fits"] else "no",
    }


def _digits(x: float) -> str:
    """Return a number with one decimal if it is below twenty, with none above."""
    return f"{x:,.0f}" if x >= 19.95 else f"{x:.1f}"
