"""The recorded trainings on marks, and the script that makes them."""

import json

import pytest

from llm_lib.book.small_world import Example
from llm_lib.book.small_world.tasks import make_examples
from llm_lib.book.studies import rewards
from llm_lib.book.studies.rewards import (
    KS,
    MARKERS,
    PARTS,
    SEEDS,
    STORY,
    count_answers,
    count_passes,
    count_wanted,
    load_rewards,
    main,
    measure_marker,
    other_answer,
)
from llm_lib.finetuning.grpo import pass_at_k
from llm_lib.finetuning.sft import encode_answered
from llm_lib.pretrained.save_load import load_model


def test_the_file_holds_what_the_script_measures():
    # fails if a marker, a seed or a k was changed without running the script again
    found = load_rewards()
    assert found["command"] == "python -m llm_lib.book.studies.rewards"
    assert found["base"] == "sprout_tuned" and found["k"] == list(KS)
    assert set(found) == {"command", "base", "k", *PARTS}
    hack = found["hack"]
    assert list(hack) == ["prompt", *MARKERS] and hack["prompt"] == STORY
    for name, (mark, _) in MARKERS.items():
        assert [run["seed"] for run in hack[name]] == list(SEEDS)
        for run in hack[name]:
            assert len(run["marks"]) == len(run["wanted"]) == len(run["kl"]) + 1 == 17
            for at, texts in ((0, run["before"]), (-1, run["after"])):
                marks = [mark(STORY, text) for text in texts]
                assert len(marks) == 8 and run["marks"][at] == pytest.approx(
                    sum(marks) / 8, abs=1e-4
                )
    kite = found["reversed"]
    assert len(kite["marks"]) == len(kite["answers"]) == len(SEEDS)
    for run in (kite["before"], *kite["marks"], *kite["answers"]):
        assert sum(run[share] for share in ("right", "other", "neither")) == pytest.approx(1)
    for table in found["translate"].values():
        each = [sum(pass_at_k(32, r, k) for r in table["right"]) / len(table["right"]) for k in KS]
        assert table["pass"] == pytest.approx(each, abs=1e-4)


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if the marker's hole was not found, or neither remedy held
    found = load_rewards()
    hack = found["hack"]

    def end(marker, what):
        return [sum(run[what][-3:]) / 3 for run in hack[marker]]

    for run, mark, wanted in zip(
        hack["quotes"], end("quotes", "marks"), end("quotes", "wanted"), strict=True
    ):
        assert mark > 3 * run["marks"][0] and wanted < run["wanted"][0] - 0.15
    assert max(end("held", "kl")) < min(end("quotes", "kl"))
    for run, wanted in zip(hack["mended"], end("mended", "wanted"), strict=True):
        assert wanted > run["wanted"][0] - 0.15
    kite = found["reversed"]
    for run in (kite["before"], *kite["marks"], *kite["answers"]):
        named = run["right"] + run["other"]  # of 240
        assert abs(run["right"] / named - 0.5) < 2 * (0.25 / (240 * named)) ** 0.5


def test_what_was_wanted_is_counted_in_fifths():
    # fails if a thing of the request is missed, or an unlikely text passes as fluent
    base = load_model("sprout_tuned")
    good = "Once there was a clever fox. Her name was Mia, and her home was by the pond. One day "
    good += 'she could not find her kite. "Where is my kite?" cried Mia.'
    rows = [encode_answered(STORY, text, base[1]) for text in (good, "kite " * 9)]
    assert [count_wanted(base, [row]) for row in rows] == [1, 0.2]
    assert count_wanted(base, rows) == pytest.approx(0.6)


def test_a_run_holds_the_rounds_before_and_after_its_steps():
    # fails if the last round is not of the model that has learned, or the divergence is lost
    base = load_model("sprout_tuned")
    run = measure_marker(base, "quotes", 0, 1)
    assert len(run["marks"]) == len(run["wanted"]) == 2 and run["kl"] == [0]
    assert len(run["before"]) == len(run["after"]) == 8 and run["before"] != run["after"]


