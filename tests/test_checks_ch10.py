"""Tests of chapter 10's checks: right answers by another way, and the usual wrong ones."""

import torch


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


RIGHT = {
    "10-split-heads": split,
    "10-merge-heads": merge,
    "10-previous-token": previous,
    "10-induction-targets": targets,
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
}
