"""Checks for the chapter on multi-head attention."""

from collections.abc import Iterator

import torch
from torch import Tensor

from llm_lib.book.checks.compare import number_near
from llm_lib.book.exercises import Case, exercise, prediction

# From a small case that fits on paper to one head, one token, and no square sizes to hide behind.
SHAPES = [(1, 2, 3, 2), (2, 3, 4, 2), (1, 5, 1, 3), (3, 1, 2, 4)]  # (B, T, H, D)


def _numbers(*shape: int) -> Tensor:
    """Return the numbers 0, 1, 2, ... in a shape, so that every place has its own value."""
    return torch.arange(float(torch.Size(shape).numel())).reshape(shape)


@exercise(
    "10-split-heads",
    hints=[
        "Each token's C numbers are cut into n_head slices of D = C / n_head: C becomes (H, D).",
        "After the cut the shape is (B, T, H, D). Which two dimensions must still change places?",
        (
            "`x.view(B, T, n_head, C // n_head)` cuts; `.transpose(1, 2)` swaps. A view straight "
            "to (B, H, T, D) has the right shape but mixes numbers of different tokens."
        ),
    ],
    why="Head h gets the D channels from h·D on, of every token.",
)
def split_heads() -> Iterator[Case]:
    """Yield cases for `split_heads(x, n_head)`: (B, T, C) to (B, H, T, D)."""
    for B, T, H, D in SHAPES:
        x = _numbers(B, T, H * D)
        slices = [x[:, :, h * D : (h + 1) * D] for h in range(H)]  # H of (B, T, D)
        yield Case(f"x of shape {(B, T, H * D)}, n_head={H}", (x, H), torch.stack(slices, dim=1))


@exercise(
    "10-merge-heads",
    hints=[
        "This undoes the split: for each token, put the D numbers of its H heads side by side.",
        "The heads must first come back next to their D numbers: (B, H, T, D) to (B, T, H, D).",
        (
            "After `.transpose(1, 2)` the numbers are not in order in memory, so `.view` "
            "refuses: use `.reshape(B, T, H * D)`, or `.contiguous()` before `.view`."
        ),
    ],
    why="Merging is the exact inverse of splitting: no number is changed, only moved.",
)
def merge_heads() -> Iterator[Case]:
    """Yield cases for `merge_heads(x)`: (B, H, T, D) to (B, T, C)."""
    for B, T, H, D in SHAPES:
        x = _numbers(B, H, T, D)
        heads = [x[:, h] for h in range(H)]  # H of (B, T, D)
        yield Case(f"x of shape {(B, H, T, D)}", (x,), torch.cat(heads, dim=-1))


@exercise(
    "10-previous-token",
    hints=[
        "Row t says where position t looks: weights[t, t - 1] is its weight on the one before.",
        "Row 0 has nothing before it: leave it out of the sum, and divide by T - 1.",
        "Those weights form the diagonal just below the main one.",
    ],
    why="These weights are the first diagonal below the main one, torch.diagonal(weights, -1).",
)
def previous_token_score() -> Iterator[Case]:
    """Yield cases for `my_previous_token_score(weights)`: (T, T) to a number."""
    generator = torch.Generator().manual_seed(9)
    perfect = torch.eye(4).roll(-1, dims=1)
    perfect[0] = torch.tensor([1.0, 0, 0, 0])
    for label, T in (("a map of 2 tokens", 2), ("a map of 7 tokens", 7)):
        weights = torch.rand(T, T, generator=generator).tril()
        weights = weights / weights.sum(dim=-1, keepdim=True)
        yield Case(label, (weights,), torch.diagonal(weights, -1).mean().item())
    yield Case("a head that always looks one back", (perfect,), 1.0)


