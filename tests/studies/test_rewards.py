"""The recorded trainings on marks, and the script that makes them."""

import json

import pytest

from llm_lib.checkpoint import load_model
from llm_lib.studies import rewards
from llm_lib.studies.rewards import (
    KS,
    SEEDS,
    WEIGHTS,
    count_passes,
    count_quotes,
    load_rewards,
    main,
)
from llm_lib.tuning.rewards import pass_at_k
from llm_lib.tuning.tasks import make_examples


def test_the_file_holds_what_the_script_measures():
    # fails if a weight, a seed or a k was changed without running the script again
    found = load_rewards()
    assert found["command"] == "python -m llm_lib.studies.rewards"
    assert found["base"] == "sprout_tuned" and found["k"] == list(KS)
    runs = [(run["weight"], run["seed"]) for run in found["leash"]["runs"]]
    assert runs == [(weight, seed) for weight in WEIGHTS for seed in SEEDS]
    for name in ("marks", "answers"):
        assert len(found["reversed"][name]) == len(SEEDS)
    tables = [found["names"]["before"], *found["names"]["after"], *found["translate"].values()]
    for table in tables:
        each = [sum(pass_at_k(32, r, k) for r in table["right"]) / len(table["right"]) for k in KS]
        assert table["pass"] == pytest.approx(each, abs=1e-4)


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if the marker's hole was not found, or the leash did not hold
    found = load_rewards()
    runs = found["leash"]["runs"]

    def end(weight, what):
        return [sum(r[what][-3:]) / 3 for r in runs if r["weight"] == weight]

    assert min(end(0.0, "marks")) > 0.8 and max(end(0.0, "right")) < 0.2
    assert max(end(1.0, "kl")) < min(end(0.0, "kl"))
    before = found["reversed"]["before"]["right"]
    assert 0.4 < before < 0.65
    names = found["names"]
    assert names["before"]["pass"][0] > 0.9 and names["before"]["pass"][-1] == 1


def test_marks_for_quotation_marks():
    # fails if more than ten are paid for, or none are
    assert count_quotes("", "Mia slept.") == 0 and count_quotes("", '"' * 30) == 1
    assert count_quotes("", '"Hello," said Mia.') == pytest.approx(0.2)


def test_passes_are_counted_from_the_draws():
    # fails if answers are marked by another prompt's example
    model = load_model("sprout_tuned")
    found = count_passes(model, make_examples(["spam"], 3, 7, "held_out"), 6)
    assert all(r >= 24 for r in found["right"]) and found["pass"][-1] == 1


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the quick form overwrites the file, or measures as long as the other
    asked = []
    for part in ("leash", "names", "translate", "reversed"):
        monkeypatch.setattr(
            rewards, f"measure_{part}", lambda *a, part=part: asked.append((part, a[-1])) or {}
        )
    monkeypatch.setattr(rewards, "load_model", lambda name: name)
    monkeypatch.setattr(rewards, "FILE", tmp_path / "rewards.json")
    assert main(["--quick"]) == 0 and not (tmp_path / "rewards.json").exists()
    assert asked == [("leash", 2), ("names", 8), ("translate", 8), ("reversed", 8)]
    capsys.readouterr()
    assert main([]) == 0 and asked[4:] == [
        ("leash", 12), ("names", 60), ("translate", 60), ("reversed", 240),
    ]  # fmt: skip
    written = json.loads((tmp_path / "rewards.json").read_text("utf-8"))
    assert written == json.loads(capsys.readouterr().out)
