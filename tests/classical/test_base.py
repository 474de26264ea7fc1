"""Tests of what all six models share: learning, forgetting, and what they refuse."""

import pytest

from llm_lib.classical import (
    BagOfWords,
    MostCommon,
    NaiveBayes,
    NameFinder,
    SentenceRanker,
    TaskModel,
    WordTranslator,
    evaluate_tasks,
    small_world_examples,
)
from llm_lib.classical.comparison import MODELS
from tests.classical.trained import MESSAGES, six


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NaiveBayes(0), "smoothing should be above 0; got 0"),
        (lambda: BagOfWords(0), "n_words must be a whole number of at least 1, got 0"),
        (lambda: BagOfWords().fit([("a", "x"), ("b", "x")]), "every example is 'x'"),
        (lambda: BagOfWords().heaviest_words("x"), r"one of \[\]; got 'x'"),
        (lambda: BagOfWords().fit(MESSAGES).heaviest_words("x"), r"\['fine', 'spam'\]; got 'x'"),
        (lambda: WordTranslator(1.5), "n_rounds must be a whole number of at least 1, got 1.5"),
        (lambda: WordTranslator().fit([("...", "rele")]), r"need words; got \('...', 'rele'\)"),
        (lambda: NameFinder().fit([("a b", [])]), "at least one word in a name, and one"),
        (lambda: SentenceRanker(damping=1), "damping should lie between 0 and 1; got 1"),
        (lambda: small_world_examples("story", 5), "one of sentiment, .*; got 'story'"),
        (lambda: small_world_examples("spam", 0), "n should be above 0; got 0"),
        (lambda: evaluate_tasks(six(), "test"), "split must be one of .*got 'test'"),
        (lambda: evaluate_tasks(lambda prompts: [], n=2), "2 prompts .*'sentiment'.* but 0 came"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    # Fails if a bad value goes unnoticed or is not named
    with pytest.raises(ValueError, match=message):
        call()
