"""Checks for the chapter on positions."""

import math
from collections.abc import Iterator

from llm_lib.exercises import Case, exercise, prediction

prediction(
    "07-predict-swap",
    "a",
    question="What happens to row 2 of the output, the row of the *third* token?",
    choices={
        "a": "Nothing.",
        "b": "It changes a little, since its neighbours moved.",
        "c": "It changes places with another row.",
    },
    feedback={
        "b": "Its weights belong to tokens, and its average is a sum. Does a sum have an order?",
        "c": "Rows 0 and 1 change places, because their queries did. Token 2 asks as before.",
    },
    hints=[
        "Row 2 is a weighted average over all tokens. Which weights does it give, and to whom?",
        "Swapping two terms of a sum leaves the sum as it is.",
    ],
    why="The same query meets the same keys and values, only in another order, and then adds up.",
)


prediction(
    "07-predict-shuffle",
    "b",
    question="Will the output of *fox* change when it stands elsewhere?",
    choices={"a": "Yes: its neighbours are others now.", "b": "No: it stays the same."},
    feedback={"a": "Which tokens does it attend to, before and after? Does a sum have an order?"},
    why="It attends to the same tokens with the same weights, only added up in another order.",
)


prediction(
    "07-predict-distance",
    "a",
    question="Positions 0 and 5, 20 and 25, 40 and 45: do their dot products differ?",
    choices={
        "a": "No, all three are the same.",
        "b": "Yes, they fall from one to the next.",
        "c": "Yes, and without any order.",
    },
    feedback={
        "b": "What do the three pairs have in common?",
        "c": "Each product is a sum of terms sin a · sin b + cos a · cos b. What is that?",
    },
    why="The dot product depends on the distance alone, and that is 5 each time.",
)


prediction(
    "07-predict-moved",
    "c",
    question="How much do its predictions change?",
    choices={"a": "Completely.", "b": "A little.", "c": "Not at all."},
    feedback={
        "a": "That would be so with learned positions. What does a rotary score depend on?",
        "b": "Which distance between two tokens is another one now?",
    },
    why="Rotary scores depend on distances alone, and all of these are as before.",
)


@exercise(
    "07-sinusoid",
    hints=[
        "Channels come in pairs: channel 2j is a sine and channel 2j + 1 a cosine, of one angle.",
        "The angle of pair j is t / base ** (2 * j / n_embd).",
        "Loop over `range(n_embd // 2)` and append `math.sin(angle)`, then `math.cos(angle)`.",
    ],
    why="Position 0 is 0, 1, 0, 1, … for every base: all hands point to the start.",
)
def sinusoid() -> Iterator[Case]:
    """Yield cases for `my_sinusoid(t, n_embd, base)`: to a list of n_embd numbers."""
    for t, n_embd, base in ((0, 4, 10_000), (1, 2, 10_000), (3, 8, 10_000), (50, 6, 100)):
        expected = []
        for j in range(n_embd // 2):
            angle = t * base ** (-2 * j / n_embd)
            expected += [math.sin(angle), math.cos(angle)]
        yield Case(f"t={t}, n_embd={n_embd}, base={base}", (t, n_embd, base), expected)


prediction(
    "07-explain-layout",
    "b",
    question="Which explanation fits?",
    choices={
        "a": "The weights were damaged on the way.",
        "b": "The rotary pairs are laid out in another order than the weights expect.",
        "c": "The context length is too short.",
    },
    feedback={
        "a": "Then the very first words would be nonsense too. They are not.",
        "c": "A short context fails at its end, with an error. This begins to fail early on.",
    },
    hints=[
        "At position 0 no pair is turned at all. What goes wrong more and more after it?",
        "Which two channels does your code turn together, and which did theirs?",
    ],
    why=(
        "At position 0 nothing is turned, so no layout is wrong there. The further apart two "
        "tokens are, the more wrongly turned pairs there are."
    ),
)


@exercise(
    "07-rotate-interleaved",
    hints=[
        "The angle of pair j is t / base ** (2 * j / D), as for sinusoidal positions.",
        "In this layout the pair j is x[2 * j] and x[2 * j + 1].",
        (
            "A turned pair is (a cos − b sin, a sin + b cos): use the old a in both. If only "
            "signs differ, you turned backwards."
        ),
    ],
    faults={
        "two pairs|three pairs": "In this layout the pair j is x[2 * j] and x[2 * j + 1].",
        "one step": (
            "A turned pair is (a cos − b sin, a sin + b cos): use the old a in both. If only "
            "signs differ, you turned backwards."
        ),
    },
    why="The layout of the paper: neighbours are pairs. Llama's code in Hugging Face uses halves.",
)
def rotate_interleaved() -> Iterator[Case]:
    """Yield cases for `my_rotate(x, t, base)`: a list of D numbers, turned, as a list."""
    cases = {
        "position 0": ([1.0, 2.0, 3.0, 4.0], 0, 10_000),
        "one pair, one step": ([1.0, 0.0], 1, 10_000),
        "two pairs": ([1.0, 0.0, 0.0, 1.0], 2, 10_000),
        "three pairs, far out": ([1.0, -2.0, 0.5, 3.0, -1.0, 2.0], 40, 100),
    }
    for label, (x, t, base) in cases.items():
        expected = []
        for j in range(len(x) // 2):
            z = complex(x[2 * j], x[2 * j + 1])
            angle = t * base ** (-2 * j / len(x))
            z *= complex(math.cos(angle), math.sin(angle))
            expected += [z.real, z.imag]
        yield Case(f"{label}: x={x}, t={t}, base={base}", (x, t, base), expected)
