"""Tests of the list of checks."""

import pytest

from llm_lib.book.my_gpt.check import checks_of
from llm_lib.book.my_gpt.registry import CHECKS, check
from llm_lib.book.my_gpt.stages import KEYS
from tests.book.my_gpt.mistakes import MISTAKES


@pytest.mark.parametrize("key", KEYS)
def test_each_stage_has_checks_and_mistakes(key):
    # fails if a stage is added that nothing checks, or whose checks were never seen to fail
    assert checks_of(key)
    assert [mistake for mistake in MISTAKES if mistake[0] == key]


def test_there_are_many_mistakes_and_no_two_alike():
    # fails if the table shrinks, or one mistake counts twice
    assert len(MISTAKES) >= 100
    assert len({mistake[:3] for mistake in MISTAKES}) == len(MISTAKES)


def test_each_check_says_what_is_right():
    # fails if a check has no words for what it looks at
    assert all(one.says.endswith(".") for one in CHECKS)
    assert len({one.says for one in CHECKS}) == len(CHECKS)


def test_a_check_belongs_to_a_stage():
    # fails if a slip in a stage's name leaves a check out
    with pytest.raises(ValueError, match="no stage '9'"):
        check("9")
