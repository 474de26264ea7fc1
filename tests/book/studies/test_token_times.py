"""The recorded times of token n, and the script that takes them."""

import json

import torch

from llm_lib.book.studies import token_times
from llm_lib.book.studies.token_times import PLACES, load_token_times, main, measure, passes
from llm_lib.pretrained.save_load import load_model


def test_the_file_holds_what_the_script_measures():
    # fails if a place was changed without timing it, or the weights are another model's
    found = load_token_times()
    assert found["command"] == "python -m llm_lib.book.studies.token_times"
    assert found["model"] == "smollm2" and "core" in found["machine"]
    assert [row["n"] for row in found["places"]] == list(PLACES)
    assert found["weight_bytes"] == 4 * 134_515_008
    assert found["cache_bytes"] == 2 * 30 * 3 * 64 * 4  # keys and values, layers, heads, D, bytes


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if the curve with the cache is not the flat one, or a pass beats the memory's floor
    found = load_token_times()
    first, *_, last = (row for row in found["places"] if row["n"] >= 16)
    assert last["without"] > 5 * first["without"] and last["with"] < 1.5 * first["with"]
    for row in found["places"]:
        read = found["weight_bytes"] + row["n"] * found["cache_bytes"]
        assert 1000 * read / found["bytes_per_second"] < row["with"]


def test_most_of_a_pass_is_paid_once():
    # fails if a further token of a long pass costs what the chapter does not say
    without = {row["n"]: row["without"] for row in load_token_times()["places"]}
    assert 2 < (without[256] - without[2]) / (256 - 2) < 3 < without[1] / 20


def test_the_opening_question_has_the_file_s_numbers():
    # fails if new times leave the text behind: 109 and 745 milliseconds, then 65 both times; and
    # 256 passes of one token would take over 16 seconds, one pass over 256 less than one
    rows = {row["n"]: row for row in load_token_times()["places"]}
    assert [round(rows[n]["without"]) for n in (16, 256)] == [109, 745]
    assert [round(rows[n]["with"]) for n in (16, 256)] == [65, 65]
    assert 256 * rows[256]["with"] > 16_000 and rows[256]["without"] < 1000


def test_both_ways_give_the_same_logits_however_often_they_run():
    # fails if the two sides do not compute the same token, or a pass leaves its row in the cache
    model, _ = load_model("sprout")
    for n in (1, 9):
        ways = passes(model, n)
        ways["with"]()
        torch.testing.assert_close(ways["with"](), ways["without"](), atol=1e-4, rtol=1e-4)


def test_all_of_it_is_measured(monkeypatch):
    # fails if a part is left out or cannot run; on the small model, with a small matrix
    monkeypatch.setattr(token_times, "PLACES", (1, 4, 100_000))
    found = measure("sprout", rounds=1, rows=8)
    assert [row["n"] for row in found["places"]] == [1, 4]  # no more than its context
    assert found["bytes_per_second"] > 0 and all(row["without"] > 0 for row in found["places"])


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the quick form overwrites the file, or the other one measures another model
    asked = []
    monkeypatch.setattr(token_times, "measure", lambda *given: asked.append(given) or {"rounds": 7})
    monkeypatch.setattr(token_times, "FILE", tmp_path / "token_times.json")
    monkeypatch.setattr(token_times.torch, "set_num_threads", asked.append)
    assert main(["--quick"]) == 0
    assert not (tmp_path / "token_times.json").exists()
    assert main([]) == 0
    assert asked == [1, ("sprout", 1, 1024), 1, ("smollm2",)]
    assert load_token_times()["rounds"] == 7
    assert json.loads(capsys.readouterr().out.split("}\n{")[0] + "}")["model"] == "sprout"
