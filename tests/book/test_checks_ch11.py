"""Tests of chapter 11's checks: right answers by another way, and the usual wrong ones."""

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check


def smooth(target, size, epsilon):
    hot = torch.nn.functional.one_hot(torch.tensor(target), size)
    return (1 - epsilon) * hot + epsilon / size


def stack(x, parts, norm, norm_first):
    if not parts:
        return norm(x) if norm_first else x
    first, *others = parts
    x = first(norm(x)) + x if norm_first else norm(first(x) + x)
    return stack(x, others, norm, norm_first)


def one_by_one(post, pre, end=True):
    """Return a stack that treats each part as told; with `end`, pre-norm has its last norm."""

    def answer(x, parts, norm, norm_first):
        for part in parts:
            x = (pre if norm_first else post)(x, part, norm)
        return norm(x) if norm_first and end else x

    return answer


def good_post(x, s, n):
    return n(x + s(x))


def good_pre(x, s, n):
    return x + s(n(x))


def translate(encode, decode, source, start, stop, most):
    """The same with a growing tensor."""
    memory, ids = encode(source), torch.tensor([start])
    for _ in range(most):
        best = torch.tensor(decode(ids, memory)).argmax()
        if best == stop:
            break
        ids = torch.cat((ids, best[None]))
    return ids[1:]


RIGHT = {
    "11-smooth-labels": smooth,
    "11-add-and-norm": stack,
    "11-translate": translate,
}
ALSO_RIGHT = {
    "11-smooth-labels": lambda t, n, e: [e / n + (i == t) * (1 - e) for i in range(n)],
    "11-add-and-norm": one_by_one(good_post, good_pre),
}


@pytest.mark.parametrize("name", ALSO_RIGHT)
def test_other_types_pass(name):
    # fails if a list is wanted where a tensor is as good, or the other way round
    assert check(name, ALSO_RIGHT[name]), repr(check(name, ALSO_RIGHT[name]))


def changed_loop(*, again=False, alone=False, with_stop=False, one_more=0, with_start=False):
    """Return a translator with one mistake."""

    def answer(encode, decode, source, start, stop, most):
        memory, ids = (None if again else encode(source)), [start]
        while len(ids) <= most + one_more:
            memory = encode(source) if again else memory
            scores = decode(ids[-1:] if alone else ids, memory)
            ids.append(int(np.argmax(scores)))
            if ids[-1] == stop:
                return ids[1:] if with_stop else ids[1:-1]
        return ids if with_start else ids[1:]

    return answer


WRONG = {
    "shared by the others": (
        "11-smooth-labels",
        lambda t, n, e: [1 - e if i == t else e / (n - 1) for i in range(n)],
    ),
    "does not sum to 1": (
        "11-smooth-labels",
        lambda t, n, e: [1 - e if i == t else e / n for i in range(n)],
    ),
    "orders swapped": ("11-add-and-norm", lambda x, s, n, f: stack(x, s, n, not f)),
    "orders swapped, one end": ("11-add-and-norm", one_by_one(good_pre, good_post)),
    "no norm at the end": ("11-add-and-norm", one_by_one(good_post, good_pre, end=False)),
    "norm of x added": (
        "11-add-and-norm",
        one_by_one(good_post, lambda x, s, n: n(x) + s(n(x))),
    ),
    "post-norm on the part alone": (
        "11-add-and-norm",
        one_by_one(lambda x, s, n: x + n(s(x)), good_pre),
    ),
    "post-norm on x alone": (
        "11-add-and-norm",
        one_by_one(lambda x, s, n: n(x) + s(x), good_pre),
    ),
    "no residual": ("11-add-and-norm", one_by_one(lambda x, s, n: n(s(x)), good_pre)),
    "all parts see the first x": (
        "11-add-and-norm",
        lambda x, parts, n, f: n(x + sum(s(n(x) if f else x) for s in parts)) if parts else x,
    ),
    "the source is read at each step": ("11-translate", changed_loop(again=True)),
    "the last token alone": ("11-translate", changed_loop(alone=True)),
    "with the stop token": ("11-translate", changed_loop(with_stop=True)),
    "one too many": ("11-translate", changed_loop(one_more=1)),
    "with the start token": ("11-translate", changed_loop(with_start=True)),
}


@pytest.mark.parametrize(
    ("name", "right", "said"),
    [
        ("11-predict-shape", "b", {"a": "self-attention", "c": "Who asks", "d": "encoder's"}),
        ("11-explain-shift", "a", {"b": "needs none", "c": "would translate exactly those"}),
    ],
)
def test_choices(name, right, said):
    # fails if another choice is taken, or goes without a word
    assert check(name, right)
    for choice, part in said.items():
        result = check(name, choice)
        assert not result and part in repr(result)


def test_the_first_hint_on_smoothing_fits_numbers_that_sum_to_1():
    # fails if who shares epsilon among the others alone is told to sum what sums to 1
    said = repr(check("11-smooth-labels", WRONG["shared by the others"][1]))
    assert "Does the right token belong to them?" in said and "sum to 1" not in said


def test_whoever_reads_the_source_again_is_told():
    # fails if the message does not say what was called twice
    said = repr(check("11-translate", WRONG["the source is read at each step"][1]))
    assert "read once" in said and "The memory never changes" in said
