"""The recorded times of the cache, batches and drafts, and the script that takes them."""

import json

import numpy as np
import pytest

from llm_lib.book.studies import decoding
from llm_lib.book.studies.decoding import LENGTHS, TASKS, WIDTHS, Lookup, load_decoding, main


def test_the_file_holds_what_the_script_measures():
    # fails if a length, a width or a task was changed without timing it
    found = load_decoding()
    assert (
        found["command"] == "python -m llm_lib.book.studies.decoding"
        and found["model"] == "smollm2"
    )
    assert "core" in found["machine"] and "torch" in found["machine"]
    assert [row["tokens"] for row in found["cache"]] == list(LENGTHS)
    for dtype in ("float32", "bfloat16"):
        assert [row["n"] for row in found[dtype]["steps"]] == list(WIDTHS)
        assert [row["task"] for row in found[dtype]["drafts"]] == list(TASKS)
        for row in found[dtype]["drafts"]:
            assert row["accepted"] <= row["drafted"] and row["calls"] <= row["tokens"]
            assert row["calls"] + row["accepted"] >= row["tokens"]


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if the cache gains no more with the length, or drafts do not pay for copying
    found = load_decoding()
    gains = [row["without"] / row["with"] for row in found["cache"]]
    assert gains == sorted(gains)
    copy, story = found["bfloat16"]["drafts"]
    assert copy["no drafts"] > 2 * copy["drafts"] and story["no drafts"] < story["drafts"]
    steps = {row["n"]: row for row in found["float32"]["steps"]}
    assert steps[5]["tokens"] < 2 * steps[1]["tokens"]
    assert 16 / steps[16]["texts"] > 5 / steps[1]["texts"]


def test_the_file_holds_the_chapter_s_numbers_of_batches_and_drafts():
    # fails if new times leave the text behind: 16 texts in 2.3 times the time with 4 bytes, and in
    # 1.4 with 2, the copy 2.4 times as fast, beside the library's quicker path, too; and if drafts
    # change a text with 4 bytes, or none with 2
    for dtype, longer, more in (("float32", 2.3, 7), ("bfloat16", 1.4, 11)):
        one, *_, sixteen = load_decoding()[dtype]["steps"]
        ratio = sixteen["texts"] / one["texts"]
        assert (round(ratio, 1), round(16 / ratio)) == (longer, more)
    assert all(run["same"] for run in load_decoding()["float32"]["drafts"])
    found = load_decoding()["bfloat16"]
    copy, story = found["drafts"]
    assert (copy["tokens"], copy["calls"]) == (58, 16)
    assert round(copy["no drafts"] / copy["drafts"], 1) == 2.4
    assert copy["generate"] > 2.3 * copy["drafts"]
    assert story["drafts"] > story["no drafts"]
    assert copy["same"] and not story["same"]


@pytest.mark.parametrize(
    ("context", "guess"),
    [
        ([1, 2, 3, 9, 1, 2, 3], 9),
        ([4, 2, 3, 7, 5, 2, 3], 7),  # the last three are new, the last two are not
        ([3, 1, 3, 2, 3], 2),  # the latest place counts
    ],
)
def test_the_drafter_copies_what_came_last_time(context, guess):
    # fails if another place, or a shorter run than there is, decides
    assert np.argmax(Lookup(10).next_probabilities(context)) == guess


def test_the_drafter_has_no_idea_of_what_is_new():
    # fails if a token that has never come before gets a guess
    assert Lookup(4).next_probabilities([0, 1, 2]).tolist() == [0.25] * 4


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the quick form overwrites the file, or the other one measures another model
    asked = []

    def fake(name, rounds):
        asked.append((name, rounds))
        return {"parameters": 7}

    monkeypatch.setattr(decoding, "measure", fake)
    monkeypatch.setattr(decoding, "FILE", tmp_path / "decoding.json")
    monkeypatch.setattr(decoding.torch, "set_num_threads", lambda n: asked.append(n))
    assert main(["--quick"]) == 0
    assert not (tmp_path / "decoding.json").exists()
    assert main([]) == 0
    assert asked == [1, ("sprout", 1), 1, ("smollm2", 5)]
    assert load_decoding()["model"] == "smollm2" and load_decoding()["parameters"] == 7
    assert json.loads(capsys.readouterr().out.split("}\n{")[0] + "}")["model"] == "sprout"


def test_all_of_it_is_measured(monkeypatch):
    # fails if a part is left out or cannot run; on the small model, and short texts
    monkeypatch.setattr(decoding, "LENGTHS", (2,))
    monkeypatch.setattr(decoding, "WIDTHS", (1, 2))
    monkeypatch.setattr(decoding, "TASKS", {"one": "Hello."})
    found = decoding.measure("sprout", 1)
    assert found["cache"][0]["tokens"] == 2 and found["parameters"] > 1e6
    for dtype in ("float32", "bfloat16"):
        assert len(found[dtype]["steps"]) == 2 and found[dtype]["drafts"][0]["task"] == "one"
    assert found["float32"]["drafts"][0]["same"]
