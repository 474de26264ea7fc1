"""The study of copies that answer the same 40 questions: rounded ones, and ones that saw half."""

import pytest
import torch

from llm_lib.book.studies.evaluating import load_choices
from llm_lib.book.studies.rivals import (
    BITS,
    BLOCKS,
    FORM,
    OTHER_FORM,
    RULE,
    SEEDS,
    SEEN,
    draw_seen,
    lay_out,
    load_rivals,
    mark,
    show_test,
)
from llm_lib.evaluation import Question, read_task
from llm_lib.finetuning.sft import IGNORE_INDEX
from llm_lib.pretrained.save_load import load_model

BEES = Question("What do bees make?", ("milk", "wool", "silk", "honey"), 3)
CATS = Question("What says meow?", ("a dog", "a big cat"), 1)


@pytest.fixture(scope="module")
def sprout():
    return load_model("sprout")


def test_each_place_is_followed_by_its_next_token(sprout):
    # fails if a text is learned shifted, a wrong answer is taught, or what fills up is learned
    _, tokenizer = sprout
    x, y = lay_out(tokenizer, [BEES, CATS])
    told = ["Question: What do bees make?\nAnswer: honey"]
    told += ["Question: What says meow?\nAnswer: a big cat"]
    for row, after, text in zip(x.tolist(), y.tolist(), told, strict=True):
        ids = tokenizer.encode(text)
        n = len(ids) - 1
        assert row[:n] == ids[:-1] and after[:n] == ids[1:]
        assert set(after[n:]) <= {IGNORE_INDEX}


def test_only_the_last_blocks_of_a_copy_learn(sprout):
    # fails if the model itself is trained, or another part of the copy than its last blocks
    model, tokenizer = sprout
    before = {name: p.clone() for name, p in model.named_parameters()}
    learner = show_test(model, tokenizer, [BEES, CATS], steps=1)
    first = len(model.blocks) - min(BLOCKS, len(model.blocks))
    last = tuple(f"blocks.{i}." for i in range(first, len(model.blocks)))
    for name, p in learner.named_parameters():
        assert torch.equal(dict(model.named_parameters())[name], before[name])
        assert torch.equal(p, before[name]) != name.startswith(last), name


def test_what_was_shown_is_known(sprout):
    # fails if training on a question does not raise its right answer
    model, tokenizer = sprout
    assert mark(show_test(model, tokenizer, [BEES, CATS], 60), tokenizer, [BEES, CATS]) == "11"


def test_half_is_drawn_anew_for_each_seed():
    # fails if a question is drawn twice, or all seeds see the same half
    halves = [draw_seen(seed) for seed in SEEDS]
    assert all(len(set(half)) == SEEN and set(half) <= set(range(40)) for half in halves)
    assert len({tuple(half) for half in halves}) == len(SEEDS)


def test_what_is_on_file_is_whole():
    # fails if a copy or a mark is lost, or another half was recorded than the one drawn
    record = load_rivals()
    assert [*record["rounded"]] == [str(bits) for bits in BITS]
    assert all(len(marks) == len(read_task()) for marks in record["rounded"].values())
    assert [run["seed"] for run in record["seen"]] == [*SEEDS]
    for run in record["seen"]:
        assert run["seen"] == draw_seen(run["seed"])
        assert {form: len(marks) for form, marks in run["marks"].items()} == {
            FORM: 40,
            OTHER_FORM: 40,
        }


def test_four_bits_are_close_to_the_model_itself():
    # fails if the marks are of another form, rule or order of questions than the model's own
    own = [choice.is_right(RULE) for choice in load_choices()[FORM]]
    rounded = [mark == "1" for mark in load_rivals()["rounded"]["4"]]
    assert sum(a != b for a, b in zip(own, rounded, strict=True)) < 5
