"""Tests of the pretraining chapter's checks: right answers by another way, and usual wrong ones."""

import math

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check


def steps_of(kind):
    def run(w, gradients, lr, beta_1, beta_2, eps, decay):
        mine = w.clone().requires_grad_()
        optimizer = kind([mine], lr=lr, betas=(beta_1, beta_2), eps=eps, weight_decay=decay)
        for g in gradients:
            mine.grad = g.clone()
            optimizer.step()
        return mine.detach()

    return run


adamw, adam_with_l2 = steps_of(torch.optim.AdamW), steps_of(torch.optim.Adam)


def adamw_by_hand(corrected=True, outside=True):
    def run(w, gradients, lr, beta_1, beta_2, eps, decay):
        m = v = 0 * w
        for t, g in enumerate(gradients, 1):
            m = m * beta_1 + g * (1 - beta_1)
            v = v * beta_2 + g * g * (1 - beta_2)
            a, b = (m / (1 - beta_1**t), v / (1 - beta_2**t)) if corrected else (m, v)
            root = b**0.5 + eps if outside else (b + eps) ** 0.5
            w = w * (1 - lr * decay) - lr * a / root
        return w

    return run


def adamw_in_place(w, *rest):
    return w.copy_(adamw(w, *rest))


def train(clear=True, limit=1.0, again=False, step=True):
    def run(model, batches, optimizer):
        losses = []
        for x, y in batches:
            loss = torch.nn.functional.cross_entropy(model(x).transpose(1, 2), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
            if step:
                optimizer.step()
            if clear:
                model.zero_grad()
            if again:
                loss = torch.nn.functional.cross_entropy(model(x).transpose(1, 2), y)
            losses.append(loss.detach())
        return losses

    return run


def wsd(step, steps, warmup, decay, peak):
    return peak * min(1, (step + 1) / warmup, (steps - step) / decay)


def clip(gradients, limit):
    flat = torch.cat([g.flatten() for g in gradients])
    return tuple(g * min(1.0, limit / max(flat.norm().item(), 1e-9)) for g in gradients)


RIGHT = {
    "13-adamw": adamw,
    "13-loop": train(),
    "13-wsd-rate": wsd,
    "13-clip": clip,
}


def each_clipped(gradients, limit):
    return [g * min(1.0, limit / max(g.norm().item(), 1e-9)) for g in gradients]


def clipped_unless_zero(gradients, limit):
    length = math.sqrt(sum((g**2).sum().item() for g in gradients))
    return [g * min(1.0, limit / length) for g in gradients]  # fails at 0


def clipped_in_place(gradients, limit):
    for g, new in zip(gradients, clip(gradients, limit), strict=True):
        g.copy_(new)
    return [g.clone() for g in gradients]


def clipped_in_the_list(gradients, limit):
    gradients[:] = clip(gradients, limit)
    return list(gradients)


WRONG = {
    "no correction": ("13-adamw", adamw_by_hand(corrected=False)),
    "epsilon under the root": ("13-adamw", adamw_by_hand(outside=False)),
    "decay inside": ("13-adamw", adam_with_l2),
    "weights in place": ("13-adamw", adamw_in_place),
    "no decay of weights": ("13-adamw", lambda *given: adamw(*given[:-1], 0.0)),
    "gradients not cleared": ("13-loop", train(clear=False)),
    "not clipped": ("13-loop", train(limit=math.inf)),
    "loss after the step": ("13-loop", train(again=True)),
    "no step": ("13-loop", train(step=False)),
    "one number": ("13-loop", lambda *given: train()(*given)[-1]),
    "warm-up from 0": (
        "13-wsd-rate",
        lambda s, n, w, d, p: p * min(1, s / w, (n - s) / d),
    ),
    "no decay": ("13-wsd-rate", lambda s, n, w, d, p: p * min(1, (s + 1) / w)),
    "decay from the start": ("13-wsd-rate", lambda s, n, w, d, p: p * min((s + 1) / w, 1 - s / n)),
    "each tensor alone": ("13-clip", each_clipped),
    "numbers cut off": ("13-clip", lambda gs, limit: [g.clamp(-limit, limit) for g in gs]),
    "always scaled": (
        "13-clip",
        lambda gs, limit: [g * limit / torch.cat([h.flatten() for h in gs]).norm() for g in gs],
    ),
    "divided by a length of 0": ("13-clip", clipped_unless_zero),
    "in place": ("13-clip", clipped_in_place),
    "the list changed": ("13-clip", clipped_in_the_list),
}


@pytest.mark.parametrize("answer", [math.log(2), 0.69, 0.693, torch.tensor(0.6931), np.log(2)])
def test_the_prediction_takes_any_number_near_ln_2(answer):
    # fails if a rounded answer, or one of another number type, is refused
    assert check("13-predict-vocabulary", answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (2, "logarithm"),
        (1, "In nats?"),
        (0, "smaller"),
        (0.7, "one digit"),
        (6.93, "new loss"),
        (math.log(2 * 512), "new loss"),
    ],
)
def test_a_wrong_prediction_gets_a_reason(answer, said):
    # fails if a foreseen mistake gets no word of help
    result = check("13-predict-vocabulary", answer)
    assert not result
    assert said in repr(result)


def test_explained_restart():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("13-explain-restart", "b")
    assert "before the first step" in repr(check("13-explain-restart", "a"))
    assert "right at the restart" in repr(check("13-explain-restart", "c"))


def emptied(gradients, limit):
    new = clip(gradients, limit)
    gradients.clear()
    return new


def made_numbers(gradients, limit):
    new = clip(gradients, limit)
    gradients[:] = [g.sum().item() for g in gradients]
    return new


@pytest.mark.parametrize("mistake", [clipped_in_place, clipped_in_the_list, emptied, made_numbers])
def test_a_changed_input_is_named(mistake):
    # fails if a function that changes what it was given passes, goes without the reason, or raises
    assert "argument is no longer what was given" in repr(check("13-clip", mistake))


def test_a_length_of_zero_has_a_case_that_fails():
    # fails if the edge is tested by no case of its own
    shown = repr(check(*WRONG["divided by a length of 0"])).splitlines()
    assert any(line.startswith("  failed") and "all gradients 0" in line for line in shown)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("no correction", "start at 0"),
        ("epsilon under the root", "not under it"),
        ("decay inside", "went into the gradient"),
        ("gradients not cleared", "still there"),
        ("not clipped", "not clipped"),
        ("loss after the step", "after the step"),
        ("no step", "does the optimiser step"),
        ("one number", "a list of losses"),
    ],
)
def test_mistakes_of_optimiser_and_loop_are_named(mistake, said):
    # fails if one of the usual slips is only called wrong
    assert said in repr(check(*WRONG[mistake]))


RIGHT_CHOICES = {
    "13-predict-first-loss": "c",
    "13-predict-peak": "c",
    "13-which-run": "b",
}


@pytest.mark.parametrize("name", RIGHT_CHOICES)
def test_each_wrong_choice_has_a_reason(name):
    # fails if a wrong choice is taken, or gets no reason of its own
    said = set()
    for letter in "abcd":
        result = check(name, letter)
        assert bool(result) == (letter == RIGHT_CHOICES[name])
        said.add(repr(result))
        assert result or "hint" not in repr(result)
    assert len(said) == 4
