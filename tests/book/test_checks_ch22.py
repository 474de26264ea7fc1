"""Tests of the checks for “Preferences and rewards”."""

import math

import pytest
import torch

from llm_lib.book.exercises import check
from llm_lib.finetuning.dpo import dpo_loss
from llm_lib.finetuning.grpo import group_advantages, kl_estimate, pass_at_k


def answer(rows, ids, n, first=None, ahead=1, how=sum):
    start = n - 1 if first is None else first
    each = [rows[t, ids[t + ahead]].item() for t in range(start, len(ids) - 1 + (1 - ahead))]
    return how(each)


def dpo(*columns):
    *tensors, beta = columns
    return dpo_loss(*(torch.tensor(c) for c in tensors), beta)[0]


def dpo_of(margin, total=lambda xs: sum(xs) / len(xs)):
    def loss(c, r, rc, rr, beta):
        each = [margin(*row, beta) for row in zip(c, r, rc, rr, strict=True)]
        return total([math.log1p(math.exp(-m)) for m in each])

    return loss


def full(c, r, rc, rr, beta):
    return beta * ((c - rc) - (r - rr))


def grpo(marks, log_ps, n_tokens):
    advantages = group_advantages(torch.tensor(marks, dtype=torch.float64))
    return -(advantages * torch.tensor(log_ps)).sum() / n_tokens


def grpo_of(weigh, per=lambda total, n: total / n):
    def loss(marks, log_ps, n_tokens):
        each = zip(weigh(marks), log_ps, strict=True)
        return per(-sum(a * log_p for a, log_p in each), n_tokens)

    return loss


def standard(marks, sign=1, less=1, divide=True):
    mean = sum(marks) / len(marks)
    spread = math.sqrt(sum((m - mean) ** 2 for m in marks) / (len(marks) - less))
    return [sign * (m - mean) / ((spread or 1) if divide else 1) for m in marks]


def kl(p, q):
    return kl_estimate(torch.tensor(p), torch.tensor(q)).tolist()


RIGHT = {
    "22-answer": answer,
    "22-dpo": dpo,
    "22-grpo": grpo,
    "22-kl": kl,
    "22-pass": pass_at_k,
}
WRONG = {
    "the mean": ("22-answer", lambda *a: answer(*a, how=lambda x: sum(x) / len(x))),
    "the prompt": ("22-answer", lambda *a: answer(*a, first=0)),
    "one too few": ("22-answer", lambda r, i, n: answer(r, i, n, first=n)),
    "not shifted": ("22-answer", lambda r, i, n: answer(r, i, n, first=n, ahead=0)),
    "no reference": ("22-dpo", dpo_of(lambda c, r, rc, rr, b: b * (c - r))),
    "turned round": ("22-dpo", dpo_of(lambda *a: -full(*a))),
    "no beta": ("22-dpo", dpo_of(lambda *a: full(*a) / a[-1])),
    "a sum": ("22-dpo", dpo_of(full, sum)),
    "0 / 0": ("22-grpo", grpo_of(lambda m: [a if a else math.nan for a in standard(m)])),
    "an error": (
        "22-grpo",
        grpo_of(lambda m: [a / (len(set(m)) - 1) for a in standard(m)]),
    ),
    "other sign": ("22-grpo", grpo_of(lambda m: standard(m, sign=-1))),
    "over n": ("22-grpo", grpo_of(lambda m: standard(m, less=0))),
    "not divided": ("22-grpo", grpo_of(lambda m: standard(m, divide=False))),
    "no mean": ("22-grpo", grpo_of(lambda m: m)),
    "no tokens": ("22-grpo", grpo_of(standard, lambda total, n: total)),
    "exchanged": ("22-kl", lambda p, q: kl(q, p)),
    "the log ratio": ("22-kl", lambda p, q: [a - b for a, b in zip(p, q, strict=True)]),
    "biased": ("22-pass", lambda n, r, k: 1 - (1 - r / n) ** k),
    "the failures": ("22-pass", lambda n, r, k: 1 - pass_at_k(n, r, k)),
}


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("the mean", "forgets how long"),
        ("the prompt", "nobody prefers a prompt"),
        ("one too few", "one token too few"),
        ("not shifted", "the token after it"),
        ("no reference", "the reference is missing"),
        ("turned round", "the worse answer likelier"),
        ("no beta", "β is missing"),
        ("a sum", "their mean is wanted"),
        ("0 / 0", "What is 0 / 0"),
        ("other sign", "sign is turned round"),
        ("over n", "n − 1"),
        ("not divided", "not yet divided"),
        ("no mean", "those are the marks"),
        ("no tokens", "number of tokens"),
        ("exchanged", "exchanged"),
        ("the log ratio", "noisy"),
        ("biased", "more than once"),
    ],
)
def test_a_seeded_mistake_is_named(mistake, said):
    # fails if a mistake that the chapter speaks of gets a hint on something else
    assert said in repr(check(*WRONG[mistake]))


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("22-predict-chain", 0.9, [0.75, 0.5625, 1.0]),
        ("22-predict-both", "b", "ac"),
        ("22-predict-drum", "a", "bc"),
        ("22-predict-hole", "c", "ab"),
        ("22-explain-reference", "b", "ac"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
