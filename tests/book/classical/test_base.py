"""Tests of what all six models share: learning, forgetting, and what they refuse."""

import pytest

from llm_lib.book.classical import (
    MostCommon,
    TaskModel,
    small_world_examples,
)
from llm_lib.book.classical.comparison import MODELS


@pytest.mark.parametrize("model", [MostCommon, *MODELS.values()])
def test_each_model_refuses_what_it_cannot_use(model):
    # Fails if a reader meets an error from deep inside
    with pytest.raises(ValueError, match=f"{model.__name__} has learned nothing yet"):
        model().predict("hello")
    with pytest.raises(ValueError, match="there are no examples"):
        model().fit([])
    with pytest.raises(TypeError, match=r"a pair \(text, answer\); got 'hello'"):
        model().fit(["hello"])
    with pytest.raises(TypeError, match=r"a pair \(text, answer\); got \(1, 'a'\)"):
        model().fit([(1, "a")])
    task = next((task for task, m in MODELS.items() if m is model), "spam")
    fitted = model().fit(small_world_examples(task, 20))
    with pytest.raises(TypeError, match="text should be a str; got int"):
        fitted.predict(3)
    with pytest.raises(ValueError, match="there are no examples"):
        fitted.score([])


def test_a_second_fit_forgets_the_first():
    # Fails if counts are added to older ones
    for task, model in MODELS.items():
        first, other = small_world_examples(task, 30), small_world_examples(task, 30, seed=7)
        again, fresh = model().fit(other).fit(first), model().fit(first)
        texts = [text for text, _ in small_world_examples(task, 20, "held_out")]
        assert [again.predict(t) for t in texts] == [fresh.predict(t) for t in texts]


def test_a_model_without_methods_says_so():
    # Fails if a subclass that forgot something silently answers None
    with pytest.raises(NotImplementedError):
        TaskModel().fit([("a", "b")])
    with pytest.raises(NotImplementedError):
        TaskModel()._predict("a")


def test_a_score_is_the_mean_of_the_grades():
    # Fails if a score is no share, or the wrong answers are counted.
    model = MostCommon().fit([("a", 1), ("b", 1), ("c", 2)])
    assert model.score([("x", 1), ("y", 2), ("z", 3), ("w", 1)]) == 0.5
    assert (model.grade("a", "a"), model.grade("a", "b")) == (1.0, 0.0)
