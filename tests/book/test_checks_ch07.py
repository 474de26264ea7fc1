"""Tests of the checks on positions: right answers by another way, and the usual wrong ones."""

import math

import torch

from llm_lib.book.exercises import check
from llm_lib.model.embedding import rotate_pairs, sinusoidal_positions


def sinusoid(t, n_embd, base):
    return sinusoidal_positions(t + 1, n_embd, base)[t].tolist()


def rotate(x, t, base):
    D = len(x)
    order = [*range(0, D, 2), *range(1, D, 2)]
    angle = torch.tensor([t * base ** (-2 * j / D) for j in range(D // 2)])
    turned = rotate_pairs(torch.tensor(x)[order], angle.cos(), angle.sin())
    return turned[torch.tensor(order).argsort()].tolist()


def add_positions(x, table, start):
    T = x.shape[1]
    return x + table.index_select(0, torch.arange(start, start + T)).expand(len(x), -1, -1)


RIGHT = {
    "07-add-positions": add_positions,
    "07-sinusoid": sinusoid,
    "07-rotate-interleaved": rotate,
}


def halves(x, t, base):
    D = len(x)
    angle = torch.tensor([t * base ** (-2 * j / D) for j in range(D // 2)])
    return rotate_pairs(torch.tensor(x), angle.cos(), angle.sin()).tolist()


def overwritten(x, t, base):
    x = list(x)
    for j in range(len(x) // 2):
        angle = t * base ** (-2 * j / len(x))
        x[2 * j] = x[2 * j] * math.cos(angle) - x[2 * j + 1] * math.sin(angle)
        x[2 * j + 1] = x[2 * j] * math.sin(angle) + x[2 * j + 1] * math.cos(angle)
    return x


def sines_first(t, n_embd, base):
    angles = [t * base ** (-2 * j / n_embd) for j in range(n_embd // 2)]
    return [math.sin(a) for a in angles] + [math.cos(a) for a in angles]


def own_exponent(t, n_embd, base):  # each channel its own frequency
    wave = (math.sin, math.cos)
    return [wave[c % 2](t * base ** (-c / n_embd)) for c in range(n_embd)]


def along_channels(x, table, start):
    T, C = x.shape[1:]
    rows = table[start : start + T]
    return x + (rows.T if T == C else rows)


def along_texts(x, table, start):
    B, T, _ = x.shape
    rows = table[start : start + T]
    return x + (rows[:, None] if B == T else rows)


def in_place(x, table, start):
    x += table[start : start + x.shape[1]]
    return x


WRONG = {
    "start forgotten": ("07-add-positions", lambda x, p, start: x + p[: x.shape[1]]),
    "one row for all": ("07-add-positions", lambda x, p, start: x + p[start]),
    "along the channels": ("07-add-positions", along_channels),
    "along the texts": ("07-add-positions", along_texts),
    "x overwritten": ("07-add-positions", in_place),
    "sines, then cosines": ("07-sinusoid", sines_first),
    "an exponent for each channel": ("07-sinusoid", own_exponent),
    "base fixed": ("07-sinusoid", lambda t, n, base: sinusoid(t, n, 10_000)),
    "half and half": ("07-rotate-interleaved", halves),
    "a overwritten": ("07-rotate-interleaved", overwritten),
    "turned the other way": ("07-rotate-interleaved", lambda x, t, base: rotate(x, -t, base)),
}


def test_predicted_terms_are_those_that_change():
    # fails if the registered answer is not what happens, or a wrong one goes without a word
    word, place = torch.tensor([[1.0, 1], [2, 0]]), sinusoidal_positions(4, 2)  # who? and fox
    before, after = (
        [a @ b for a in (word[0], place[3]) for b in (word[1], place[t])] for t in (0, 1)
    )
    changed = [not torch.isclose(a, b) for a, b in zip(before, after, strict=True)]
    assert changed == [False, True, False, True]  # w·w, w·p, p·w, p·p
    assert check("07-predict-terms", "a")
    assert "Whose position" in repr(check("07-predict-terms", "b"))
    assert "did *who?* move" in repr(check("07-predict-terms", "c"))


def test_explained_layout():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("07-explain-layout", "b")
    assert "very first words" in repr(check("07-explain-layout", "a"))
    assert "error" in repr(check("07-explain-layout", "c"))