def test_passes_are_counted_from_the_draws():
    # fails if answers are marked by another prompt's example
    model = load_model("sprout_tuned")
    found = count_passes(model, make_examples(["spam"], 3, 7, "held_out"), 6)
    assert all(r >= 24 for r in found["right"]) and found["pass"][-1] == 1


def test_the_other_answer_says_the_other_animal_of_each_kind_of_question():
    # fails if a word of the question is swapped too, or a fact is not
    facts = {
        "name": "Mia", "friend": "Tom", "kind": "fox", "kind2": "bear", "object": "kite",
        "object2": "drum", "feeling": "glad", "feeling2": "sad", "place": "lake",
    }  # fmt: skip
    for question, answer, other in (
        ("Who had the drum?", "The one with the drum was Tom.", "The one with the drum was Mia."),
        ("Who was glad?", "The one who was glad was Mia.", "The one who was glad was Tom."),
        ("Who was the bear?", "The bear was Tom.", "The bear was Mia."),
        ("What did Tom have?", "Tom had a drum.", "Tom had a kite."),
        ("How did Mia feel?", "Mia was glad.", "Mia was sad."),
        ("What kind of animal was Mia?", "Mia was a fox.", "Mia was a bear."),
    ):
        prompt = f"Mia the fox met Tom the bear. Mia had a kite. Tom had a drum. {question}"
        assert other_answer(Example("reversed", prompt, answer, facts)) == other


def test_every_held_out_question_has_an_other_answer_out_of_its_own_story():
    # fails if a sentence of the tasks asks for something else than one of two
    for example in make_examples(["reversed"], 240, 1000, "held_out"):
        pairs = zip(example.answer.split(), other_answer(example).split(), strict=True)
        [(right, other)] = [(mine, its) for mine, its in pairs if mine != its]
        assert {right.strip("."), other.strip(".")} <= set(example.facts.values())
        assert other.strip(".") in example.prompt


def test_answers_are_counted_as_right_other_or_neither(monkeypatch):
    # fails if an answer that names both animals, or a third, counts as right or as the other
    examples = make_examples(["reversed"], 5, 3, "held_out")
    first, second, both, _lost, more = examples
    said = [
        first.answer,
        other_answer(second),
        f"{both.answer} {other_answer(both)}",
        "Nobody.",
        f"{more.answer}\nUser: And who else?",
    ]
    monkeypatch.setattr(rewards, "complete", lambda *a: said)
    assert count_answers((None, None), examples) == {"right": 0.4, "other": 0.2, "neither": 0.4}


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the quick form overwrites the file, or measures as long as the other
    asked = []
    for part in PARTS:
        monkeypatch.setattr(
            rewards,
            f"measure_{part}",
            lambda *a, part=part: asked.append((part, a[-1])) or {"n": a[-1]},
        )
    monkeypatch.setattr(rewards, "load_model", lambda name: name)
    monkeypatch.setattr(rewards, "FILE", tmp_path / "rewards.json")
    assert main(["--quick"]) == 0 and not (tmp_path / "rewards.json").exists()
    assert asked == [("hack", 2), ("translate", 8), ("reversed", 8)]
    capsys.readouterr()
    assert main([]) == 0
    assert asked[3:] == [("hack", 16), ("translate", 60), ("reversed", 240)]
    printed = json.loads(capsys.readouterr().out)
    head = {"command": rewards.COMMAND, "base": "sprout_tuned", "k": list(KS)}
    assert load_rewards() == head | printed and set(printed) == set(PARTS)


def test_one_part_leaves_the_others_on_file(tmp_path, monkeypatch):
    # fails if measuring one part alone drops the others, or measures them again
    (tmp_path / "rewards.json").write_text('{"hack": {"n": 1}, "reversed": {"n": 2}}', "utf-8")
    monkeypatch.setattr(rewards, "FILE", tmp_path / "rewards.json")
    monkeypatch.setattr(rewards, "load_model", lambda name: name)
    monkeypatch.setattr(rewards, "measure_reversed", lambda *a: {"n": a[-1]})
    assert main(["--only", "reversed"]) == 0
    found = load_rewards()
    assert found["hack"] == {"n": 1} and found["reversed"] == {"n": 240}
    assert "translate" not in found
