"""Tests of the six small models, against scikit-learn, networkx, and cases worked by hand."""

import os
import subprocess
import sys
from functools import cache
from math import log

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from llm_lib.classical import (
    BagOfWords,
    MostCommon,
    NaiveBayes,
    NameFinder,
    PatternReader,
    SentenceRanker,
    SixModels,
    TaskModel,
    TaskScore,
    WordTranslator,
    evaluate_tasks,
    rouge_1,
    score_table,
    small_world_examples,
)
from llm_lib.classical.answering import find_fact, shortest_phrase, split_question
from llm_lib.classical.comparison import MODELS
from llm_lib.classical.labels import word_groups
from llm_lib.classical.summary import split_sentences
from llm_lib.classical.translation import learn_meanings
from llm_lib.evaluation import small_world as evaluation
from llm_lib.labelled import load_labelled, split_examples
from llm_lib.small_world import SmallWorld, lumi_dictionary, translate_to_lumi

WORDS = r"(?u)\w+(?:'\w+)*|[^\w\s]"  # the pattern of split_words, for scikit-learn's own counter
MESSAGES = [("free kite", "spam"), ("see you", "fine"), ("you too", "fine")]


@cache
def six():
    return SixModels()


@cache
def real(name):
    return split_examples(load_labelled(name))


# Naive Bayes and the bag of words


def test_naive_bayes_by_hand():
    # fails if counts, smoothing or the share of a label are computed in another way
    scores = NaiveBayes().fit(MESSAGES).log_scores("Free for you")  # nobody knows "for"
    # Five words are known. "spam" has 2 words in 1 of 3 texts; "fine" has 4 in 2 of 3.
    assert scores["spam"] == pytest.approx(log(1 / 3 * (1 + 1) / (2 + 5) * (0 + 1) / (2 + 5)))
    assert scores["fine"] == pytest.approx(log(2 / 3 * (0 + 1) / (4 + 5) * (2 + 1) / (4 + 5)))


@pytest.mark.parametrize("smoothing", [1.0, 0.1])
def test_naive_bayes_equals_scikit_learn(smoothing):
    # fails if our naive Bayes is not the one of the textbooks
    train, test = real("sms-spam")
    ours = NaiveBayes(smoothing).fit(train)
    theirs = make_pipeline(CountVectorizer(token_pattern=WORDS), MultinomialNB(alpha=smoothing))
    theirs.fit(*zip(*train, strict=True))
    for text, log_p in zip(
        (text for text, _ in test[:200]),
        theirs.predict_log_proba([text for text, _ in test[:200]]),
        strict=True,
    ):
        scores = np.array([ours.log_scores(text)[label] for label in theirs.classes_])
        np.testing.assert_allclose(scores - np.logaddexp.reduce(scores), log_p, atol=1e-8)


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from([label for _, label in MESSAGES]))
def test_probabilities_of_the_words_sum_to_one(text, label):
    # fails if smoothing is forgotten in the divisor
    model = NaiveBayes().fit([*MESSAGES, (text, "fine")])
    assert sum(np.exp(model.log_probability(w, label)) for w in model.vocabulary) == pytest.approx(
        1
    )


@pytest.mark.parametrize("n_words", [1, 2])
def test_bag_of_words_equals_scikit_learn(n_words):
    # fails if words or pairs of words are cut or counted in another way
    train, test = (part[:800] for part in real("questions"))
    counter = CountVectorizer(token_pattern=WORDS, ngram_range=(1, n_words), binary=True)
    theirs = make_pipeline(counter, LogisticRegression(max_iter=1000))
    theirs.fit(*zip(*train, strict=True))
    ours = BagOfWords(n_words).fit(train)
    expected = theirs.predict([text for text, _ in test]).tolist()
    assert [ours.predict(text) for text, _ in test] == expected
    right = [e == label for e, (_, label) in zip(expected, test, strict=True)]
    assert ours.score(test) == np.mean(right)


