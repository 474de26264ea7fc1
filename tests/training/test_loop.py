"""Training: the schedule, the windows, exact resume, Ctrl-C, and that it learns."""

import re
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch

from llm_lib.checkpoint import read_tensors
from llm_lib.dataset import ShuffledWindows, write_token_file
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.training import (
    TrainingConfig,
    compute_loss,
    evaluate_loss,
    learning_rate_at,
    make_optimizer,
    train,
)
from llm_lib.training import loop as training
from llm_lib.training.command import main
from llm_lib.training.loop import dice_at
from llm_lib.training.recipe import Recipe, repeated_sequences

TOKENS = np.random.default_rng(0).integers(11, size=2000).astype(np.uint16)
FAST = {"steps": 12, "batch_size": 4, "eval_interval": 5, "eval_batches": 2, "warmup_steps": 3}


def make(dropout: float = 0.0) -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(11, 8, 2, 2, 8, dropout=dropout))


def run(folder=None, dropout=0.0, **changes):
    model = make(dropout)
    settings = FAST | {"folder": folder and str(folder), "progress": False} | changes
    return model, train(model, TOKENS, TOKENS[:200], TrainingConfig(**settings))


def weights(model) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_an_epoch_shows_each_window_once_and_targets_are_one_ahead():
    # fails if windows overlap, are dropped, or targets are not shifted
    windows = ShuffledWindows(np.arange(1000), batch_size=3, context_length=10, seed=1)
    seen = torch.cat([windows[i][0] for i in range(windows.n_windows // 3)])
    assert len(seen.flatten().unique()) == seen.numel()
    x, y = windows[5]
    assert torch.equal(x + 1, y)
    assert x.shape == (3, 10)
    again = ShuffledWindows(np.arange(1000), 3, 10, seed=1)
    assert torch.equal(again[40][0], windows[40][0])  # any batch, without those before
    assert not torch.equal(windows[0][0], windows[33][0])  # another epoch, another order


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


def test_accumulated_steps_equal_one_large_batch():
    # fails if gradients are summed instead of averaged (plain SGD: AdamW would hide a factor)
    x, y = ShuffledWindows(TOKENS, 8, 8, 0)[0]
    results = []
    for parts in ([(x, y)], [(x[:4], y[:4]), (x[4:], y[4:])]):
        model = make()
        settings = FAST | {"accumulation_steps": len(parts), "grad_clip": 1e9}
        sgd = torch.optim.SGD(model.parameters())
        training._take_step(model, sgd, parts, 0, TrainingConfig(**settings), "cpu")
        results.append(weights(model))
    torch.testing.assert_close(*results)


def test_it_learns_a_pattern_that_repeats():
    # fails if nothing is learned: the loss of a guess is ln 11 = 2.4
    pattern = np.tile([1, 5, 2, 9, 4], 300)
    model = make()
    config = TrainingConfig(
        steps=150, batch_size=8, learning_rate=0.01, warmup_steps=5, progress=False
    )
    result = train(model, pattern, pattern[:100], config)
    assert result.val_loss < 0.1
    assert result.history[-1]["step"] == 150


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_resumed_run_ends_exactly_where_an_unbroken_one_does(tmp_path, monkeypatch, dropout):
    # fails if optimiser moments, the order of batches, the rate or the dice of dropout are lost
    whole, expected = run(dropout=dropout)
    take_step = training._take_step

    def break_down(model, optimizer, windows, step, *rest):
        if step == 8:
            raise RuntimeError("power cut")
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(training, "_take_step", break_down)
    with pytest.raises(RuntimeError):
        run(tmp_path, dropout, checkpoint_interval=3)
    monkeypatch.setattr(training, "_take_step", take_step)
    resumed, result = run(tmp_path, dropout, checkpoint_interval=3)
    assert torch.equal(weights(resumed), weights(whole))
    assert result.history == expected.history


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_step_saves_and_resumes(tmp_path, monkeypatch, number):
    # fails if the interrupt cuts a step in half, or the checkpoint is not written
    whole, expected = run(steps=60)
    before, take_step = signal.getsignal(number), training._take_step

    def interrupted(model, optimizer, windows, step, *rest):
        if step == 7:
            signal.raise_signal(number)  # as the keyboard does, on Windows as well
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(training, "_take_step", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 8"):
        run(tmp_path, steps=60, checkpoint_interval=1000)
    monkeypatch.setattr(training, "_take_step", take_step)
    assert signal.getsignal(number) is before
    resumed, result = run(tmp_path, steps=60, checkpoint_interval=1000)
    assert torch.equal(weights(resumed), weights(whole))
    assert result.history == expected.history


def test_a_checkpoint_of_other_settings_is_refused(tmp_path):
    # fails if two different trainings are mixed
    run(tmp_path, checkpoint_interval=3)
    with pytest.raises(
        ValueError, match=r"belongs to a training with learning_rate = 0.001.*0.1.*delete"
    ):
        run(tmp_path, learning_rate=0.1)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    # fails if half a file is used
    run(tmp_path)
    path = tmp_path / "training_state.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="damaged or cut short"):
        run(tmp_path)


def test_snapshots_are_whole_models(tmp_path):
    # fails if a snapshot is missing or does not hold the weights of its step
    from llm_lib.checkpoint import load_model

    model, _ = run(tmp_path, snapshot_steps=(4, 12))
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == ["000004", "000012"]
    last, _ = load_model(tmp_path / "snapshots" / "000012")
    assert torch.equal(weights(last), weights(model))


def test_evaluation_is_the_plain_mean_and_leaves_the_mode():
    # fails if dropout is on, or batches of other sizes are weighted wrongly
    model = make(dropout=0.5).train()
    x, y = (
        torch.tensor(TOKENS[:40].astype(int)).view(5, 8),
        torch.tensor(TOKENS[1:41].astype(int)).view(5, 8),
    )
    loss = evaluate_loss(model, TOKENS[:41], batch_size=2)
    assert model.training
    assert loss == pytest.approx(compute_loss(model.eval(), x, y).item(), rel=1e-5)


def test_bfloat16_stays_near_float32():
    # fails if the loss itself is computed in half precision
    (a, one), (b, two) = run(), run(precision="bfloat16")
    assert one.val_loss == pytest.approx(two.val_loss, abs=0.02)
    assert a.token_embedding.weight.dtype == b.token_embedding.weight.dtype == torch.float32


def test_rate_schedule_has_its_corners():
    # fails if warm-up starts at 0 or the end is not min_learning_rate
    config = TrainingConfig(steps=50, warmup_steps=10, learning_rate=2.0, min_learning_rate=0.5)
    rates = [learning_rate_at(step, config) for step in range(51)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == 2.0 == rates[10]
    assert rates[50] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps must be a whole number of at least 1, got 0"),
        ({"batch_size": True}, "batch_size must be a whole number"),
        ({"warmup_steps": -1}, "warmup_steps must be a whole number of at least 0"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"learning_rate": -1}, "learning_rate must be above 0, got -1"),
        ({"learning_rate": "fast"}, "learning_rate must be above 0, got 'fast'"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0, got nan"),
        ({"min_learning_rate": -1e-5}, "min_learning_rate must be at least 0"),
        ({"min_learning_rate": 1, "learning_rate": 0.1}, "min_learning_rate .* at most 0.1, got 1"),
        ({"weight_decay": -0.1}, "weight_decay must be at least 0"),
        ({"snapshot_steps": [1.5]}, "each of snapshot_steps must be a whole number"),
        ({"betas": (0.9, 1.0)}, "betas must be two numbers"),
        ({"precision": "half"}, r"precision must be one of \('float32', 'bfloat16'\), got 'half'"),
    ],
)
def test_settings_that_cannot_be(change, message):
    # fails if a bad value passes
    with pytest.raises(ValueError, match=message):
        TrainingConfig(**change)


@pytest.mark.parametrize("steps", [1, 9, 50, 999])
@pytest.mark.parametrize("rate", [5e-6, 1e-4, 3.0])
def test_the_schedule_that_nobody_set_rises_and_falls(steps, rate):
    # fails if a short training never leaves the warm-up, or a low rate "decays" upwards
    config = TrainingConfig(steps=steps, learning_rate=rate)
    rates = [learning_rate_at(step, config) for step in range(steps + 1)]
    assert max(rates) == pytest.approx(rate)
    assert rates[config.warmup_steps :] == sorted(rates[config.warmup_steps :], reverse=True)
    assert rates[-1] < 0.11 * rate and config.warmup_steps <= steps / 10


def test_the_schedule_that_nobody_set_is_the_old_one_for_long_trainings():
    # fails if the book's own trainings change
    config = TrainingConfig()
    assert (config.warmup_steps, config.min_learning_rate) == (100, 1e-5)


def test_a_schedule_that_nobody_set_follows_its_steps():
    # fails if `replace` keeps the warm-up of another length, or loses one that was given
    config = replace(TrainingConfig(steps=5000), steps=50, learning_rate=1e-5)
    assert config == TrainingConfig(steps=50, learning_rate=1e-5)
    assert config.warmup_steps == 5 and config.min_learning_rate == pytest.approx(1e-6)
    given = TrainingConfig(warmup_steps=7, min_learning_rate=1e-4)
    assert replace(given, steps=50).warmup_steps == 7
    assert replace(given, learning_rate=1e-2).min_learning_rate == 1e-4


def test_an_error_leaves_mode_and_dice_as_they_were(monkeypatch):
    # fails if a training that breaks off leaves dropout on, or the world's dice reseeded
    def broken(*arguments):
        raise KeyError("power cut")

    monkeypatch.setattr(training, "_take_step", broken)
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
    assert len({dice_at(*place) for place in places}) == len(places)
    state = np.random.SeedSequence((3, 4, 0)).generate_state(2, np.uint32)
    assert dice_at(3, 4) == int(state[0]) + (int(state[1]) << 32)


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
    take_step, settings = training._take_step, replace(settings, folder=str(tmp_path))

    def break_down(model, optimizer, windows, step, *rest):
        if step == 9:
            raise RuntimeError("power cut")
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(training, "_take_step", break_down)
    with pytest.raises(RuntimeError):
        train(freeze(make()), TOKENS, TOKENS[:200], settings)
    monkeypatch.setattr(training, "_take_step", take_step)
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
    training._resume(model, optimizer, config)
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

    monkeypatch.setattr(training, "compute_loss", lambda *arguments: Loss())
    model, (x, y) = make(), ShuffledWindows(TOKENS, 4, 8, 0)[0]
    config = TrainingConfig(**FAST | {"accumulation_steps": 3})
    training._take_step(model, make_optimizer(model, config), [(x, y)] * 3, 0, config, "cpu")
    assert events[:3] == ["backward"] * 3 and "read" in events


def test_evaluation_is_in_the_precision_of_the_training(monkeypatch):
    # fails if half precision is only used, and never measured
    seen, compute = [], training.compute_loss

    def watched(model, x, y, precision="float32"):
        seen.append((model.training, precision))
        return compute(model, x, y, precision)

    monkeypatch.setattr(training, "compute_loss", watched)
    run(precision="bfloat16", steps=2)
    # the first one only finds out whether the validation text is long enough
    assert {precision for _, precision in seen[1:]} == {"bfloat16"}
    assert {is_training for is_training, _ in seen} == {True, False}


def test_texts_that_are_too_short_say_how_much_is_needed():
    # fails if indexing goes wrong deep inside, or after an hour of training
    with pytest.raises(ValueError, match=r"20 tokens are too few.*at least 40 are needed"):
        train(make(), TOKENS[:20], TOKENS, TrainingConfig(**FAST, progress=False))
    with pytest.raises(ValueError, match="8 validation tokens are too few"):
        train(make(), TOKENS, TOKENS[:8], TrainingConfig(**FAST, progress=False))


@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_explodes_ends_the_training(tmp_path):
    # fails if NaN weights are trained on for an hour, the cause is left to guess, or a checkpoint
    # with broken weights takes the place of a good one
    with pytest.raises(ValueError, match=r"step [1-5];.*Likely causes: a learning_rate.*1e\+30"):
        run(tmp_path, learning_rate=1e30, warmup_steps=0, checkpoint_interval=1)
    saved, _ = read_tensors(tmp_path / "training_state.safetensors")
    assert all(t.isfinite().all() for t in saved.values())


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
    take_step, path = training._take_step, tmp_path / "training_state.safetensors"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_disk(model, optimizer, windows, step, *rest):
        if step == 7:  # from now on, a file may have half of the size that it needs
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, hard))
        return take_step(model, optimizer, windows, step, *rest)

    monkeypatch.setattr(training, "_take_step", fill_the_disk)
    try:
        with pytest.raises(OSError, match=r"checkpoint of step 9 can't be written.*one before it"):
            run(tmp_path, checkpoint_interval=3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [p.name for p in tmp_path.iterdir()] == ["training_state.safetensors"]
    monkeypatch.setattr(training, "_take_step", take_step)
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


RECIPE = """
[corpus]
name = "small-world"
documents = 60
validation_documents = 20
[tokenizer]
vocab_size = 300
[model]
context_length = 16
n_layer = 1
n_head = 2
n_embd = 8
[training]
steps = 4
batch_size = 2
eval_interval = 2
progress = false
"""


def test_the_command_trains_and_writes_a_model_that_loads(tmp_path, capsys):
    # fails if the recipe, the tokenizer or the log is not written
    from llm_lib.checkpoint import load_model

    (tmp_path / "tiny.toml").write_text(RECIPE)
    assert main([str(tmp_path / "tiny.toml"), "--folder", str(tmp_path / "run")]) == 0
    assert "validation loss" in capsys.readouterr().out
    model, tokenizer = load_model(tmp_path / "run" / "model")
    assert model.config.vocab_size == tokenizer.vocab_size == 300
    assert (tmp_path / "run" / "model" / "training_log.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"small-world"', '"big-world"', "corpus name must be one of.*'small-world'.*'big-world'"),
        ("n_head = 2", "n_heads = 2", r"unknown \[model\] key 'n_heads'; known are"),
        ("steps = 4", "step = 4", r"unknown \[training\] key 'step'"),
        ("[tokenizer]", "[tokeniser]", r"the table \[tokenizer\] is missing"),
        ("[model]", "[model", "not valid TOML"),
        ("vocab_size = 300", "vocab_size = 100", "vocab_size is 100"),
        ("n_head = 2", "n_head = 3", "n_embd 8 is not a multiple of n_head 3"),
        ("steps = 4", "steps = 4\nlearning_rate = -1", "learning_rate must be above 0, got -1"),
        ("documents = 60\n", "documents = 0\n", r"\[corpus\] documents must be a whole number"),
        ("= 60", "= '60'", r"\[corpus\] documents must be a whole number .* got '60'"),
        ("documents = 60\n", "", r"the \[corpus\] key 'documents' is missing"),
        (
            "context_length = 16",
            "context_length = 100_000",
            "tokens, too few for context_length=100000",
        ),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong_and_writes_nothing(tmp_path, capsys, old, new, message):
    # fails if a misspelt key is ignored, a traceback is shown, or a folder is left behind
    (tmp_path / "tiny.toml").write_text(RECIPE.replace(old, new))
    assert main([str(tmp_path / "tiny.toml"), "--folder", str(tmp_path / "run")]) == 1
    out = capsys.readouterr().out
    assert re.search(message, out), out
    assert not (tmp_path / "run").exists()


def test_a_recipe_may_read_shards(tmp_path, capsys):
    # fails if shards are not read in order, or those of another tokenizer are
    from llm_lib.tokenizer import IntegerTokenizer

    tokenizer = IntegerTokenizer(11)
    tokenizer.save(tmp_path / "tokenizer.json")
    write_token_file(tmp_path / "train", TOKENS, tokenizer=tokenizer, shard_size=700)
    write_token_file(tmp_path / "validation", TOKENS[:200], tokenizer=tokenizer)
    names = ("train", "validation", "tokenizer.json")
    paths = "\n".join(f"{n.split('.')[0]} = {str(tmp_path / n)!r}" for n in names)
    corpus = RECIPE[RECIPE.index("[corpus]") : RECIPE.index("[tokenizer]")]
    recipe = RECIPE.replace(corpus, f'[corpus]\nname = "token-files"\n{paths}\n')
    (tmp_path / "shards.toml").write_text(recipe.replace("= 300", "= 11").replace("= 16", "= 8"))
    assert main([str(tmp_path / "shards.toml"), "--folder", str(tmp_path / "run")]) == 0
    (tmp_path / "shards.toml").write_text(recipe)
    assert main([str(tmp_path / "shards.toml"), "--folder", str(tmp_path / "run")]) == 1
    assert "has 11 tokens, the recipe's vocab_size is 300" in capsys.readouterr().out


def test_a_recipe_that_is_not_there(capsys):
    # fails if a traceback is shown
    assert main(["configs/nowhere.toml"]) == 1
    assert "there is no recipe configs/nowhere.toml" in capsys.readouterr().out


REPEATS = """[corpus]
name = "repeats"
tokens = 100
validation_tokens = 50
min_length = 4
max_length = 4
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("= 4", "= 0", r"\[corpus\] min_length must be a whole number of at least 1, got 0"),
        ("max_length = 4", "max_length = 3", "max_length must be a whole number of at least 4"),
        ("= 100", "= 1.5", r"\[corpus\] tokens must be a whole number"),
    ],
)
def test_sequences_that_cannot_be_are_refused_before_they_are_made(tmp_path, old, new, message):
    # fails if lengths of 0 are waited for for ever
    recipe = RECIPE[RECIPE.index("[tokenizer]") :]
    (tmp_path / "r.toml").write_text(REPEATS.replace(old, new) + recipe)
    with pytest.raises(ValueError, match=message):
        Recipe.read(tmp_path / "r.toml")


def test_repeated_sequences_of_any_vocabulary():
    # fails if ids above 65,535 wrap around, or lengths of 0 are waited for for ever
    ids = repeated_sequences(2000, 100_000, 5, 9, seed=1)
    assert ids.max() > 65_535 and ids.dtype == np.uint32
    assert repeated_sequences(2000, 65_536, 5, 9).dtype == np.uint16
    assert repeated_sequences(0, 10, 5, 9).size == 0
    for lengths in ((0, 0), (0, 5), (5, 4)):
        with pytest.raises(ValueError, match="_length must be a whole number of at least"):
            repeated_sequences(10, 10, *lengths)
