"""Sums asked at once and step by step: the problems, the script, and what is on file."""

import re

import pytest
import torch

from llm_lib.book.studies.real_english import step_by_step
from llm_lib.book.studies.real_english.step_by_step import (
    WAYS,
    N,
    ask,
    count_right,
    first_number,
    load_step_by_step,
    make_problem,
    measure,
)


class Bytes:
    """A tokenizer of bytes, in which the end of a turn is one token."""

    def encode(self, text, allowed_special=()):
        parts = text.split("<|im_end|>")
        ids = [[*part.encode(), 256] for part in parts[:-1]]
        return [i for part in ids for i in part] + list(parts[-1].encode())

    def decode(self, ids):
        return bytes(ids).decode()


def solve(text):
    """Work a sum out from the numbers in it and the words between them."""
    numbers = list(map(int, re.findall(r"\d+", text)))
    if "finds" in text:
        return numbers[0] + numbers[1] - numbers[2]
    if "boxes" in text:
        return numbers[0] * numbers[1] - numbers[2]
    if "together" in text:
        return numbers[0] + (numbers[0] + numbers[1])
    return sum(numbers[:2]) * numbers[2]


@pytest.mark.parametrize("i", range(N))
def test_each_sum_has_its_answer(i):
    # fails if a text and its answer don't belong together
    text, answer = make_problem(i)
    assert answer == solve(text) > 0


def test_the_first_number_counts():
    # fails if a later number, or half of one, is taken for the answer
    assert first_number(" 120 coins, or 12.") == 120
    assert first_number("(a) twelve") is None


def test_a_thought_is_written_before_the_answer_is_asked_for(monkeypatch):
    # fails if the answer is asked for before the thought, or at once with one
    asked = []

    def write(model, rows, n, temperature, stop_ids):
        texts = [Bytes().decode([i for i in row if i < 256]) for row in rows]
        asked.append(texts)
        said = [" 7 coins" if text.endswith("is") else " I think." for text in texts]
        return [torch.tensor([*row, *new.encode(), 256]) for row, new in zip(rows, said)]  # noqa: B905

    monkeypatch.setattr(step_by_step, "generate", write)
    assert ask(None, Bytes(), "at once", ["One?"]) == [("", " 7 coins")]
    [[text]] = asked
    assert "One?" in text and text.endswith("assistant\nThe answer is")
    asked.clear()
    assert ask(None, Bytes(), "let's think", ["One?"])[0][1] == " 7 coins"
    assert asked[0][0].endswith("Let's think step by step.")
    assert asked[1][0].endswith("Let's think step by step. I think.\nThe answer is")
    found = measure(None, Bytes(), 4, 5)
    assert set(found["ways"]) == set(WAYS)
    assert all(way["said"] == [7] * 4 for way in found["ways"].values())


def test_the_record_is_of_these_sums():
    # fails if the file was made from other problems, or counts are not of what was said
    found = load_step_by_step()
    assert found["problems"] == [list(make_problem(i)) for i in range(N)]
    for way in WAYS:
        said = found["ways"][way]["said"]
        assert len(said) == N
        assert sum(count_right(found, way)) == sum(
            solve(text) == number for (text, _), number in zip(found["problems"], said, strict=True)
        )
