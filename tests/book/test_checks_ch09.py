"""Tests of chapter 09's checks: right answers by another way, and the usual wrong ones."""

import math

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check


def average(x):
    return x.cumsum(dim=0) / torch.arange(1, len(x) + 1)[:, None]


def average_in_numpy(x):
    return np.stack([x[: t + 1].numpy().mean(axis=0) for t in range(len(x))])


def window(T, w):
    ones = torch.ones(T, T, dtype=torch.bool)
    return ones.tril() & ones.triu(1 - w)


def jacobian(z):
    columns = []
    for j in range(len(z)):
        nudge = torch.zeros(len(z), dtype=torch.float64)
        nudge[j] = 1e-5
        up, down = ((z.double() + s * nudge).softmax(0) for s in (1, -1))
        columns.append((up - down) / 2e-5)
    return torch.stack(columns, dim=1)


def combine(out_a, lam_a, out_b, lam_b):
    return torch.stack([lam_a, lam_b]).softmax(0) @ torch.stack([out_a, out_b])


def combine_by_maximum(out_a, lam_a, out_b, lam_b):
    largest = torch.maximum(lam_a, lam_b)
    a, b = (lam_a - largest).exp(), (lam_b - largest).exp()
    return (a * out_a + b * out_b) / (a + b)


def combine_by_logaddexp(out_a, lam_a, out_b, lam_b):
    total = torch.logaddexp(lam_a, lam_b)
    return (lam_a - total).exp() * out_a + (lam_b - total).exp() * out_b


def combine_by_sigmoid(out_a, lam_a, out_b, lam_b):
    share = torch.sigmoid(lam_a - lam_b)
    return share * out_a + (1 - share) * out_b


def combine_in_floats(out_a, lam_a, out_b, lam_b):
    largest = max(lam_a, lam_b)
    a, b = math.exp(lam_a - largest), math.exp(lam_b - largest)
    return (a * out_a + b * out_b) / (a + b)


def combine_in_numpy(out_a, lam_a, out_b, lam_b):
    total = np.logaddexp(lam_a.numpy(), lam_b.numpy())
    a, b = np.exp(lam_a.numpy() - total), np.exp(lam_b.numpy() - total)
    return a * out_a.numpy() + b * out_b.numpy()


def window_in_numpy(T, w):
    return np.tri(T, dtype=bool) & ~np.tri(T, k=-w, dtype=bool)


def average_by_loops(x):
    out = torch.zeros(x.shape)
    for t in range(len(x)):
        for s in range(t + 1):
            out[t] += x[s] / (t + 1)
    return out


def attention_by_loops(q, k, v):
    out = torch.zeros(len(q), v.shape[1])
    for t in range(len(q)):
        scores = [float(q[t] @ k[s]) / math.sqrt(q.shape[1]) for s in range(t + 1)]
        powers = [math.exp(score - max(scores)) for score in scores]
        for s, power in enumerate(powers):
            out[t] += power / sum(powers) * v[s]
    return out


def attention_of_torch(q, k, v):
    one_text = [rows[None] for rows in (q, k, v)]
    return torch.nn.functional.scaled_dot_product_attention(*one_text, is_causal=True)[0]


def leak_by_gradient(attend, x):
    x = x.clone().requires_grad_()
    for t in range(len(x)):
        (gradient,) = torch.autograd.grad(attend(x)[t].sum(), x)
        if gradient[t + 1 :].abs().sum() > 0:
            return t
    return None


def leak_by_cutting(attend, x):
    for t in range(len(x)):
        if not torch.allclose(attend(x[: t + 1])[t], attend(x)[t], atol=1e-6):
            return t
    return None


