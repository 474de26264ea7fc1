"""Linear attention: token by token, chunk by chunk, all pairs at once, and transformers', equal."""

import pytest
import torch
from transformers.models.qwen3_next.modeling_qwen3_next import (
    torch_chunk_gated_delta_rule,
    torch_recurrent_gated_delta_rule,
)

from llm_lib.model.linear_attention import (
    GatedDeltaAttention,
    chunked_linear_attention,
    recurrent_linear_attention,
)

B, H, T, D, E = 2, 3, 37, 8, 5
WAYS = {
    "plain": (False, False),
    "fading": (True, False),
    "delta rule": (False, True),
    "gated delta rule": (True, True),
}


def draw(way, T=T):
    """Return q, k, v and what a way has of decay and strength."""
    torch.manual_seed(4)
    q, k, v = torch.randn(B, H, T, D), torch.randn(B, H, T, D), torch.randn(B, H, T, E)
    k = k / k.norm(dim=-1, keepdim=True)
    fades, corrects = WAYS[way]
    log_decay = -torch.rand(B, H, T) if fades else None
    return q, k, v, log_decay, torch.rand(B, H, T) if corrects else None


def by_definition(q, k, v, log_decay, strength):
    """S_t = α_t (I − β_t k_t k_tᵀ) S_{t-1} + β_t k_t v_tᵀ, a head and a token at a time."""
    out = torch.empty(B, H, q.shape[2], E)
    for b, h in [(b, h) for b in range(B) for h in range(H)]:
        S = torch.zeros(D, E)
        for t in range(q.shape[2]):
            key = k[b, h, t]
            alpha = 1.0 if log_decay is None else log_decay[b, h, t].exp()
            beta = 1.0 if strength is None else strength[b, h, t]
            erase = torch.eye(D) - (0 if strength is None else beta) * torch.outer(key, key)
            S = alpha * erase @ S + beta * torch.outer(key, v[b, h, t])
            out[b, h, t] = q[b, h, t] @ S
    return out


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("chunk_size", [1, 8, 37, 64])
def test_all_ways_give_the_same_numbers(way, chunk_size):
    # fails if a chunk's edge, a decay or a correction is off by one token
    inputs = draw(way)
    wanted = by_definition(*inputs)
    out, state = recurrent_linear_attention(*inputs)
    assert torch.allclose(out, wanted, atol=1e-5)
    chunked, last = chunked_linear_attention(*inputs, chunk_size=chunk_size)
    assert torch.allclose(chunked, wanted, atol=1e-5)
    assert torch.allclose(last, state, atol=1e-5)


@pytest.mark.parametrize("way", ["plain", "fading"])
def test_without_a_correction_it_is_attention_without_softmax(way):
    # fails if the memory is more or less than the sum over all earlier tokens
    q, k, v, log_decay, _ = draw(way)
    g = torch.zeros(B, H, T) if log_decay is None else log_decay.cumsum(-1)
    left = (g[..., :, None] - g[..., None, :]).tril().exp().tril()
    wanted = ((q @ k.mT) * left) @ v
    assert torch.allclose(recurrent_linear_attention(q, k, v, log_decay)[0], wanted, atol=1e-5)


@pytest.mark.parametrize("theirs", [torch_chunk_gated_delta_rule, torch_recurrent_gated_delta_rule])
def test_it_is_the_rule_of_transformers(theirs):
    # fails if α is applied after the correction, or β to another part of it
    q, k, v, log_decay, strength = draw("gated delta rule")
    turned = [t.transpose(1, 2) for t in (q * D**0.5, k, v, log_decay, strength)]  # (B, T, H, …)
    wanted, state = theirs(*turned, output_final_state=True)
    ours, last = chunked_linear_attention(q, k, v, log_decay, strength, chunk_size=16)
    assert torch.allclose(ours, wanted.transpose(1, 2), atol=1e-5)
    assert torch.allclose(last, state, atol=1e-5)


