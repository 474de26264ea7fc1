"""What is recorded of next tokens and of an answer, against the file and a fresh run."""

import pytest

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.measured.recording import record_run, run_watched
from llm_lib.book.studies.real_english import next_tokens
from tests.book.studies.real_english.records import assert_same_next, assert_whole


def test_the_file_bears_out_what_is_said_of_it():
    # fails if a new measurement does not say what the first chapter says
    assert_whole(next_tokens)
    found = load_recorded("next_tokens")["counts"]
    assert (found["facts"], found["right"], found["right_without_end_of_text"]) == (30, 22, 16)
    assert len(found["answers"]) == 8 and found["admitted"] == 0


def test_an_answer_that_admits_is_told():
    # fails if an honest answer counts as an invention
    assert next_tokens.admits("There is no capital of Atlantis.")
    assert next_tokens.admits("I don't know.") and next_tokens.admits("Venus has no moon.")
    assert not next_tokens.admits("It was won by a baker from York.")


@pytest.mark.slow  # it reads 135 million parameters
def test_the_model_says_the_same_again(smol):
    # fails if the record is not what the model in the package says
    record = load_recorded("next_tokens")
    for text in ("The capital of Australia is", "Two plus two equals"):
        again = record_run(*smol, text, n_next=12)
        assert again["ids"] == find_run(record, text)["ids"]
        assert_same_next(find_run(record, text)["next"], again["next"])
    moon = find_run(record, next_tokens.SHOWN)
    logits, _ = run_watched(smol[0], moon["ids"])
    for at, rows in moon["next"].items():
        assert rows[0][0] == int(logits[int(at)].argmax())
        if int(at) + 1 < len(moon["ids"]):
            assert moon["ids"][int(at) + 1] == rows[0][0]  # each time the likeliest was taken