RIGHT = {
    "attention by loops": ("09-attention", attention_by_loops),
    "attention of PyTorch": ("09-attention", attention_of_torch),
    "leak by gradient": ("09-leak", leak_by_gradient),
    "average": ("09-causal-average", average),
    "average with numpy": ("09-causal-average", average_in_numpy),
    "window": ("09-window-mask", window),
    "jacobian": ("09-softmax-jacobian", jacobian),
    "average by loops": ("09-causal-average", average_by_loops),
    "window with numpy": ("09-window-mask", window_in_numpy),
    "combine": ("09-combine", combine),
    "combine by maximum": ("09-combine", combine_by_maximum),
    "combine by logaddexp": ("09-combine", combine_by_logaddexp),
    "combine by sigmoid": ("09-combine", combine_by_sigmoid),
    "combine in floats": ("09-combine", combine_in_floats),
    "combine in numpy": ("09-combine", combine_in_numpy),
}


@pytest.mark.parametrize("way", RIGHT)
def test_right_functions_pass(way):
    # fails if a right answer, found by another way than the chapter's, is refused
    assert check(*RIGHT[way]), repr(check(*RIGHT[way]))


def mean_of_all(x):
    return x.mean(dim=0).expand(x.shape)


def without_itself(x):
    weights = torch.ones(len(x), len(x)).tril(-1)
    return weights / weights.sum(1, keepdim=True).clamp(min=1) @ x


def one_too_wide(T, w):
    ones = torch.ones(T, T, dtype=torch.bool)
    return ones.tril() & ones.triu(-w)


def looks_ahead(T, w):
    ones = torch.ones(T, T, dtype=torch.bool)
    return ones.triu(1 - w) & ones.tril(w - 1)


def numbers_for_a_mask(T, w):
    return window(T, w).float()


def hides(T, w):
    return ~window(T, w)


def only_the_diagonal(z):
    p = z.softmax(0)
    return torch.diag(p * (1 - p))


def with_plus(z):
    p = z.softmax(0)
    return torch.diag(p) + torch.outer(p, p)


def forgets_the_softmax(z):
    return torch.diag(z) - torch.outer(z, z)


def plain_mean(out_a, lam_a, out_b, lam_b):
    return (out_a + out_b) / 2


def by_lambda(out_a, lam_a, out_b, lam_b):
    return (lam_a * out_a + lam_b * out_b) / (lam_a + lam_b)


def overflows(out_a, lam_a, out_b, lam_b):
    a, b = math.exp(lam_a), math.exp(lam_b)
    return (a * out_a + b * out_b) / (a + b)


def turns_to_nan(out_a, lam_a, out_b, lam_b):
    a, b = lam_a.exp(), lam_b.exp()
    return (a * out_a + b * out_b) / (a + b)


def overflows_one_way(out_a, lam_a, out_b, lam_b):
    ratio = torch.exp(lam_b - lam_a)
    return (out_a + ratio * out_b) / (1 + ratio)


def overflows_the_other_way(out_a, lam_a, out_b, lam_b):
    ratio = math.exp(lam_a - lam_b)
    return (ratio * out_a + out_b) / (ratio + 1)


def no_mask(q, k, v):
    return (q @ k.T / q.shape[1] ** 0.5).softmax(dim=-1) @ v


def no_division(q, k, v):
    hidden = torch.ones(len(q), len(q)).triu(1).bool()
    return (q @ k.T).masked_fill(hidden, -math.inf).softmax(dim=-1) @ v


def divided_by_d(q, k, v):
    return no_division(q / q.shape[1], k, v)


def masked_after(q, k, v):
    return (q @ k.T / q.shape[1] ** 0.5).softmax(dim=-1).tril() @ v


def along_columns(q, k, v):
    hidden = torch.ones(len(q), len(q)).triu(1).bool()
    scores = (q @ k.T / q.shape[1] ** 0.5).masked_fill(hidden, -math.inf)
    return scores.softmax(dim=0) @ v


def overflowing_attention(q, k, v):
    powers = (q @ k.T / q.shape[1] ** 0.5).exp().tril()
    return powers / powers.sum(dim=1, keepdim=True) @ v


def first_that_moves(attend, x):
    changed = x.clone()
    changed[-1] += 1
    moved = (attend(changed) - attend(x)).abs().amax(dim=1) > 1e-6
    return int(moved.nonzero()[0])


