"""Whether the study on training faster is fair: text that nothing was chosen by, a tuned AdamW.

Rates and lengths were chosen by the loss on text of the last tenth. So the first recipe, the same
one tuned and some later ones are trained once more, for their losses on the text behind it. And
Muon's gain depends on how well AdamW was tuned before it: `TRIED` holds what was tried.
"""

from typing import Any

import numpy as np

from llm_lib.book.studies.faster_changes import CHANGES, change_named, recipe_of
from llm_lib.book.studies.faster_log import steps_to

BPE = "BPE 1,024"  # the recipe before Muon
LAST = [change.name for change in CHANGES if change.kept][-1]
AGAIN = ("baseline", "baseline at 0.003", "Muon", "bfloat16", LAST)
TRIED = (
    *((0.002, steps) for steps in (480, 570, 680)),
    *((0.003, steps) for steps in (400, 480, 570, 680)),
    *((0.004, steps) for steps in (400, 480, 570)),
    (0.006, 480),
)  # rates and lengths, one seed each


def tried_recipe(rate: float, steps: int) -> dict[str, Any]:
    """Return the recipe before Muon at another rate and length; the rate ends at a tenth.

    >>> tried_recipe(0.002, 400)["min_learning_rate"]
    0.0002
    """
    return recipe_of(BPE) | {"learning_rate": rate, "min_learning_rate": rate / 10, "steps": steps}


def fair_jobs(study: dict[str, Any]) -> list[tuple]:
    """Return the runs that a study lacks, each as the arguments of `faster.measure`."""
    done = {(run["change"], run["seed"]) for run in study["untouched"]["runs"]}
    again = [(name, seed) for name in AGAIN for seed in change_named(name).seeds]
    tried = {(run["rate"], run["steps"]) for run in study["tried"]}
    jobs = [(*job, None, True) for job in again if job not in done]
    return jobs + [(BPE, 0, tried_recipe(*pair), False) for pair in TRIED if pair not in tried]


def add_run(study: dict[str, Any], job: tuple, run: dict[str, Any]) -> None:
    """Write what a job of `fair_jobs` has measured to its place in the study."""
    if job[2]:
        tried = [*study["tried"], {"rate": job[2]["learning_rate"], **run}]
        study["tried"] = sorted(tried, key=lambda r: (r["rate"], r["steps"]))
        return
    runs = [*study["untouched"]["runs"], run]
    runs.sort(key=lambda r: (AGAIN.index(r["change"]), r["seed"]))
    study["untouched"] |= {"runs": runs, "rows": untouched_rows(runs)}


def untouched_rows(runs: list[dict]) -> list[dict[str, Any]]:
    """Return a row per recipe: where it crosses the baseline's mean loss on that text, and its end.

    "reached" holds the step of each seed, None if it never got there; "steps" is where the mean of
    their curves crosses.
    """
    rows = []
    for name in AGAIN:
        curves = [[[at, loss] for at, _, loss in r["curve"]] for r in runs if r["change"] == name]
        if not curves:
            continue
        mean = np.mean(curves, axis=0).tolist()
        goal = rows[0]["goal"] if rows else mean[-1][1]
        row = {"change": name, "goal": goal, "reached": [steps_to(goal, c) for c in curves]}
        rows.append(row | {"steps": steps_to(goal, mean), "loss": mean[-1][1]})
    return rows
