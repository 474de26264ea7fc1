"""Checks for the chapter on positions."""

import math
from collections.abc import Iterator

import torch

from llm_lib.book.exercises import Case, exercise, prediction

prediction(
    "07-predict-terms",
    "a",
    question="Which of the four terms change? (The first part of each name belongs to *who?*.)",
    choices={
        "a": "Token · position, and position · position.",
        "b": "Token · position, and position · token.",
        "c": "All but token · token.",
    },
    feedback={
        "b": "Whose position is in *position · token*? Did that token move?",
        "c": "Look at *position · token*: did *who?* move, or did the vector of *fox* change?",
    },
    hints=[
        "In each term, the first vector belongs to *who?*, the second to *fox*.",
        "Only one vector has changed: the position of *fox*. In which terms is it?",
    ],
    why="Only the position of *fox* has changed, and it is the second vector of these two terms.",
)


prediction(
    "07-predict-shuffle",
    "b",
    question=(
        "Each word gets a vector. Now *bear* and *fox* swap their places. What happens to the "
        "output of *fox*?"
    ),
    choices={
        "a": "It changes: its neighbours are different now.",
        "b": "It stays the same, number by number.",
        "c": "It becomes what the output of *bear* was.",
    },
    feedback={
        "a": "Attention has no neighbours. Which vectors does it compare, before and after?",
        "c": "Its own vector still asks. Does the query of *fox* depend on where it stands?",
    },
    why="The same query meets the same vectors, and the same products are added up.",
)


prediction(
    "07-predict-far",
    "b",
    question=(
        "Training shows texts that begin at positions 0 to 15. Then texts begin at 16 to 60 "
        "instead. How many answers are right there?"
    ),
    choices={
        "a": "Nearly all: *first before second* is what it learned.",
        "b": "About half of them.",
        "c": "None: it always names the second animal.",
    },
    feedback={
        "a": "Each row is trained by itself. What is in row 40, which training never used?",
        "c": "That would need rows that point the wrong way. What is in a row nobody trained?",
    },
    why=(
        "In training, no first animal stood beyond position 15, and with up to 7 words in between, "
        "no token beyond 25. The rows after that are still random, so either animal may win."
    ),
)


prediction(
    "07-predict-base",
    "c",
    question="The base grows from 10,000 to 500,000. Which of the clocks slow down?",
    choices={
        "a": "All of them, equally.",
        "b": "Only the last one.",
        "c": "All but the first, and later ones more.",
    },
    feedback={
        "a": "Pair j turns by 1 / base^(2j/D) per position. What is that for j = 0?",
        "b": "Every pair with j above 0 has the base in its speed.",
    },
    why="Pair 0 turns by 1 / base⁰ = 1, whatever the base. The power grows with the pair.",
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


@exercise(
    "07-add-positions",
    hints=[
        "The rows that are needed begin at `start`, and there are as many as tokens: T of them.",
        "`table[start : start + T]` is (T, C). Torch adds it to each of the B texts.",
    ],
    faults={
        "starts later": "The first token stands at position `start`, not at 0.",
        "T = C": (
            "Where T and C are equal, a transposed table fits too. Position t needs the *row* t, "
            "along C."
        ),
        "B = T": "The positions run along T, the middle axis; all texts of a batch get the same.",
    },
    why="(B, T, C) + (T, C): torch lines up the last two axes, and repeats over the texts.",
)
def add_positions() -> Iterator[Case]:
    """Yield cases for `my_add_positions(x, table, start)`: (B, T, C) plus rows of the table."""
    sizes = {
        "two texts": (2, 3, 4, 0),
        "starts later": (2, 3, 5, 2),
        "T = C": (1, 4, 4, 0),
        "B = T": (3, 3, 2, 0),
        "one token, starts later": (2, 1, 3, 5),
    }
    for label, (B, T, C, start) in sizes.items():
        x = torch.arange(B * T * C).reshape(B, T, C) / 10
        table = torch.arange(8 * C).reshape(8, C).sin()
        expected = torch.stack([x[:, t] + table[start + t] for t in range(T)], dim=1)
        yield Case(f"{label}: B={B}, T={T}, C={C}", (x, table, start), expected, unchanged=True)