def changes_only_the_next(attend, x):
    for t in range(len(x) - 1):
        changed = x.clone()
        changed[t + 1] += 1
        if (attend(changed)[t] - attend(x)[t]).abs().max() > 1e-6:
            return t
    return None


FAULTS_OF_ATTENTION = [
    (no_mask, "the future is not hidden"),
    (no_division, "not divided by √D"),
    (divided_by_d, "divided by D"),
    (masked_after, "masked after the softmax"),
    (along_columns, "along the columns"),
    (overflowing_attention, "infinite"),
]


@pytest.mark.parametrize(("function", "said"), FAULTS_OF_ATTENTION)
def test_attention_names_the_fault(function, said):
    # fails if a usual mistake passes, or is not named
    result = check("09-attention", function)
    assert not result
    assert said in repr(result)


def test_leaks_from_far_ahead_are_hinted_at():
    # fails if changing the next token alone passes, or the hint is about something else
    result = check("09-leak", changes_only_the_next)
    assert not result
    assert "all later tokens" in repr(result)


WRONG = [
    ("09-leak", first_that_moves),
    ("09-leak", changes_only_the_next),
    ("09-causal-average", mean_of_all),
    ("09-causal-average", without_itself),
    ("09-window-mask", one_too_wide),
    ("09-window-mask", looks_ahead),
    ("09-window-mask", numbers_for_a_mask),
    ("09-window-mask", hides),
    ("09-softmax-jacobian", only_the_diagonal),
    ("09-softmax-jacobian", with_plus),
    ("09-softmax-jacobian", forgets_the_softmax),
    ("09-combine", plain_mean),
    ("09-combine", by_lambda),
    ("09-combine", overflows),
    ("09-combine", turns_to_nan),
    ("09-combine", overflows_one_way),
    ("09-combine", overflows_the_other_way),
]


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_wrong_functions_do_not_pass(name, function):
    # fails if the cases do not tell a usual mistake from the right answer, or no hint is given
    result = check(name, function)
    assert not result
    assert "hint" in repr(result)


def test_a_mask_of_numbers_is_told_so():
    # fails if the reader is not told why a mask with the right places is refused
    assert "should be boolean; got torch.float32" in repr(
        check("09-window-mask", numbers_for_a_mask)
    )


def test_a_wrong_mask_is_told_the_place_in_booleans():
    # fails if a reader who gave True and False is told of 0 and 1, or of the wrong place
    assert "query 2, key 0: expected False, got True" in repr(check("09-window-mask", one_too_wide))


NAMES = [*dict(RIGHT.values()), "09-predict-shift", "09-explain-width"]


@pytest.mark.parametrize("name", NAMES)
def test_waits_for_an_answer(name):
    # fails if the stub of the chapter counts as a failure
    def stub(*_):
        raise NotImplementedError

    answer = ... if "-predict-" in name or "-explain-" in name else stub
    assert repr(check(name, answer)) == f"{name}: waiting for your answer"


def test_predicted_shift_is_what_softmax_does():
    # fails if the registered answer is not what happens, or a wrong one goes without a word
    q, k, c = torch.randn(4), torch.randn(6, 4), torch.randn(4)
    torch.testing.assert_close(((k + c) @ q).softmax(0), (k @ q).softmax(0))
    assert check("09-predict-shift", "a")
    assert "each score" in repr(check("09-predict-shift", "b"))
    assert "differences" in repr(check("09-predict-shift", "c"))


def test_explained_width_is_what_happens():
    # fails if the symptoms in the exercise do not come from a missing division, or a wrong
    # explanation goes without a word
    largest = {}
    for D in (64, 256):
        q, k = torch.randn(2, 400, D, generator=torch.Generator().manual_seed(0))
        largest[D] = (q[:40] @ k.T / 1).softmax(-1).amax(-1).median().item()
    assert largest[256] > 0.9
    assert check("09-explain-width", "c")
    assert "leak" in repr(check("09-explain-width", "a"))
    assert "future" in repr(check("09-explain-width", "b"))
