"""Checks for the chapter on embeddings and positions."""

import math
from collections.abc import Iterator

import torch

from llm_lib.exercises import Case, exercise, prediction

prediction(
    "06-predict-swap",
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
    "06-predict-rows",
    2,
    question="The ids are `[2, 0, 2, 3]`. Which row's gradient is twice that of the others?",
    places=["row 0", "row 1", "row 2", "row 3"],
    feedback={
        0: "Row 0 is used once.",
        1: "No id is 1: this row gets no gradient at all.",
        3: "Row 3 is used once.",
    },
    why="Row 2 is used twice, and gets both shares; row 1 gets none.",
)

prediction(
    "06-predict-shuffle",
    "b",
    question="Will the output of *fox* change when it stands elsewhere?",
    choices={"a": "Yes: its neighbours are others now.", "b": "No: it stays the same."},
    feedback={"a": "Which tokens does it attend to, before and after? Does a sum have an order?"},
    why="It attends to the same tokens with the same weights, only added up in another order.",
)

prediction(
    "06-predict-distance",
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
    "06-predict-moved",
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
    "06-one-hot",
    hints=[
        "There is a row for each id, and a column for each token of the vocabulary.",
        "Start with `torch.zeros(len(ids), vocab_size)` and set one place in each row to 1.",
        "The row is the place in the text, the column is the id: `rows[t, ids[t]] = 1`.",
    ],
    faults={
        r"ids=\[\]": (
            "`torch.tensor([])` holds floats: an empty list of ids needs dtype=torch.long."
        ),
    },
    why="Times a table of embeddings, these rows are a lookup.",
)
def one_hot() -> Iterator[Case]:
    """Yield cases for `my_one_hot(ids, vocab_size)`: a list of ids to a (T, V) tensor."""
    for ids, size in (([2], 4), ([0, 3, 1], 5), ([4, 4, 0, 4], 5), ([], 3)):
        expected = torch.tensor([[float(i == v) for v in range(size)] for i in ids])
        yield Case(f"ids={ids}, vocab_size={size}", (ids, size), expected.reshape(-1, size))


@exercise(
    "06-nearest",
    hints=[
        "Divide each row of the table by its length; then dot products are cosines.",
        "Rank all rows by their cosine with row i, the largest first, and leave out i itself.",
    ],
    faults={
        "long row|growing": (
            "A long row has large dot products with everyone: without the division it wins too "
            "often."
        ),
    },
    why="Cosines compare directions: how long a vector is does not count.",
)
def nearest() -> Iterator[Case]:
    """Yield cases for `my_nearest(table, i, k)`: a (V, C) tensor to a list of k row numbers."""
    square = torch.tensor([[1.0, 0.0], [9.0, 9.0], [0.2, 0.05], [0.0, 1.0], [-1.0, 0.0]])
    yield Case("a long row that is not the closest", (square, 0, 2), [2, 1])
    yield Case("all other rows", (square, 3, 4), [1, 2, 0, 4])
    yield Case("a token of opposite direction comes last", (square, 4, 4), [3, 1, 2, 0])
    table = (
        torch.randn(12, 5, generator=torch.Generator().manual_seed(6))
        * torch.arange(1, 13)[:, None]
    )
    unit = table / table.norm(dim=1, keepdim=True)
    order = (unit @ unit[7]).argsort(descending=True).tolist()
    yield Case("12 random rows of growing length", (table, 7, 5), [j for j in order if j != 7][:5])


@exercise(
    "06-sinusoid",
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
    "06-explain-layout",
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
    "06-rotate-interleaved",
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
