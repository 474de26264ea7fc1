"""What chapter 13 asks of a reader's file: a model learns."""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from llm_lib.book.my_gpt.compare import small_model, want
from llm_lib.book.my_gpt.reader import ReaderFile, captured
from llm_lib.book.my_gpt.registry import check

TEXT = "the sea saw the seal. the seal saw the sea and the tea, it's 12 teas!\n" * 100


def some_batch() -> tuple[Tensor, Tensor]:
    """Return x and y (4, 8)."""
    ids = torch.randint(300, (4, 9), generator=torch.Generator().manual_seed(0))
    return ids[:, :-1], ids[:, 1:]


@check("13a")
def loss_is_mean(my: ReaderFile) -> None:
    """The loss is the mean surprise at the targets."""
    model, (x, y) = small_model(my), some_batch()
    with torch.no_grad():
        p = model(x).double().softmax(dim=-1)
        right = sum(-math.log(p[b, t, y[b, t]]) for b in range(4) for t in range(8)) / 32
        got = my.loss_of(model, x, y)
    want(isinstance(got, Tensor), "loss_of should return a tensor, so that it has a gradient")
    want(got.dim() == 0, f"loss_of should be one number, yours has shape {tuple(got.shape)}")
    got = got.item()
    want(abs(got - 32 * right) > 0.1, "loss_of is the sum over all targets: take their mean")
    want(abs(got + right) > 1e-3, "loss_of has the wrong sign: surprise is −ln p")
    with torch.no_grad():
        twice = nn.functional.cross_entropy(p.flatten(0, 1), y.flatten()).item()
    want(
        abs(got - twice) > 1e-3,
        "loss_of gives probabilities to cross_entropy, which takes logits: leave out the softmax",
    )
    want(
        abs(got - right / math.log(2)) > 1e-3,
        "loss_of is in bits: the book's losses are in nats, with the natural logarithm",
    )
    want(
        abs(got - right) < 1e-3,
        f"loss_of should be the mean of −ln p, {right:.4f}; yours {got:.4f}",
    )


@check("13a")
def schedule(my: ReaderFile) -> None:
    """The rate climbs, and then falls along a cosine."""
    rates = [my.learning_rate_at(step, 1000, 1.0) for step in range(1000)]
    want(rates[0] > 0, "learning_rate_at step 0 is 0: the first step is lost; step + 1 counts")
    want(
        abs(rates[99] - 1) < 1e-6 and abs(rates[0] - 0.01) < 1e-6,
        "learning_rate_at should climb from 0.01 at step 0 to 1, the top, at step 99 of 1000; "
        "yours "
        f"{rates[0]:.3f} and {rates[99]:.3f}",
    )
    want(
        all(a >= b for a, b in pairwise(rates[100:])) and rates[100] <= 1.0001,
        f"after the warm-up learning_rate_at should only fall, from 1; yours is {rates[100]:.2f} "
        "at "
        f"step 100, {rates[-1]:.2f} at the last",
    )
    want(rates[-1] < 0.05, f"the last rate should be near 0, yours is {rates[-1]:.2f}")
    want(
        0.45 < rates[550] < 0.56 and rates[325] > 0.8,
        f"the rate should follow a cosine: {rates[325]:.2f} a quarter of the way down should be "
        f"0.86, {rates[550]:.2f} halfway 0.51",
    )
    short = [my.learning_rate_at(step, 20, 1.0) for step in range(20)]
    want(
        short[2] > 0.9, f"the warm-up takes a tenth of a short training, 2 of 20 steps; {short[:4]}"
    )


@check("13a")
def optimizer(my: ReaderFile) -> None:
    """Only matrices decay, and every weight learns."""
    weights = [nn.Parameter(torch.ones(3, 3)), nn.Parameter(torch.ones(3))]
    made = my.make_optimizer(weights, 0.5)
    groups = {id(w): group for group in made.param_groups for w in group["params"]}
    missing = [tuple(w.shape) for w in weights if id(w) not in groups]
    want(not missing, f"make_optimizer leaves out weights of shape {missing[:1]}: they never learn")
    decays = [groups[id(w)]["weight_decay"] for w in weights]
    want(decays[0] == 0.5, f"matrices should decay by {0.5}, the argument; yours by {decays[0]}")
    want(
        decays[1] == 0, "the weights of norms decay, too: only matrices should be pulled towards 0"
    )


