"""Checks of arguments: what is taken, what is refused, and what is said."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from llm_lib.arguments import check_choice, check_matrix, check_number, check_whole
from llm_lib.before.ngram import NGramModel
from llm_lib.bpe import BPETokenizer
from llm_lib.costs.model_size import count_flops
from llm_lib.dataset import ShuffledWindows, TokenDataset, WindowSampler
from llm_lib.dataset.token_file import write_token_file
from llm_lib.generation import generate
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import IntegerTokenizer
from llm_lib.training import TrainingConfig

TINY = {"vocab_size": 11, "context_length": 8, "n_layer": 1, "n_head": 2, "n_embd": 4}


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint16(3), np.int8(3)])
def test_whole_numbers_of_any_kind_come_back_as_python_ints(value):
    # fails if numpy's are refused, or handed on and then break JSON
    assert type(check_whole("n", value)) is int


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.True_,
        3.0,
        np.float64(3),
        "3",
        None,
        Fraction(3),
        float("nan"),
        [3],
        torch.tensor(3),
    ],
)
def test_what_is_no_whole_number_is_refused(value):
    # fails if True counts as 1, or a float as what it would be cut to
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got"):
        check_whole("n", value)


@pytest.mark.parametrize(("value", "fits"), [(1, False), (2, True), (5, True), (6, False)])
def test_both_limits_belong_to_the_range(value, fits):
    # fails if a limit is missed by one
    if fits:
        assert check_whole("n", value, 2, 5) == value
    else:
        with pytest.raises(ValueError, match=f"n must be a whole number from 2 to 5, got {value}"):
            check_whole("n", value, 2, 5)


@pytest.mark.parametrize("value", [0.5, 0, np.float32(0.5), np.int64(0)])
def test_numbers_of_any_kind_are_taken(value):
    # fails if numpy's are refused, or don't come back as Python's
    assert type(check_number("x", value, least=0, below=1)) in (int, float)


def test_limits_that_belong_to_the_range_are_taken():
    # fails if "at least" or "at most" leaves its own number out
    assert [check_number("x", x, least=0, most=1) for x in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    ("value", "limits", "message"),
    [
        (1, {"least": 0, "below": 1}, "x must be at least 0 and below 1, got 1"),
        (-0.1, {"least": 0}, "x must be at least 0, got -0.1"),
        (0, {"above": 0, "most": 1}, "x must be above 0 and at most 1, got 0"),
        (1.1, {"above": 0, "most": 1}, "x must be above 0 and at most 1, got 1.1"),
        (float("nan"), {"above": 0}, "x must be above 0, got nan"),
        (float("inf"), {"above": 0}, "got inf"),
        (True, {"least": 0}, "got True"),
        ("1", {}, "x must be a number, got '1'"),
        (None, {"least": 0}, "got None"),
        (1j, {}, "got 1j"),
    ],
)
def test_numbers_outside_the_limits_are_refused(value, limits, message):
    # fails if a limit is on the wrong side, or NaN slips through every comparison
    with pytest.raises(ValueError) as caught:
        check_number("x", value, **limits)
    assert message in str(caught.value)


def test_a_choice_names_what_there_is():
    # fails if another word is taken for the default
    check_choice("kind", "a", ("a", "b"))
    with pytest.raises(ValueError, match=r"kind must be one of \('a', 'b'\), got 'c'"):
        check_choice("kind", "c", ("a", "b"))


TAKERS = {
    "GPTConfig": lambda n: GPTConfig(**TINY | {"n_layer": n}).n_layer,
    "TrainingConfig": lambda n: TrainingConfig(steps=n).steps,
    "warm-up": lambda n: TrainingConfig(warmup_steps=n).warmup_steps,
    "TokenDataset": lambda n: TokenDataset(range(9), n).context_length,
    "WindowSampler": lambda n: WindowSampler(9, n).batch_size,
    "ShuffledWindows": lambda n: ShuffledWindows(range(99), n, 2).sampler.batch_size,
    "IntegerTokenizer": lambda n: IntegerTokenizer(n).vocab_size,
    "NGramModel": lambda n: NGramModel(n, 5).n,
    "count_flops": lambda n: count_flops(GPTConfig(**TINY), n) and n,
}


@pytest.mark.parametrize("taker", TAKERS)
def test_one_check_serves_all(taker):
    # fails if a module goes back to a check of its own
    assert TAKERS[taker](np.int64(2)) == 2
    for wrong in (True, 2.0, "2"):
        with pytest.raises(ValueError, match="must be a whole number of at least"):
            TAKERS[taker](wrong)


def test_one_check_serves_functions_too(tmp_path):
    # fails if numpy's numbers are refused, or True is taken for one id
    write_token_file(tmp_path / "a", [0, 1], vocab_size=np.int64(5), shard_size=np.int32(1))
    for wrong in ({"vocab_size": True}, {"vocab_size": 5, "shard_size": True}):
        with pytest.raises(ValueError, match="must be a whole number"):
            write_token_file(tmp_path / "b", [0], **wrong)
    with pytest.raises(ValueError, match="vocab_size must be a whole number"):
        BPETokenizer.train("abc", True)
    model = GPT(GPTConfig(**TINY))
    with pytest.raises(ValueError, match="max_new_tokens must be a whole number"):
        generate(model, [1], 2.0)


@pytest.mark.parametrize("kind", [np.array, torch.tensor, lambda rows: [np.array(r) for r in rows]])
def test_matrices_of_any_kind_come_back_as_lists(kind):
    # fails if an array or a tensor is refused, or handed on as it is
    assert check_matrix("m", kind([[1, 2.5], [0, -3]]), (2, 2), reach=9) == [[1, 2.5], [0, -3]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([[1, 2]], "m should be 2 rows of 2 numbers"),
        ([[1, 2], [3]], "m should be 2 rows of 2 numbers"),
        ("ab", "m should be 2 rows of 2 numbers"),
        (5, "m should be 2 rows of 2 numbers"),
        ([[1, 2], [3, 10]], r"m\[1\]\[1\] must be at least -9 and at most 9, got 10"),
        ([[1, 2], [3, "4"]], r"m\[1\]\[1\] must be"),
    ],
)
def test_what_is_no_matrix_is_refused(value, said):
    # fails if a wrong shape or number is taken, or the message does not name it
    with pytest.raises(ValueError, match=said):
        check_matrix("m", value, (2, 2), reach=9)
