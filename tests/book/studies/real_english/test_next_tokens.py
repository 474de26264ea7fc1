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


def test_examples_in_a_prompt_make_a_spam_filter():
    # fails if a new measurement does not say what the first chapter says of prompts that sort
    found = load_recorded("next_tokens")["counts"]["sorting"]
    assert found["examples"] == next_tokens.EXAMPLES
    spam, normal = (row["few_shot"] for row in found["sorted"])
    assert spam["spam"] > 3 * spam["normal"] and normal["normal"] > 3 * normal["spam"]
    assert found["question"] == next_tokens.QUESTION
    assert all(sum(row["zero_shot"].values()) < 0.01 for row in found["sorted"])
    right = [found[f"{shots}_shot_right"] for shots in ("zero", "few")]
    assert (right, found["real_messages"]) == ([9, 17], 20)
    assert found["few_shot_right_behind_end_of_text"] == 11


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
    told = record["counts"]["sorting"]["sorted"][0]
    p = next_tokens.sort_message(*smol, told["message"], next_tokens.EXAMPLES)
    assert p == pytest.approx(told["few_shot"], abs=0.01)
    moon = find_run(record, next_tokens.SHOWN)
    logits, _ = run_watched(smol[0], moon["ids"])
    for at, rows in moon["next"].items():
        assert rows[0][0] == int(logits[int(at)].argmax())
        if int(at) + 1 < len(moon["ids"]):
            assert moon["ids"][int(at) + 1] == rows[0][0]  # each time the likeliest was taken
