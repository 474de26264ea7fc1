"""Votes, the best of n, and budgets: against counts by hand, and a model whose texts are known."""

import random

import pytest
import torch

from llm_lib.generation import best_of, complete, draw_texts, generate, majority_vote, think_within
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import CharTokenizer


class Letters(CharTokenizer):
    """Seven letters; the full stop ends a text."""

    end_id = 0

    def __init__(self):
        super().__init__(".:=abcd")


TOKENIZER, CLOSE = Letters(), 1


def small_model(seed=0):
    """Return an untrained GPT whose draws differ."""
    torch.manual_seed(seed)
    return GPT(GPTConfig(7, 64, 1, 2, 16, init_std=0.3)).eval()


@pytest.mark.parametrize(
    ("answers", "wins"),
    [
        (["a", "b", "b"], "b"),
        (["a", "b"], "a"),  # of equals, the first
        (["b", "a", "a", "b"], "b"),
        ([None, None, "c"], "c"),  # no answer is no vote
        ([None], None),
        ([], None),
        ([3, 3, 4], 3),
    ],
)
def test_the_most_frequent_answer_wins(answers, wins):
    # fails if ties go to the last, if None can win, or if no answers raise
    assert majority_vote(answers) == wins


def test_votes_agree_with_a_count():
    # fails if the winner is not the most frequent one
    dice = random.Random(0)
    for _ in range(50):
        answers = [dice.choice("abcd") for _ in range(dice.randint(1, 12))]
        most = max(answers.count(a) for a in answers)
        assert majority_vote(answers) == next(a for a in answers if answers.count(a) == most)


def test_the_best_of_n_is_the_one_with_the_highest_mark():
    # fails if the lowest is taken, or the last of equals
    assert best_of(["ab", "abc", "abd", "a"], len) == "abc"
    assert best_of(["ab", "b"], lambda text: -len(text)) == "b"
    with pytest.raises(ValueError, match="no text"):
        best_of([], len)


def test_each_prompt_gets_n_texts_of_its_own():
    # fails if texts go to another prompt, or if fewer than n are drawn
    model, prompts = small_model(), ["a=", "abc=", "d="]
    drawn = draw_texts(model, TOKENIZER, prompts, 3, 8, seed=1)
    assert [len(texts) for texts in drawn] == [3, 3, 3]
    rows = [prompt for prompt in prompts for _ in range(3)]
    flat = complete(model, TOKENIZER, rows, 8, temperature=1.0, seed=1)
    assert [text for texts in drawn for text in texts] == flat
    assert len(set(flat)) > 3
    assert draw_texts(model, TOKENIZER, [], 3) == []


def test_draws_that_would_all_be_alike_are_refused():
    # fails if n greedy texts count as n opinions
    with pytest.raises(ValueError, match="temperature 0"):
        draw_texts(small_model(), TOKENIZER, ["a="], 2, temperature=0)
    with pytest.raises(ValueError, match="n must"):
        draw_texts(small_model(), TOKENIZER, ["a="], 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("budget", [0, 1, 3, 9])
def test_a_thought_is_cut_closed_and_answered(budget, seed):
    # fails if a thought is longer than its budget, isn't closed, or the answer doesn't go by it
    model = small_model(seed)
    [text] = think_within(model, TOKENIZER, ["ab="], budget, CLOSE, 4)
    asked = TOKENIZER.encode("ab=")
    free = generate(model, asked, budget, temperature=0, stop_ids=[0, CLOSE])[3:].tolist()
    thought = free[:-1] if free and free[-1] in (0, CLOSE) else free
    answer = generate(model, [*asked, *thought, CLOSE], 4, temperature=0, stop_ids=[0])
    told = TOKENIZER.decode(answer[len(asked) :].tolist()).removesuffix(".")
    assert text == told
    assert len(thought) <= budget and text.startswith(TOKENIZER.decode([*thought, CLOSE]))


def test_prompts_with_other_thoughts_do_not_mix():
    # fails if rows that end early are padded into others, or a colon of the prompt is cut off
    model, prompts = small_model(2), ["a:", "abcd=", "c="]
    together = think_within(model, TOKENIZER, prompts, 5, CLOSE, 4)
    alone = [think_within(model, TOKENIZER, [p], 5, CLOSE, 4)[0] for p in prompts]
    assert together == alone


def test_settings_reach_the_draws_and_a_budget_below_0_is_refused():
    # fails if thoughts are greedy whatever is asked for
    model = small_model(1)
    drawn = {
        think_within(model, TOKENIZER, ["a="], 6, CLOSE, 4, temperature=1.0, seed=s)[0]
        for s in range(6)
    }
    assert len(drawn) > 1
    with pytest.raises(ValueError, match="budget"):
        think_within(model, TOKENIZER, ["a="], -1, CLOSE, 4)
