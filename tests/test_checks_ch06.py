"""Tests of the checks on embeddings: right answers by another way, and the usual wrong ones."""

import torch
from torch.nn import functional as F


def one_hot(ids, vocab_size):
    return F.one_hot(torch.tensor(ids, dtype=torch.long), vocab_size).float()


def nearest(table, i, k):
    cosines = F.cosine_similarity(table, table[i][None])
    cosines[i] = -2
    return cosines.topk(k).indices.tolist()


RIGHT = {
    "06-one-hot": one_hot,
    "06-nearest": nearest,
}


WRONG = {
    "transposed": ("06-one-hot", lambda ids, v: one_hot(ids, v).T),
    "wide enough for the ids only": ("06-one-hot", lambda ids, v: one_hot(ids, max(ids) + 1)),
    "a bag": ("06-one-hot", lambda ids, v: one_hot(ids, v).sum(dim=0)),
    "dot products": (
        "06-nearest",
        lambda e, i, k: [j for j in (e @ e[i]).argsort(descending=True).tolist() if j != i][:k],
    ),
    "the token itself": (
        "06-nearest",
        lambda e, i, k: F.cosine_similarity(e, e[i][None]).topk(k).indices.tolist(),
    ),
    "the farthest": (
        "06-nearest",
        lambda e, i, k: F.cosine_similarity(e, e[i][None]).argsort().tolist()[:k],
    ),
}
