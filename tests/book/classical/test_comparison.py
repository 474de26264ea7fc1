"""Tests of how six models and any other answerer are asked and marked."""

import os
import subprocess
import sys

import pytest

from llm_lib.book.classical import (
    SixModels,
    TaskModel,
    TaskScore,
    comparison,
    evaluate_tasks,
    score_table,
    small_world_examples,
)
from llm_lib.book.classical.comparison import MODELS
from llm_lib.book.small_world import SmallWorld
from llm_lib.book.small_world import quality as evaluation
from tests.book.classical.trained import six


def test_all_are_asked_what_the_language_model_is_asked(monkeypatch):
    # Fails if prompts or marking differ from those of llm_lib.evaluation
    monkeypatch.setattr(evaluation, "complete", lambda model, tok, prompts, n: six()(prompts))
    scores = evaluate_tasks(six(), "new_names", n=30)
    for task, score in scores.items():
        assert score.exact == evaluation.evaluate_answers(None, None, task, "new_names", 30)
        assert (score.exact == 1) is (task != "summary")
    assert scores["summary"].exact == 0 < scores["summary"].overlap < 0.6


def test_scores_count_right_answers():
    # Fails if shares are wrong, or more than the first line of an answer counts
    def answer_first_two(prompts):
        asked.append(prompts)
        world = SmallWorld(4, "held_out")
        task = [*MODELS][len(asked) - 1]
        right = [world.example(task).answer + "\nUser: And now?" for _ in range(2)]
        return [*right, "", "Qwxz."]

    asked = []
    scores = evaluate_tasks(answer_first_two, n=4, seed=4)
    assert scores == {task: TaskScore(0.5, 0.5) for task in MODELS}
    assert all(prompt.endswith("\nBot:") for prompts in asked for prompt in prompts)


def test_six_models_learn_from_a_thousand_examples_of_seed_0(monkeypatch):
    # Fails if the models of the chapter learn from more, from less or from others.
    class Note(TaskModel):
        def _fit(self, examples):
            self.examples = examples

    monkeypatch.setattr(comparison, "MODELS", {"spam": Note})
    world = SmallWorld(0, "train")
    pairs = [world.example("spam") for _ in range(1000)]
    expected = [(e.prompt.removeprefix("Is this spam? "), e.answer.rstrip(".")) for e in pairs]
    assert SixModels().models["spam"].examples == expected
    assert small_world_examples("spam", 1000) == expected


def test_answerers_are_compared_on_the_same_400_prompts():
    # Fails if scores in the book could no longer be set beside each other.
    asked = []
    evaluate_tasks(lambda prompts: asked.append(prompts) or [""] * len(prompts))
    for task, prompts in zip(MODELS, asked, strict=True):
        world = SmallWorld(1000, "held_out")
        assert prompts == [world.example(task).question for _ in range(400)]


def test_a_prompt_that_is_nobodys_task_gets_no_answer():
    # Fails if six models pretend to be a seventh
    assert six()([SmallWorld(1).example("story").question, "", "Hello"]) == ["", "", ""]


def test_a_table_has_a_line_for_each_task_and_a_column_for_each_model():
    # Fails if columns don't line up
    scores = {"spam": TaskScore(0.5, 0.75), "names": TaskScore(1, 1)}
    table = score_table({"six": scores, "a language model": scores})
    assert len({len(line) for line in table.splitlines()}) == 1
    assert table.splitlines()[1].split() == ["spam", *"50% / 75%".split() * 2]
    narrow, wide = " " * 13 + "six", "  a language model"  # 16 wide, or two more than a long name
    assert score_table({"six": scores}).splitlines()[0] == "task      " + narrow
    assert table.splitlines()[0] == "task      " + "  " + narrow + wide


def test_answers_do_not_depend_on_the_order_of_sets():
    # Fails if ties are broken by Python's random order of strings
    code = (
        "from llm_lib.book.classical import *; s = SixModels(n=60); w = 'held_out';"
        "print([m.predict(t) for k, m in s.models.items()"
        " for t, _ in small_world_examples(k, 20, w)])"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] != ""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: small_world_examples("story", 5), "one of sentiment, .*; got 'story'"),
        (lambda: small_world_examples("spam", 0), "n must be a whole number of at least 1, got 0"),
        (lambda: evaluate_tasks(six(), "test"), "split must be one of .*got 'test'"),
        (lambda: evaluate_tasks(lambda prompts: [], n=2), "2 prompts .*'sentiment'.* but 0 came"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    # Fails if a bad value goes unnoticed or is not named.
    with pytest.raises(ValueError, match=message):
        call()
