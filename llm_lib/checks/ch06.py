"""Checks for the chapter on embeddings."""

from collections.abc import Iterator

import torch

from llm_lib.exercises import Case, exercise, prediction

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
