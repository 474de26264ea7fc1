"""Whether the study on training faster is fair: untouched text, and an AdamW that was tuned."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from llm_lib.book.studies import faster
from llm_lib.book.studies.faster_changes import CHANGES, change_named, recipe_of
from llm_lib.book.studies.faster_fair import (
    AGAIN,
    BPE,
    LAST,
    TRIED,
    add_run,
    fair_jobs,
    tried_recipe,
)
from llm_lib.book.studies.faster_log import steps_to
from llm_lib.files import read_json

ROOT = Path(__file__).parents[3]
STUDY = faster.load_faster()
RUNS = STUDY["untouched"]["runs"]
LOG = {row["change"]: row for row in STUDY["log"]}
FRESH = {row["change"]: row for row in STUDY["untouched"]["rows"]}


def test_the_untouched_text_is_nobody_elses(monkeypatch):
    # fails if a character of it is also trained on, held out, or in the rest of the last tenth
    corpus = "".join(map(chr, range(0x20000, 0x20000 + 2**16))) * 20
    monkeypatch.setattr(faster, "load_corpus", lambda name: corpus)
    train, held_out, untouched = faster.study_text.__wrapped__()
    n = faster.N_CHARACTERS
    assert train == corpus[: n * 9 // 10] and corpus[:n].startswith(train + held_out)
    assert untouched == corpus[n:][: STUDY["untouched"]["characters"]]
    assert len(untouched) == faster.UNTOUCHED == STUDY["untouched"]["characters"]


def test_the_file_holds_the_runs_on_untouched_text():
    # fails if a run is missing, or is another run than the one with the same name in the log
    assert fair_jobs(STUDY) == []
    wanted = [(name, seed) for name in AGAIN for seed in change_named(name).seeds]
    assert [(run["change"], run["seed"]) for run in RUNS] == wanted
    logged = {(run["change"], run["seed"]): dict(run["curve"]) for run in STUDY["runs"]}
    for run in RUNS:
        before = logged[run["change"], run["seed"]]
        again = {at: loss for at, loss, _ in run["curve"] if at in before}
        assert max(again) == max(before) and again.items() <= before.items()


def test_the_rows_follow_from_the_runs():
    # fails if a step to the goal was not found on the untouched text, or a recipe isn't faster
    curves = {name: [r["curve"] for r in RUNS if r["change"] == name] for name in AGAIN}
    goal = np.mean([curve[-1][2] for curve in curves["baseline"]])
    assert [row["change"] for row in STUDY["untouched"]["rows"]] == [*AGAIN]
    for row in STUDY["untouched"]["rows"]:
        steps, _, losses = np.mean(curves[row["change"]], axis=0).T
        assert row["loss"] == pytest.approx(losses[-1]) and row["goal"] == pytest.approx(goal)
        assert np.interp(row["steps"], steps, losses) == pytest.approx(goal)
        there = [any(loss <= goal for *_, loss in curve) for curve in curves[row["change"]]]
        assert [n is not None for n in row["reached"]] == there
    for row in STUDY["untouched"]["rows"][1:]:
        assert row["steps"] < 0.7 * STUDY["untouched"]["rows"][0]["steps"]


def test_adamw_is_tuned_before_muon():
    # fails if the control is not the best of all that was tried, or the same run gave two curves
    best = min(STUDY["tried"], key=lambda run: steps_to(STUDY["goal"], run["curve"]) or np.inf)
    recipe = recipe_of("BPE at 0.004")
    assert recipe == tried_recipe(best["rate"], best["steps"])
    first = next(run for run in STUDY["runs"] if run["change"] == "BPE at 0.004")
    assert first["curve"] == best["curve"]
    assert recipe_of(BPE) == tried_recipe(1e-3, 570)  # the published one is one more of these


def page_cells():
    """Return the cells of the chapter."""
    return read_json(ROOT / "chapters/17_training_faster.ipynb")["cells"]


def page_text():
    """Return what the chapter says in words."""
    return " ".join("".join(c["source"]) for c in page_cells() if c["cell_type"] == "markdown")


def test_the_page_says_what_is_on_file():
    # fails if the record changes and the chapter's words don't
    page, cells = page_text(), page_cells()
    fresh = {row["change"]: row["steps"] for row in STUDY["untouched"]["rows"]}
    seconds = {name: fresh[name] * LOG[name]["seconds"] for name in AGAIN}
    times = f"{seconds['baseline'] / seconds[LAST]:.0f}"
    tuned = f"{seconds['baseline'] / seconds['baseline at 0.003']:.1f}"
    learned = seconds[LAST] + STUDY["vocabulary_seconds"]["2048"]
    counted = f"{seconds['baseline'] / learned:.0f}"
    assert f"but {times} on the other, and {counted} with the half second" in page
    assert f"until it trains about {counted} times as fast" in page
    assert f"The tuned rate keeps its {tuned}." in page
    outputs = [o.get("data", {}) for c in cells for o in c.get("outputs", ())]
    shown = "".join("".join(data.get("text/plain", "")) for data in outputs)
    held_out = LOG["baseline"]["steps"] * LOG["baseline"]["seconds"]
    held_out /= LOG[LAST]["steps"] * LOG[LAST]["seconds"]
    assert re.search(rf"all changes +{held_out:.0f} +{times}\n", shown)
    alone, bpe, untuned = (
        LOG[name]["steps"] * LOG[name]["seconds"]
        for name in ("baseline", "BPE at 0.004", "BPE 1,024")
    )
    assert f"with the BPE only {untuned / bpe:.1f}. So part of the {alone / untuned:.1f}" in page
    tried = [run for run in STUDY["runs"] if re.match("baseline at", run["change"])]
    assert len({run["change"] for run in tried}) == 3
    assert "The best of three tries raises the peak rate from 0.001 to 0.003" in page
    assert LOG["baseline"]["rate"] == 0.001 and LOG["baseline at 0.003"]["rate"] == 0.003
    assert "plans 1,400 steps instead of 2,000" in page
    assert LOG["baseline"]["planned"] == 2000 and LOG["baseline at 0.003"]["planned"] == 1400
    assert LOG["BPE at 0.004"]["loss"] < LOG["baseline"]["loss"]
    meets = LOG["baseline at 0.003"]["steps"]
    assert 1000 < meets < 1400 and "The tuned curve meets the goal before step 1,400" in page


def test_the_page_says_how_far_the_seeds_are_apart():
    # fails if the record changes, and what the chapter says of the seeds beside its 35 doesn't
    row = next(row for row in STUDY["untouched"]["rows"] if row["change"] == LAST)
    assert len([steps for steps in row["reached"] if steps]) == 3 and len(row["reached"]) == 5
    ends = [run["curve"][-1][2] for run in RUNS if run["change"] == LAST]
    above = [loss - row["goal"] for loss in ends if loss > row["goal"]]
    assert len(above) == 2 and max(above) < 0.005
    assert "Three of the five reach this goal, and two end just above it" in page_text()
    steps = [f"{rows[LAST]['steps']:.0f}" for rows in (FRESH, LOG)]
    assert "takes {} steps instead of {}".format(*steps) in page_text()


def test_the_page_says_what_muon_saves_early_and_late():
    # fails if the record changes, and what the chapter makes of Muon doesn't
    page = page_text()
    early, late = (
        LOG[without]["steps"] * LOG[without]["seconds"] / LOG[name]["steps"] / LOG[name]["seconds"]
        for without, name in (("BPE at 0.004", "Muon"), ("AdamW again", "bfloat16"))
    )
    assert f"Muon brought {early:.1f} there." in page
    assert f"again before *one layer*, it brings about {late:.1f}" in page


def test_the_page_walks_to_the_end_of_the_log():
    # fails if what the chapter says of a row of its table is not what the row shows
    page = page_text()
    names = ("Muon", "zero outputs", "twice the batch", "two layers", "bfloat16", LAST)
    ratios = {}
    for one, other in pairwise(names):
        assert LOG[one]["kept"] and LOG[other]["kept"]
        ratios[other] = [LOG[other][what] / LOG[one][what] for what in ("steps", "seconds")]
    kept = [change.name for change in CHANGES if change.kept]
    between = kept.index("zero outputs") - kept.index("Muon")
    assert between == 5 and kept[kept.index("zero outputs") + 1 :] == list(names[2:])
    muon, newer, end = (
        LOG[name]["steps"] * LOG[name]["seconds"] for name in ("Muon", "zero outputs", LAST)
    )
    assert f"bring {muon:.1f} seconds to {newer:.1f}:" in page
    assert f"bring that to {end:.1f}:" in page and ratios["zero outputs"][0] < 1
    assert LOG["RMSNorm"]["verdict"] == "slower" and "It lost time here" in page
    assert 0.45 < ratios["twice the batch"][0] < 0.55
    assert 0.95 < ratios["two layers"][0] < 1.05 and 0.45 < ratios["two layers"][1] < 0.55
    assert ratios["bfloat16"][0] == 1 and 0.6 < ratios["bfloat16"][1] < 0.7
    assert max(ratios[LAST]) < 0.95
    end = LOG[LAST]["steps"] * LOG[LAST]["seconds"]
    first = 2000 * LOG["baseline"]["seconds"]
    assert f"{first:.0f} seconds have become {end:.1f}, which is {first / end:.0f} times" in page
    last = f"{LOG[LAST]['steps']:.0f}, while a step still takes {1000 * LOG[LAST]['seconds']:.0f}"
    assert f"2,000 steps have become {last} milliseconds" in page
    dearest = LOG["twice the batch"]["seconds"] / LOG["baseline"]["seconds"]
    assert dearest == pytest.approx(3, abs=0.1) and "a step became three times as expensive" in page
    assert LOG["twice the batch"]["seconds"] == max(LOG[change]["seconds"] for change in kept)
    assert ratios["twice the batch"][1] < 1.9 and "Each takes less than twice as long" in page


def test_the_page_says_how_adamw_was_tuned():
    # fails if other pairs were tried than the page counts, or AdamW was tuned once more beside Muon
    page = page_text()
    assert len(TRIED) + 1 == 12 and "Its rate and length are tuned, too, by twelve tries:" in page
    assert recipe_of("BPE at 0.004")["context_length"] == recipe_of("baseline")["context_length"]
    assert "a window of 64 reaches more than twice as far back" in page
    assert STUDY["characters_per_token"]["1024"] > 2
    again, base = recipe_of("AdamW again"), recipe_of("bfloat16")
    assert {key for key in base if again[key] != base[key]} == {"optimizer"}
    assert "AdamW wasn't tuned anew here" in page


def test_a_run_goes_to_its_place():
    # fails if a run on untouched text is taken for a try of AdamW, or the lists lose their order
    empty = {"untouched": {"characters": 9, "runs": []}, "tried": []}
    jobs = fair_jobs(empty)
    assert len(jobs) == sum(len(change_named(name).seeds) for name in AGAIN) + len(TRIED)
    for name, seed, recipe, untouched in reversed(jobs):
        curve = [[1, 3.0, 3.0], [2, 2.0, 2.0]] if untouched else [[1, 3.0], [2, 2.0]]
        run = {"change": name, "seed": seed, "steps": (recipe or {}).get("steps"), "curve": curve}
        add_run(empty, (name, seed, recipe, untouched), run)
    assert fair_jobs(empty) == [] and [(r["rate"], r["steps"]) for r in empty["tried"]] == [*TRIED]
    assert [row["change"] for row in empty["untouched"]["rows"]] == list(AGAIN)
