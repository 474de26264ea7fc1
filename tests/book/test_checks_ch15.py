"""Tests of the checks on generating text: right answers, and likely wrong ones."""

import numpy as np
import torch

from llm_lib.book.exercises import check
from llm_lib.generation.sampling import filter_logits


def softmax(logits, temperature):
    z = torch.tensor(logits, dtype=torch.float64)
    if temperature == 0:
        return torch.nn.functional.one_hot(z.argmax(), len(z)).double()
    return (z / temperature).softmax(0)


def top_p(probabilities, share):
    if share == 1:
        return list(range(len(probabilities)))
    logits = torch.tensor([probabilities], dtype=torch.float64).log()
    kept = filter_logits(logits, top_p=share - 1e-9)[0]
    return kept.isfinite().nonzero().flatten()


def before_the_border(probabilities, share):
    """Add tokens only as long as they stay below the share: the one that crosses it is left out."""
    kept, held = [], 0.0
    for i in sorted(range(len(probabilities)), key=lambda i: -probabilities[i]):
        held += probabilities[i]
        if held > share + 1e-9:
            break
        kept.append(i)
    return sorted(kept)


def write(next_p, ids, end, luck):
    for u in luck:
        new = int(np.searchsorted(np.cumsum(next_p(ids)), u, side="right"))
        if new == end:
            return ids
        ids = [*ids, new]
    return ids


def asked_once(next_p, ids, end, luck):
    p = next_p(ids)
    return write(lambda _: p, ids, end, luck)


RIGHT = {
    "15-softmax": softmax,
    "15-top-p": top_p,
    "15-write": write,
}


def plain(logits, temperature):
    return [float(np.exp(min(z, 99) / (temperature or 1))) for z in logits]


def never_enough(probabilities, share):
    """A walk that counts on the share being reached, and forgets the last token where it is not."""
    order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
    sums = np.cumsum([probabilities[i] for i in order])
    return sorted(order[: int(np.argmax(sums >= share)) + 1])


WRONG = {
    "multiplied": ("15-softmax", lambda z, t: softmax([x * t * t for x in z], t)),
    "after softmax": ("15-softmax", lambda z, t: softmax(z, 1) / (t or 1)),
    "temperature ignored": ("15-softmax", lambda z, t: softmax(z, 1)),
    "not scaled to sum 1": ("15-softmax", plain),
    "the last of a tie": ("15-softmax", lambda z, t: softmax(z[::-1], t).flip(0)),
    "the crossing token left out": ("15-top-p", before_the_border),
    "the end is written": ("15-write", lambda f, i, e, u: [*write(f, i, e, u), e][: len(i + u)]),
    "never ends": ("15-write", lambda f, i, e, u: write(f, i, -1, u)),
    "asked once": ("15-write", asked_once),
    "always the likeliest": ("15-write", lambda f, i, e, u: write(f, i, e, [0.0 for _ in u])),
    "only the new ones": ("15-write", lambda f, i, e, u: write(f, i, e, u)[len(i) :]),
    "one too few": ("15-top-p", lambda p, s: top_p(p, s)[:-1]),
    "the share is never reached": ("15-top-p", never_enough),
    "a floor instead": ("15-top-p", lambda p, s: [i for i, x in enumerate(p) if x >= 1 - s]),
    "in order of probability": ("15-top-p", lambda p, s: sorted(top_p(p, s), key=lambda i: -p[i])),
}


def test_predicted_filters_are_the_librarys():
    # fails if the registered answer is not what filter_logits keeps, or a near miss gets no help
    logits = torch.tensor([[0.50, 0.25, 0.15, 0.06, 0.04]]).log()
    kept = filter_logits(logits, top_k=4, top_p=0.85, min_p=0.4).isfinite().sum()
    assert check("15-predict-filters", int(kept))
    assert check("15-predict-filters", 2.0)
    for alone, words in ((4, "top-k alone"), (3, "top-p alone"), (1, "share of the top one")):
        assert words in repr(check("15-predict-filters", alone))


def test_feedback_knows_a_number_in_any_type():
    # fails if a tensor or an array loses the sentence that the plain number gets
    for three in (3, 3.0, torch.tensor(3), np.array([3])):
        assert "top-p alone" in repr(check("15-predict-filters", three))
    assert check("15-predict-filters", torch.tensor(2))
    assert "Answer with a number" in repr(check("15-predict-filters", "2"))
    assert "Answer with a number" not in repr(check("15-predict-filters", [2, 3]))


def test_ids_are_spoken_of_as_ids():
    # fails if probabilities instead of ids get no word
    assert "return ids" in repr(check("15-top-p", lambda p, s: sorted(p)))
    assert "a list of ids" in repr(check("15-top-p", lambda p, s: 1))
    assert check("15-top-p", lambda p, s: np.array(top_p(p, s), dtype=float))


def test_the_crossing_token_has_its_own_hint():
    # fails if whoever stops before the token that reaches the share is told about something else
    said = repr(check("15-top-p", before_the_border))
    assert "is missing: without it they hold 0.75, less than 0.8" in said and "kept, too" in said
    other = repr(check("15-top-p", lambda p, s: sorted(top_p(p, s), key=lambda i: -p[i])))
    assert "is missing" not in other


def test_who_filters_first():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("15-explain-order", "c")
    for wrong, words in (("a", "worse than yours"), ("b", "same model"), ("d", "can be drawn")):
        assert words in repr(check("15-explain-order", wrong))
