"""The quick decode step against the model itself, for every switch of the configuration."""

import itertools

import pytest
import torch

from llm_lib.book.studies.failures import make_post_norm
from llm_lib.generation import fast_cpu, generate, pad_left, stream_tokens
from llm_lib.generation.fast_cpu import DecodeStep, is_known
from llm_lib.model.config import CHOICES
from llm_lib.model.gpt import GPT, GPTConfig

SWITCHES = CHOICES | {"bias": (True, False), "tie_weights": (True, False), "n_kv_head": (4, 2, 1)}
KINDS = [dict(zip(SWITCHES, s, strict=True)) for s in itertools.product(*SWITCHES.values())]
KINDS += [
    {"qk_norm": True, "position": p, "n_kv_head": n} for p in CHOICES["position"] for n in (4, 1)
]
SIZES = {"vocab_size": 24, "context_length": 12, "n_layer": 2, "n_head": 4, "n_embd": 16}
UNEQUAL = [[1, 2, 3, 4, 5], [6], [7, 8, 9]]


def make(**kind) -> GPT:
    """Return a model in which every part matters, biases and norms too."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(**SIZES, **kind)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def compare(model, prompts, n_steps=6, between=lambda at: None):
    """Assert that a step's logits are the model's own, `n_steps` times."""
    ids, padding = pad_left(prompts)
    option = {} if padding is None else {"padding": padding}
    quick, plain = model.new_cache(len(ids), ids.shape[1] + n_steps), model.new_cache(len(ids))
    with torch.no_grad():
        model(ids, quick, **option)
        new = model(ids, plain, **option)[:, -1].argmax(-1)
        step = DecodeStep(model, quick, padding)
        for at in range(n_steps):
            between(at)
            expected = model(new[:, None], plain, **option)[:, -1]
            torch.testing.assert_close(step(new), expected, atol=1e-4, rtol=0)
            new = expected.argmax(-1)
    for mine, theirs in ((quick.keys, plain.keys), (quick.values, plain.values)):
        torch.testing.assert_close(mine, theirs[:, :, :, : mine.shape[3]], atol=1e-4, rtol=0)
    return step


@pytest.mark.parametrize("large", [1, 2**17], ids=["in parts", "whole"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind.values())))
def test_a_step_gives_the_models_logits_whatever_its_switches(kind, large, monkeypatch):
    # Fails if a switch is not looked at, a position is off by one, or padding is attended to.
    monkeypatch.setattr(fast_cpu, "LARGE", large)
    model = make(**kind, norm_eps=0.1, n_hidden=20, rope_base=50.0)
    for prompts in ([[1, 2, 3]], [[5]], UNEQUAL, [[1, 2], [3, 4]]):
        assert compare(model, prompts).is_known


def test_rows_that_no_small_number_divides_stay_whole(monkeypatch):
    # Fails if a matrix is cut where it leaves a rest: 37 has no divisor.
    monkeypatch.setattr(fast_cpu, "LARGE", 1)
    torch.manual_seed(0)
    compare(GPT(GPTConfig(37, 12, 1, 1, 6, n_hidden=37)).eval(), [[1, 2, 3]])


@pytest.mark.parametrize("where", ["blocks.0", "blocks.1.attention.out", "norm", ""])
def test_hooks_that_come_and_go_have_their_effect(where):
    # Fails if a head that is switched off while a text is written goes on as before.
    model, handles, changed = make(), [], []

    def halve(_module, _inputs, output):
        changed.append(where)
        return output / 2

    def between(at):
        if at == 2:
            handles.append(model.get_submodule(where).register_forward_hook(halve))
        if at == 4:
            handles.pop().remove()

    compare(model, [[1, 2, 3]], between=between)
    assert len(changed) == 4  # two steps, each of them read twice


def test_weights_that_change_are_the_ones_used():
    # Fails if a step, or the next text, is computed with a copy of what the weights were.
    model = make(mlp="swiglu", position="rotary", norm="rms")

    def between(at):
        for parameter in model.parameters():
            parameter.mul_(1.1)

    compare(model, [[1, 2, 3]], between=between)
    before = generate(model, [1, 2], 8, temperature=0)
    torch.nn.init.normal_(model.blocks[0].feed_forward.up.weight)
    after = generate(model, [1, 2], 8, temperature=0)
    assert torch.equal(after, generate(model, [1, 2], 8, temperature=0, use_cache=False))
    assert not torch.equal(before, after)


class OtherLinear(torch.nn.Linear):
    """A layer that is not what it looks like."""

    def forward(self, x):
        return -super().forward(x)


def with_another_layer() -> GPT:
    model = make()
    model.blocks[1].feed_forward.up = OtherLinear(16, 64)
    return model


def with_another_forward() -> GPT:
    model = make()
    forward = model.blocks[0].forward
    model.blocks[0].forward = lambda x, **options: forward(x, **options) * 2
    return model


class OtherGPT(GPT):
    """A GPT with a way of its own to be called, from before there were more options."""

    def forward(self, ids, cache=None):
        return -super().forward(ids, cache)


def of_another_class() -> GPT:
    torch.manual_seed(0)
    return OtherGPT(GPTConfig(**SIZES)).eval()


STRANGE = {
    "post-norm": lambda: make_post_norm(GPTConfig(**SIZES)).eval(),
    "bfloat16": lambda: make().bfloat16(),
    "float64": lambda: make().double(),
    "layer": with_another_layer,
    "forward": with_another_forward,
    "class": of_another_class,
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_model_that_is_not_known_runs_as_it_is(name):
    # Fails if the step computes what a GPT would, not what this model does.
    model = STRANGE[name]()
    assert not is_known(model)
    compare(model, [[1, 2, 3]])
    texts = [generate(model, [1, 2, 3], 8, temperature=0, use_cache=c) for c in (True, False)]
    assert torch.equal(*texts) or name == "bfloat16"  # there, ties are many


def test_a_model_in_training_is_written_with_without_dropout():
    # Fails if a step throws dice, or leaves the model in another mode.
    model = make(dropout=0.5).train()
    expected = generate(model.eval(), [1, 2], 8, temperature=0, use_cache=False)
    model.train()
    assert torch.equal(generate(model, [1, 2], 8, temperature=0), expected)
    assert model.training and model.blocks[0].attention.training


def test_what_is_yielded_can_be_trained_on():
    # Fails if new ids are tensors of inference mode, which autograd refuses to keep.
    model = make()
    for new in stream_tokens(model, torch.tensor([[1, 2]]), 3):
        with torch.enable_grad():
            model(new[:, None]).sum().backward()
    assert model.token_embedding.weight.grad is not None
    assert not any(parameter.is_inference() for parameter in model.parameters())


def test_an_error_in_a_step_leaves_nothing_behind():
    # Fails if a hook's error leaves gradients off, or the next text is another.
    model = make()
    expected = generate(model, [1, 2], 5, temperature=0)

    def stop(_module, inputs):
        if inputs[0].shape[1] == 1:
            raise RuntimeError("enough")

    handle = model.blocks[1].register_forward_pre_hook(stop)
    with pytest.raises(RuntimeError, match="enough"):
        generate(model, [1, 2], 5, temperature=0)
    handle.remove()
    assert torch.is_grad_enabled() and not torch.is_inference_mode_enabled()
    assert torch.equal(generate(model, [1, 2], 5, temperature=0), expected)


def test_it_is_an_option(monkeypatch):
    # Fails if the quick way can't be left out, or writes something else.
    model, ids = make(), [1, 2, 3]
    quick = generate(model, ids, 8, temperature=0)
    monkeypatch.setattr(DecodeStep, "__init__", None)
    assert torch.equal(generate(model, ids, 8, temperature=0, fast=False), quick)
    with pytest.raises(TypeError):
        generate(model, ids, 8, temperature=0)
