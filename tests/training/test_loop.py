"""The training loop: steps, exact resume, Ctrl-C, breakdowns, and whatever is trained with it."""

import contextlib
import json
import math
import signal
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from llm_lib.dataset import ShuffledWindows
from llm_lib.finetuning.lora import add_lora, merge_lora, remove_lora
from llm_lib.pretrained.save_load import read_tensors
from llm_lib.training import (
    TrainingConfig,
    TrainingResult,
    compute_loss,
    evaluate_loss,
    fit,
    learning_rate_at,
    loop,
    make_optimizer,
    train,
)
from llm_lib.training.distributed import Ranks
from llm_lib.training.loop import seed_at
from llm_lib.training.resuming import resume
from tests.training.small import FAST, TOKENS, make, run, weights


def test_the_optimizer_step_is_adamw_written_out():
    # fails if clipping, decay or the bias correction differ from the paper's
    torch.manual_seed(3)
    model, config = make(), TrainingConfig(learning_rate=0.01, weight_decay=0.1, warmup_steps=0)
    optimizer = make_optimizer(model, config)
    before = model.token_embedding.weight.detach().clone()
    compute_loss(model, torch.tensor([[1, 2, 3]]), torch.tensor([[2, 3, 4]])).backward()
    grad = model.token_embedding.weight.grad.clone()
    optimizer.step()
    direction = grad / (grad.abs() + 1e-8)  # at the first step, m̂ / √v̂ is the sign
    expected = before - 0.01 * (direction + 0.1 * before)
    torch.testing.assert_close(model.token_embedding.weight.detach(), expected)


def test_biases_and_norms_do_not_decay():
    # fails if a norm is pulled towards 0: where there is no gradient, only decay moves a weight
    model = make()
    optimizer = make_optimizer(model, TrainingConfig(learning_rate=0.01, weight_decay=0.1))
    before = [p.detach().clone() for p in model.parameters()]
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for now, then in zip(model.parameters(), before, strict=True):
        expected = then if then.dim() == 1 else (1 - 0.01 * 0.1) * then
        torch.testing.assert_close(now.detach(), expected)
    assert any(p.dim() == 1 and p.any() for p in before)


def test_accumulated_steps_equal_one_large_batch():
    # fails if gradients are summed instead of averaged (plain SGD: AdamW would hide a factor)
    x, y = ShuffledWindows(TOKENS, 8, 8, 0)[0]
    results = []
    for parts in ([(x, y)], [(x[:4], y[:4]), (x[4:], y[4:])]):
        model = make()
        settings = {"steps": 1, "accumulation_steps": len(parts), "grad_clip": None}
        config = TrainingConfig(**settings, warmup_steps=0, learning_rate=0.1, progress=False)
        sgd = torch.optim.SGD(model.parameters(), 0.1)
        loss_at = lambda learner, i, parts=parts: compute_loss(learner, *parts[i])  # noqa: E731
        fit(model, loss_at, config, optimizer=sgd)
        results.append(weights(model))
    torch.testing.assert_close(*results)


@pytest.mark.parametrize("parts", [[(0, 1, 2, 3, 4, 5)], [(0,), (1, 2), (3, 4, 5)]])
def test_targets_count_alike_in_whatever_batch_they_stand(parts):
    # fails if a step moves along the mean of its batches' means: the target of the smallest batch
    # then counts three times as much as one of the largest
    x, y = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(0))
    loss_of = lambda model, rows: F.mse_loss(model(x[[*rows]]), y[[*rows]])  # noqa: E731
    torch.manual_seed(0)
    model, alone = nn.Linear(3, 3), nn.Linear(3, 3)
    alone.load_state_dict(model.state_dict())
    whole = loss_of(alone, range(6))
    whole.backward()
    settings = {"steps": 1, "accumulation_steps": len(parts), "learning_rate": 0.1}
    config = TrainingConfig(**settings, warmup_steps=0, grad_clip=None, progress=False)
    loss_at = lambda learner, i: (loss_of(learner, parts[i]), len(parts[i]))  # noqa: E731
    sgd = torch.optim.SGD(model.parameters(), 0.1)
    [row] = fit(model, loss_at, config, optimizer=sgd).history
    assert row["train_loss"] == pytest.approx(whole.item(), abs=1e-6)
    for now, then in zip(model.parameters(), alone.parameters(), strict=True):
        torch.testing.assert_close(now.detach(), then.detach() - 0.1 * then.grad)


