"""Tests of the comparisons that checks are made of."""

import itertools

import pytest
import torch

from llm_lib.book.my_gpt.compare import returns_soon, same, want
from llm_lib.book.my_gpt.reader import MistakeError


def test_what_differs_is_told_with_its_place():
    # fails if a wrong number is not shown, or a right one is refused
    right = torch.zeros(2, 3)
    same(right + 1e-6, right, "it")
    wrong = right.clone()
    wrong[1, 2] = 0.5
    with pytest.raises(MistakeError, match=r"it: at \[1, 2\] yours is 0.5000, it should be 0.0000"):
        same(wrong, right, "it")
    with pytest.raises(MistakeError, match=r"shape \(2, 3\), yours is \(3, 2\)"):
        same(right.T, right, "it")
    with pytest.raises(MistakeError, match="should be a tensor, yours is list"):
        same([0.0], right, "it")
    with pytest.raises(MistakeError, match="NaN"):
        same(right / 0, right, "it")


def test_a_known_mistake_is_named():
    # fails if numbers of a known mistake are told as numbers
    right, wrong = torch.zeros(2), torch.ones(2)
    with pytest.raises(MistakeError, match="it: the sign"):
        same(wrong, right, "it", {"no": wrong * 2, "the sign": wrong})
    with pytest.raises(MistakeError, match="so"):
        want(False, "so")
    want(True, "so")


def test_a_call_that_does_not_come_back_is_ended():
    # fails if a check waits for ever, or a call that ends is taken for one that does not
    assert returns_soon(lambda: sum(range(10)), "it") == 45

    def for_ever():
        for _ in itertools.count():
            pass

    with pytest.raises(MistakeError, match="it does not come back"):
        returns_soon(for_ever, "it", steps=1000)
