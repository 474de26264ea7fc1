"""Small World's tasks as examples, and the marks of right and wrong answers."""

import pytest

from llm_lib.book.small_world import TASKS, SmallWorld
from llm_lib.book.small_world.tasks import Marker, make_examples

ONE_OF_EACH = make_examples(TASKS, len(TASKS))


@pytest.mark.parametrize("example", ONE_OF_EACH, ids=lambda example: example.task)
def test_its_own_answer_is_right_and_anothers_is_wrong(example):
    # fails if a right answer has no reward, or any answer has
    mark = Marker(ONE_OF_EACH)
    assert mark(example.prompt, example.answer) == 1
    others = [other.answer for other in ONE_OF_EACH if other is not example]
    assert [mark(example.prompt, answer) for answer in others] == [0] * len(others)


def test_what_a_model_writes_behind_the_answer_does_not_count_unless_on_its_line():
    [example] = make_examples(["spam"], 1)
    mark = Marker([example])
    assert mark(example.prompt, f"{example.answer}\nUser: and this?") == 1
    assert mark(example.prompt, f"{example.answer} Or not.") == 0


def test_prompts_are_all_different_and_those_of_others_are_left_out():
    # fails if a prompt that is learned from is asked again in the test
    learned = make_examples(["question", "spam"], 600)
    train = {e.prompt for e in learned}
    assert len(train) == 600
    loose = {e.prompt for e in make_examples(["question", "spam"], 60, split="held_out")}
    asked = make_examples(["question", "spam"], 60, split="held_out", without=learned)
    assert train & loose and not train & {e.prompt for e in asked}
    assert [e.task for e in asked[:2]] == ["question", "spam"] and len(asked) == 60


def test_it_does_not_look_for_ever(monkeypatch):
    # fails if it goes on looking for a prompt that there is not
    monkeypatch.setattr(SmallWorld, "example", lambda world, task: ONE_OF_EACH[0])
    with pytest.raises(ValueError, match=r"2 examples are more than there are.* after 1 examples"):
        make_examples(["story"], 2)
    with pytest.raises(ValueError, match=r"1 examples are more than there are"):
        make_examples(["story"], 1, without=ONE_OF_EACH)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="name a task to learn"):
        make_examples([], 3)
    with pytest.raises(ValueError, match=r"task must be one of .* got 'poem'"):
        make_examples(["poem"], 3)
    with pytest.raises(ValueError, match="no example with the prompt 'Who"):
        Marker(ONE_OF_EACH)("Who?", "Me.")
