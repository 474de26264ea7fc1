"""Checks for the chapter on what a large language model is."""

import math
from collections.abc import Iterator

from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise, prediction


def _roundings(x: float) -> list[float]:
    """Return a number as readers may type it: with two, three, four or all digits."""
    return [x, *(round(x, digits) for digits in (2, 3, 4))]


prediction(
    "01-predict-surprise",
    3,
    question="How many times as large is the surprise of the second?",
    feedback={
        4: "The probability is a quarter of the other. The surprise grows more slowly than that.",
        0.25: "That compares the probabilities. How do the two surprises compare?",
        **dict.fromkeys(
            _roundings(math.log(4)), "That is how much larger it is. How many times as large is it?"
        ),
        8: "The surprise is not 1 / p, it is -ln p.",
        **dict.fromkeys(
            _roundings(math.log(8)),
            "That is the surprise of the second. Divide it by that of the first.",
        ),
        **dict.fromkeys(
            _roundings(math.log(2)),
            "That is the surprise of the first. How often does it fit into the second?",
        ),
    },
    hints=[
        "Work out both surprises: -ln(1/2) and -ln(1/8). Then divide.",
        "1/8 is 1/2 · 1/2 · 1/2. What does a logarithm make of a product?",
        "ln(1/8) = ln(1/2) + ln(1/2) + ln(1/2).",
    ],
    why="1/8 is three halves in a row, and the surprise of each halving is ln 2.",
    tolerance=0.01,
)


@exercise(
    "01-loss",
    hints=[
        "Take the first dict and the first word: what probability did the dict give that word?",
        "The surprise of one word is -math.log(p). Add them up and divide by how many there are.",
    ],
    faults={
        "impossible|probability 0": (
            "`guess.get(word, 0)` gives 0 for a word that is not there. math.log(0) is an error, "
            "so use math.inf in its place."
        ),
    },
    why="One word called impossible makes the loss infinite: so a good model never says 0.",
)
def loss() -> Iterator[Case]:
    """Yield cases for `my_loss(guesses, words)`: dicts and words to the mean surprise."""
    kite = {"kite": 0.5, "drum": 0.25, "ball": 0.25}
    name = {"Mia": 0.9, "Tom": 0.1}
    sure = {"a": 1.0}
    cases = {
        "one word": ([kite], ["kite"], [0.5]),
        "two words": ([name, kite], ["Tom", "drum"], [0.1, 0.25]),
        "a sure and right guess": ([sure], ["a"], [1.0]),
        "three words, one of them sure": ([name, sure, kite], ["Mia", "a", "ball"], [0.9, 1, 0.25]),
    }
    for label, (guesses, words, given) in cases.items():
        accept = name_mistakes(-math.log(math.prod(given)) / len(given), _slips(given))
        yield Case(f"{label}: {words}", (guesses, words), accept=accept)
    for label, guesses, words in (
        ("a word that was called impossible", [name, kite], ["Mia", "lamp"]),
        ("a word with probability 0", [{"a": 1.0, "the": 0.0}], ["the"]),
    ):
        yield Case(f"{label}: {words}", (guesses, words), math.inf)


def _slips(given: list[float]) -> dict[str, float]:
    """Return what to say of some wrong losses, and those: each from the same probabilities."""
    total, n = -math.log(math.prod(given)), len(given)
    slips = {
        "that is in bits: `math.log`, the natural logarithm, is meant, not `math.log2`": (
            total / n / math.log(2)
        ),
        "the minus sign is missing": -total / n,
        "that is the sum: divide by how many words there are": total,
        "take the logarithm of each probability, and then the mean": -math.log(sum(given) / n),
    }
    return slips if total else {}


prediction(
    "01-explain-invented",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The model looked up the wrong entry in its database of cases.",
        "b": (
            "The model wrote what such a list is likely to look like; nothing in guessing the "
            "next token checks whether a case exists."
        ),
        "c": "The model has too few parameters to write five cases.",
    },
    feedback={
        "a": "There is no database inside. What did Sprout say about an animal it knew nothing of?",
        "c": "The form was perfect, so it can write five. And larger models invent cases as well.",
    },
    hints=["What was the model trained to do, and what was never asked of it?"],
    why=(
        "The training rewards what is likely to be said. Real and invented cases look the same in "
        "that respect, so the facts have to be checked by somebody else."
    ),
)


@exercise(
    "01-generate",
    hints=[
        "In each of `n` rounds, give `next_words` the whole text so far, and take the likeliest.",
        "The likeliest key of a dict is `max(p, key=p.get)`; an empty dict has none.",
        'Test for an empty dict and for "<end>" before you append.',
    ],
    faults={
        "nothing follows|<end>": 'Test for an empty dict and for "<end>" before you append.',
        "whole text": "What you give to `next_words` is the whole text so far, not its last word.",
    },
    why="Chatbots write by this loop, token by token; most of them draw instead of taking the top.",
)
def generate() -> Iterator[Case]:
    """Yield cases for `my_generate(next_words, text, n)`: a function, words and a number."""
    after = {
        "Mia": {"had": 0.6, "was": 0.4},
        "had": {"a": 1.0},
        "a": {"drum": 0.3, "kite": 0.7},
        "kite": {"<end>": 0.8, "and": 0.2},
    }

    def by_last(words):
        return dict(after.get(words[-1], {}))

    def by_length(words):  # depends on the whole text, not on its last word alone
        return {"odd": 0.9, "even": 0.1} if len(words) % 2 else {"even": 0.9, "odd": 0.1}

    for label, arguments, expected in (
        ("one word", (by_last, ["Mia"], 1), ["Mia", "had"]),
        ("up to <end>", (by_last, ["Mia"], 9), ["Mia", "had", "a", "kite"]),
        ("no more than n", (by_last, ["Mia"], 2), ["Mia", "had", "a"]),
        ("nothing follows", (by_last, ["a", "drum"], 5), ["a", "drum"]),
        ("the whole text counts", (by_length, ["go"], 3), ["go", "odd", "even", "odd"]),
        ("n is 0", (by_last, ["Mia"], 0), ["Mia"]),
    ):
        yield Case(label, arguments, expected, unchanged=True)


@exercise(
    "01-pairs",
    hints=[
        "Go through the words together with the words one place later: `zip(words, words[1:])`.",
        "Count first: a dict in a dict, from word to following word to how often.",
        "A probability is the count divided by the sum of the counts in the same inner dict.",
        "The last word of the text has no successor, unless it also occurs earlier.",
    ],
    faults={
        "one word|no words": (
            "The last word of the text has no successor, unless it also occurs earlier."
        ),
    },
    why="Counted pairs are a language model: each inner dict is a probability for every next word.",
)
def pairs() -> Iterator[Case]:
    """Yield cases for `my_pairs(words)`: words to a dict of dicts of probabilities."""
    cases = {
        "two that follow": ("a kite and a drum", {"kite": 0.5, "drum": 0.5}, "a"),
        "one comes twice": ("the fox the hen the fox", {"fox": 2 / 3, "hen": 1 / 3}, "the"),
    }
    for label, (text, expected, word) in cases.items():
        others = {
            w: {n: 1.0} for w, n in zip(text.split(), text.split()[1:], strict=False) if w != word
        }
        yield Case(f"{label}: {text!r}", (text.split(),), {word: expected, **others})
    yield Case("a word after itself: 'ha ha ha'", ("ha ha ha".split(),), {"ha": {"ha": 1.0}})
    yield Case("one word: 'fox'", (["fox"],), {})
    yield Case("no words", ([],), {})
