"""Attention, against torch's own functions and modules."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.model.attention import (
    CausalSelfAttention,
    MultiHeadAttention,
    causal_mask,
    merge_heads,
    normalize_heads,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)
from llm_lib.model.hooks import hooked
from llm_lib.model.kv_cache import KVCache


@pytest.mark.parametrize("mask", [None, causal_mask(7, 9), torch.rand(2, 1, 7, 9) > 0.4])
def test_equals_torchs_attention(mask):
    # fails if scaling, masking or the softmax axis is wrong, forwards or backwards
    if mask is not None:
        mask = mask | (torch.arange(9) == 0)  # a row with nothing to see has no answer
    qkv = [torch.randn(2, 3, n, 5, requires_grad=True) for n in (7, 9, 9)]
    out, weights = scaled_dot_product_attention(*qkv, mask)
    expected = F.scaled_dot_product_attention(*qkv, attn_mask=mask)
    torch.testing.assert_close(out, expected)
    upstream = torch.randn_like(out)
    gradients = (torch.autograd.grad(y, qkv, upstream) for y in (out, expected))
    torch.testing.assert_close(*gradients)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, 7))


def test_dropout_zeroes_weights_but_keeps_their_mean():
    # fails if dropout is not applied to the weights, or not rescaled
    q = torch.zeros(1, 400, 4)
    out, _ = scaled_dot_product_attention(q, q, torch.ones(1, 400, 4), dropout=0.5)
    assert out.std() > 0.01
    assert out.mean().item() == pytest.approx(1, abs=0.05)


def test_a_mask_of_numbers_is_refused():
    # fails if a float mask is silently used as True/False
    q = torch.randn(1, 3, 4)
    with pytest.raises(TypeError, match=r"mask must be boolean.*float32"):
        scaled_dot_product_attention(q, q, q, mask=torch.ones(3, 3))


@pytest.mark.parametrize("source_length", [None, 6])
def test_multi_head_equals_torchs_module(source_length):
    # fails if heads are cut, scaled or merged differently from torch.nn.MultiheadAttention
    ours, theirs = MultiHeadAttention(12, 3), torch.nn.MultiheadAttention(12, 3, batch_first=True)
    with torch.no_grad():
        projections = (ours.query, ours.key, ours.value)
        theirs.in_proj_weight.copy_(torch.cat([p.weight for p in projections]))
        theirs.in_proj_bias.copy_(torch.cat([p.bias for p in projections]))
        theirs.out_proj.load_state_dict(ours.out.state_dict())
    x = torch.randn(2, 5, 12)
    source = x if source_length is None else torch.randn(2, source_length, 12)
    out, weights = ours(x, None if source_length is None else source)
    expected, expected_weights = theirs(x, source, source, average_attn_weights=False)
    torch.testing.assert_close(out, expected)
    torch.testing.assert_close(weights, expected_weights)


def test_split_and_merge_are_inverse():
    # fails if channels are shuffled on the way
    x = torch.arange(24.0).view(1, 2, 12)
    heads = split_heads(x, 3)
    assert heads[0, 1, 0].tolist() == [4, 5, 6, 7]  # head 1 holds channels 4..7
    assert torch.equal(merge_heads(heads), x)
    with pytest.raises(ValueError, match="12 channels cannot be cut into 5 heads"):
        split_heads(x, 5)


def test_qk_norm_keeps_directions_and_bounds_scores():
    # fails if a length is left in queries or keys, values are divided too, or another scale is used
    attention, x = CausalSelfAttention(12, 2, bias=False, qk_norm_eps=1e-12), torch.randn(2, 5, 12)
    plain = CausalSelfAttention(12, 2, bias=False)
    plain.load_state_dict(attention.state_dict())
    (q, k, v), (a, b, c) = (m.queries_keys_values(x) for m in (attention, plain))
    assert torch.equal(v, c)
    for normed, raw in ((q, a), (k, b)):
        torch.testing.assert_close(normed, F.normalize(raw, dim=-1) * 6**0.5)
        torch.testing.assert_close(normed, normalize_heads(raw, 1e-12))
    shown = []
    with hooked(attention, {"pattern": shown.append}):
        attention(1000 * x)
    cosines = torch.einsum("bhtd,bhsd->bhts", F.normalize(a, dim=-1), F.normalize(b, dim=-1))
    expected = (cosines * 6**0.5).exp().tril()  # a score is √D times the cosine, at most √D
    torch.testing.assert_close(shown[0], expected / expected.sum(-1, keepdim=True))


def test_grouped_queries_equal_repeated_keys_and_values():
    # fails if a query head uses the wrong key/value head
    few = CausalSelfAttention(8, 4, n_kv_head=2, bias=False)
    many = CausalSelfAttention(8, 4, bias=False)
    q, k, v = few.qkv.weight.detach().split((8, 4, 4))
    repeat = lambda t: t.view(2, 2, 8).repeat_interleave(2, dim=0).reshape(8, 8)  # noqa: E731
    many.load_state_dict(
        {"qkv.weight": torch.cat((q, repeat(k), repeat(v))), "out.weight": few.out.weight}
    )
    x, padding = torch.randn(2, 6, 8), padding_mask(torch.tensor([0, 2]), 6)
    for mask in (None, padding):
        torch.testing.assert_close(few(x, mask=mask), many(x, mask=mask))
        with hooked(few, {"pattern": [].append}):  # written out
            torch.testing.assert_close(few(x, mask=mask), many(x, mask=mask))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(few(x).float(), many(x).float(), atol=0.02, rtol=0.02)


def test_seen_and_unseen_attention_give_the_same_numbers():
    # fails if the fused kernel and the explicit path differ
    attention, x = CausalSelfAttention(8, 2), torch.randn(2, 6, 8)
    seen = []
    with hooked(attention, {"pattern": seen.append}):
        written_out = attention(x)
    torch.testing.assert_close(attention(x), written_out)
    weights = seen[0]
    assert weights.shape == (2, 2, 6, 6)
    assert weights.triu(1).abs().max() == 0


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_bfloat16_is_written_out_and_stays_near_float32(dropout):
    # fails if the path for half precision masks, scales or drops otherwise than the fused one
    attention, x = CausalSelfAttention(16, 2, dropout=dropout), torch.randn(3, 12, 16)
    expected = attention.eval()(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(attention(x).float(), expected, atol=0.03, rtol=0.03)
        changed = torch.cat((x[:, :6], torch.randn(3, 6, 16)), dim=1)
        torch.testing.assert_close(attention(changed)[:, :6], attention(x)[:, :6])
        attention.train()
        assert torch.equal(attention(x), attention(x)) == (dropout == 0)


@pytest.mark.parametrize(
    ("q", "k", "v", "mask", "message"),
    [
        ((3, 4), (3, 5), (3, 5), None, r"of one size D, got q \(3, 4\), k \(3, 5\)"),
        ((3, 4), (6, 4), (5, 4), None, "as many values as keys"),
        ((2, 3, 4), (3, 3, 4), (3, 3, 4), None, "batches and heads"),
        ((1, 2, 3, 4), (1, 2, 3, 4), (1, 3, 3, 4), None, "batches and heads"),
        ((4,), (3, 4), (3, 4), None, r"need the shape \(..., T, D\)"),
        ((3, 4), (6, 4), (6, 4), (3, 5), r"mask must fit scores \(..., T, S\) = \(3, 6\), got"),
        ((3, 4), (3, 4), (3, 4), (2, 3), "mask must fit"),
        ((2, 3, 4), (2, 3, 4), (2, 3, 4), (3, 3, 3), "mask must fit"),
        ((1, 4), (3, 4), (3, 4), (2, 3), "mask must fit"),  # two rows for one query
    ],
)
def test_shapes_that_do_not_fit_are_named(q, k, v, mask, message):
    # fails if torch's own error comes, which names neither queries nor keys nor the mask
    mask = None if mask is None else torch.ones(mask, dtype=torch.bool)
    with pytest.raises(ValueError, match=message):
        scaled_dot_product_attention(torch.randn(q), torch.randn(k), torch.randn(v), mask)


@pytest.mark.parametrize("mask", [(3, 5), (1, 5), (3, 1), (5,), (4, 3, 5), (1, 3, 5), (2, 1, 3, 5)])
def test_shapes_that_broadcast_are_taken(mask):
    # fails if a mask for all heads, or one for each, is refused
    q, k, v = torch.randn(4, 3, 2), torch.randn(1, 5, 2), torch.randn(4, 5, 7)
    allowed = torch.ones(mask, dtype=torch.bool)
    out, weights = scaled_dot_product_attention(q, k, v, allowed)
    assert out.shape[-3:] == (4, 3, 7) and weights.shape[-3:] == (4, 3, 5)


@pytest.mark.parametrize("look", [False, True])
def test_a_mask_of_another_shape_or_kind_is_refused_by_a_layer(look):
    # fails if torch adds a mask of numbers to the scores, or its own error comes
    layer, x = CausalSelfAttention(8, 2), torch.randn(1, 4, 8)
    with hooked(layer, {"pattern": [].append} if look else {}):
        with pytest.raises(ValueError, match="mask must fit scores"):
            layer(x, mask=torch.ones(1, 1, 4, 5, dtype=torch.bool))
        with pytest.raises(TypeError, match="mask must be boolean"):
            layer(x, mask=torch.ones(1, 1, 4, 4))


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"n_embd": 10, "n_head": 3}, "n_embd 10 cannot be cut into 3 heads of equal size"),
        ({"n_embd": 12, "n_head": 4, "n_kv_head": 3}, "n_head 4 is not a multiple of n_kv_head 3"),
        ({"n_embd": 12, "n_head": 4, "n_kv_head": 0}, "n_kv_head must be a whole number"),
        ({"n_embd": 12, "n_head": 4, "head_size": 0}, "head_size must be a whole number"),
        ({"n_embd": 12, "n_head": 0}, "n_head must be a whole number"),
    ],
)
def test_heads_that_cannot_be_are_refused(sizes, message):
    # fails if channels are lost: 10 for 3 heads gave 9
    with pytest.raises(ValueError, match=message):
        CausalSelfAttention(**sizes)


@pytest.mark.parametrize("make", [CausalSelfAttention, MultiHeadAttention])
def test_dropout_works_in_training_alone(make):
    # fails if a finished model still drops what it attends to, or one in training never does
    torch.manual_seed(0)
    layer, plain, x = make(8, 2, dropout=0.5), make(8, 2), torch.randn(2, 20, 8)
    plain.load_state_dict(layer.state_dict())

    def run(module):
        out = module(x)
        return out[0] if isinstance(out, tuple) else out

    assert torch.equal(run(layer.eval()), run(plain))
    assert not torch.allclose(run(layer.train()), run(plain), atol=0.01)
    assert torch.equal(run(layer.eval()), run(plain))


@pytest.mark.parametrize("n_kv_head", [1, 4])
@pytest.mark.parametrize("pieces", [[6], [1] * 6, [2, 1, 3]])
def test_a_text_in_pieces_is_attended_to_as_a_whole(n_kv_head, pieces):
    # fails if new positions see the future, miss the past, or are stored in another place
    torch.manual_seed(0)
    layer, x = CausalSelfAttention(8, 4, n_kv_head), torch.randn(2, 6, 8)
    cache = KVCache(3, 2, n_kv_head, 6, 2, x)
    cache.keys.fill_(99)
    outs = []
    with torch.no_grad():
        for piece in x.split(pieces, dim=1):
            outs.append(layer(piece, cache=cache, layer=1))
            cache.length += piece.shape[1]
        torch.testing.assert_close(torch.cat(outs, dim=1), layer(x))
    assert (cache.keys[[0, 2]] == 99).all() and not (cache.keys[1] == 99).any()


def test_projections_have_biases_unless_they_are_left_out():
    # fails if weights of GPT-2, which have them, would no longer fit
    for make in (CausalSelfAttention, MultiHeadAttention):
        for options, expected in (({}, True), ({"bias": False}, False)):
            names = [name for name, _ in make(8, 2, **options).named_parameters()]
            assert any(name.endswith("bias") for name in names) is expected


def test_a_cap_bends_scores_and_keeps_their_order():
    # fails if scores are cut off, or capped after the mask has hidden some
    layer, x = CausalSelfAttention(8, 2, score_cap=0.5), 20 * torch.randn(1, 5, 8)
    seen = []
    layer.scores.register_forward_hook(lambda place, inputs, scores: seen.append(scores))
    with_hook = layer(x)
    q, k, _ = layer.queries_keys_values(x)
    plain = q @ k.transpose(-2, -1) / 2
    mask = causal_mask(5)
    wanted = (0.5 * torch.tanh(plain / 0.5)).masked_fill(~mask, float("-inf"))
    assert torch.allclose(seen[0], wanted)
    assert torch.all(seen[0][..., mask] <= 0.5)
    layer.scores._forward_hooks.clear()
    assert torch.allclose(layer(x), with_hook)
    layer.score_cap = None
    assert not torch.allclose(layer(x), with_hook)
