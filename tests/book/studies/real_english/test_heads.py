"""What is recorded of a few heads, against the file and a fresh run."""

import pytest

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.measured.recording import next_without, record_run
from llm_lib.book.studies.real_english import heads
from tests.book.studies.real_english.records import assert_same_next, assert_whole


def test_each_text_has_all_heads_on_and_each_of_them_off():
    # fails if a switch of the lab has nothing to show, or a token nothing to be compared with
    assert_whole(heads)
    record = load_recorded("heads")
    for run in record["runs"]:
        assert len(run["ids"]) <= 20 and tuple(run["shown"]) in heads.HEADS
        assert [(head["layer"], head["head"]) for head in run["heads"]] == list(heads.HEADS)
        assert [entry["heads"] for entry in run["off"]] == [[list(head)] for head in heads.HEADS]
        last = str(len(run["ids"]) - 1)
        ids = {row[0] for row in run["next"][last]}
        assert all({row[0] for row in entry["next"][last]} == ids for entry in run["off"])
    assert set(record["counts"]["known_for"]) == {f"{i}.{h}" for i, h in heads.HEADS}


@pytest.mark.slow  # it reads 135 million parameters
def test_the_model_says_the_same_again(smol):
    # fails if the record is not what the model in the package says, or another head was off
    run = find_run(load_recorded("heads"), "France")
    again = record_run(*smol, run["text"], heads=[(9, 4), (23, 4)], queries=[-1])
    by_name = {(head["layer"], head["head"]): head for head in run["heads"]}
    for head in again["heads"]:
        kept = by_name[head["layer"], head["head"]]
        assert kept["weights"][-1] == pytest.approx(head["weights"][0], abs=1e-3)
    without = next_without(*smol, run["ids"], [(23, 4)], 7)
    kept = next(each for each in run["off"] if each["heads"] == [[23, 4]])
    assert_same_next({"5": kept["next"]["5"][:7]}, without["next"])
