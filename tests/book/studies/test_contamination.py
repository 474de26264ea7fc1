"""The study of leaked tests: the game, the data, and what is on file."""

import random

import pytest

from llm_lib.book.studies.contamination import (
    COPIES,
    GROUP,
    LONGEST,
    SEEDS,
    answer_logits,
    draw_question,
    encode,
    find_ball,
    load_contamination,
    make_groups,
    make_training_data,
    mark,
    reword,
    reword_freely,
    round_weights,
    swaps_of,
    train_model,
)


def follow(question):
    """Move a ball among real cups."""
    cups = dict.fromkeys("ABCDE", False) | {question[0].upper(): True}
    for one, other in swaps_of(question):
        cups[one], cups[other] = cups[other], cups[one]
    return next(cup for cup, ball in cups.items() if ball).lower()


def test_the_ball_is_where_the_cups_are():
    # fails if a swap is followed one way only
    dice = random.Random(0)
    questions = [draw_question(dice, 8) for _ in range(200)]
    assert [find_ball(q) for q in questions] == [follow(q) for q in questions]
    assert {len(swaps_of(q)) for q in questions} == {8}


def test_a_rewording_is_the_same_game_in_other_letters():
    # fails if the answer changes, or nothing does
    dice = random.Random(1)
    for _ in range(50):
        question = draw_question(dice, 8)
        for other in (reword(question), reword_freely(question, dice)):
            assert find_ball(other) == find_ball(question)
        assert reword(question) != question and reword(reword(question)) == question


def test_each_group_lies_in_the_data_as_often_as_it_says():
    # fails if a group leaks more often or less, or the reworded group can be found
    groups = make_groups(0)
    data = make_training_data(0, groups)
    for n in COPIES:
        assert [data.count(q) for q in groups[str(n)][:5]] == [n] * 5
    assert not set(groups["reworded"]) & set(data)
    assert len(data) == 20_000 + GROUP * (sum(COPIES) + 64)

    def game(question):  # whatever the order in which its pairs are named
        return question[0] + "".join("".join(sorted(pair)) for pair in swaps_of(question))

    assert {game(q) for q in groups["reworded"]} <= {game(q) for q in data}


def test_what_the_page_says_of_the_sixth_groups_rewordings():
    # fails if the wordings in which it is asked the second time are kept out, or more often met
    found = 0
    for seed in SEEDS:
        groups = make_groups(seed)
        data = set(make_training_data(seed, groups))
        found += sum(reword(question) in data for question in groups["reworded"])
    assert found == 60


def test_training_and_marking():
    # fails if the answer is read at another place, or a rounded copy is the model itself
    groups = make_groups(0)
    model = train_model(make_training_data(0, groups), 0, steps=10)
    questions = ["aAB", "aABCD"]
    logits = answer_logits(model, questions)
    alone = [model(encode([q])[0])[0, -1] for q in questions]
    for row, one in zip(logits, alone, strict=True):
        assert row.tolist() == pytest.approx(one.tolist(), abs=1e-4)
    assert set(mark(model, groups["0"])) <= {0, 1}
    rounded = round_weights(model, 3)
    assert len(set(rounded.blocks[0].attention.qkv.weight[0].tolist())) <= 7


def test_what_is_on_file_is_whole():
    # fails if a seed or a mark is lost, or the search did not find what was copied
    runs = load_contamination()
    assert [run["seed"] for run in runs] == [*SEEDS]
    for run in runs:
        assert run["found"] == {"0": 0, "reworded": 0} | {str(n): GROUP for n in COPIES if n}
        assert all(0 <= n <= GROUP for n in run["right"].values())
        assert len(run["marks"]) == len(run["marks_rounded"]) == 1000
    assert LONGEST == 8
