"""The study of the three runs: its file, what the chapter says of it, and its command."""

import pytest
import torch

from llm_lib.book.studies import three_runs
from llm_lib.book.studies.three_runs import EVERY, FILE, RUNS, STEPS, main, measure, to_points
from llm_lib.files import read_json

STUDY = read_json(FILE)


def test_the_file_holds_every_run():
    # fails if a run is missing, or is not as long as the chapter's
    assert list(STUDY["runs"]) == list(RUNS)
    for run in STUDY["runs"].values():
        assert len(run["train"]) == 1 + STEPS // EVERY


def test_the_runs_end_as_the_chapter_says():
    # fails if the runs, made anew, no longer ask the chapter's question, or answer it otherwise
    ends = {name: run["train"][-1] for name, run in STUDY["runs"].items()}
    held = {name: run["held_out"] for name, run in STUDY["runs"].items()}
    assert ends == pytest.approx({"A": 4.7, "B": 1.3, "C": 0.0}, abs=0.06)
    levels = STUDY["levels"]
    assert held["B"] < levels["unigram entropy"] - 3 and abs(held["B"] - ends["B"]) < 0.1
    assert levels["unigram entropy"] - 1 < held["A"] < levels["unigram entropy"]
    assert held["C"] > levels["ln V"] + 5


def test_points_are_the_first_loss_and_means():
    # fails if a step is left out of its mean, or a rest that is no whole ten is drawn
    steps, points = to_points([4.0, *[2.0] * 9, *[1.0] * 10, 9.0])
    assert (steps, points) == ([0, 5, 15], [4.0, pytest.approx(2.2), 1.0])


def test_a_run_s_targets_are_the_next_tokens_or_its_inputs(monkeypatch):
    # fails if run C is trained on next tokens, or another on copies
    asked = []

    def loss(model, x, y):
        asked.append(torch.equal(x, y))
        return model(x).mean() * 0

    text = (torch.arange(4000).numpy() % 500, torch.arange(2000).numpy() % 500)
    monkeypatch.setattr(three_runs, "study_text", lambda: text)
    monkeypatch.setattr(three_runs, "compute_loss", loss)
    for _, is_next in RUNS.values():
        measure(0.01, is_next, steps=10)
    assert asked == [False] * 20 + [True] * 10


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if a run is missing from the file
    result = {"train": [5.0, 4.0], "held_out": 4.5}
    monkeypatch.setattr(three_runs, "measure", lambda *_: result)
    monkeypatch.setattr(three_runs, "levels", lambda: {"ln V": 6.24})
    assert main(["--steps", "10", "--write", str(tmp_path / "a" / "runs.json")]) == 0
    written = read_json(tmp_path / "a" / "runs.json")
    assert written["runs"] == dict.fromkeys(RUNS, result) and written["every"] == EVERY
    assert "C ends at 4.0, held out 4.5" in capsys.readouterr().out
