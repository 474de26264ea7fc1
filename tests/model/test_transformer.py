"""The Transformer of 2017, against torch's own with the same weights."""

import pytest
import torch
from torch import nn

from llm_lib.model.embedding import sinusoidal_positions
from llm_lib.model.transformer import AddAndNorm, DecoderLayer, Transformer, TransformerConfig

SIZES = {"vocab_size": 13, "context_length": 12, "n_layer": 3, "n_head": 2, "n_embd": 12}
SIZES |= {"n_hidden": 20, "dropout": 0.0}


def make(**changes):
    """Return a small model with weights and biases that are far from their start."""
    torch.manual_seed(0)
    model = Transformer(TransformerConfig(**SIZES | changes)).eval()
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.3 * torch.randn_like(p))
    return model


def torch_pair(norm_first):
    """Return a torch.nn.Transformer and ours with its weights."""
    torch.manual_seed(1)
    reference = nn.Transformer(
        12, 2, 3, 3, 20, dropout=0.0, batch_first=True, norm_first=norm_first
    ).eval()
    if not norm_first:  # torch adds a norm behind the last layer that the paper does not have
        reference.encoder.norm = reference.decoder.norm = None
    with torch.no_grad():
        for p in reference.parameters():
            p.add_(0.2 * torch.randn_like(p))
    model = Transformer(TransformerConfig(**SIZES, norm_first=norm_first)).eval()
    copy_weights(reference, model)
    return reference, model


@torch.no_grad()
def copy_weights(reference, model):
    """Copy the weights of torch's `nn.Transformer` into ours, layer by layer."""
    theirs = [*reference.encoder.layers, *reference.decoder.layers]
    for own, other in zip([*model.encoder, *model.decoder], theirs, strict=True):
        copy_attention(own.attention, other.self_attn)
        if isinstance(own, DecoderLayer):
            copy_attention(own.cross_attention, other.multihead_attn)
        own.feed_forward.up.load_state_dict(other.linear1.state_dict())
        own.feed_forward.down.load_state_dict(other.linear2.state_dict())
        residuals = [part for part in own.children() if isinstance(part, AddAndNorm)]
        for i, residual in enumerate(residuals, start=1):
            residual.norm.load_state_dict(getattr(other, f"norm{i}").state_dict())
    if model.config.norm_first:
        model.encoder_norm.load_state_dict(reference.encoder.norm.state_dict())
        model.decoder_norm.load_state_dict(reference.decoder.norm.state_dict())


