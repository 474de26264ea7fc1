"""Tests of chapter 03's checks: right answers by another way, and the usual wrong ones."""

from collections import Counter

import pytest

from llm_lib.book.exercises import check, find_exercise
from llm_lib.tokenizer import WordTokenizer


def encode_words(words, ids, unknown):
    return [ids[word] if word in ids else unknown for word in words]


def unknown_share(train, test, size):
    order = sorted(set(train), key=lambda word: (-train.count(word), word))
    return len([word for word in test if word not in order[:size]]) / len(test)


def utf8(code_point):
    if code_point < 128:
        return [code_point]
    later = []
    limit, start = 32, 192  # a first byte of two has room for 5 bits, of three for 4, ...
    while True:
        later.insert(0, 128 | code_point & 63)
        code_point >>= 6
        if code_point < limit:
            return [start | code_point, *later]
        limit //= 2
        start = start >> 1 | 128


RIGHT = {
    "03-encode-words": encode_words,
    "03-unknown-share": unknown_share,
    "03-utf8": utf8,
}

WRONG = {
    "id 0 taken for missing": ("03-encode-words", lambda w, ids, u: [ids.get(x) or u for x in w]),
    "unknown words dropped": ("03-encode-words", lambda w, ids, u: [ids[x] for x in w if x in ids]),
    "capitals ignored": ("03-encode-words", lambda w, i, u: [i.get(x.lower(), u) for x in w]),
    "no unknown at all": ("03-encode-words", lambda w, ids, u: [ids[x] for x in w]),
    "distinct words counted": (
        "03-unknown-share",
        lambda a, b, n: unknown_share(a, sorted(set(b)), n),
    ),
    "size ignored": ("03-unknown-share", lambda a, b, n: unknown_share(a, b, 10**6)),
    "ties in order of the text": (
        "03-unknown-share",
        lambda a, b, n: sum(w not in dict(Counter(a).most_common(n)) for w in b) / len(b),
    ),
    "the dict is filled": (
        "03-encode-words",
        lambda w, ids, u: [ids.setdefault(x, u) for x in w],
    ),
    "percent": ("03-unknown-share", lambda a, b, n: 100 * unknown_share(a, b, n)),
    "the known share": ("03-unknown-share", lambda a, b, n: 1 - unknown_share(a, b, n)),
    "code points": ("03-utf8", lambda c: [c]),
    "two bytes for all": ("03-utf8", lambda c: [c] if c < 128 else [192 + c // 64, 128 + c % 64]),
    "UTF-16": ("03-utf8", lambda c: list(chr(c).encode("utf-16-be"))),
}


def test_predicted_bytes():
    # fails if the registered answer is not what Python counts, or a near miss gets no help
    assert check("03-predict-bytes", len("naïve café".encode()))
    assert "number of characters" in repr(check("03-predict-bytes", len("naïve café")))
    assert not check("03-predict-bytes", 13)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("12", "A number is wanted"),
        (None, "no answer yet"),
        (True, "A number is wanted"),
        (4, "at least one byte"),
        (9, "number of letters"),
        (15, "Too many"),
    ],
)
def test_each_wrong_prediction_gets_a_reason(answer, said):
    # fails if a number as text, no answer, or a number nobody foresaw is refused without a reason
    result = check("03-predict-bytes", answer)
    assert not result
    assert said in repr(result)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("03-encode-words", ["words=['the', 'bear']", "'kite': 2", "unknown=9"]),
        ("03-unknown-share", ["train='the fox saw", "test='saw drum the drum'", "size=3"]),
    ],
)
def test_a_failure_shows_all_that_went_in(name, shown):
    # fails if a failed case can't be worked through on paper, since a part of its input is hidden
    report = repr(check(name, lambda *_: None))
    assert all(part in report for part in shown), report


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("03-encode-words", WRONG["the dict is filled"][1], "is no longer what was given"),
        ("03-unknown-share", WRONG["percent"][1], "That is in percent"),
        ("03-unknown-share", WRONG["the known share"][1], "words that *are* kept"),
        ("03-unknown-share", lambda *_: "a third", "a number from 0 to 1; got 'a third'"),
        ("03-utf8", chr, "or bytes; got 'A'"),
        ("03-utf8", lambda c: [c], "expected [195, 169], got [233]"),
    ],
)
def test_a_known_mistake_is_named(name, answer, said):
    # fails if a mistake that readers make gets the hint for another one, or none
    result = check(name, answer)
    assert not result
    assert said in repr(result)


@pytest.mark.parametrize("kind", [bytes, bytearray, tuple])
def test_utf8_as_bytes(kind):
    # fails if bytes, which are what was asked for, are refused for their type
    assert check("03-utf8", lambda c: kind(utf8(c)))


PREDICTIONS = {
    "03-predict-encode": [5, 1, 2, 4],
    "03-predict-euro": "€".encode()[0],
    "03-predict-words": "c",
    "03-predict-lab": "b",
    "03-predict-space": "c",
    "03-explain-list": "a",
}


@pytest.mark.parametrize("name", PREDICTIONS)
def test_each_wrong_choice_has_its_reason(name):
    # fails if a right answer is refused, or a choice is wrong without a word about why
    task = find_exercise(name)
    assert check(name, PREDICTIONS[name])
    for letter in [letter for letter in task.choices or () if letter != task.answer]:
        assert task.feedback[letter] in repr(check(name, letter))


def test_answers_are_those_that_are_computed():
    # fails if the list, the unknown word, or the shifted text is another than the page shows
    listed = sorted(set("a red café"))
    assert [listed.index(c) for c in "face"] == PREDICTIONS["03-predict-encode"]
    words = WordTokenizer.from_text("Mia has a kite. A red kite! Whose kite?", unknown="<|unk|>")
    choices = find_exercise("03-predict-words").choices
    assert words.decode(words.encode("Mia has a blue kite.")) == choices["c"]
    old = "Mia lost her kite. A quick brown fox jumps over lazy dogs."
    before, after = sorted(set(old)), sorted(set(old + " Jo came too."))
    assert set(after) - set(before) == {"J"}
    shifted = "".join(after[before.index(c)] for c in "Mia lost her kite.")
    assert [shifted[i] for i in (1, 5, 6)] == ["h", "n", "r"]  # i, o and s, as the hint says