@pytest.mark.parametrize("labels", [("good", "bad", "bad"), ("good", "bad", "strange")])
def test_heaviest_words_speak_for_their_label(labels):
    # fails if the weights of two labels are swapped, or the order is wrong
    signs = dict(zip(("lovely", "dull", "odd"), labels, strict=True))
    examples = [(f"{s} {noun}", label) for noun in ("film", "play") for s, label in signs.items()]
    model = BagOfWords().fit(examples)
    for label in set(labels):
        expected = {sign for sign, its in signs.items() if its == label}
        assert {word for word, _ in model.heaviest_words(label, len(expected))} == expected
        weights = [weight for _, weight in model.heaviest_words(label)]
        assert weights == sorted(weights, reverse=True)
        assert len(weights) == 5


@settings(deadline=None)
@given(st.text(), st.integers(1, 4))
def test_word_groups_are_all_stretches_of_words(text, n_words):
    # fails if a group is lost, or one reaches over the end
    n = len(word_groups(text, 1))
    groups = word_groups(text, n_words)
    assert len(groups) == sum(max(0, n - size + 1) for size in range(1, n_words + 1))


@pytest.mark.parametrize(
    ("name", "model", "least"),
    [
        ("sms-spam", NaiveBayes(), 0.97),
        ("movie-reviews", BagOfWords(), 0.75),
        ("questions", BagOfWords(n_words=2), 0.82),
    ],
)
def test_real_texts_are_classified_better_than_by_the_most_common_label(name, model, least):
    # fails if a model no longer learns from real texts
    train, test = real(name)
    assert model.fit(train).score(test) > max(least, MostCommon().fit(train).score(test) + 0.05)


# Translation


def test_the_whole_dictionary_is_learned():
    # fails if a word is aligned with another one's translation
    assert six().models["translate"].dictionary == lumi_dictionary()


@pytest.mark.parametrize("split", ["held_out", "new_names"])
def test_translations_of_new_sentences_are_exact(split):
    # fails if words or their order are wrong in sentences with pairs that training did not have
    world = SmallWorld(5, split)
    for _ in range(200):
        sentence = world.example("translate").prompt.removeprefix("Say in Lumi: ")
        assert six().models["translate"].predict(sentence) == translate_to_lumi(sentence)


def test_what_the_translator_has_not_seen():
    # fails if unknown words vanish, known ones without translation stay, or marks are lost
    lumi = lumi_dictionary()
    translate = six().models["translate"].predict
    assert translate("The dragon sees the kite!") == f"dragon {lumi['kite']} {lumi['sees']}!"
    assert translate("fox kite") == f"{lumi['fox']} {lumi['kite']}"
    assert translate("") == ""


def test_meanings_equal_those_of_a_matrix():
    # fails if the rounds of expectation maximization are not those of IBM's Model 1
    pairs = [
        (source.split(), target.split()) for source, target in small_world_examples("translate", 40)
    ]
    english = sorted({word for source, _ in pairs for word in source})
    lumi = sorted({word for _, target in pairs for word in target})
    in_source = np.array([[source.count(e) for e in english] for source, _ in pairs])  # (N, E)
    in_target = np.array([[target.count(w) for w in lumi] for _, target in pairs])  # (N, L)
    t = np.ones((len(english), len(lumi)))
    for _ in range(5):
        shares = in_target / np.maximum(in_source @ t, 1e-300)  # (N, L)
        t = t * (in_source.T @ shares)
        t /= t.sum(axis=1, keepdims=True)
    ours = learn_meanings(pairs, 5)
    np.testing.assert_allclose([[ours[e].get(w, 0) for w in lumi] for e in english], t, atol=1e-12)


# Names


@pytest.mark.parametrize("split", ["held_out", "new_names"])
def test_names_are_found_that_training_never_had(split):
    # fails if the finder only remembers names, or takes "The" for one
    assert six().models["names"].score(small_world_examples("names", 200, split, 9)) == 1


def test_a_name_of_two_words_is_one_and_is_given_once():
    # fails if parts of a name come apart, or a name comes twice
    model = six().models["names"]
    assert model.predict("Mia Lou and Tom sat by the pond. Mia Lou laughed.")[:2] == [
        "Mia Lou",
        "Tom",
    ]
    assert model.predict("  ") == []


