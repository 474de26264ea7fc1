"""The recorded measures of preferred Sprout, and the script that makes them."""

import json

from llm_lib.checkpoint import load_model
from llm_lib.studies import preferring
from llm_lib.studies.preferring import load_preferring, main, measure_stories
from llm_lib.tuning.recipe import TuningRecipe


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if right-first pairs don't keep requests as tuned Sprout does, or teach no short stories
    found = load_preferring()
    assert found["command"] == "python -m llm_lib.studies.preferring" and found["stories"] == 240
    tuned, shorter, right = (
        found["preferred"][way] for way in ("tuned", "shorter", "right, then shorter")
    )
    assert max(shorter["kept"]) < min(tuned["kept"]) - 0.05
    assert sum(right["kept"]) > sum(tuned["kept"]) - 3 * 0.04
    assert max(shorter["words"], right["words"]) < 0.9 * tuned["words"]


def test_a_story_is_held_against_its_own_request(monkeypatch):
    # fails if requests and stories are shuffled, or words are counted in one draw alone
    told = iter(
        [["Mia the fox had a kite.", "Ann the hen had a key."], ["A fox."] * 2, ["No."] * 2]
    )
    monkeypatch.setattr(preferring, "complete", lambda *a, **settings: next(told))

    class Asked:
        def __init__(self, name, kind, thing):
            self.question, self.facts = "", {"name": name, "kind": kind, "object": thing}

    asked = [Asked("Mia", "fox", "kite"), Asked("Ann", "cow", "key")]
    monkeypatch.setattr(preferring, "make_examples", lambda *a: asked)
    assert measure_stories(None, None, 2) == {"words": 3.0, "kept": [0.5, 0.0, 0.0]}


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the quick form writes, or the pairs of "shorter" still ask for right answers first
    made = []

    def tune(recipe):
        made.append((recipe.data["right_first"], recipe.training["steps"]))
        return (*load_model("sprout_tuned"), None)

    monkeypatch.setattr(preferring, "tune", tune)
    monkeypatch.setattr(preferring, "measure_stories", lambda model, tokenizer, n: n)
    monkeypatch.setattr(preferring, "FILE", tmp_path / "preferring.json")
    assert main(["--quick"]) == 0 and not (tmp_path / "preferring.json").exists()
    capsys.readouterr()
    assert main([]) == 0
    steps = TuningRecipe.read(preferring.RECIPE).training["steps"]
    assert made == [(False, 2), (False, steps)]
    written = json.loads((tmp_path / "preferring.json").read_text("utf-8"))
    assert written == json.loads(capsys.readouterr().out)
    assert written["preferred"] == {"tuned": 240, "shorter": 240, "right, then shorter": 240}