prediction(
    "10-explain-view",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The softmax puts all weight on one place, since D is too large.",
        "b": (
            "Row *t* of a head is no longer token *t*, so merging brings later tokens to earlier "
            "places."
        ),
        "c": "The heads all see the same channels, so they can't specialise.",
    },
    feedback={
        "a": "Such a softmax trains slowly; it would not make the training loss vanish.",
        "c": "Heads that see the same would waste effort, but could not see the future.",
    },
    hints=[
        "What could a model know that lets its training loss fall to almost 0?",
        "Take 4 tokens and 2 heads, and write each token's number in all its channels. What does "
        "`view(1, 2, 4, D)` give to head 1?",
    ],
    why=(
        "With 4 tokens and 2 heads, head 0 gets tokens 0, 0, 1, 1, and head 1 gets 2, 2, 3, 3. So "
        "row 0 of head 1 holds token 2, and merging puts it at place 0: what comes later leaks in, "
        "in spite of the mask."
    ),
)


# Each case fails one mistake and passes the others, so that the hint is about that mistake.
@exercise(
    "10-patch-head",
    hints=[
        "One run goes on, with one piece of the other. Copy the outputs of the one that goes on.",
        "In that copy, the place `[h, t]` gets what stands there in the other run.",
        "The share is made of three scores: patched, corrupted, clean. Which is subtracted twice?",
    ],
    faults={
        "positions": "Patch position `t` alone: elsewhere, the head's outputs stay corrupted.",
        "one head": (
            "Mind the direction: the *corrupted* run goes on, with a piece of the clean one."
        ),
        "together": (
            "All but head `h` stays corrupted. Where two heads are needed, one alone changes "
            "nothing."
        ),
        "starts at": (
            "What does the corrupted run score, unpatched? Subtract it above and below the line."
        ),
    },
    why="In a model, `score` is all that comes after these heads.",
)
def patch_head() -> Iterator[Case]:
    """Yield cases for `my_recovered(clean, corrupted, h, t, score)`: a number."""
    for label, share, place, others, score in (
        ("a head that brings half of it here, half at other positions", 0.5, (2, 1),
         [(2, 0), (2, 2)], torch.sum),
        ("one head that brings all of it", 1.0, (0, 3), [], torch.sum),
        ("two heads that work only together", 0.0, (0, 3), [(1, 3)], _both_last),
        ("a score that starts at 2", 0.5, (1, 3), [(2, 0)], lambda outputs: outputs.sum() + 2),
    ):  # fmt: skip
        corrupted = torch.tensor([0.5, -0.5]).repeat(3, 4, 1)  # (H, T, D), its sum is 0
        clean = corrupted.clone()
        clean[place] += 1
        for other in others:
            clean[other] += 1 / len(others)
        given = (clean, corrupted, *place, score)
        yield Case(label, given, accept=number_near(share), unchanged=True)


def _both_last(outputs: Tensor) -> Tensor:
    """Return a score that takes both of heads 0 and 1, at the last position."""
    return outputs[0, -1].sum() * outputs[1, -1].sum()


@exercise(
    "10-induction-targets",
    hints=[
        "For each t, go through all s from 1 to t - 1 and compare ids[s - 1] with ids[t].",
        "The position marked is the one after the copy, s, not the copy itself, s - 1.",
    ],
    faults={
        "doubled|two earlier": (
            "Keep every such s, not the last one only; s = t is left out even if ids[t - 1] == "
            "ids[t]."
        ),
    },
    why="These are the positions that `induction_score` adds up a head's attention on.",
)
def induction_targets() -> Iterator[Case]:
    """Yield cases for `my_induction_targets(ids)`: a list of ids to a list of lists."""
    cases = {
        "the example": ([7, 3, 7], [[], [], [1]]),
        "nothing repeats": ([4, 8, 1], [[], [], []]),
        "a doubled token": ([5, 5, 5], [[], [], [1]]),
        "two earlier copies": ([2, 6, 2, 9, 2], [[], [], [1], [], [1, 3]]),
        "a sequence said twice": ([1, 2, 3, 1, 2, 3], [[], [], [], [1], [2], [3]]),
        "one token": ([3], [[]]),
    }
    for label, (ids, expected) in cases.items():
        yield Case(f"{label}, ids {ids}", (ids,), expected)
