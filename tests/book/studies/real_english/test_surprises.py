"""What is recorded of surprises, against the file and a fresh run."""

import pytest

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.measured.recording import record_run
from llm_lib.book.studies.real_english import surprises
from tests.book.studies.real_english.records import assert_same_next, assert_whole


def test_the_file_bears_out_what_is_said_of_it():
    # fails if a new measurement does not say what the chapter on pretraining says
    assert_whole(surprises)
    found = load_recorded("surprises")["counts"]
    assert (found["texts"], found["again"], found["cheaper"]) == (3, 16, 14)
    assert [each["word"] for each in found["dearer"]] == ["basket", "warm"]


def test_mentions_are_words_that_came_before():
    # fails if a first mention counts as a second, or short words count
    run = {"tokens": ["<|endoftext|>", "The", " girl", " saw", " The", " girl", " girl"]}
    found = surprises.mentions(run | {"surprises": [1, 6, 2, 1, 0.5, 0.25]})
    assert found == [
        {"word": "girl", "first": 6, "again": 0.5},
        {"word": "girl", "first": 6, "again": 0.25},
    ]


@pytest.mark.slow  # it reads 135 million parameters
def test_the_model_says_the_same_again(smol):
    # fails if the record is not what the model in the package says
    [run] = load_recorded("surprises")["runs"]
    again = record_run(*smol, run["text"], surprises=True, next_at=(3, 40), n_next=5)
    assert run["surprises"] == pytest.approx(again["surprises"], abs=1e-3)
    assert_same_next({at: run["next"][at] for at in again["next"]}, again["next"])
