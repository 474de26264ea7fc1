"""Tests of chapter 10's checks: right answers by another way, and the usual wrong ones."""

import pytest
import torch

from llm_lib.book.exercises import check, find_exercise


def split(x, n_head):
    return x.unflatten(-1, (n_head, -1)).movedim(2, 1)


def merge(x):
    return torch.cat(x.unbind(dim=1), dim=-1)


def previous(weights):
    return torch.diagonal(weights, -1).mean()


def targets(ids):
    after = {}
    found = []
    for t, now in enumerate(ids):
        found.append([s for s in after.get(now, []) if s < t])
        if t:
            after.setdefault(ids[t - 1], []).append(t)
            if ids[t - 1] == now:  # t itself came after this token, too: it doesn't count
                found[-1] = [s for s in found[-1] if s < t]
    return found


def recovered(clean, corrupted, h, t, score):
    H, T, _ = clean.shape
    here = (torch.arange(H)[:, None] == h) & (torch.arange(T) == t)
    scores = [score(torch.where(here[..., None], run, corrupted)) for run in (corrupted, clean)]
    return (scores[1] - scores[0]).item() / (score(clean) - score(corrupted)).item()


def patched_at(place, clean, corrupted, score):
    """Return the share of a patch, right but for its place."""
    patched = corrupted.clone()
    patched[place] = clean[place]
    return (score(patched) - score(corrupted)) / (score(clean) - score(corrupted))


def from_the_start(clean, corrupted, h, t, score):
    """Put the piece in, and measure how far the score is from 0."""
    patched = corrupted.clone()
    patched[h, t] = clean[h, t]
    return score(patched) / score(clean)


def backwards(clean, corrupted, h, t, score):
    """Put a piece of the corrupted run into the clean one."""
    patched = clean.clone()
    patched[h, t] = corrupted[h, t]
    return (score(patched) - score(corrupted)) / (score(clean) - score(corrupted))


def in_place(clean, corrupted, h, t, score):
    """Write into the argument itself."""
    before = score(corrupted)
    corrupted[h, t] = clean[h, t]
    return (score(corrupted) - before) / (score(clean) - before)


RIGHT = {
    "10-split-heads": split,
    "10-merge-heads": merge,
    "10-previous-token": previous,
    "10-induction-targets": targets,
    "10-patch-head": recovered,
}
WRONG = {
    "a view without the transpose": (
        "10-split-heads",
        lambda x, n: x.reshape(len(x), n, x.shape[1], x.shape[2] // n),
    ),
    "the last two dimensions changed": (
        "10-split-heads",
        lambda x, n: split(x, n).transpose(2, 3),
    ),
    "every n-th channel": (
        "10-split-heads",
        lambda x, n: x.unflatten(-1, (-1, n)).permute(0, 3, 1, 2),
    ),
    "a reshape without the transpose": (
        "10-merge-heads",
        lambda x: x.reshape(len(x), x.shape[2], -1),
    ),
    "the mean of the heads": ("10-merge-heads", lambda x: x.mean(dim=1)),
    "divided by T": (
        "10-previous-token",
        lambda weights: torch.diagonal(weights, -1).sum() / len(weights),
    ),
    "the main diagonal": ("10-previous-token", lambda weights: weights.diagonal().mean()),
    "the columns": ("10-previous-token", lambda weights: previous(weights.T)),
    "the copy itself": (
        "10-induction-targets",
        lambda ids: [[s for s in range(t) if ids[s] == ids[t]] for t in range(len(ids))],
    ),
    "the last copy alone": ("10-induction-targets", lambda ids: [s[-1:] for s in targets(ids)]),
    "itself, too": (
        "10-induction-targets",
        lambda ids: [[s for s in range(1, t + 1) if ids[s - 1] == ids[t]] for t in range(len(ids))],
    ),
    "a patch of the clean run": ("10-patch-head", backwards),
    "what a patch of the clean run breaks": (
        "10-patch-head",
        lambda *given: 1 - backwards(*given),
    ),
    "all positions": (
        "10-patch-head",
        lambda clean, corrupted, h, t, score: patched_at(h, clean, corrupted, score),
    ),
    "the last position": (
        "10-patch-head",
        lambda clean, corrupted, h, t, score: patched_at((h, -1), clean, corrupted, score),
    ),
    "the position before": (
        "10-patch-head",
        lambda clean, corrupted, h, t, score: patched_at((h, t - 1), clean, corrupted, score),
    ),
    "all heads": (
        "10-patch-head",
        lambda clean, corrupted, h, t, score: patched_at((slice(None), t), clean, corrupted, score),
    ),
    "no baseline": ("10-patch-head", from_the_start),
    "no baseline above the line": (
        "10-patch-head",
        lambda clean, corrupted, h, t, score: (
            from_the_start(clean, corrupted, h, t, score)
            * score(clean)
            / (score(clean) - score(corrupted))
        ),
    ),
    "the corrupted run changed": ("10-patch-head", in_place),
}


@pytest.mark.parametrize(
    ("mistake", "fault"),
    [
        ("a patch of the clean run", "one head"),
        ("what a patch of the clean run breaks", "together"),
        ("all positions", "positions"),
        ("all heads", "together"),
        ("no baseline", "starts at"),
        ("no baseline above the line", "starts at"),
    ],
)
def test_a_wrong_patch_gets_the_hint_for_its_mistake(mistake, fault):
    # Fails if a case no longer tells one mistake from the others, and a hint misleads.
    name, function = WRONG[mistake]
    hints = [text for kind, text in check(name, function).lines if kind == "hint"]
    assert hints == [find_exercise(name).hints[fault][0]]
