"""The page's engine learns as torch does: gradients, steps, whole trainings."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from llm_lib.dataset import ShuffledWindows
from llm_lib.training import TrainingConfig, compute_loss, fit, train
from llm_lib.training.config import learning_rate_at
from llm_lib.training.next_token import evaluate_loss
from tests.web.trained_models import (
    CONFIGS,
    TRAINING,
    config_of,
    fresh_model,
    pack,
    packed_gradients,
    packed_weights,
)


@pytest.fixture(scope="module")
def page(run_script):
    """The engine with its training, loaded."""
    return run_script(TRAINING)


@pytest.fixture(scope="module")
def exact_page(run_script):
    """Another one, for float64: code that has seen both kinds of array is slower for good."""
    return run_script(TRAINING)


# Fails if a derivative is wrong, or one is left out: every parameter is moved a little, both ways.
@pytest.mark.parametrize("changes", [
    {},
    {"position": "rotary", "norm": "rms", "bias": False, "tie_weights": False, "n_kv_head": 1},
    {"mlp": "swiglu", "n_hidden": 6, "position": "rotary", "tie_weights": False},
    {"dropout": 0.3, "mlp": "swiglu", "n_hidden": 6},
    {"mask": False},
    {"mlp": "relu2", "qk_norm": True, "norm_eps": 0.1, "position": "rotary", "n_kv_head": 1},
], ids=["gpt2", "rotary rms grouped", "swiglu", "dropout", "no mask", "relu2 qk norm"])  # fmt: skip
def test_gradients_are_finite_differences(exact_page, changes):
    mask = changes.pop("mask", True)
    sizes = {"vocab_size": 7, "context_length": 5, "n_layer": 2, "n_head": 2, "n_embd": 8}
    worst, count = exact_page.evaluate(
        """([config, mask]) => {
          const random = seededRandom(1), ids = () => Array.from({length: 10}, () => Math.floor(random() * 7));
          const gpt = GPT.fresh(config, random, {float64: true});
          gpt.causal = mask;
          gpt.parameters.addGradients();
          const { memory, parameters: { all, size } } = gpt, [x, y] = [ids(), ids()];
          for (const { at, length, shape } of all) if (shape.length < 2)
            for (let i = at; i < at + length; i++) memory.f[i] += 0.4 * (random() - 0.5);
          const loss = () => lossAndGradient(gpt, x, y, config.dropout ? new Dropout(config.dropout, 3) : null);
          loss();
          const f = memory.f, gradient = f.slice(size, 2 * size);
          let worst = 0, count = 0;
          for (const { at, length } of all) for (let i = at; i < at + length; i++, count++) {
            const kept = f[i];
            f[i] = kept + 1e-5; const above = loss();
            f[i] = kept - 1e-5; const below = loss();
            f[i] = kept;
            const slope = (above - below) / 2e-5;
            worst = Math.max(worst, Math.abs(slope - gradient[i]) / Math.max(1e-3, Math.abs(slope)));
          }
          return [worst, count];
        }""",
        [sizes | changes, mask],
    )
    assert count > 1000
    kinked = (
        changes.get("mlp") == "relu2"
    )  # its second derivative jumps, where differences err more
    assert worst < (1e-5 if kinked else 1e-6)


def batch_losses(model, batches, config):
    """Train in torch on given batches; return the loss of each step, and that after the last."""
    losses = []

    def loss_at(learner, index):
        loss = compute_loss(learner, *batches[index])
        losses.append(float(loss.detach()))
        return loss

    fit(model, loss_at, config)
    losses.append(float(compute_loss(model, *batches[0]).detach()))
    return losses


# Fails if a gradient, the clipping, the rate or AdamW differs: torch and the page begin with the same
# weights and see the same batches. Both round each number to 24 bits, in other orders. (Weights can't
# be held against each other: AdamW makes steps of rounding errors where a gradient is 0, as that of a
# key's bias is.)
@pytest.mark.parametrize("wasm", [True, False], ids=["kernel", "loops"])
@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
def test_steps_equal_torch(page, changes, wasm):
    model = fresh_model(**changes)
    T = model.config.context_length
    batches = torch.randint(0, 23, (20, 2, 4, T))
    start = packed_weights(model)
    loss = compute_loss(model, *batches[0])
    loss.backward()
    gradients = packed_gradients(model)
    model.zero_grad()
    config = TrainingConfig(
        steps=20, warmup_steps=5, learning_rate=3e-3, batch_size=4, progress=False
    )
    losses = batch_losses(model, batches, config)
    got = page.evaluate(
        """([config, start, batches, gradients, wasm]) => {
          const training = {steps: 20, warmup_steps: 5, learning_rate: 3e-3, batch_size: 4};
          const { context_length: T } = config, ids = idsOf(batches), size = 4 * T;
          const trainer = new Trainer({config, training, tokens: Array(20 * T).fill(1), weights: floatsOf(start)}, {wasm});
          const cut = (i) => ids.subarray(i * size, (i + 1) * size);
          const { gpt } = trainer, { parameters } = gpt;
          const first = lossAndGradient(gpt, cut(0), cut(1));
          const share = worstShare(parameters.copy(gpt.memory.f, parameters.size), floatsOf(gradients));
          const losses = Array.from({length: 20}, (_, i) => trainer.learn(cut(2 * i), cut(2 * i + 1)).loss);
          losses.push(batchLoss(gpt, cut(0), cut(1)));
          return {kernel: gpt.memory.kernel !== null, first, share, losses};
        }""",
        [config_of(model), start, pack(batches), gradients, wasm],
    )
    assert got["kernel"] == wasm
    assert got["first"] == pytest.approx(loss.item(), abs=1e-5)
    assert got["share"] < 1e-4
    assert got["losses"] == pytest.approx(losses, abs=5e-5)


# Fails if another window, offset or order is drawn than by ShuffledWindows, in any epoch.
@pytest.mark.parametrize(
    ("n", "T", "B", "seed"), [(333, 8, 4, 0), (70, 1, 3, 5), (2000, 13, 1, 77)]
)
def test_batches_are_those_of_python(page, n, T, B, seed):
    tokens = np.arange(n) * 7 % n
    windows = ShuffledWindows(tokens, B, T, seed)
    indices = [0, 1, 7, 30, 4 * len(windows.sampler), 1000]
    got = page.evaluate(
        """([tokens, T, batch_size, seed, indices]) => {
          const batches = new Batches(idsOf(tokens), T, {batch_size, seed, shuffle: true, shift: 1});
          return indices.map((index) => { const {x, y} = batches.at(index); return [[...x], [...y]]; });
        }""",
        [pack(tokens), T, B, seed, indices],
    )
    want = [[part.flatten().tolist() for part in windows[index]] for index in indices]
    assert got == want


# Fails if a whole training takes another way than Python's: its windows, its rates, its held-out loss.
# All first weights of torch's moved by one bit end 1e-6 away after these 300 steps. The page rounds
# otherwise in each of them, so a hundred times as much is let through; the curve falls by 0.7.
def test_a_loss_curve_lies_on_torchs(page):
    names, generator = 23, np.random.default_rng(3)
    table = generator.dirichlet(np.full(names, 0.1), names)  # a text from a random bigram table
    text = [0]
    for _ in range(4999):
        text.append(int(generator.choice(names, p=table[text[-1]])))
    model = fresh_model(4)
    start = packed_weights(model)
    config = TrainingConfig(
        steps=300, batch_size=8, learning_rate=3e-3, eval_interval=50, eval_batches=5, seed=2,
        progress=False,
    )  # fmt: skip
    result = train(model, text[:4000], text[4000:], config)
    got = page.evaluate(
        """([config, start, text]) => {
          const training = {steps: 300, batch_size: 8, learning_rate: 3e-3, eval_interval: 50, eval_batches: 5, seed: 2};
          const tokens = text.slice(0, 4000), heldOut = text.slice(4000), weights = floatsOf(start);
          const trainer = new Trainer({config, training, tokens, heldOut, weights}), rows = [];
          while (trainer.step < 300) {
            const { loss, rate } = trainer.takeStep();
            if (trainer.step % 50 === 0) rows.push([loss, trainer.evaluate(), rate]);
          }
          return rows;
        }""",
        [config_of(model), start, text],
    )
    want = [[row[k] for k in ("train_loss", "val_loss", "learning_rate")] for row in result.history]
    assert want[0][1] > want[-1][1] + 0.3
    gap = np.abs(np.array(got) - np.array(want)).max()
    print(f"largest gap: {gap:.1e}")
    assert gap < 1e-4


# Fails if a schedule is computed otherwise than in Python, with defaults or without.
@pytest.mark.parametrize("settings", [
    {}, {"steps": 40}, {"steps": 5, "warmup_steps": 5}, {"steps": 300, "learning_rate": 5e-5},
    {"steps": 50, "warmup_steps": 0, "min_learning_rate": 1e-4},
])  # fmt: skip
def test_rates_are_those_of_python(page, settings):
    config = TrainingConfig(**settings)
    steps = range(0, config.steps, max(1, config.steps // 20))
    got = page.evaluate(
        "([s, steps]) => { const all = completeSettings(s); return steps.map((step) => learningRateAt(step, all)); }",
        [settings, list(steps)],
    )
    assert got == pytest.approx([learning_rate_at(step, config) for step in steps], rel=1e-12)


# Fails if the kernel and its plain-loop twin differ: at every edge of a tile, with strides, adding.
def test_kernel_equals_loops(page):
    worst = page.evaluate(
        """() => {
          const kernel = new Memory(), loops = new Memory({wasm: false}), random = seededRandom(1);
          if (!kernel.kernel || loops.kernel) return "not both";
          const fill = () => { for (let i = 0; i < 9000; i++) loops.f[i] = 8 * random() - 4; kernel.f.set(loops.f.subarray(0, 9000)); };
          const gap = () => farthest(loops.f.subarray(0, 9000), kernel.f.subarray(0, 9000));
          const worst = {matmul: 0, gelu: 0, back: 0};
          for (const M of [1, 2, 3, 4, 5, 9]) for (const N of [1, 3, 4, 7, 8, 13]) for (const K of [1, 5, 16]) {
            fill();  // once with rows of A apart, once with A turned; C lies in 6000 to 6400
            for (const [ra, ca, add] of [[K + 3, 1, false], [1, M + 2, true]]) {
              for (const m of [loops, kernel]) m.matmul(6000, N + 2, 1000, ra, ca, 3000, N + 5, M, N, K, add);
              worst.matmul = Math.max(worst.matmul, gap());
            }
          }
          fill();
          for (let i = 0; i < 200; i++) loops.f[i] = kernel.f[i] = i < 100 ? 2 * i - 100 : (i - 150) / 10;
          for (const m of [loops, kernel]) m.gelu(0, 200, 400, 200);
          worst.gelu = gap();
          for (const m of [loops, kernel]) m.geluBackward(600, 0, 200, 200);
          worst.back = gap();
          return worst;
        }"""
    )
    assert worst["matmul"] < 2e-4  # of sums of 16 products up to 16
    assert worst["gelu"] < 1e-5 and worst["back"] < 1e-5


# Fails if exp is less exact than float32, or breaks down where it is very large or small.
def test_quick_exp(page):
    off, ends = page.evaluate(
        """() => {
          let off = 0;
          for (let x = -690; x < 690; x += 0.37) off = Math.max(off, Math.abs(quickExp(x) / Math.exp(x) - 1));
          return [off, [quickExp(-1e9), quickExp(1e9) === Infinity, Number.isNaN(quickExp(NaN)), quickExp(0)]];
        }"""
    )
    assert off < 3e-7
    assert ends == [0, True, True, 1]


# Fails if dropout drops another share, changes the mean, shows up where nothing is trained, or if a
# step's draws are not the same again.
def test_dropout(page):
    got = page.evaluate(
        """(config) => {
          const m = new Memory();
          m.fit(300000);
          m.f.fill(1, 0, 100000);
          new Dropout(0.3, 7).drop(m, 100000, 0, 200000, 100000);
          const y = m.f.slice(100000, 200000), zeros = y.filter((v) => v === 0).length / 1e5;
          const pairs = y.filter((v, i) => v === 0 && y[i + 1] === 0).length / 1e5;
          const gpt = GPT.fresh(config, seededRandom(1)), plain = GPT.fromWeights({...config, dropout: 0}, gpt.weights());
          const ids = Array.from({length: 11}, (_, i) => i);
          const tokens = Array.from({length: 500}, (_, i) => i % 23), training = {steps: 9, batch_size: 4};
          const losses = () => { const t = new Trainer({config, training, tokens}); return [t.takeStep().loss, t.takeStep().loss]; };
          const without = new Trainer({config: {...config, dropout: 0}, training, tokens}).takeStep().loss;
          return {zeros, pairs, mean: y.reduce((a, b) => a + b) / 1e5, first: losses(), again: losses(), without,
            apart: farthest(gpt.forward(ids).logits, plain.forward(ids).logits)};
        }""",
        config_of(fresh_model(dropout=0.3)),
    )
    assert got["zeros"] == pytest.approx(0.3, abs=0.006)  # four standard deviations
    assert got["pairs"] == pytest.approx(0.09, abs=0.005)
    assert got["mean"] == pytest.approx(1, abs=0.01)
    assert got["first"] == got["again"] and got["first"][0] != got["without"]
    assert got["apart"] == 0


# Fails if broken on purpose it does not break: a future that is seen, or targets that are inputs, make
# the loss of random tokens fall below what no model can reach.
@pytest.mark.parametrize(
    ("changes", "below"), [({"mask": False}, 1.0), ({"shift": 0}, 1.0), ({}, 3.0)]
)
def test_broken_on_purpose(page, changes, below):
    loss = page.evaluate(
        """([config, changes]) => {
          const random = seededRandom(4), tokens = Array.from({length: 9000}, () => Math.floor(random() * 23));
          const training = {steps: 160, batch_size: 16, learning_rate: 1e-2, ...changes};
          const trainer = new Trainer({config, training, tokens});
          let loss = 0;
          while (trainer.step < 160) loss = trainer.takeStep().loss;
          return loss;
        }""",
        [config_of(fresh_model(n_embd=32)), changes],
    )
    # no mask: half of the positions find their target among their keys; else it is ln 23 = 3.14
    assert (loss < below) == bool(changes)


# Fails if what the weights of a training are called, or what they hold, is lost on the way to the object
# that shows them, or to Python and back.
def test_weights_go_both_ways(page):
    model = fresh_model(1, **CONFIGS["swiglu"])
    ids = torch.randint(0, 23, (1, 11))
    with torch.no_grad():
        want = model(ids).flatten()
    got, names = page.evaluate(
        """([config, weights, ids]) => {
          const first = GPT.fromWeights(config, floatsOf(weights)), second = GPT.fromWeights(config, first.weights());
          return [[...second.forward(ids).logits], Object.keys(second.weights())];
        }""",
        [config_of(model), packed_weights(model), ids[0].tolist()],
    )
    assert names == [name for name, _ in model.named_parameters()]
    assert (torch.tensor(got) - want).abs().max() < 1e-4


REFUSED = {
    "GPT.fromWeights({...config, n_head: 3}, {})": ["n_embd 16", "multiple of n_head 3"],
    "GPT.fromWeights({...config, n_layer: 0}, {})": ["n_layer", "whole number from 1", "0"],
    "GPT.fromWeights({...config, norm: 'batch'}, {})": ["norm", "layer or rms", "batch"],
    "GPT.fromWeights({...config, dropout: 1}, {})": ["dropout", "below 1"],
    "GPT.fromWeights({...config, n_head: 16, position: 'rotary'}, {})": ["must be even", "16 / 16 = 1"],
    "GPT.fromWeights(config, {})": ["token_embedding.weight", "368", "0"],
    "GPT.fromWeights(config, {...weights(), 'head.weight': new Float32Array(9)})": ["no", "head.weight"],
    "begin({steps: 0})": ["steps", "whole number from 1", "0"],
    "begin({batch_size: 1.5})": ["batch_size", "1.5"],
    "begin({batch_size: 400})": ["500 tokens", "batch of 400", "4,411", "fewer windows"],
    "begin({learning_rate: -1})": ["learning_rate", "above 0", "-1"],
    "begin({min_learning_rate: 1})": ["min_learning_rate", "0.001", "1"],
    "begin({betas: [0.9]})": ["betas", "two numbers"],
    "begin({grad_clip: 0})": ["grad_clip", "above 0"],
    "begin({patience: 0})": ["patience"],
    "begin({}, {heldOut: [1, 2, 3]})": ["3 held-out tokens", "11 + 1"],
    "begin({}, {tokens: Array(500).fill(40)})": ["id 40", "22"],
    "begin({}, {heldOut: Array(500).fill(-1)})": ["id -1", "22"],
    "begin({}).change({batch_size: 0})": ["batch_size", "0"],
}  # fmt: skip


# Fails if what can't be is taken without a word, or refused without saying what is allowed.
@pytest.mark.parametrize(("code", "words"), REFUSED.items(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_in_words(page, code, words):
    message = page.evaluate(
        """([config, code]) => {
          const weights = () => GPT.fresh(config, seededRandom(1)).weights();
          const tokens = Array.from({length: 500}, (_, i) => i % 23);
          const begin = (training, more) => new Trainer({config, training, tokens, ...more});
          return complaintOf(() => new Function("config", "weights", "begin", code)(config, weights, begin));
        }""",
        [config_of(fresh_model()), code],
    )
    for word in words:
        assert word in message
    assert message.endswith(".") and "\n" not in message


# Fails if a loss that is no number moves the weights, or ends in silence.
def test_a_loss_that_is_no_number_ends_the_training(page):
    message, same = page.evaluate(
        """(config) => {
          const tokens = Array.from({length: 500}, (_, i) => i % 23);
          const training = {steps: 50, batch_size: 4, learning_rate: 1e9, warmup_steps: 0, grad_clip: null};
          const trainer = new Trainer({config, training, tokens});
          let before;
          const message = complaintOf(() => { for (;;) { before = trainer.gpt.weights(); trainer.takeStep(); } });
          return [message, JSON.stringify(before) === JSON.stringify(trainer.gpt.weights())];
        }""",
        config_of(fresh_model()),
    )
    assert "at step" in message and "learning_rate" in message and "try a third" in message
    assert same


# Fails if what was trained on before, or what is best, is lost when a training goes on from a state.
def test_a_state_goes_on_as_if_nothing_had_been(page):
    got = page.evaluate(
        """(config) => {
          const random = seededRandom(4), tokens = Array.from({length: 2000}, () => Math.floor(random() * 23));
          const start = {config, tokens, heldOut: tokens.slice(0, 300), training: {steps: 40, batch_size: 4, learning_rate: 5e-3}};
          const go = (trainer, to) => { const losses = []; while (trainer.step < to) losses.push(trainer.takeStep().loss); return losses; };
          const whole = new Trainer(start), first = new Trainer(start);
          go(whole, 20); whole.evaluate(); go(first, 20); first.evaluate();
          const state = structuredClone(first.state());
          const second = new Trainer({...start, training: {}, state});
          return [go(whole, 40), go(second, 40), whole.best.heldOut, second.best.heldOut, second.best.step];
        }""",
        config_of(fresh_model(dropout=0.1)),
    )
    assert got[0] == got[1] and got[2] == got[3] and got[4] == 20


# Fails if a change is lost, draws other windows than the text's, or the schedule forgets its end.
def test_changes_while_it_runs(page):
    rates, sizes = page.evaluate(
        """(config) => {
          const tokens = Array.from({length: 2000}, (_, i) => i % 23), rates = [], sizes = [];
          const trainer = new Trainer({config, tokens, training: {steps: 30, batch_size: 4, warmup_steps: 0}});
          const go = (n) => { while (n--) { rates.push(trainer.takeStep().rate); sizes.push(trainer.batches.at(trainer.batch).x.length / 11); } };
          go(10); trainer.change({learning_rate: 1e-4}); go(10); trainer.change({batch_size: 9}); go(10);
          return [rates, sizes];
        }""",
        config_of(fresh_model()),
    )
    configs = [
        TrainingConfig(steps=30, warmup_steps=0, learning_rate=rate) for rate in (1e-3, 1e-4)
    ]
    want = [learning_rate_at(step, configs[step >= 10]) for step in range(30)]
    assert rates == pytest.approx(want, rel=1e-12)
    assert sizes == [4] * 20 + [9] * 10


# Fails if the held-out loss is measured on other windows than evaluate_loss takes, or the best is lost.
def test_held_out_loss_and_the_best_weights(page):
    model = fresh_model(2)
    text = torch.randint(0, 23, (700,)).tolist()
    want = evaluate_loss(model, text, 4, 3)
    got = page.evaluate(
        """([config, weights, heldOut]) => {
          const training = {steps: 400, batch_size: 4, eval_batches: 3, learning_rate: 0.02, patience: 2, warmup_steps: 0};
          const tokens = heldOut.slice(0, 100), trainer = new Trainer({config, training, tokens, heldOut, weights: floatsOf(weights)});
          const first = trainer.evaluate(), kept = trainer.best.weights;
          const seen = [];
          while (!trainer.reason) { trainer.takeStep(); if (trainer.step % 10 === 0) seen.push(trainer.evaluate()); }
          const best = GPT.fromWeights(config, trainer.best.weights);
          return {first, seen, step: trainer.step, best: trainer.best.heldOut, reason: trainer.reason, same: worstShare(kept, floatsOf(weights))};
        }""",
        [config_of(model), packed_weights(model), text],
    )
    assert got["first"] == pytest.approx(want, abs=1e-5)
    assert got["same"] == 0
    assert got["best"] == min([got["first"], *got["seen"]])
    worse = [loss > got["best"] for loss in got["seen"]]
    assert got["reason"] == "patience" and worse[-2:] == [True, True] and got["step"] < 400


def test_ln_v(page):
    # Fails if the loss is not in nats per token: a model without weights is as unsure as can be.
    model = fresh_model()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    loss = page.evaluate(
        """([config, weights]) => batchLoss(GPT.fromWeights(config, floatsOf(weights)), Array(22).fill(1), Array(22).fill(2))""",
        [config_of(model), packed_weights(model)],
    )
    assert loss == pytest.approx(math.log(23), abs=1e-6)
