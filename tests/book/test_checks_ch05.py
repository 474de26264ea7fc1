"""Tests of the checks on data loaders: right answers, and likely wrong ones."""

import tracemalloc

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check
from llm_lib.dataset import TokenDataset, WindowSampler, create_dataloader


def test_count_windows():
    # Fails if the library's number of windows is refused.
    def right(n, length, stride):
        return len(TokenDataset(range(n), length, stride)) if n > length else 0

    assert check("05-count-windows", right)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda n, length, stride: (n - length) // stride + 1,  # forgets the token after the window
        lambda n, length, stride: (n - length - 1) // stride,
        lambda n, length, stride: (n - length - 1) // length + 1,
        lambda n, length, stride: max(0, (n - 1) // stride),
        lambda n, length, stride: (n - length - 1) // stride + 1,  # below 0 for short texts
    ],
)
def test_wrong_counts(wrong):
    # Fails if the usual mistakes by one pass.
    assert not check("05-count-windows", wrong)


def test_predict_overlap_agrees_with_the_library():
    # Fails if the answer is not what a dataset shows, or a wrong one gets no word of its own.
    windows = [y for _, y in (TokenDataset(range(100), 8, 2)[i] for i in range(46))]
    assert check("05-predict-overlap", sum(int((y == 50).sum()) for y in windows))
    for wrong in (1, 2, 5, 8):
        assert "detail" in {kind for kind, _ in check("05-predict-overlap", wrong).lines}


def batch(tokens, starts, length):
    rows = np.stack([tokens[s : s + length + 1] for s in starts]).astype(np.int64)
    return torch.from_numpy(rows[:, :-1]), torch.from_numpy(rows[:, 1:])


def rows_of(tokens, starts, length):
    rows = torch.stack([tokens[start : start + length + 1] for start in starts])
    return rows[:, :-1], rows[:, 1:]


def test_batch():
    # Fails if a right batch is refused, be it this one or the library's.
    assert check("05-batch", batch)

    def library(tokens, starts, length):
        return TokenDataset(tokens, length).windows_at(np.array(starts))

    assert check("05-batch", library)

    def views(tokens, starts, length):
        rows = np.lib.stride_tricks.sliding_window_view(tokens, length + 1)[starts]
        rows = torch.from_numpy(rows.astype(np.int64))
        return rows[:, :-1], rows[:, 1:]

    assert check("05-batch", views)
    assert not tracemalloc.is_tracing()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda t, s, n: (batch(t, s, n)[0],) * 2, "row 0 of y"),
        (lambda t, s, n: tuple(part.int() for part in batch(t, s, n)), "int64"),
        (lambda t, s, n: batch(t.astype(np.int16), s, n), "ids close to 65,535"),
        (lambda t, s, n: batch(t, s, n + 1), "shape"),
        (lambda t, s, n: batch(t, sorted(s), n), "three windows that overlap"),
        (lambda t, s, n: batch(t, s, n)[0], "two tensors"),
        (lambda t, s, n: tuple(part.tolist() for part in batch(t, s, n)), "should be a tensor"),
        (lambda t, s, n: batch(t.astype(np.int64), s, n), "1,000,000 tokens were copied"),
        (lambda t, s, n: batch(np.array(t.tolist()), s, n), "1,000,000 tokens were copied"),
        (lambda t, s, n: batch(t.copy(), s, n), "1,000,000 tokens were copied"),
        (lambda t, s, n: rows_of(torch.from_numpy(t).long(), s, n), "Cut first, convert"),
        (lambda t, s, n: rows_of(torch.tensor(t, dtype=torch.int64), s, n), "Cut first, convert"),
    ],
)
def test_wrong_batches(wrong, words):
    # Fails if a batch that is not shifted, cut wrongly or of another type passes without a reason.
    result = check("05-batch", wrong)
    assert not result
    assert words in repr(result)


CHOICES = {
    "05-predict-stride": ("b", "ac"),
    "05-predict-copier": ("d", "abc"),
    "05-explain-restart": ("b", "ac"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_predictions(name):
    # Fails if the right answer is refused, or a wrong one is not answered.
    right, wrongs = CHOICES[name]
    assert check(name, right)
    for wrong in wrongs:
        assert "detail" in {kind for kind, _ in check(name, wrong).lines}


def find_batch(number, n_windows, batch_size, seed):
    epoch, place = divmod(number, n_windows // batch_size)
    order = np.random.default_rng((seed, epoch)).permutation(n_windows)
    return order[place * batch_size :][:batch_size]


def test_find_batch():
    # Fails if the order is not that of the library, or an array and a list are not both taken.
    assert check("05-find-batch", find_batch)
    assert check("05-find-batch", lambda *a: find_batch(*a).tolist())
    assert check("05-find-batch", lambda k, n, b, seed: WindowSampler(n, b, seed=seed)[k])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda k, n, b, seed: find_batch(k % (n // b), n, b, seed),  # the same order each epoch
        lambda k, n, b, seed: np.random.default_rng((seed, 0)).permutation(n)[k * b :][:b],
        lambda k, n, b, seed: sorted(find_batch(k, n, b, seed)),
        lambda k, n, b, seed: find_batch(k, n, b, seed + 1),
        lambda k, n, b, seed: list(range(k * b, k * b + b)),
    ],
)
def test_wrong_batch_numbers(wrong):
    # Fails if an order that forgets the epoch, the seed or the shuffling passes.
    assert not check("05-find-batch", wrong)


def test_the_order_of_the_exercise_is_the_loaders():
    # Fails if the rule that the chapter teaches is not how the loader orders its windows.
    loader = create_dataloader(range(101), batch_size=3, context_length=4, seed=5)
    first = [x[:, 0].tolist() for _ in range(2) for x, _ in loader]
    for number, starts in enumerate(first):
        assert [4 * w for w in find_batch(number, 25, 3, 5)] == starts


def document_mask(ids, end):
    ends = (ids == end).long()
    document = ends.cumsum(0) - ends
    return (document[:, None] == document[None, :]).tril()


def test_document_mask():
    # Fails if a right mask is refused, or the usual mistakes pass.
    assert check("05-document-mask", document_mask)

    def end_opens_a_document(ids, end):
        document = (ids == end).long().cumsum(0)
        return (document[:, None] == document[None, :]).tril()

    def looks_ahead(ids, end):
        return document_mask(ids, end) | document_mask(ids, end).T

    for wrong in (
        end_opens_a_document,
        looks_ahead,
        lambda ids, end: torch.ones(len(ids), len(ids), dtype=torch.bool).tril(),
        lambda ids, end: document_mask(ids, end).float(),
        lambda ids, end: ~document_mask(ids, end),
    ):
        assert not check("05-document-mask", wrong)
    assert "must not look" in repr(check("05-document-mask", looks_ahead))