def test_clipping_sees_the_gradient_of_all_targets():
    # fails if the norm is taken before the gradient is divided by the targets of the step
    model = nn.Linear(1, 1, bias=False)
    before = model.weight.item()
    settings = {"steps": 1, "accumulation_steps": 2, "learning_rate": 1, "grad_clip": 5.0}
    config = TrainingConfig(**settings, warmup_steps=0, progress=False)
    loss_at = lambda m, i: (m.weight.sum() * (1, 5)[i], (3, 1)[i])  # noqa: E731
    fit(model, loss_at, config, optimizer=torch.optim.SGD(model.parameters(), 1.0))
    assert before - model.weight.item() == pytest.approx((3 * 1 + 1 * 5) / 4)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("counted", [False, True])
def test_batches_of_one_size_are_averaged_to_the_last_bit(parts, counted):
    # fails if a training on windows of one size, or one batch a step, is rounded otherwise than in
    # the loop of the chapter
    windows = ShuffledWindows(TOKENS, 4, 8, 0)
    model, by_hand = make(), make()
    config = TrainingConfig(**FAST | {"progress": False, "accumulation_steps": parts})
    loss_at = lambda m, i: compute_loss(m, *windows[i])  # noqa: E731
    with_count = lambda m, i: (loss_at(m, i), 32)  # noqa: E731
    fit(model, with_count if counted else loss_at, config)
    optimizer = make_optimizer(by_hand, config)
    for step in range(config.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate_at(step, config)
        for part in range(parts):
            (loss_at(by_hand, step * parts + part) / parts).backward()
        nn.utils.clip_grad_norm_(by_hand.parameters(), config.grad_clip)
        optimizer.step()
        optimizer.zero_grad()
    assert torch.equal(weights(model), weights(by_hand))


@pytest.mark.parametrize("count", [0, float("nan"), torch.tensor(3)])
def test_a_batch_without_targets_is_named(count):
    # fails if it divides by zero, or a number on a GPU is waited for
    config = TrainingConfig(progress=False)
    with pytest.raises(ValueError, match="number of targets that a loss counts must be above 0"):
        fit(nn.Linear(1, 1), lambda m, i: (m.weight.sum(), count), config)


@pytest.mark.parametrize("breaks", [False, True])
def test_an_optimizer_can_be_used_twice(breaks):
    # fails if the second training climbs to the rate at which the first one ended, or stopped
    model, seen = nn.Linear(1, 1), []
    sgd = torch.optim.SGD(model.parameters(), 0.5)

    def loss_at(learner, index):
        seen.append(sgd.param_groups[0]["lr"])
        if breaks and len(seen) == 3:
            raise RuntimeError("power cut")
        return learner(torch.ones(1, 1)).sum()

    config = TrainingConfig(steps=4, learning_rate=0.5, warmup_steps=1, progress=False)
    with pytest.raises(RuntimeError) if breaks else contextlib.nullcontext():
        fit(model, loss_at, config, optimizer=sgd)
    assert sgd.param_groups[0]["lr"] == 0.5
    first = len(seen)
    fit(model, loss_at, config, optimizer=sgd)
    assert seen[first:][: first - 1] == seen[: first - 1]
    assert seen[0] == 0.5 > seen[first - 1]


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_resumed_run_ends_exactly_where_an_unbroken_one_does(tmp_path, monkeypatch, dropout):
    # fails if optimiser moments, the order of batches, the rate or the draws of dropout are lost
    whole, expected = run(dropout=dropout)
    take_step = loop._take_step

    def break_down(model, optimizer, windows, step, *rest):
        if step == 8:
            raise RuntimeError("power cut")
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(loop, "_take_step", break_down)
    with pytest.raises(RuntimeError):
        run(tmp_path, dropout, checkpoint_interval=3)
    monkeypatch.setattr(loop, "_take_step", take_step)
    resumed, result = run(tmp_path, dropout, checkpoint_interval=3)
    assert torch.equal(weights(resumed), weights(whole))
    assert result.history == expected.history


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_step_saves_and_resumes(tmp_path, monkeypatch, number):
    # fails if the interrupt cuts a step in half, or the checkpoint is not written
    whole, expected = run(steps=60)
    before, take_step = signal.getsignal(number), loop._take_step

    def interrupted(model, optimizer, windows, step, *rest):
        if step == 7:
            signal.raise_signal(number)  # as the keyboard does, on Windows as well
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(loop, "_take_step", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 8"):
        run(tmp_path, steps=60, checkpoint_interval=1000)
    monkeypatch.setattr(loop, "_take_step", take_step)
    assert signal.getsignal(number) is before
    resumed, result = run(tmp_path, steps=60, checkpoint_interval=1000)
    assert torch.equal(weights(resumed), weights(whole))
    assert result.history == expected.history


def test_the_history_tells_the_mean_of_a_steps_batches():
    # fails if micro-steps are summed, or a row is of another step
    config = {"steps": 5, "accumulation_steps": 3, "eval_interval": 2, "progress": False}
    values = iter([3.0, 2.0, 1.0])
    result = fit(
        nn.Linear(1, 1),
        lambda learner, index: learner.weight.sum() * 0 + index,  # its loss names a batch
        TrainingConfig(**config),
        rate_at=lambda step: 1 / (step + 1),
        evaluate=lambda model: {"val_loss": next(values)},
    )
    assert result.history == [
        {"step": n, "learning_rate": 1 / n, "train_loss": 3.0 * n - 2, "val_loss": val_loss}
        for n, val_loss in ((2, 3.0), (4, 2.0), (5, 1.0))
    ]
    assert result.val_loss == 1.0


@pytest.mark.parametrize("history", [[], [{"step": 1}]])
def test_a_loss_that_was_not_measured_is_not_told(history):
    # fails if who asks for it gets Python's own error of an empty list or a missing name
    with pytest.raises(ValueError, match="no validation loss was measured"):
        _ = TrainingResult(history).val_loss


def test_the_seconds_of_a_training_add_up(tmp_path):
    # fails if a run that goes on forgets the time before it, or counts what was not training
    started = time.perf_counter()
    _, first = run(tmp_path)
    assert 0 < first.seconds < time.perf_counter() - started
    state = tmp_path / "training_state.safetensors"
    tensors, metadata = read_tensors(state)
    long_ago = json.loads(metadata["state"]) | {"step": 6, "seconds": 5000.0}
    metadata["state"] = json.dumps(long_ago)
    save_file({name: tensor.clone() for name, tensor in tensors.items()}, state, metadata)
    assert 5000 < run(tmp_path)[1].seconds < 5000 + time.perf_counter() - started


def test_a_checkpoint_of_other_settings_is_refused(tmp_path):
    # fails if two different trainings are mixed
    run(tmp_path, checkpoint_interval=3)
    with pytest.raises(
        ValueError, match=r"belongs to a training with learning_rate = 0.001.*0.1.*delete"
    ):
        run(tmp_path, learning_rate=0.1)


def test_a_folder_of_another_text_is_refused(tmp_path):
    # fails if a finished training on other tokens comes back, and nothing is learned from these
    run(tmp_path)
    config = TrainingConfig(**FAST | {"folder": str(tmp_path), "progress": False})
    other = (TOKENS + 1) % 11
    told = (
        r"training with data = '2,000 tokens, \w+', this one has '2,000 tokens, \w+': give another"
    )
    with pytest.raises(ValueError, match=told):
        train(make(), other, TOKENS[:200], config)
    with pytest.raises(ValueError, match="with validation data = '200 tokens"):
        train(make(), TOKENS, other[:200], config)
    before = weights(make())
    again = make()
    train(again, TOKENS.tolist(), TOKENS[:200].astype(np.int64), config)
    assert not torch.equal(weights(again), before)  # it has been taken up


def test_a_folder_of_another_loss_or_optimizer_is_refused(tmp_path):
    # fails if a loss of one's own, named by its identity, is taken for another one
    model, loss_at, _ = least_squares()
    config = TrainingConfig(steps=2, folder=str(tmp_path), progress=False)
    fit(model, loss_at, config, identity={"data": "mine", "beta": 1})
    for identity, told in (
        ({"data": "mine", "beta": 2}, "with beta = 1, this one has 2"),
        ({"data": "mine"}, "with beta = 1, this one has None"),
        ({"data": "mine", "beta": 1, "gamma": 3}, "with gamma = None, this one has 3"),
        (None, "with data = 'mine', this one has None"),
    ):
        with pytest.raises(ValueError, match=told):
            fit(model, loss_at, config, identity=identity)
    sgd = torch.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(ValueError, match="with optimizer = None, this one has 'SGD"):
        fit(model, loss_at, config, optimizer=sgd, identity={"data": "mine", "beta": 1})


def test_a_folder_of_another_lora_is_refused(tmp_path):
    # fails if what was learned at one alpha is loaded beside another, which computes otherwise
    windows = ShuffledWindows(TOKENS, 4, 8, 0)
    loss_at = lambda learner, i: compute_loss(learner, *windows[i])  # noqa: E731
    config = TrainingConfig(steps=2, folder=str(tmp_path), progress=False)
    fit(add_lora(make(), r=2, alpha=4), loss_at, config)
    with pytest.raises(ValueError, match=r"'r=2, alpha=4'.* this one has .*'r=2, alpha=64'"):
        fit(add_lora(make(), r=2, alpha=64), loss_at, config)
    with pytest.raises(ValueError, match=r"'r=2, alpha=4'.* this one has .*'r=3, alpha=4'"):
        fit(add_lora(make(), r=3, alpha=4), loss_at, config)
    fit(add_lora(make(), r=2, alpha=4), loss_at, config)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    # fails if half a file is used
    run(tmp_path)
    path = tmp_path / "training_state.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="damaged or cut short"):
        run(tmp_path)


def test_snapshots_are_whole_models(tmp_path):
    # fails if a snapshot is missing or does not hold the weights of its step
    from llm_lib.pretrained.save_load import load_model

    model, _ = run(tmp_path, snapshot_steps=(4, 12))
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == ["000004", "000012"]
    last, _ = load_model(tmp_path / "snapshots" / "000012")
    assert torch.equal(weights(last), weights(model))


def test_an_error_leaves_mode_and_dice_as_they_were(monkeypatch):
    # fails if a training that breaks off leaves dropout on, or the reader's random state changed
    def broken(*arguments):
        raise KeyError("power cut")

    monkeypatch.setattr(loop, "_take_step", broken)
    model = make(dropout=0.5).eval()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with pytest.raises(KeyError):
        train(model, TOKENS, TOKENS, TrainingConfig(**FAST, progress=False))
    assert not any(module.training for module in model.modules())
    assert torch.equal(torch.rand(3), expected)
    with pytest.raises(ValueError, match="outside of the vocabulary"):
        evaluate_loss(model.train(), np.full(50, 99))
    assert model.training


def test_training_leaves_the_dice_of_others_alone():
    # fails if what is drawn after a training depends on it
    torch.manual_seed(5)
    expected = torch.rand(3)
    model = make(dropout=0.5)
    torch.manual_seed(5)
    train(model, TOKENS, TOKENS[:200], TrainingConfig(**FAST, progress=False))
    assert torch.equal(torch.rand(3), expected)


def test_the_dice_of_a_step_are_its_own():
    # fails if two steps or ranks share them, or they hang on how Python hashes
    places = [(seed, step, rank) for seed in (0, 1) for step in range(9) for rank in (0, 1)]
    assert len({seed_at(*place) for place in places}) == len(places)
    state = np.random.SeedSequence((3, 4, 0)).generate_state(2, np.uint32)
    assert seed_at(3, 4) == int(state[0]) + (int(state[1]) << 32)


def freeze(model):
    for parameter in (model.position_embedding.weight, model.blocks[0].norm_1.bias):
        parameter.requires_grad = False
    return model


def test_a_resumed_run_with_frozen_parameters_is_exact(tmp_path, monkeypatch):
    # fails if the moments of what is trained are given to other parameters, or are not found
    settings = TrainingConfig(**FAST | {"progress": False, "checkpoint_interval": 4})
    whole = freeze(make())
    fixed = whole.position_embedding.weight.clone()
    train(whole, TOKENS, TOKENS[:200], settings)
    assert torch.equal(whole.position_embedding.weight, fixed)
    take_step, settings = loop._take_step, replace(settings, folder=str(tmp_path))

    def break_down(model, optimizer, windows, step, *rest):
        if step == 9:
            raise RuntimeError("power cut")
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(loop, "_take_step", break_down)
    with pytest.raises(RuntimeError):
        train(freeze(make()), TOKENS, TOKENS[:200], settings)
    monkeypatch.setattr(loop, "_take_step", take_step)
    with pytest.raises(ValueError, match=r"training of other parameters.*freeze the same ones"):
        train(make(), TOKENS, TOKENS[:200], settings)
    resumed = freeze(make())
    train(resumed, TOKENS, TOKENS[:200], settings)
    assert torch.equal(weights(resumed), weights(whole))


def test_a_resumed_run_lets_go_of_its_checkpoint(tmp_path):
    # fails if the optimiser still looks into the file: Windows would refuse to replace it
    run(tmp_path)
    model, path = make(), tmp_path / "training_state.safetensors"
    config = TrainingConfig(**FAST | {"progress": False, "folder": str(tmp_path)})
    optimizer = make_optimizer(model, config)
    resume(model, optimizer, config, Ranks())
    moments = [t for state in optimizer.state.values() for t in state.values()]
    before = [t.clone() for t in moments]
    with open(path, "r+b") as file:
        file.write(b"\x01" * path.stat().st_size)
    assert len(moments) > 20
    assert all(torch.equal(a, b) for a, b in zip(moments, before, strict=True))


def test_a_device_is_not_waited_for_between_micro_steps(monkeypatch):
    # fails if the loss of a micro-step is read before the last one has been sent off
    events = []

    class Loss:
        def __truediv__(self, parts):
            return self

        def backward(self):
            events.append("backward")

        def detach(self):
            return self

        def __float__(self):
            events.append("read")
            return 1.0

    config = TrainingConfig(steps=1, accumulation_steps=3, progress=False)
    fit(make(), lambda learner, index: Loss(), config)
    assert events[:3] == ["backward"] * 3 and "read" in events


def test_evaluation_is_like_the_training_but_without_dropout_and_gradients():
    # fails if half precision is only used, and never measured, or evaluating changes the model
    seen = []

    def look(model):
        row = {"precision": torch.get_autocast_dtype("cpu"), "dropout": model.training}
        seen.append(row | {"on": torch.is_autocast_enabled("cpu"), "grad": torch.is_grad_enabled()})
        return compute_loss(model, torch.tensor([[1, 2]]), torch.tensor([[2, 3]]))

    settings = FAST | {"steps": 2, "precision": "bfloat16", "progress": False}
    evaluate = lambda model: {"val_loss": float(look(model))}  # noqa: E731
    fit(make(0.5), lambda learner, i: look(learner), TrainingConfig(**settings), evaluate=evaluate)
    half = {"precision": torch.bfloat16, "on": True}
    assert seen == [half | {"dropout": True, "grad": True}] * 2 + [
        half | {"dropout": False, "grad": False}
    ]


def test_a_gpu_that_only_emulates_bfloat16_stays_in_float32(monkeypatch):
    # fails if a T4 is made slower by what should make it faster, or nobody is told
    asked = []
    ask = lambda device, **given: asked.append((device, given["enabled"]))  # noqa: E731
    monkeypatch.setattr(torch, "autocast", ask)
    gpu, cpu = torch.device("cuda"), torch.device("cpu")
    for major, enabled in ((7, False), (8, True), (9, True)):
        monkeypatch.setattr(torch.version, "hip", None)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
        properties = SimpleNamespace(major=major)
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _, p=properties: p)
        told = contextlib.nullcontext() if enabled else pytest.warns(match="stay in float32")
        with told:
            loop.in_precision("bfloat16", gpu)
        assert asked.pop() == ("cuda", enabled)
    loop.in_precision("float32", gpu)
    loop.in_precision("bfloat16", cpu)  # there, it is the recipe's choice
    assert asked == [("cuda", False), ("cpu", True)]


@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_explodes_ends_the_training(tmp_path):
    # fails if NaN weights are trained on for an hour, the cause is left to guess, or a checkpoint
    # with broken weights takes the place of a good one
    with pytest.raises(ValueError, match=r"step [1-5];.*Likely causes: a learning_rate.*1e\+30"):
        run(tmp_path, learning_rate=1e30, warmup_steps=0, checkpoint_interval=1)
    saved, _ = read_tensors(tmp_path / "training_state.safetensors")
    assert all(t.isfinite().all() for t in saved.values())


def test_a_gradient_that_is_no_number_ends_the_training():
    # fails if a loss that is a number hides a gradient that isn't, and the weights are lost
    model = nn.Linear(1, 1, bias=False)
    before = model.weight.detach().clone()
    loss_at = lambda learner, index: (learner.weight * 0).sum().sqrt()  # noqa: E731
    with pytest.raises(ValueError, match="the gradient is not finite at step 0"):
        fit(model, loss_at, TrainingConfig(progress=False))
    assert torch.equal(model.weight, before)


def test_weights_that_were_broken_before_are_named():
    # fails if the rate is blamed for what was there before the first step
    model = make()
    with torch.no_grad():
        model.norm.weight.fill_(float("nan"))
    with pytest.raises(ValueError, match=r"loss became nan at step 0: the weights 'norm\.weight'"):
        train(model, TOKENS, TOKENS, TrainingConfig(**FAST, progress=False))


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    # fails if half a file takes the place of a whole one, or a piece of it is left behind
    resource = pytest.importorskip("resource", reason="the limit of a file's size is Unix's")
    whole, expected = run()
    take_step, path = loop._take_step, tmp_path / "training_state.safetensors"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_disk(model, optimizer, windows, step, *rest):
        if step == 7:  # from now on, a file may have half of the size that it needs
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, hard))
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(loop, "_take_step", fill_the_disk)
    try:
        with pytest.raises(
            OSError, match=r"checkpoint of step 9 can't be written.*previous one is intact"
        ):
            run(tmp_path, checkpoint_interval=3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [p.name for p in tmp_path.iterdir()] == ["training_state.safetensors"]
    monkeypatch.setattr(loop, "_take_step", take_step)
    resumed, result = run(tmp_path, checkpoint_interval=3)
    assert torch.equal(weights(resumed), weights(whole))
    assert result.history == expected.history


class Wrapped(torch.nn.Module):
    """What torch.compile returns: another module around the model."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        return self.model(ids)


def test_compiled_training_trains_the_model_itself(monkeypatch):
    # fails if another model is trained, evaluated or saved than the one that is given; no compiler
    # is needed here: the benchmarks run it
    compiled = []
    monkeypatch.setattr(torch, "compile", lambda m: compiled.append(m) or Wrapped(m))
    (a, one), (b, two) = run(), run(compile=True)
    assert compiled == [b]
    assert torch.equal(weights(a), weights(b)) and one.history == two.history


def least_squares(n: int = 64):
    """Return a linear model that is no GPT, the loss of its batches, and the best weights."""
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(n, width, generator=generator) for width in (3, 1))
    torch.manual_seed(1)
    model = nn.Linear(3, 1, bias=False)

    def loss_at(learner, index):
        rows = slice(index % 2, None, 2)  # two batches
        return F.mse_loss(learner(x[rows]), y[rows])

    return model, loss_at, torch.linalg.lstsq(x, y).solution.T


def test_any_model_can_be_trained():
    # fails if only a GPT can be, or the steps lead elsewhere than to the smallest loss
    model, loss_at, best = least_squares()
    config = TrainingConfig(
        steps=300, accumulation_steps=2, learning_rate=0.1, weight_decay=0, progress=False
    )
    result = fit(model, loss_at, config, evaluate=lambda model: {"rows": len(model.weight)})
    torch.testing.assert_close(model.weight.detach(), best, atol=2e-3, rtol=0)
    assert [row["step"] for row in result.history] == [100, 200, 300]
    assert {row["rows"] for row in result.history} == {1}


def test_a_model_that_is_no_gpt_goes_on_exactly(tmp_path):
    # fails if a checkpoint needs a GPT's config, or loses the batch that comes next
    whole, loss_at, _ = least_squares()
    settings = {"steps": 9, "warmup_steps": 0, "learning_rate": 0.1, "progress": False}
    fit(whole, loss_at, TrainingConfig(**settings))
    config = TrainingConfig(**settings, folder=str(tmp_path), checkpoint_interval=4)

    def break_down(learner, index):
        if index == 7:
            raise RuntimeError("power cut")
        return loss_at(learner, index)

    with pytest.raises(RuntimeError):
        fit(least_squares()[0], break_down, config)
    resumed, *_ = least_squares()
    with torch.no_grad():
        resumed.weight.zero_()
    fit(resumed, loss_at, config)
    assert torch.equal(resumed.weight, whole.weight)


def test_every_batch_is_asked_for_once_and_in_order():
    # fails if micro-steps repeat a batch, or leave one out
    asked = []
    model, loss_at, _ = least_squares()
    ask = lambda learner, index: asked.append(index) or loss_at(learner, index)  # noqa: E731
    fit(model, ask, TrainingConfig(steps=4, accumulation_steps=3, progress=False))
    assert asked == list(range(12))


def test_groups_keep_the_ratio_of_their_rates():
    # fails if all groups get one rate, or the schedule is not that which was given
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    groups = [{"params": model[0].parameters()}, {"params": model[1].parameters(), "lr": 0.5}]
    optimizer, rates = torch.optim.SGD(groups, lr=0.1), []

    def loss_at(learner, index):
        rates.append([group["lr"] for group in optimizer.param_groups])
        return learner(torch.ones(1, 3)).sum()

    config = TrainingConfig(steps=3, learning_rate=0.1, progress=False)
    row = fit(model, loss_at, config, optimizer=optimizer, rate_at=lambda step: 1 / (step + 2))
    assert rates == [pytest.approx([1 / n, 5 / n]) for n in (2, 3, 4)]
    assert row.history[-1]["learning_rate"] == 1 / 4


def test_gradients_are_cut_to_the_norm_that_is_allowed_or_not_at_all():
    # fails if None means some limit, or a limit is not kept
    moved = {}
    for limit in (None, 1.0):
        model = nn.Linear(2, 1, bias=False)
        before = model.weight.detach().clone()
        config = TrainingConfig(steps=1, learning_rate=1, grad_clip=limit, progress=False)
        sgd = torch.optim.SGD(model.parameters(), 1.0)
        fit(model, lambda m, i: m(torch.tensor([30.0, 40.0])).sum(), config, optimizer=sgd)
        moved[limit] = (before - model.weight.detach()).flatten()
    torch.testing.assert_close(moved[None], torch.tensor([30.0, 40.0]))
    torch.testing.assert_close(moved[1.0], torch.tensor([0.6, 0.8]))


def test_gradients_of_what_the_optimizer_does_not_have_do_not_pile_up():
    # fails if only the optimiser's own gradients are forgotten after each step
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    sgd = torch.optim.SGD(model[1].parameters(), 0.1)
    loss_at = lambda learner, index: learner(torch.ones(1, 3)).sum()  # noqa: E731
    fit(model, loss_at, TrainingConfig(steps=2, progress=False), optimizer=sgd)
    assert all(p.grad is None for p in model.parameters())


def test_what_cannot_be_trained_is_refused():
    # fails if steps are taken for nothing, or a snapshot fails after an hour
    model, loss_at, _ = least_squares()
    with pytest.raises(ValueError, match="snapshot_steps are for a GPT, not for a Linear"):
        fit(model, loss_at, TrainingConfig(snapshot_steps=(1,), progress=False))
    model.requires_grad_(False)
    with pytest.raises(ValueError, match="there is nothing to train"):
        fit(model, loss_at, TrainingConfig(progress=False))


def test_merged_lora_is_not_trained():
    # fails if torch's bare "does not require grad" is all that one is told, or a head beside it is
    # trained without it
    model = merge_lora(add_lora(make()))
    with pytest.raises(ValueError, match=r"attention\.qkv is merged: .* unmerge_lora\(model\)"):
        train(model, TOKENS, TOKENS, TrainingConfig(**FAST, progress=False))
    plain = remove_lora(model).requires_grad_(True)
    assert train(plain, TOKENS, TOKENS, TrainingConfig(**FAST, progress=False)).history


@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_explodes_without_a_limit_to_gradients_is_explained():
    # Fails if a message can't be made where there is no grad_clip.
    model, loss_at, _ = least_squares()
    config = TrainingConfig(steps=9, learning_rate=1e30, grad_clip=None, progress=False)
    with pytest.raises(ValueError, match=r"Likely causes: .*too much through \(it is None\)"):
        fit(model, lambda m, i: loss_at(m, i) * math.nan, config)
