"""Small World: seeded, and honest about what training has seen."""

import hashlib
import re

import pytest

from llm_lib.book.small_world import (
    SPLITS,
    TASKS,
    SmallWorld,
    invented_names,
    is_held_out,
    load_words,
    lumi_dictionary,
    translate_to_lumi,
)
from llm_lib.book.small_world.quality import check_story

DIGESTS = {
    "train": "3f8a7aa680fc790c",
    "held_out": "c1404f7cbaf6f0bd",
    "new_names": "715115274b3410cf",
}  # of 1,360 texts of each
FAMILIAR = set(load_words()["names"])


def test_a_seed_repeats_and_another_differs():
    # fails if anything but the seed drives the texts
    a, b, c = (list(SmallWorld(seed).documents(50)) for seed in (3, 3, 4))
    assert a == b != c
    assert list(SmallWorld().documents(50)) == list(SmallWorld(0, "train").documents(50))


@pytest.mark.parametrize(("split", "digest"), DIGESTS.items())
def test_the_texts_are_those_that_the_shipped_model_learned_from(split, digest):
    # fails if a recipe no longer makes the texts that it made, and with them another model
    world = SmallWorld(0, split)
    texts = [
        *world.documents(1000),
        *(world.example(task).text for task in TASKS for _ in range(40)),
    ]
    assert hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:16] == digest


def test_splits_never_share_a_pair_or_a_new_name():
    # fails if held-out pairs or names leak into training
    worlds = {split: SmallWorld(1, split) for split in SPLITS}
    examples = {split: [world.example() for _ in range(1500)] for split, world in worlds.items()}
    pairs = {s: {(e.facts["kind"], e.facts["object"]) for e in es} for s, es in examples.items()}
    assert not pairs["train"] & pairs["held_out"]
    assert not pairs["train"] & pairs["new_names"]
    names = {s: {e.facts[k] for e in es for k in ("name", "friend")} for s, es in examples.items()}
    assert not names["train"] & names["new_names"]
    assert names["train"] & FAMILIAR
    assert all(is_held_out(*pair) for pair in pairs["held_out"])


def test_every_task_gives_whole_texts():
    # fails if a placeholder is left, a list is empty or "a" stands before a vowel
    world = SmallWorld(2)
    for task in TASKS:
        for _ in range(150):
            example = world.example(task)
            assert example.task == task
            assert "{" not in example.text
            assert example.text.startswith("User: ")
            assert f"\nBot: {example.answer}" in example.text
            for word in ("a", "A"):
                assert not any(f" {word} {vowel}" in example.text for vowel in "aeiou")


def test_every_story_keeps_its_facts():
    # fails if a plot names another animal or object, or the check refuses good stories
    for split in ("train", "held_out", "new_names"):
        world = SmallWorld(5, split)
        for _ in range(400):
            example = world.example("story")
            assert check_story(example.answer, example.facts).all, example.answer


def read_passage(passage):
    """Read a passage with rules of this test's own: {(name, fact): which of the two came first}."""
    w = load_words()
    facts = {*w["kinds"], *w["objects"], *w["question"]["feelings"]}
    told = {}
    for clause in re.split(r"[.,]| and | but | met | saw ", passage):
        words = [word for word in re.findall(r"\w+", clause) if word not in w["places"]]
        found = [(i, word) for i, word in enumerate(words) if word in facts]
        owners = [
            (i, word) for i, word in enumerate(words) if word not in {"By", "One", "A", "In", "The"}
            and word[0].isupper()
        ]  # fmt: skip
        if found and owners:
            [(i, fact)], [(j, name)] = found, owners
            told[name, fact] = "name" if j < i else "fact"
    return told


@pytest.mark.parametrize(("task", "in_order"), [("question", True), ("reversed", False)])
def test_answers_state_facts_of_the_passage(task, in_order):
    # fails if an answer gives a fact to the wrong animal, or one that the passage does not say, or
    # if a task asks in the other order than it should
    world, seen = SmallWorld(6), 0
    for _ in range(300):
        example = world.example(task)
        passage, question = re.match(r"(.*\.) ([^.]*\?)$", example.prompt).groups()
        told = read_passage(passage)
        assert len(told) == 6, passage
        for asked, answer in ((question, example.answer), *example.turns):
            if asked == "Where were they?":
                assert in_order
                assert answer == f"By the {example.facts['place']}."
                continue
            [(pair, first)] = [(p, first) for p, first in told.items() if {*p} <= words_of(answer)]
            by_name = pair[0] in asked
            assert by_name != (pair[1] in words_of(asked))
            assert (by_name == (first == "name")) == in_order
            seen += 1
    assert seen > 1000


def words_of(text):
    return set(re.findall(r"\w+", text))


def owner_and_fact(sentence):
    """Return the two words of a sentence of facts that change: a name, and what is said of it."""
    fixed = {"The", "one", "with", "the", "who", "was", "had", "a"}
    return frozenset(re.findall(r"\w+", sentence)) - fixed


def test_recall_says_the_same_facts_in_another_order():
    # fails if a fact is lost, invented, or given to another animal, or asked for against the order
    world = SmallWorld(6)
    again = asked = 0
    for _ in range(300):
        example = world.example("recall")
        *passage, _ = re.findall(r"[^.?]+[.?]", example.prompt)
        facts = {owner_and_fact(sentence) for sentence in passage}
        assert all(len(fact) == 2 for fact in facts)
        if example.prompt.endswith(" Say that again."):
            again += 1
            answers = re.findall(r"[^.]+[.]", example.answer)
            assert sorted(answer.strip() for answer in answers) == sorted(
                sentence.strip() for sentence in passage
            )
        else:
            asked += 1
            answers = [example.answer, *(answer for _, answer in example.turns)]
            # what stands first in the telling stands first in the answer
            assert {a.startswith("The ") for a in answers} == {passage[0].startswith("The ")}
        assert {owner_and_fact(answer) for answer in answers} == facts
    assert again > 50 < asked


def test_lumi_has_one_word_for_each():
    # fails if two English words share a Lumi word, or one is missing
    lumi = lumi_dictionary()
    assert len(set(lumi.values())) == len(lumi) == 92


def test_names_are_plenty_and_distinct():
    # fails if the pool is too small for the splits
    assert len(set(invented_names())) == len(invented_names()) > 8000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SmallWorld(split="test"), "split must be one of .*'held_out'.*got 'test'"),
        (lambda: SmallWorld().example("poem"), "task must be one of .*'story'.*got 'poem'"),
    ],
)
def test_unknown_words_are_refused(call, message):
    # fails if a KeyError comes instead
    with pytest.raises(ValueError, match=message):
        call()


def test_lumi_turns_each_phrase_around_and_ends_with_the_verb():
    # fails if an object loses its adjectives, or "the" is translated
    lumi = lumi_dictionary()
    order = ["mouse", "shy", "fox", "clever", "brave", "sees"]
    expected = " ".join(lumi[word] for word in order) + "."
    assert translate_to_lumi("The shy mouse sees the brave clever fox.") == expected
