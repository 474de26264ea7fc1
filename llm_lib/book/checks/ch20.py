"""Checks for the chapter “Fine-tuning to classify”."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise


@exercise(
    "20-last-token",
    hints=[
        "How many ids of a row are not `end`? Of n tokens, the last is in column n − 1.",
        "`stream[torch.arange(B), columns]` takes one column out of each row.",
    ],
    faults={
        "filled": "Some rows end earlier than the batch. What stands in their last columns?",
        "one token": "A text of length 1 has its last token in column 0.",
    },
    why="In a batch that is filled up on the right, each row has its own last token.",
)
def last_token() -> Iterator[Case]:
    """Yield cases for `my_last_token(stream, ids, end)`: (B, T, C) and (B, T) to (B, C)."""
    generator, end = torch.Generator().manual_seed(0), 9

    def judged(stream: Tensor, lengths: list[int]) -> tuple[tuple, object]:
        n = torch.tensor(lengths)
        rows, columns = torch.arange(len(n)), torch.arange(stream.shape[1])
        ids = torch.where(columns < n[:, None], (columns + rows[:, None]) % end, end)
        means = torch.stack([row[:m].mean(dim=0) for row, m in zip(stream, n, strict=True)])
        accept = name_mistakes(
            stream[rows, n - 1],
            {
                "this is the last column, which for a shorter text is padding": stream[:, -1],
                "this is one column behind each text's last token": (
                    stream[rows, n.clamp(max=stream.shape[1] - 1)]
                ),
                "this is the mean of each text's tokens, not its last one": means,
                "this is the mean over all columns, the padding among them": stream.mean(dim=1),
                "this is the first token, which has seen nothing but itself": stream[:, 0],
            },
        )
        return (stream, ids, end), accept

    for label, shape, lengths in (
        ("all rows full", (2, 4, 3), [4, 4]),
        ("filled up on the right", (3, 5, 3), [2, 5, 3]),
        ("a text of one token", (2, 3, 2), [1, 3]),
    ):
        arguments, accept = judged(torch.randn(shape, generator=generator), lengths)
        yield Case(label, arguments, accept=accept)


class _Small(nn.Module):
    """A backbone and a head, as in `Classifier`."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4))
        self.head = nn.Linear(4, 2)


@exercise(
    "20-freeze",
    hints=["`parameter.requires_grad_(False)` freezes a parameter; `(True)` lets it learn."],
    faults={
        "backbone": "With the model that you return, a step still moves the backbone.",
        "head": "The head should learn: every one of its parameters.",
    },
    why="A frozen parameter gets no gradient, so no optimiser moves it.",
)
def freeze() -> Iterator[Case]:
    """Yield cases for `my_freeze(model)`, which returns it; it has a `backbone` and a `head`."""

    def learning(model: _Small, part: str) -> list[str]:
        return [n for n, p in model.named_parameters() if p.requires_grad and n.startswith(part)]

    for name, start in (("a new model", True), ("a model that was all frozen", False)):
        for part, wanted in (("backbone", []), ("head", ["head.weight", "head.bias"])):
            model = _Small().requires_grad_(start)

            def accept(got: object, part=part, wanted=wanted) -> str | None:
                if not isinstance(got, _Small):
                    return f"return the model; got {type(got).__name__}"
                found = learning(got, part)
                return None if found == wanted else f"of the {part}, {found or 'nothing'} learns"

            yield Case(f"the {part} of {name}", (model,), accept=accept)


@exercise(
    "20-temperature",
    hints=[
        "softmax doesn't notice a number that is added to all scores of a text.",
        "So ln p is as good as the lost scores: softmax of ln p gives p back.",
    ],
    faults={"hot|cold": "Take scores that softmax turns into p, and divide those by T."},
    why="ln p differs from the scores by one number for each text, which softmax doesn't notice.",
)
def temperature() -> Iterator[Case]:
    """Yield cases for `my_temper(p, T)`: probabilities (n, classes) to such at temperature T."""
    scores = torch.tensor([[4.0, 0.0, 1.0], [0.5, 0.0, -0.5], [0.0, 2.0, -3.0]])
    p = scores.softmax(dim=1)

    def at(T: float) -> Case:
        accept = name_mistakes(
            (scores / T).softmax(dim=1),
            {
                "the scores seem to be multiplied by T": (scores * T).softmax(dim=1),
                "probabilities are no scores: a softmax of them is much too even": (
                    (p / T).softmax(dim=1)
                ),
                "the probabilities are divided: they no longer add up to 1": p / T,
                "divided by T and then by their sum, they are what they were": p,
                "each text's probabilities should add up to 1": p ** (1 / T),
            },
        )
        name = "no change, T = 1" if T == 1 else f"{'hot' if T > 1 else 'cold'}, T = {T:g}"
        return Case(name, (p, T), accept=accept)

    yield from map(at, (1.0, 2.0, 4.0, 0.5))


@exercise(
    "20-balanced",
    hints=[
        "For each class: of the texts that have it, which share was found? Then take the mean.",
        "Only classes that occur among the labels count.",
    ],
    faults={
        "rare": "All classes count alike here, also those with few texts.",
        "often": "Divide by how many texts have the class, not by how often it was said.",
        "absent": "A class that no text has is left out of the mean.",
    },
    why="Always saying the most frequent class gets 1 / n_classes here, however rare the others.",
)
def balanced() -> Iterator[Case]:
    """Yield cases for `my_balanced_accuracy(said, labels)`: lists of class numbers."""
    yield Case("all right", ([0, 1, 2], [0, 1, 2]), 1.0)
    yield Case("a rare class missed", ([0] * 10, [0] * 9 + [1]), 0.5)
    yield Case("said too often", ([0, 1, 1, 1], [0, 0, 0, 1]), 2 / 3)
    yield Case("an absent class is said", ([0, 2, 1], [0, 0, 1]), 0.75)