@pytest.mark.parametrize("read", [recurrent_linear_attention, chunked_linear_attention])
@pytest.mark.parametrize("way", WAYS)
def test_a_state_goes_on_where_it_ended(read, way):
    # fails if what an earlier part has left is not all that the next one needs
    inputs = draw(way)
    whole, last = read(*inputs)
    first = [None if t is None else t[:, :, :20] for t in inputs]
    rest = [None if t is None else t[:, :, 20:] for t in inputs]
    out, state = read(*first)
    more, state = read(*rest, state=state)
    assert torch.allclose(torch.cat((out, more), dim=2), whole, atol=1e-5)
    assert torch.allclose(state, last, atol=1e-5)


def test_gradients_are_the_same_and_stay_finite():
    # fails if masked ratios overflow where much fades, and 0 · ∞ is NaN on the way back
    inputs = draw("gated delta rule")
    inputs = [t.requires_grad_() for t in (*inputs[:3], inputs[3].detach() * 20, inputs[4])]
    found = []
    for read in (recurrent_linear_attention, chunked_linear_attention):
        loss = read(*inputs)[0].square().sum()
        found.append(torch.autograd.grad(loss, inputs))
    for one, other in zip(*found, strict=True):
        assert torch.isfinite(one).all()
        assert torch.allclose(one, other, atol=1e-3, rtol=1e-3)


def test_a_memory_finds_what_was_stored_under_a_key_until_it_is_full():
    # fails if the delta rule does not replace, or if plain attention could keep more than D values
    keys = torch.eye(D)[None, None]  # (1, 1, D, D)
    values = torch.randn(1, 1, D, E)
    twice_k, twice_v = torch.cat((keys, keys), 2), torch.cat((values, -values), 2)
    once = torch.ones(1, 1, 2 * D)
    _, added = recurrent_linear_attention(twice_k, twice_k, twice_v)
    _, replaced = recurrent_linear_attention(twice_k, twice_k, twice_v, strength=once)
    assert torch.allclose(keys[0, 0] @ replaced[0, 0], -values[0, 0], atol=1e-5)
    assert torch.allclose(added, torch.zeros(1, 1, D, E), atol=1e-5)


@pytest.mark.parametrize("n_first", [1, 5, 64])
def test_the_layer_reads_a_text_in_parts_as_at_once(n_first):
    # fails if the layer needs more of the past than its memories
    torch.manual_seed(5)
    layer, x = GatedDeltaAttention(24, 3), torch.randn(2, 70, 24)
    whole, last = layer.read(x)
    out, state = layer.read(x[:, :n_first])
    rest, state = layer.read(x[:, n_first:], state)
    assert torch.allclose(torch.cat((out, rest), dim=1), whole, atol=1e-5)
    assert torch.allclose(state, last, atol=1e-5)
    changed = x.clone()
    changed[:, 40:] += 1
    assert torch.allclose(layer(changed)[:, :40], whole[:, :40], atol=1e-6)  # no future
    layer.bfloat16()(x.bfloat16()).float().sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in layer.parameters())


@pytest.mark.parametrize("read", [recurrent_linear_attention, chunked_linear_attention])
def test_shapes_that_do_not_fit_are_named(read):
    # fails if a gate for each channel is spread over tokens in silence
    q, k, v, log_decay, strength = draw("gated delta rule")
    with pytest.raises(ValueError, match="queries and keys must be of one size D"):
        read(q[..., :4], k, v)
    with pytest.raises(ValueError, match=r"strength must be \(B, H, T\) = \(2, 3, 37\)"):
        read(q, k, v, log_decay, strength[:, :, :1])
    with pytest.raises(ValueError, match=r"state must be \(B, H, D, E\) = \(2, 3, 8, 5\)"):
        read(q, k, v, state=torch.zeros(2, 3, 5, 8))