def copy_attention(own, other):
    """Copy torch's attention, which keeps the three projections in one matrix."""
    weights, biases = other.in_proj_weight.chunk(3), other.in_proj_bias.chunk(3)
    for linear, weight, bias in zip((own.query, own.key, own.value), weights, biases, strict=True):
        linear.weight.copy_(weight)
        linear.bias.copy_(bias)
    own.out.load_state_dict(other.out_proj.state_dict())


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_equal_to_torch(norm_first, padded):
    # Fails if a norm stands at another place, a residual or bias is missing, heads are cut in
    # another way, or a mask hides the wrong things.
    reference, model = torch_pair(norm_first)
    x, y = torch.randn(2, 7, 12), torch.randn(2, 5, 12)
    padding = torch.zeros(2, 7, dtype=torch.bool)
    if padded:
        padding[1, 4:] = True
    causal = nn.Transformer.generate_square_subsequent_mask(5)
    expected = reference(
        x, y, tgt_mask=causal, src_key_padding_mask=padding, memory_key_padding_mask=padding
    )
    mask = ~padding[:, None, None, :]
    found = model.run_decoder(y, model.run_encoder(x, mask), mask)
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def test_gradients_are_torchs():
    # Fails if the two agree forwards but a tensor is detached on the way.
    reference, model = torch_pair(norm_first=False)
    x, y = torch.randn(1, 4, 12), torch.randn(1, 3, 12)
    causal = nn.Transformer.generate_square_subsequent_mask(3)
    weight = torch.randn(1, 3, 12)
    (reference(x, y, tgt_mask=causal) * weight).sum().backward()
    (model.run_decoder(y, model.run_encoder(x)) * weight).sum().backward()
    pairs = [
        (model.encoder[0].feed_forward.up, reference.encoder.layers[0].linear1),
        (model.decoder[2].cross_attention.out, reference.decoder.layers[2].multihead_attn.out_proj),
    ]
    for own, other in pairs:
        torch.testing.assert_close(own.weight.grad, other.weight.grad, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("norm_first", [False, True])
def test_the_decoder_sees_no_later_token_and_all_of_the_source(norm_first):
    # Fails if the future leaks into a position, or the encoder is masked too.
    model = make(norm_first=norm_first)
    source, target = torch.tensor([[4, 5, 6, 7]]), torch.tensor([[2, 8, 9, 3]])
    before = model(source, target)
    later = model(source, torch.tensor([[2, 8, 10, 3]]))
    torch.testing.assert_close(later[:, :2], before[:, :2])
    assert not torch.allclose(later[:, 2], before[:, 2])
    other = model(torch.tensor([[4, 5, 6, 8]]), target)
    assert not torch.allclose(other[:, 0], before[:, 0])


def test_padding_of_the_source_changes_nothing():
    # Fails if anything looks at padding.
    model, target = make(), torch.tensor([[2, 8, 9]])
    alone = model(torch.tensor([[4, 5, 6]]), target)
    padded = model(torch.tensor([[4, 5, 6, 0, 0]]), target)
    torch.testing.assert_close(padded, alone)


def test_embedding_is_scaled_and_positions_added():
    # Fails if the factor √C is missing (section 3.4) or positions are added before it.
    model, ids = make(), torch.tensor([[3, 3, 1]])
    expected = model.token_embedding.weight[ids] * 12**0.5 + sinusoidal_positions(3, 12)
    torch.testing.assert_close(model.embed(ids), expected)
    learned = make(position="learned")
    expected = learned.token_embedding.weight[ids] * 12**0.5 + learned.positions.weight[:3]
    torch.testing.assert_close(learned.embed(ids), expected)


def test_output_is_the_embedding_transposed():
    # Fails if the output layer has weights of its own.
    model = make()
    memory, target = torch.randn(1, 4, 12), torch.tensor([[2, 5]])
    hidden = model.run_decoder(model.embed(target), memory)
    expected = hidden @ model.token_embedding.weight.T
    torch.testing.assert_close(model.decode(target, memory), expected)


def test_the_defaults_are_the_base_model_of_the_paper():
    # Fails if a default differs from PyTorch's own, which are the paper's base (table 3).
    config = TransformerConfig(vocab_size=37_000)
    with torch.device("meta"):
        model, theirs = Transformer(config), torch.nn.Transformer(batch_first=True)
    layer = theirs.encoder.layers[0]
    assert (config.n_embd, config.n_head) == (theirs.d_model, theirs.nhead)
    assert config.n_layer == len(theirs.encoder.layers) == len(theirs.decoder.layers)
    assert config.n_hidden == layer.linear1.out_features
    assert (config.dropout, config.norm_first) == (layer.dropout.p, layer.norm_first)
    # PyTorch adds a norm behind either stack, and has no table of vectors
    expected = sum(p.numel() for p in theirs.parameters()) - 4 * 512 + 37_000 * 512
    assert sum(p.numel() for p in model.parameters()) == expected
    assert (config.position, config.context_length, config.pad_id) == ("sinusoidal", 512, 0)


def test_attention_weights_are_shown():
    # Fails if a layer keeps its weights to itself, or a row does not sum to 1.
    model, seen = make(), {}
    model(torch.tensor([[4, 5, 6, 7], [4, 5, 0, 0]]), torch.tensor([[2, 8], [2, 9]]), seen)
    shapes = {name: [tuple(w.shape) for w in layers] for name, layers in seen.items()}
    assert shapes == {
        "encoder": [(2, 2, 4, 4)] * 3,
        "decoder": [(2, 2, 2, 2)] * 3,
        "cross": [(2, 2, 2, 4)] * 3,
    }
    for layers in seen.values():
        for weights in layers:
            torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))
    assert seen["cross"][0][1, :, :, 2:].abs().max() == 0


def test_dropout_acts_in_training_only():
    # Fails if a model in eval mode still drops, or one in training never does.
    model = make(dropout=0.5)
    source, target = torch.tensor([[4, 5]]), torch.tensor([[2]])
    assert torch.equal(model(source, target), model(source, target))
    model.train()
    assert not torch.equal(model(source, target), model(source, target))


def test_pre_norm_leaves_a_free_way():
    # Fails if the two orders are swapped: where a sublayer adds nothing, pre-norm keeps x as it is.
    x = 5 * torch.randn(2, 3, 12)
    config = TransformerConfig(**SIZES, norm_first=True)
    assert torch.equal(AddAndNorm(config)(x, torch.zeros_like), x)
    after = AddAndNorm(TransformerConfig(**SIZES))(x, torch.zeros_like)
    torch.testing.assert_close(after.std(-1, correction=0), torch.ones(2, 3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"position": "rotary"},
            "position must be one of .*'sinusoidal', 'learned'.* got 'rotary'",
        ),
        ({"n_head": 5}, "n_embd 12 cannot be"),
        ({"n_layer": 0}, "n_layer must be a whole number of at least 1, got 0"),
        ({"vocab_size": -5}, "vocab_size must be a whole number"),
        ({"dropout": 7.0}, "dropout must be at least 0 and below 1, got 7.0"),
        ({"pad_id": 13}, "pad_id must be a whole number from 0 to 12, got 13"),
    ],
)
def test_wrong_settings(change, message):
    # Fails if a setting that cannot be is accepted.
    with pytest.raises(ValueError, match=message):
        TransformerConfig(**SIZES | change)


def test_a_text_that_is_too_long():
    # Fails if a position beyond the table gives a shape error that tells a beginner nothing.
    model = make()
    with pytest.raises(ValueError, match="position 12 is outside of the 12 positions"):
        model(torch.ones(1, 13, dtype=torch.int64), torch.tensor([[2]]))


def test_a_source_of_padding_alone_is_refused():
    # fails if one empty row makes the loss of the whole batch NaN
    model, target = make(), torch.tensor([[2, 7], [2, 7]])
    assert model(torch.tensor([[5, 0], [5, 3]]), target).isfinite().all()
    with pytest.raises(ValueError, match="a source holds nothing but padding"):
        model(torch.tensor([[5, 3], [0, 0]]), target)