# Summaries


def test_ranks_equal_networkx():
    # fails if the votes are not those of PageRank over the cosines of the sentences
    examples = small_world_examples("summary", 60)
    model = SentenceRanker(n_rounds=200).fit(examples)
    sentences = [sentence for text, _ in examples for sentence in split_sentences(text)]
    vectorizer = TfidfVectorizer(token_pattern=WORDS).fit(sentences)
    for text, _ in examples[:10]:
        dense = vectorizer.transform(split_sentences(text)).toarray()
        graph = networkx.from_numpy_array(dense @ dense.T * (1 - np.eye(len(dense))))
        expected = networkx.pagerank(graph, alpha=0.85, tol=1e-12, max_iter=500)
        shares = [share for _, share in model.rank(text)]
        np.testing.assert_allclose(shares, [*expected.values()], atol=1e-8)


def test_a_summary_is_a_sentence_of_the_text_and_never_more():
    # fails if the ranker begins to write
    for text, answer in small_world_examples("summary", 100, "held_out", 3):
        summary = six().models["summary"].predict(text)
        assert summary in text
        assert summary != answer
    assert six().models["summary"].predict("") == ""
    assert six().models["summary"].predict("Qwxz! Vbnm?") == "Qwxz!"


def test_overlap_by_hand():
    # fails if repeated words count more often than both texts have them, or marks count
    assert rouge_1("The kite, the kite.", "the red kite") == pytest.approx(2 * 2 / (4 + 3))
    assert rouge_1("fox", "hen") == 0
    assert rouge_1("", "hen") == 0


@settings(deadline=None)
@given(st.text(), st.text())
def test_overlap_is_a_fair_share(a, b):
    # fails if the order of the texts matters, or a text does not agree with itself
    assert 0 <= rouge_1(a, b) == rouge_1(b, a) <= 1
    assert rouge_1(a, a) == 1


@settings(deadline=None)
@given(st.text(alphabet='ab .!?"\n'))
def test_cutting_sentences_loses_nothing_but_spaces(text):
    # fails if a mark or a letter goes missing
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


# Questions about a passage


@pytest.mark.parametrize("split", ["held_out", "new_names"])
def test_every_question_on_a_passage_is_answered(split):
    # fails if a fact is given to the other animal, or names must have been seen
    world = SmallWorld(8, split)
    for _ in range(100):
        example = world.example("question")
        passage, first = split_question(example.prompt)
        for question, answer in ((first, example.answer), *example.turns):
            assert six().models["question"].predict(f"{passage} {question}") == answer


def test_a_reworded_passage_is_not_understood():
    # fails if the reader seems to know what it does not: this limit is what the chapter shows
    read = six().models["question"].predict
    assert read("Mia had a kite. What did Mia have?") == "Mia had a kite."
    assert read("Mia held a kite. What did Mia have?") == ""
    assert read("Mia had a kite. Could Mia fly?") == ""
    assert read("What did Mia have?") == ""
    assert read("") == ""


def test_phrases_by_hand():
    # fails if the longer way to a fact is taken, or words in front of a lone fact are wrong
    passage = "Tom was sad. Mia had a kite and Tom had a drum."
    assert shortest_phrase(passage, "tom", "drum") == ("<topic>", "had", "a", "<fact>")
    assert shortest_phrase(passage, "drum", "tom") == ("<fact>", "had", "a", "<topic>")
    assert shortest_phrase("They met by the pond.", None, "pond") == ("by", "the", "<fact>")
    assert shortest_phrase("Pond it was.", None, "pond") == ("<fact>",)
    assert find_fact(("<topic>", "<fact>"), ["Mia", ".", "Mia", "ran"], "mia") == "ran"
    assert find_fact(("by", "the", "<fact>"), ["by", "the"], None) is None


