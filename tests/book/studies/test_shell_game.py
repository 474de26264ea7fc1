"""Tests of the shell game: against cups that are really moved, and texts written by hand."""

import random

import pytest

from llm_lib.book.studies.shell_game import (
    CUPS,
    LONGEST,
    N_BALLS,
    SWAPS,
    GameTokenizer,
    answer_at_once,
    draw_problem,
    final_answer,
    follow_balls,
    is_right,
    is_thought,
    mark,
    read_problem,
    think_aloud,
)


def move_cups(problem):
    """Play a problem with a table of what lies where, and return the balls' cups in the end."""
    table = dict.fromkeys(CUPS)
    for number, cup in enumerate(problem[:N_BALLS]):
        table[cup] = number
    letters = problem[N_BALLS:-1].lower()
    for one, other in zip(letters[::2], letters[1::2], strict=True):
        table[one], table[other] = table[other], table[one]
    lies = {number: cup for cup, number in table.items()}
    return "".join(lies[number] for number in range(N_BALLS))


@pytest.mark.parametrize("n_swaps", [1, 2, LONGEST, 12])
def test_balls_go_where_their_cups_go(n_swaps):
    # fails if a swap moves one cup alone, if swaps are mixed up, or if a ball is lost
    dice = random.Random(n_swaps)
    for _ in range(50):
        problem = draw_problem(dice, n_swaps)
        assert follow_balls(problem)[-1] == move_cups(problem)


def test_a_problem_by_hand():
    # fails if the exact text that is trained on, or that widgets port, changes
    assert read_problem("cdaBECD=") == ("cda", ["BE", "CD"])
    assert answer_at_once("cdaBECD=") == ":dca."
    assert think_aloud("cdaBECD=") == "BEcdaCDdca:dca."
    assert think_aloud("bABBCDE=") == "ABaBCaDEa:a."  # one ball: any number will do


def test_problems_are_drawn_from_all_there_are():
    # fails if a swap or a cup is never drawn, or two balls lie under one cup
    dice = random.Random(3)
    problems = [draw_problem(dice, 3) for _ in range(300)]
    assert {swap for p in problems for swap in read_problem(p)[1]} == set(SWAPS)
    assert all(len(set(read_problem(p)[0])) == N_BALLS for p in problems)
    assert len({read_problem(p)[0] for p in problems}) == 60


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (":dca.", "dca"),
        (":dca", "dca"),  # as `complete` hands it on
        ("BEcdaCDdca:dca.", "dca"),
        ("CDdca:dca.", "dca"),  # a thought that leaves out a swap counts by its end
        ("BEcda:cda:dca.", "dca"),
        ("dca.", None),
        ("BEcda", None),
        ("BE:.", None),
        ("", None),
        (":dcab.", "dcab"),  # too many cups: an answer, and a wrong one
    ],
)
def test_the_cups_behind_the_colon_count(text, answer):
    # fails if the checker asks how an answer came about, or takes a text without an answer
    assert final_answer(text) == answer
    assert is_right("cdaBECD=", text) is (answer == "dca")
    assert mark("cdaBECD=", text) == float(answer == "dca")


def test_a_thought_is_told_from_an_answer():
    # fails if the share of thoughts counts answers, too
    assert is_thought("CDdca:dca.") and is_thought("BE")
    assert not is_thought(":dca.") and not is_thought("")


def test_all_texts_of_the_game_are_tokens_and_end():
    # fails if a character has no id, or the full stop is not the end
    tokenizer = GameTokenizer()
    ids = tokenizer.encode("cdaBECD=BEcdaCDdca:dca.")
    assert tokenizer.decode(ids) == "cdaBECD=BEcdaCDdca:dca."
    assert ids[-1] == tokenizer.end_id
    assert tokenizer.vocab_size == 13


@pytest.mark.parametrize("problem", ["", "=", "cda=", "BE=", "cdaBEC=", "cdaBECD", "cda BE="])
def test_what_is_no_problem_is_refused(problem):
    # fails if a text that means nothing is answered
    with pytest.raises(ValueError, match="a problem names"):
        follow_balls(problem)


def test_no_swap_or_too_many_balls_are_refused():
    # fails if a problem could be drawn that can't be read, or balls had to share a cup
    with pytest.raises(ValueError, match="n_swaps"):
        draw_problem(random.Random(0), 0)
    with pytest.raises(ValueError, match="n_balls"):
        draw_problem(random.Random(0), 1, n_balls=6)
