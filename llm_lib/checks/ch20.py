"""Checks for the chapter “Fine-tuning to classify”."""

import math
from collections.abc import Iterator

from llm_lib.exercises import Case, exercise, prediction

prediction(
    "20-predict-sure",
    "b",
    question="A fourth token had the probability 1. What becomes of the perplexity?",
    choices={
        "a": "It rises: there is one token more.",
        "b": "It falls: the mean surprise is smaller.",
        "c": "It stays 4: that token was no surprise.",
    },
    feedback={
        "a": "The mean is taken over the tokens: more of them alone change nothing.",
        "c": "It adds no surprise, but the same sum is now shared by four.",
    },
    hints=["The sum of surprises stays. By how many tokens is it divided?"],
    why="The surprises still add up to 6 bits, now over four tokens: 1.5 bits each.",
)

prediction(
    "20-predict-even",
    50,
    question="What is its perplexity?",
    feedback={0.02: "That is the probability. Of how many tokens is it a choice?"},
    hints=["Each token has the probability 1/50: what is its surprise in nats?"],
    why="The loss is ln 50 at each token, and e to that power is 50.",
)


@exercise(
    "20-perplexity",
    hints=[
        "Take the mean of the losses first.",
        "The losses are in nats, so `math.exp` turns their mean back into a number of choices.",
    ],
    why="The mean of the losses, not of the perplexities of single tokens.",
)
def perplexity() -> Iterator[Case]:
    """Yield cases for `my_perplexity(losses)`."""
    ln2 = math.log(2)
    yield Case("one token: a choice of two", ([ln2],), 2.0)
    yield Case("three tokens", ([ln2, 2 * ln2, 3 * ln2],), 4.0)
    yield Case("no surprise", ([0.0, 0.0],), 1.0)


prediction(
    "20-explain-units",
    "c",
    question="What is wrong with that?",
    choices={
        "a": "Nothing: a lower perplexity is better.",
        "b": "The texts should have been longer.",
        "c": "They count per token, and a word is many characters.",
    },
    feedback={
        "a": "That holds for models that cut the text in the same way.",
        "b": "Both read the same text, and it could be as long as you like.",
    },
    hints=["A perplexity is a mean over tokens. How many tokens has each of the two?"],
    why="Per word, 3 choices at each of five characters are 3⁵ = 243. Compare bits per byte.",
)


@exercise(
    "20-worst",
    hints=[
        "The highest perplexity is the highest mean loss, and so the highest sum.",
        "There are `len(losses) - n + 1` stretches.",
    ],
    faults={
        "end": "Does the last stretch count, too? There are `len(losses) - n + 1`.",
        "equal": "Of several, the first is wanted.",
    },
    why="To find the largest of means of equally many numbers, sums are enough.",
)
def worst() -> Iterator[Case]:
    """Yield cases for `my_worst(losses, n)`."""
    yield Case("in the middle", ([1.0, 5.0, 4.0, 2.0], 2), 1)
    yield Case("at the end", ([1.0, 1.0, 2.0, 6.0], 2), 2)
    yield Case("equal ones", ([3.0, 1.0, 3.0, 1.0], 1), 0)
    yield Case("one large loss is not enough", ([6.0, 0.0, 0.0, 4.0, 4.0], 2), 3)
