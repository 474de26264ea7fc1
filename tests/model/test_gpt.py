"""The whole model: causality, the cache, head factors, errors."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.model.gpt import GPT, GPTConfig, without_dropout

SIZES = {"vocab_size": 31, "context_length": 12, "n_layer": 2, "n_head": 4, "n_embd": 16}
KINDS = {
    "gpt2": {},
    "modern": {"position": "rotary", "norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "bias": False},
    "qk norm": {"mlp": "relu2", "qk_norm": True},
    "untied": {"position": "rotary", "tie_weights": False},
}


def make(kind: str = "gpt2") -> GPT:
    torch.manual_seed(1)
    return GPT(GPTConfig(**SIZES, **KINDS[kind], init_std=0.3)).eval()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_later_token_never_changes_an_earlier_logit(kind, data):
    # fails if any position sees the future
    ids = data.draw(st.lists(st.integers(0, 30), min_size=2, max_size=12))
    cut = data.draw(st.integers(1, len(ids) - 1))
    other = ids[:cut] + [(i + 1) % 31 for i in ids[cut:]]
    model = make(kind)
    with torch.no_grad():
        a, b = (model(torch.tensor([row])) for row in (ids, other))
    torch.testing.assert_close(a[:, :cut], b[:, :cut])
    assert not torch.allclose(a[:, cut:], b[:, cut:])


@pytest.mark.parametrize("kind", KINDS)
def test_the_cache_changes_nothing(kind):
    # fails if positions, keys or values of earlier steps are lost or shifted
    model, ids = make(kind), torch.randint(31, (2, 12))
    with torch.no_grad():
        whole, cache = model(ids), model.new_cache(2)
        parts = [model(ids[:, a:b], cache) for a, b in ((0, 4), (4, 5), (5, 6), (6, 12))]
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_padded_row_equals_that_row_alone(kind):
    # fails if a token sees the padding, or positions are counted from the first column
    model, texts = make(kind), [torch.randint(31, (n,)) for n in (10, 4, 7)]
    padding = torch.tensor([0, 6, 3])
    rows = [torch.cat((t[:1].expand(10 - len(t)), t)) for t in texts]
    batch, cache = torch.stack(rows), model.new_cache(3)
    with torch.no_grad():
        whole = model(batch, padding=padding)
        cuts = ((0, 5), (5, 8), (8, 9), (9, 10))
        parts = [model(batch[:, a:b], cache, padding=padding) for a, b in cuts]
        for row, text in enumerate(texts):
            alone = model(text[None])[0]
            for logits in (whole, torch.cat(parts, dim=1)):
                there = logits[row, padding[row] :]
                torch.testing.assert_close(there, alone, atol=1e-5, rtol=1e-4)
    assert whole.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_cache_can_be_rolled_back(kind):
    # fails if what was written beyond `length` is still seen
    model, ids = make(kind), torch.randint(31, (1, 10))
    with torch.no_grad():
        cache = model.new_cache()
        model(ids, cache)
        cache.length = 6  # forget the last four
        again = model(ids[:, 6:9], cache)
        torch.testing.assert_close(again, model(ids)[:, 6:9], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_activations_come_with_the_same_logits(kind):
    # fails if looking at the model changes it, or a shape is wrong
    model, ids = make(kind), torch.randint(31, (3, 7))
    logits, activations = model.run_with_cache(ids)
    torch.testing.assert_close(logits, model(ids), atol=1e-5, rtol=1e-4)
    assert [t.shape for t in activations.layers("attention.pattern")] == [(3, 4, 7, 7)] * 2
    assert [t.shape for t in activations.layers("attention.z")] == [(3, 4, 7, 4)] * 2
    assert [t.shape for t in activations.stream] == [(3, 7, 16)] * 3


def test_switching_a_head_off_equals_zeroing_its_weights():
    # fails if a factor is applied to another head or layer
    model, ids = make(), torch.randint(31, (1, 9))
    scale = torch.ones(2, 4)
    scale[1, 2] = 0
    scaled = model.run_with_hooks(ids, model.scale_heads(scale))
    with torch.no_grad():
        model.blocks[1].attention.out.weight[:, 8:12] = 0  # head 2 writes through columns 8..11
    torch.testing.assert_close(scaled, model(ids), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("init_std", [None, 0.02])
def test_fresh_weights_are_as_large_as_they_should_be(init_std, tied):
    # fails if a matrix makes its inputs larger or smaller, or eight layers swell the stream
    torch.manual_seed(0)
    model = GPT(GPTConfig(90, 50, 8, 2, 64, init_std=init_std, tie_weights=tied))
    for name, parameter in model.named_parameters():
        if parameter.dim() < 2:
            assert (parameter == (0 if name.endswith("bias") else 1)).all(), name
            continue
        std = init_std or parameter.shape[1] ** -0.5
        if "embedding" in name and not tied:
            std = init_std or 1.0  # the one input of a one-hot vector
        if name.endswith(("out.weight", "down.weight")):
            std /= 4  # √(2 · 8)
        assert parameter.std().item() == pytest.approx(std, rel=0.08), name
        assert abs(parameter.mean().item()) < 0.1 * std, name


def test_parameters_are_counted_once():
    # fails if a tied table counts twice, or a part is left out
    model = GPT(GPTConfig(11, 5, 1, 2, 4))
    block = 2 * 8 + (4 * 12 + 12) + (4 * 4 + 4) + (4 * 16 + 16) + (16 * 4 + 4)
    assert model.count_parameters() == 11 * 4 + 5 * 4 + block + 8


def test_what_has_no_mode_is_left_alone():
    # fails if a stand-in for a model must have the modes of a torch module
    with without_dropout(model := object()) as inside:
        assert inside is None
    assert not hasattr(model, "training")


def test_initial_loss_is_that_of_a_guess():
    # fails if the initial weights are far too large, or a fresh model knows what comes
    torch.manual_seed(0)
    model = GPT(GPTConfig(**SIZES))
    ids, targets = torch.randint(31, (2, 8, 12))
    loss = torch.nn.functional.cross_entropy(model(ids).flatten(0, 1), targets.flatten())
    # logits of variance 1 cost half a nat more than equal ones
    assert loss.item() == pytest.approx(math.log(31) + 0.5, abs=0.3)


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        (torch.zeros(1, 0, dtype=torch.int64), ValueError, "T ≥ 1"),
        (torch.zeros(1, 13, dtype=torch.int64), ValueError, "13 tokens.*context_length of 12"),
        (torch.tensor([[3, 31]]), ValueError, r"token id 31 is outside.*0\.\.30"),
        (torch.tensor([[-1]]), ValueError, "token id -1 is outside"),
        (torch.tensor([[0.5]]), TypeError, "ids must be integers"),
    ],
)
def test_bad_ids_are_refused_with_a_reason(ids, error, message):
    # fails if bad input gives a torch error from deep inside
    with pytest.raises(error, match=message):
        make()(ids)


def test_a_head_scale_of_another_shape_is_refused():
    # fails if it is broadcast silently
    with pytest.raises(ValueError, match=r"shape \(2, 4\).*got \(4,\)"):
        make().scale_heads([1, 1, 1, 1])


def test_evaluation_mode_is_borrowed_and_given_back():
    # fails if a part that was in evaluation mode before is trained after, or an error leaves traces
    model = make().train()
    model.blocks[1].eval()
    before = [module.training for module in model.modules()]
    with pytest.raises(KeyError), without_dropout(model):
        assert not any(module.training for module in model.modules())
        raise KeyError
    assert [module.training for module in model.modules()] == before
    with without_dropout(model.eval()):
        pass
    assert not model.training


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_says_which_id_is_wrong():
    # fails if the GPU's bare assertion comes, after which nothing works any more
    model = make().to("cuda")
    with pytest.raises(ValueError, match=r"token id 31 is outside of the vocabulary, 0\.\.30"):
        model(torch.tensor([[3, 31]], device="cuda"))
    assert model(torch.tensor([[3]], device="cuda")).isfinite().all()


@pytest.mark.parametrize("cuts", [[6], [3, 3]])
def test_gradients_through_a_cache_are_an_error_and_not_wrong(cuts):
    # fails if keys that were written over in place give other gradients in silence
    model, ids = make(), torch.randint(31, (1, 6))
    cache = model.new_cache()
    logits = [model(part, cache) for part in ids.split(cuts, dim=1)]
    with pytest.raises(RuntimeError, match="inplace operation"):
        torch.cat(logits, dim=1).sum().backward()


def test_only_the_last_logits_are_kept_if_asked():
    # fails if others are kept than the last, or a number that can't be passes
    model, ids = make(), torch.randint(11, (2, 6))
    for keep in (1, 3, 6, 9):
        torch.testing.assert_close(model(ids, logits_to_keep=keep), model(ids)[:, -keep:])
    for wrong in (0, -1, 1.5, True):
        with pytest.raises((ValueError, TypeError), match="logits_to_keep"):
            model(ids, logits_to_keep=wrong)


def test_a_cache_can_be_smaller_than_the_context():
    # fails if the size is not heeded, or more than the context is allocated
    model = make()
    cache = model.new_cache(2, n_positions=3)
    assert cache.keys.shape[3] == cache.values.shape[3] == 3
    assert model.new_cache(1, 10**6).keys.shape[3] == model.config.context_length
    with torch.no_grad():
        model(torch.zeros(2, 3, dtype=torch.int64), cache)
        with pytest.raises(ValueError, match="the cache holds 3 positions, 4 are needed"):
            model(torch.zeros(2, 1, dtype=torch.int64), cache)
    with pytest.raises(ValueError, match="n_positions must be a whole number of at least 1"):
        model.new_cache(1, 0)
