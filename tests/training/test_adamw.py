"""AdamW written from its equations, beside torch's, and beside numbers worked out by hand."""

import copy
import math

import pytest
import torch

from llm_lib.training.adamw import AdamW, gradient_norm


def train_both(ours, theirs, weights_of, steps=60):
    """Run both optimisers on the same noisy problem; return the two sets of weights."""
    generator = torch.Generator().manual_seed(0)
    noise = [torch.randn(steps, *w.shape, generator=generator) for w in weights_of(ours)]
    for optimizer in (ours, theirs):
        for step in range(steps):
            for w, n in zip(weights_of(optimizer), noise, strict=True):
                w.grad = (w.detach() - 1) * 3 + n[step] * 10.0 ** (step % 5 - 2)
            optimizer.step()
            optimizer.zero_grad()
    return weights_of(ours), weights_of(theirs)


def all_weights(optimizer):
    return [w for group in optimizer.param_groups for w in group["params"]]


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.9, 0.95), (0.0, 0.5)])
def test_it_equals_torch_over_many_steps(betas, decay):
    # fails if a correction, the place of eps, or the decay differs from torch's
    def make(kind):
        torch.manual_seed(1)
        groups = [
            {"params": [torch.randn(3, 4).requires_grad_()], "weight_decay": decay},
            {"params": [torch.randn(5).requires_grad_()], "weight_decay": 0.0, "lr": 0.003},
        ]
        return kind(groups, lr=0.02, betas=betas)

    ours, theirs = train_both(make(AdamW), make(torch.optim.AdamW), all_weights)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-4, atol=1e-6)


def test_two_steps_by_hand():
    # fails if the running means, their corrections or the decay are other than in the papers
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = AdamW([w], lr=0.1, betas=(0.9, 0.99), eps=0.0, weight_decay=0.5)
    w.grad = torch.tensor([2.0])
    optimizer.step()
    assert w.item() == pytest.approx(1 * 0.95 - 0.1)
    before = w.item()
    w.grad = torch.tensor([-4.0])
    optimizer.step()
    m_hat = (0.9 * 0.1 * 2 - 0.1 * 4) / (1 - 0.81)
    v_hat = (0.99 * 0.01 * 4 + 0.01 * 16) / (1 - 0.99**2)
    assert w.item() == pytest.approx(before * 0.95 - 0.1 * m_hat / math.sqrt(v_hat), rel=1e-5)


def test_what_nobody_sets_is_as_in_torch():
    # fails if a training changes when it is given the optimiser that is for reading
    w = torch.ones(1, requires_grad=True)
    ours, theirs = AdamW([w]).defaults, torch.optim.AdamW([w]).defaults
    assert ours == {name: theirs[name] for name in ours}


def test_eps_stands_beside_the_root():
    # fails if eps is taken away, or stands under the root
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = AdamW([w], lr=0.1, eps=0.5, weight_decay=0.0)
    w.grad = torch.tensor([-2.0])
    optimizer.step()
    assert w.item() == pytest.approx(1 + 0.1 * 2 / (2 + 0.5))


def test_a_parameter_without_a_gradient_stays():
    # fails if weight decay reaches what the loss did not touch
    w, idle = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    optimizer = AdamW([w, idle], lr=0.1, weight_decay=0.5)
    w.sum().backward()
    assert optimizer.step(lambda: torch.tensor(7.0)) == 7
    assert idle.tolist() == [1, 1]
    assert w[0] < 1


def test_its_state_can_be_saved_and_loaded():
    # fails if a copy that loads the state goes on in another way
    def grown(weights):
        optimizer = AdamW([weights], lr=0.1)
        for k in range(3):
            weights.grad = torch.tensor([1.0 + k])
            optimizer.step()
        return optimizer

    first = torch.tensor([1.0], requires_grad=True)
    optimizer = grown(first)
    second = first.detach().clone().requires_grad_()
    other = AdamW([second], lr=0.1)
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for w, o in ((first, optimizer), (second, other)):
        w.grad = torch.tensor([-1.0])
        o.step()
    assert first.item() == second.item()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lr": -1}, "lr must be at least 0"),
        ({"weight_decay": -0.1}, "weight_decay must be at least 0"),
        ({"eps": float("nan")}, "eps must be at least 0"),
        ({"betas": (0.9, 1.0)}, "both betas must be at least 0 and below 1"),
    ],
)
def test_wrong_settings_are_named(settings, words):
    # fails if a setting that can't be is taken, or not named
    with pytest.raises(ValueError, match=words):
        AdamW([torch.ones(1, requires_grad=True)], **settings)


def test_gradient_norm_is_torchs():
    # fails if tensors without a gradient are counted, or the root is taken for each alone
    weights = [torch.randn(3, 2, requires_grad=True) for _ in range(2)]
    (weights[0].pow(3).sum() + weights[1].sum() * 5).backward()
    theirs = torch.nn.utils.clip_grad_norm_(weights, 1e9).item()
    assert gradient_norm([*weights, torch.ones(3)]) == pytest.approx(theirs, rel=1e-5)
