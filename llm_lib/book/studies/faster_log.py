"""The log of the study on training faster: from its curves and its clock, what each change costs.

Seeds are compared one by one, and a change is faster or slower only where its cost beside its
parent's stays on one side of 1 within two standard errors.
"""

import math
from typing import Any

import numpy as np

from llm_lib.book.studies.faster_changes import (
    BASELINE,
    CHANGES,
    changes_work,
    parent_of,
    recipe_of,
)

UNCHANGED = {"ratio": 1.0, "low": 1.0, "high": 1.0, "rounds": 1}  # the time of the same work


def steps_to(goal: float, curve: list[list[float]]) -> float | None:
    """Return the step at which a curve of [step, loss] first reaches `goal`, between its points.

    None if it never does.

    >>> steps_to(2.0, [[100, 3.0], [200, 1.0]])
    150.0
    """
    before = None
    for step, loss in curve:
        if loss <= goal:
            if before is None:
                return float(step)
            share = (before[1] - goal) / (before[1] - loss)
            return before[0] + share * (step - before[0])
        before = (step, loss)
    return None


def goal_of(runs: list[dict]) -> float:
    """Return the goal: the baseline's mean loss after its last step."""
    return float(np.mean([run["curve"][-1][1] for run in runs if run["change"] == "baseline"]))


def make_log(runs: list[dict], times: dict[str, dict], seconds: float) -> list[dict[str, Any]]:
    """Return a row per change: steps and seconds per step, and what it costs beside its parent.

    seconds: of the baseline's step; all others follow from the ratios in `times`. A change that
    leaves the work of a step alone has no time of its own: its ratio is 1.

    "cost" is the time to the goal in times of the parent's, and "low" and "high" are that, two
    standard errors lower and higher. "steps" is None if a seed never got there.
    """
    goal, rows = goal_of(runs), {}
    for change in CHANGES:
        curves = [run["curve"] for run in runs if run["change"] == change.name]
        reached = [steps_to(goal, curve) for curve in curves]
        if change.name == "baseline":
            reached = [float(BASELINE["steps"])] * len(curves)  # its mean loss there is the goal
        parent = rows.get(parent_of(change.name), {})
        timed = times[change.name] if changes_work(change.name) else UNCHANGED
        time_ratio = timed["ratio"]
        row = {"change": change.name, "parent": parent.get("change"), "kept": change.kept}
        recipe = recipe_of(change.name)
        row |= {"control": change.control, "rate": recipe["learning_rate"]}
        row |= {"planned": recipe["steps"]}
        row |= {"reached": reached, "loss": round(float(np.mean([c[-1][1] for c in curves])), 4)}
        row |= {"time": time_ratio, "steps": None}
        row["seconds"] = parent.get("seconds", seconds) * time_ratio
        if None not in reached:
            row["steps"] = round(float(np.mean(reached)), 1)
        rows[change.name] = row | _compared(row, parent, timed)
    return list(rows.values())


def _compared(row: dict, parent: dict, timed: dict) -> dict[str, Any]:
    """Return the cost of a change beside its parent, with its spread, and in words.

    Seeds are compared one by one: the same seed has the same batches, and often the same luck.
    """
    if not parent:
        return {"cost": 1.0, "low": 1.0, "high": 1.0, "verdict": "begin"}
    if row["steps"] is None:
        return {"cost": None, "low": None, "high": None, "verdict": "not reached"}
    pairs = zip(row["reached"], parent["reached"], strict=False)  # up to the fewer seeds
    ratios = [math.log(ours / theirs) for ours, theirs in pairs]
    if len(ratios) == 1:
        cost = math.exp(ratios[0]) * row["time"]
        return {"cost": cost, "low": None, "high": None, "verdict": "one run"}
    of_steps = float(np.std(ratios, ddof=1)) / math.sqrt(len(ratios))
    of_time = math.log(timed["high"] / timed["low"]) / math.sqrt(timed["rounds"])  # of a median
    cost = math.exp(float(np.mean(ratios))) * row["time"]
    spread = math.exp(2 * math.hypot(of_steps, of_time))
    low, high = cost / spread, cost * spread
    verdict = "faster" if high < 1 else "slower" if low > 1 else "tie"
    return {"cost": cost, "low": low, "high": high, "verdict": verdict}