def test_words_of_the_pattern_language_do_no_harm():
    # fails if a text that says "<fact>" or "topic" is taken for a placeholder
    examples = [
        ("Topic had a fact. What did Topic have?", "Topic had a fact."),
        ("Fact had a pond. What did Fact have?", "Fact had a pond."),
        ("Tom had a hat. What did Tom have?", "Tom had a hat."),
    ]
    model = PatternReader().fit(examples)
    assert model.score(examples) == 1
    assert model.predict("Mia had a topic. What did Mia have?") == "Mia had a topic."


# All together


def test_all_are_asked_what_the_language_model_is_asked(monkeypatch):
    # fails if prompts or marking differ from those of llm_lib.evaluation
    monkeypatch.setattr(evaluation, "complete", lambda model, tok, prompts, n: six()(prompts))
    scores = evaluate_tasks(six(), "new_names", n=30)
    for task, score in scores.items():
        assert score.exact == evaluation.evaluate_answers(None, None, task, "new_names", 30)
        assert (score.exact == 1) is (task != "summary")
    assert scores["summary"].exact == 0 < scores["summary"].overlap < 0.6


def test_scores_count_right_answers():
    # fails if shares are wrong, or more than the first line of an answer counts
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


def test_a_prompt_that_is_nobodys_task_gets_no_answer():
    # fails if six models pretend to be a seventh
    assert six()([SmallWorld(1).example("story").question, "", "Hello"]) == ["", "", ""]


def test_a_table_has_a_line_for_each_task_and_a_column_for_each_model():
    # fails if columns don't line up
    scores = {"spam": TaskScore(0.5, 0.75), "names": TaskScore(1, 1)}
    table = score_table({"six": scores, "a language model": scores})
    assert len({len(line) for line in table.splitlines()}) == 1
    assert table.splitlines()[1].split() == ["spam", *"50% / 75%".split() * 2]


def test_answers_do_not_depend_on_the_order_of_sets():
    # fails if ties are broken by Python's random order of strings
    code = (
        "from llm_lib.classical import *; s = SixModels(n=60); w = 'held_out';"
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


@pytest.mark.parametrize("model", [MostCommon, *MODELS.values()])
def test_each_model_refuses_what_it_cannot_use(model):
    # fails if a reader meets an error from deep inside
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
    # fails if counts are added to older ones
    for task, model in MODELS.items():
        first, other = small_world_examples(task, 30), small_world_examples(task, 30, seed=7)
        again, fresh = model().fit(other).fit(first), model().fit(first)
        texts = [text for text, _ in small_world_examples(task, 20, "held_out")]
        assert [again.predict(t) for t in texts] == [fresh.predict(t) for t in texts]


def test_a_model_without_methods_says_so():
    # fails if a subclass that forgot something silently answers None
    with pytest.raises(NotImplementedError):
        TaskModel().fit([("a", "b")])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NaiveBayes(0), "smoothing must be above 0, got 0"),
        (lambda: BagOfWords(0), "n_words must be a whole number of at least 1, got 0"),
        (lambda: BagOfWords().fit([("a", "x"), ("b", "x")]), "every example is 'x'"),
        (lambda: BagOfWords().heaviest_words("x"), r"one of \[\]; got 'x'"),
        (lambda: BagOfWords().fit(MESSAGES).heaviest_words("x"), r"\['fine', 'spam'\]; got 'x'"),
        (lambda: WordTranslator(1.5), "n_rounds must be a whole number of at least 1, got 1.5"),
        (lambda: WordTranslator().fit([("...", "rele")]), r"need words; got \('...', 'rele'\)"),
        (lambda: NameFinder().fit([("a b", [])]), "at least one word in a name, and one"),
        (lambda: SentenceRanker(damping=1), "damping must be above 0 and below 1, got 1"),
        (lambda: small_world_examples("story", 5), "one of sentiment, .*; got 'story'"),
        (lambda: small_world_examples("spam", 0), "n must be a whole number of at least 1, got 0"),
        (lambda: evaluate_tasks(six(), "test"), "split must be one of .*got 'test'"),
        (lambda: evaluate_tasks(lambda prompts: [], n=2), "2 prompts .*'sentiment'.* but 0 came"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    # fails if a bad value goes unnoticed or is not named
    with pytest.raises(ValueError, match=message):
        call()
