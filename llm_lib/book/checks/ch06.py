"""Checks for the chapter on embeddings."""

from collections.abc import Iterator

import torch

from llm_lib.book.checks.compare import difference
from llm_lib.book.exercises import Case, exercise, prediction

prediction(
    "06-predict-stories",
    "b",
    question="How near to *fox* will *wolf* and *kite* end?",
    choices={
        "a": "The wolf near, the kite on the other side (a cosine below 0).",
        "b": "The wolf near, the kite less near, but on the same side (a cosine above 0).",
        "c": "Both equally near.",
    },
    feedback={
        "a": "So it was with three pairs. But here a full stop comes after all three.",
        "c": "The full stop comes most often. But what comes after the fox, and never the kite?",
    },
    why="The full stop pushes all three the same way; the words after animals part them.",
)


prediction(
    "06-predict-good",
    "b",
    question="In SmolLM2's table, which of these words is closest to *good*?",
    choices={"a": "*great*", "b": "*bad*", "c": "*fine*"},
    feedback={
        "a": "*great* means nearly the same. But what counts is where a word is used.",
        "c": "*fine* has other uses, too: a fine line, a fine to pay.",
    },
    why="What can be *good* can be *bad*: the two stand in the same places.",
)


prediction(
    "06-explain-unused",
    "c",
    question=(
        "A vocabulary has a token that never occurs in the training text. The model has two "
        "tables, and only gradients change them. What does training do to the token's rows?"
    ),
    choices={
        "a": "Nothing: both rows keep the numbers they began with.",
        "b": "Its input row moves, its output row stays.",
        "c": "Its input row stays, its output row moves.",
    },
    feedback={
        "a": "Its score is computed at each step, with its output row. What does the loss want?",
        "b": "The input row is multiplied by 0 at each step. What gradient does that give?",
    },
    hints=["Which of the two rows has a part in the loss of a text that lacks the token?"],
    why="Softmax gives the token some probability at each step, and training pushes that down.",
)


prediction(
    "06-explain-neighbours",
    "b",
    question=(
        "A colleague shows that in her table of 50,000 rows and 64 channels, the nearest "
        "neighbour of *fox* has a cosine of 0.5. She concludes that the table has learned what a "
        "fox is. What do you answer?"
    ),
    choices={
        "a": "0.5 is far above 0, so she is right.",
        "b": "Show what random rows give, and count over many words.",
        "c": "0.5 is below 1, so she is wrong.",
    },
    feedback={
        "a": "The largest of 49,999 random cosines is far above 0, too.",
        "c": "Two different words need no cosine of 1. What is 0.5 to be compared with?",
    },
    why="Something always comes first. Only a baseline says whether it comes first for a reason.",
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
        "floats": "`F.one_hot` returns whole numbers: `.float()` makes them fit to a table.",
    },
    why="Times a table of embeddings, these rows are a lookup.",
)
def one_hot() -> Iterator[Case]:
    """Yield cases for `my_one_hot(ids, vocab_size)`: a list of ids to a (T, V) tensor."""
    for ids, size in (([2], 4), ([0, 3, 1], 5), ([4, 4, 0, 4], 5), ([], 3)):
        expected = torch.tensor([[float(i == v) for v in range(size)] for i in ids])
        yield Case(f"ids={ids}, vocab_size={size}", (ids, size), expected.reshape(-1, size))
    yield Case("floats, to multiply by a table", ([1, 0], 3), accept=_takes_floats)


def _takes_floats(got: object) -> str | None:
    """Say what is wrong with the rows of [1, 0], unless they are right and hold floats."""
    problem = difference(torch.eye(3)[[1, 0]], got)
    if problem is None and not got.is_floating_point():
        return f"expected floats, got {got.dtype}"
    return problem


@exercise(
    "06-nearest",
    hints=[
        "Divide each row of the table by its length; then dot products are cosines.",
        "Rank all rows by their cosine with row i, the largest first, and leave out i itself.",
    ],
    faults={
        "twin": (
            "Another row can have a cosine of 1, too: leave out the number i, not whatever comes "
            "first."
        ),
        "opposite": "Take the largest cosines, not the largest distances from 0: −1 comes last.",
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
    twins = torch.tensor([[0.0, 1.0], [3.0, 4.0], [6.0, 8.0], [5.0, 0.0]])
    yield Case("a twin before it", (twins, 2, 2), [1, 0])
    yield Case("a twin after it", (twins, 1, 2), [2, 0])
    table = (
        torch.randn(12, 5, generator=torch.Generator().manual_seed(6))
        * torch.arange(1, 13)[:, None]
    )
    unit = table / table.norm(dim=1, keepdim=True)
    order = (unit @ unit[7]).argsort(descending=True).tolist()
    yield Case("12 random rows of growing length", (table, 7, 5), [j for j in order if j != 7][:5])


@exercise(
    "06-table-gradient",
    hints=[
        "Row v gets the gradients of all places t at which ids[t] is v.",
        "Start with zeros of shape (V, C), and add `grads[t]` to row `ids[t]`, for each t.",
    ],
    faults={
        "twice": (
            "An id that comes twice gets both gradients. `total[ids] += grads` keeps only one of "
            "them: add in a loop, or use `index_add_`."
        ),
        "unused": "There is a row for each token of the vocabulary: one without a use gets 0.",
    },
    why="It is one_hot(ids).T @ grads: what was copied from a row comes back to it, added up.",
)
def table_gradient() -> Iterator[Case]:
    """Yield cases for `my_table_gradient(ids, grads, vocab_size)`: (T, C) to a (V, C) tensor."""
    texts = {"each once": ([1, 0], 2), "unused rows": ([3], 6), "an id twice": ([2, 0, 2, 2], 4)}
    for label, (ids, size) in texts.items():
        grads = torch.arange(1.0, 1 + 3 * len(ids)).reshape(-1, 3)
        hot = torch.tensor([[float(i == v) for v in range(size)] for i in ids])
        yield Case(f"{label}: ids={ids}", (ids, grads, size), hot.T @ grads, unchanged=True)