@check("13a")
def loop(my: ReaderFile) -> None:
    """A training learns one batch by heart."""
    steps, seen = [], []
    line = nn.Linear(1, 1, bias=False)
    line.weight.register_post_accumulate_grad_hook(lambda w: seen.append(w.grad.item()))

    def loss_at(model: nn.Module, step: int) -> Tensor:
        steps.append(step)
        return model(torch.ones(1, 1)).sum()

    before = line.weight.item()
    with captured():
        my.fit(line, loss_at, 7, 1e-2)
    want(
        steps == list(range(7)),
        "fit(model, loss_at, 7, …) should call loss_at(model, 0) to loss_at(model, 6); yours "
        f"{steps}",
    )
    want(bool(seen), "fit: no weight has a gradient: call loss.backward() in each step")
    want(
        max(seen) < 1.5,
        "fit: the gradients of all steps add up: call optimizer.zero_grad() in each step",
    )
    want(
        line.weight.item() != before, "fit: no weight has moved: call optimizer.step() in each step"
    )
    want(line.weight.item() < before, "fit goes up the loss, and not down")
    model, (x, y) = small_model(my), some_batch()
    with torch.no_grad():
        first = my.loss_of(model, x, y).item()
    with captured():
        my.fit(model, lambda model, step: my.loss_of(model, x, y), 80, 1e-2)
    with torch.no_grad():
        last = my.loss_of(model, x, y).item()
    want(
        last < 0.5,
        f"fit should learn one batch by heart; after 80 steps its loss is {last:.1f}, from "
        f"{first:.1f}: does each step set the rate and move the weights?",
    )


@check("13a")
def rates(my: ReaderFile) -> None:
    """Steps grow, and shrink towards the end."""
    weight, place = nn.Linear(1, 1, bias=False), []

    def loss_at(model: nn.Module, step: int) -> Tensor:
        place.append(model.weight.item())
        return model(torch.ones(1, 1)).sum()

    with captured():
        my.fit(weight, loss_at, 60, 1e-2, decay=0.0)
    moves = [abs(b - a) for a, b in pairwise([*place, weight.weight.item()])]
    want(
        moves[0] < 0.5 * max(moves) and moves[-1] < 0.5 * max(moves),
        "fit: the first and the last step are as long as those between: set the rate of each group "
        'in each step, group["lr"] = learning_rate_at(step, steps, rate)',
    )


@check("13a")
def clipping(my: ReaderFile) -> None:
    """One outlier does not stop the training."""

    def travelled(outlier: float) -> float:
        weight = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(weight.weight)
        place = []

        def loss_at(model: nn.Module, step: int) -> Tensor:
            place.append(model.weight.item())
            return (outlier if step == 20 else 1.0) * model(torch.ones(1, 1)).sum()

        with captured():
            my.fit(weight, loss_at, 60, 1e-2, decay=0.0)
        return place[30] - place[-1]

    calm, hit = travelled(1.0), travelled(1000.0)
    want(
        hit > 0.5 * calm,
        f"fit: after one gradient of 1,000 the weights hardly move, {hit / calm:.0%} of what they "
        "do "
        "without: clip the gradient's norm at 1, clip_grad_norm_ before optimizer.step()",
    )


@check("13a")
def frozen(my: ReaderFile) -> None:
    """What is frozen stays as it is."""
    model, (x, y) = small_model(my), some_batch()
    model.token_embedding.requires_grad_(False)
    before = model.token_embedding.weight.clone()
    with captured():
        my.fit(model, lambda model, step: my.loss_of(model, x, y), 3, 1e-2)
    want(
        torch.equal(model.token_embedding.weight, before),
        "fit moves weights whose requires_grad is False",
    )
