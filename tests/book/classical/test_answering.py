"""Tests of the pattern reader, on passages made by Small World and cases by hand."""

import pytest

from llm_lib.book.classical import PatternReader
from llm_lib.book.classical.answering import find_fact, shortest_phrase, split_question
from llm_lib.book.small_world import SmallWorld
from tests.book.classical.trained import six


@pytest.mark.parametrize("split", ["held_out", "new_names"])
def test_every_question_on_a_passage_is_answered(split):
    # Fails if a fact is given to the other animal, or names must have been seen
    world = SmallWorld(8, split)
    for _ in range(100):
        example = world.example("question")
        passage, first = split_question(example.prompt)
        for question, answer in ((first, example.answer), *example.turns):
            assert six().models["question"].predict(f"{passage} {question}") == answer


def test_a_reworded_passage_is_not_understood():
    # Fails if the reader seems to know what it does not: this limit is what the chapter shows
    read = six().models["question"].predict
    assert read("Mia had a kite. What did Mia have?") == "Mia had a kite."
    assert read("Mia held a kite. What did Mia have?") == ""
    assert read("Mia had a kite. Could Mia fly?") == ""
    assert read("What did Mia have?") == ""
    assert read("") == ""


def test_phrases_by_hand():
    # Fails if the longer way to a fact is taken, or words in front of a lone fact are wrong
    passage = "Tom was sad. Mia had a kite and Tom had a drum."
    assert shortest_phrase(passage, "tom", "drum") == ("<topic>", "had", "a", "<fact>")
    assert shortest_phrase(passage, "drum", "tom") == ("<fact>", "had", "a", "<topic>")
    assert shortest_phrase("They met by the pond.", None, "pond") == ("by", "the", "<fact>")
    assert shortest_phrase("Pond it was.", None, "pond") == ("<fact>",)
    assert find_fact(("<topic>", "<fact>"), ["Mia", ".", "Mia", "ran"], "mia") == "ran"
    assert find_fact(("by", "the", "<fact>"), ["by", "the"], None) is None


def test_the_commonest_phrase_and_form_of_answer_win():
    # fails if what was seen once counts more than what was seen twice
    question = "What did Tom have?"
    examples = [(f"Tom held a hat. {question}", "A hat."), (f"Tom got a hat. {question}", "A hat.")]
    examples += [(f"Tom had a {thing}. {question}", f"Tom had a {thing}.") for thing in "xyz"]
    model = PatternReader().fit(examples)
    passage = "Tom held a drum. Tom had a kite. What did Tom have?"
    assert model.predict(passage) == "Tom had a kite."


def test_words_of_the_pattern_language_do_no_harm():
    # Fails if a text that says "<fact>" or "topic" is taken for a placeholder
    examples = [
        ("Topic had a fact. What did Topic have?", "Topic had a fact."),
        ("Fact had a pond. What did Fact have?", "Fact had a pond."),
        ("Tom had a hat. What did Tom have?", "Tom had a hat."),
    ]
    model = PatternReader().fit(examples)
    assert model.score(examples) == 1
    assert model.predict("Mia had a topic. What did Mia have?") == "Mia had a topic."
