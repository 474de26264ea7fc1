"""Tests of the checks on embeddings: right answers by another way, and the usual wrong ones."""

import torch
from torch.nn import functional as F


def one_hot(ids, vocab_size):
    return F.one_hot(torch.tensor(ids, dtype=torch.long), vocab_size).float()


def nearest(table, i, k):
    cosines = F.cosine_similarity(table, table[i][None])
    cosines[i] = -2
    return cosines.topk(k).indices.tolist()


def table_gradient(ids, grads, vocab_size):
    table = torch.zeros(vocab_size, grads.shape[1], requires_grad=True)
    table[ids].backward(grads)
    return table.grad


def kept_one(ids, grads, vocab_size):
    total = torch.zeros(vocab_size, grads.shape[1])
    total[ids] += grads
    return total


RIGHT = {
    "06-table-gradient": table_gradient,
    "06-one-hot": one_hot,
    "06-nearest": nearest,
}


WRONG = {
    "one gradient of two": ("06-table-gradient", kept_one),
    "used rows alone": (
        "06-table-gradient",
        lambda ids, grads, v: table_gradient(ids, grads, v)[sorted(set(ids))],
    ),
    "a mean": (
        "06-table-gradient",
        lambda ids, grads, v: table_gradient(ids, grads, v) / torch.tensor(len(ids)),
    ),
    "whole numbers": ("06-one-hot", lambda ids, v: one_hot(ids, v).long()),
    "the first left out": (
        "06-nearest",
        lambda e, i, k: (
            F.cosine_similarity(e, e[i][None])
            .argsort(descending=True, stable=True)
            .tolist()[1 : k + 1]
        ),
    ),
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
