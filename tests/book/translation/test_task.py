"""The translation task, against Small World's own Lumi and against numbers worked out by hand."""

import pytest
import torch

from llm_lib.book.small_world import (
    SmallWorld,
    is_held_out,
    load_words,
    lumi_dictionary,
    translate_to_lumi,
)
from llm_lib.book.translation import (
    PAD,
    START,
    STOP,
    LumiTask,
    align_lumi,
    decode_ids,
    digits_of,
    encode_pairs,
    lumi_tokenizer,
    number_words,
    singulars,
    to_lumi,
)
from llm_lib.tokenizer import split_words


def value_of(words):
    """Return the number that English words name, by adding up: another way than digits_of."""
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    ones = (ones + "fifteen sixteen seventeen eighteen nineteen").split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    total = 0
    for word in words:
        if word == "hundred":
            total *= 100
        elif word in tens:
            total += 10 * (tens.index(word) + 2)
        elif word != "and":
            total += ones.index(word)
    return total


def test_every_number_comes_back():
    # Fails if a number has the wrong words, or its words the wrong digits.
    for n in range(1, 1000):
        words = number_words(n).split()
        assert value_of(words) == n
        assert "".join(digit for digit, _ in digits_of(words, 0)) == str(n)


@pytest.mark.parametrize("n", [0, 1000, -3])
def test_numbers_out_of_range(n):
    # Fails if a number without words gives nonsense instead of an error.
    with pytest.raises(ValueError, match=f"from 1 to 999, got {n}"):
        number_words(n)


def test_small_worlds_sentences_are_translated_alike():
    # Fails if the two make different languages of Lumi.
    world = SmallWorld(seed=5)
    for _ in range(200):
        sentence = world.example("translate").prompt.removeprefix("Say in Lumi: ")
        assert to_lumi(sentence) == translate_to_lumi(sentence)


def test_a_sentence_by_hand():
    # Fails if the word order, the digits or the alignment of this one sentence changes.
    lumi = lumi_dictionary()
    sentence = "The brave fox finds three hundred and forty kites."
    expected = [
        (lumi["fox"], 2),
        (lumi["brave"], 1),
        (lumi["kite"], 8),
        ("3", 4),
        ("4", 7),
        ("0", None),
        (lumi["finds"], 3),
        (".", 9),
    ]
    assert align_lumi(sentence) == expected
    with pytest.raises(ValueError, match="no verb that Lumi knows"):
        align_lumi("The fox sleeps.")


def test_alignment_names_the_word_that_is_translated():
    # Fails if a place points beside its word: each Lumi word must be its English word's entry.
    lumi = lumi_dictionary()
    for english, _ in LumiTask(seed=2).pairs(200):
        words = split_words(english)
        for word, place in align_lumi(english):
            if word.isdigit() or word == ".":
                continue
            assert lumi[singulars().get(words[place], words[place])] == word


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_splits_share_no_pair_and_no_number(split):
    # Fails if a held-out pair of nouns, or a held-out number, comes up in training.
    words = load_words()
    for english, _ in LumiTask(seed=3, split=split).pairs(600):
        parts = split_words(english)
        kinds = [w for w in parts if w in words["kinds"]]
        objects = [
            singulars().get(w, w) for w in parts if singulars().get(w, w) in words["objects"]
        ]
        held_out = split == "held_out"
        if objects:
            assert is_held_out(kinds[0], objects[0]) == held_out
        else:
            i, j = (words["kinds"].index(kind) for kind in kinds)
            assert i != j and ((i + j) % 8 == 0) == held_out
        verb = next(i for i, w in enumerate(parts) if w in words["lumi"]["verbs"])
        if parts[verb + 1] != "the":
            number = value_of(parts[verb + 1 : -2])
            assert (number % 8 == 3) == held_out


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_every_number_of_a_split_comes_up(split):
    # Fails if the first or last number of two or three digits is never drawn.
    task = LumiTask(seed=1, split=split)
    drawn = {task._number() for _ in range(20_000)}
    assert drawn == {n for n in range(2, 1000) if (n % 8 == 3) == (split == "held_out")}


def test_the_same_seed_gives_the_same_sentences():
    # Fails if a pair depends on anything but seed and split.
    one, other = LumiTask(seed=4).pairs(20), LumiTask(seed=4).pairs(20)
    assert one == other != LumiTask(seed=5).pairs(20)
    assert LumiTask().pairs(20) == LumiTask(seed=0, split="train").pairs(20)
    with pytest.raises(ValueError, match="split must be one of"):
        LumiTask(split="test")


def test_ids_and_back():
    # Fails if a word of the task has no id, a row lacks start or stop, or padding is on the left.
    pairs = LumiTask(seed=6).pairs(300) + LumiTask(seed=6, split="held_out").pairs(300)
    sources, targets = encode_pairs(pairs)
    assert sources.dtype == targets.dtype == torch.int64
    assert (targets[:, 0] == START).all() and ((targets == STOP).sum(dim=1) == 1).all()
    for (english, lumi), source, target in zip(pairs, sources, targets, strict=True):
        n = len(split_words(english))
        assert (source[:n] != PAD).all() and (source[n:] == PAD).all()
        assert decode_ids(source) == english
        assert decode_ids(target) == lumi


def test_languages_share_one_table():
    # Fails if a word comes twice or padding is not 0.
    words = lumi_tokenizer().words
    assert len(set(words)) == len(words)
    assert words[PAD] == "<pad>" and words[STOP] == "<stop>"
