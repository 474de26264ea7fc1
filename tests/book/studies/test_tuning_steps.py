"""What is on file of Sprout's tuning, against tuning it anew, and against the stages' own file."""

import json

import pytest

from llm_lib.book.studies import tuning_steps
from llm_lib.book.studies.stages import ask, load_stages, split_words
from llm_lib.book.studies.tuning_steps import (
    ASKED,
    FINE_TUNING,
    N_OLD,
    PREFERENCE,
    load_tuning_steps,
    look_at,
    main,
    measure,
)
from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="module")
def looks():
    return load_tuning_steps()["looks"]


def test_every_look_is_there(looks):
    # fails if a look is missing, or the two trainings don't follow each other
    steps = [(look["training"], look["step"]) for look in looks]
    wanted = [("fine-tuning", step) for step in FINE_TUNING]
    assert steps == wanted + [("preference tuning", step) for step in PREFERENCE]
    record = load_tuning_steps()
    assert (record["asked"], record["n_old"]) == (ASKED, N_OLD)
    assert record["n_words"] == len(split_words()[1]) == 30
    assert ASKED["bear"] == ask("bear")


def test_the_stages_on_file_agree(looks):
    # fails if the two studies tell of different trainings
    stages = load_stages()["stages"]
    names = {0: "base", 1: "tuned 1", 2: "tuned 2", 20: "tuned 20", 60: "tuned 60"}
    for look in looks:
        if look["training"] == "fine-tuning" and look["step"] in names:
            stage = stages[names[look["step"]]]
            assert look["right"] == stage["right"]
            for word in ("bear", "drum"):
                assert look["says"][word] == stage["asked"][word]["says"].splitlines()[0].strip()
    assert looks[-1]["right"] == stages["preferred"]["right"]


def test_the_file_is_what_tuning_gives(looks):
    # fails if the library no longer trains or answers as it did when the file was written
    anew = measure((0, 1, 2), (1,), n_old=4)
    for found, on_file in zip(anew[:3], looks, strict=False):
        for part in ("training", "step", "says", "right", "full"):
            assert found[part] == on_file[part]
    assert [look["training"] for look in anew[3:]] == ["preference tuning"]


def test_a_look_by_hand():
    # fails if a full sentence is counted that is wrong, or an old skill is not asked about
    model, tokenizer = load_model("sprout")
    look = look_at(model, tokenizer, n_old=3)
    assert (look["right"], look["full"], look["passage"], look["mood"]) == (0, 0, 3, 3)
    assert look["says"] == {"bear": "By the cave.", "drum": "Sad.", "beaver": "Sad."}


def test_what_the_page_says(looks):
    # fails if a curve no longer goes as the page tells it
    by_step = {(look["training"], look["step"]): look for look in looks}
    early = by_step["fine-tuning", 10]
    assert (early["mood"], early["right"]) == (11, 15) and early["says"]["bear"] == "No."
    assert by_step["fine-tuning", 20]["mood"] == 0 and by_step["fine-tuning", 20]["passage"] > 95
    assert by_step["fine-tuning", 60]["right"] == 30
    third = [look for look in looks if look["training"] == "preference tuning"]
    assert {look["right"] for look in third} == {30}
    assert by_step["preference tuning", 20]["says"]["bear"] == "Yes Yes Yes."
    assert looks[-1]["full"] == 30 and looks[-1]["passage"] < by_step["fine-tuning", 60]["passage"]


def test_the_command(tmp_path, monkeypatch, capsys):
    # fails if a quick look overwrites the shipped file, or the whole record is not written
    monkeypatch.setattr(tuning_steps, "FILE", tmp_path / "looks.json")
    monkeypatch.setattr(tuning_steps, "measure", lambda *some: [{"step": len(some)}])
    monkeypatch.setattr(tuning_steps.torch, "set_num_threads", lambda n: None)
    assert main(["--quick"]) == 0 and not (tmp_path / "looks.json").exists()
    assert main([]) == 0
    written = json.loads((tmp_path / "looks.json").read_text())
    assert written["looks"] == [{"step": 0}] and written["n_words"] == 30
    assert '"step": 3' in capsys.readouterr().out
