"""Embeddings and positions, against one-hot products, formulas by hand and complex numbers."""

import math

import pytest
import torch

from llm_lib.model.embedding import (
    LearnedPositions,
    RotaryEmbedding,
    TokenEmbedding,
    position_angles,
    rotate_pairs,
    sinusoidal_positions,
)
from llm_lib.model.gpt import GPT, GPTConfig


def test_lookup_is_the_product_with_one_hot_rows():
    # fails if a row is taken from the wrong place, or changed on the way
    table, ids = TokenEmbedding(7, 3), torch.tensor([[6, 0, 2], [2, 2, 5]])
    one_hot = (ids[..., None] == torch.arange(7)).float()  # (B, T, V)
    torch.testing.assert_close(table(ids), one_hot @ table.weight)


def test_learned_positions_are_rows_from_the_start_on():
    # fails if `start` is ignored or the table is read backwards
    positions = LearnedPositions(6, 2)
    assert torch.equal(
        positions(2, start=3), torch.stack([positions.weight[3], positions.weight[4]])
    )
    assert positions(6).shape == (6, 2)


def test_both_tables_give_what_a_gpt_reads():
    # fails if these modules and the model's own first step part ways
    torch.manual_seed(0)
    model, ids = GPT(GPTConfig(11, 5, n_layer=1, n_head=2, n_embd=4)), torch.tensor([[10, 0, 3]])
    tokens, positions = TokenEmbedding(11, 4), LearnedPositions(5, 4)
    tokens.load_state_dict(model.token_embedding.state_dict())
    positions.load_state_dict(model.position_embedding.state_dict())
    _, activations = model.run_with_cache(ids)
    assert torch.equal(tokens(ids) + positions(3), activations.stream[0])


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([[5]], ValueError, r"token id 5 is outside of the vocabulary, 0\.\.4"),
        ([[0, -1]], ValueError, "token id -1 is outside"),
        ([[1.0]], TypeError, "must be integers.*float32"),
    ],
)
def test_ids_outside_of_the_vocabulary_are_refused(ids, error, message):
    # fails if a bad id reaches torch's own error, which does not name it
    with pytest.raises(error, match=message):
        TokenEmbedding(5, 2)(torch.tensor(ids))


class Elsewhere(torch.Tensor):
    """Ids that say they lie on a GPU, and count how often somebody waits for them."""

    waits = 0

    @property
    def device(self):
        return torch.device("cuda")

    def __bool__(self):
        Elsewhere.waits += 1
        return bool(self.as_subclass(torch.Tensor))


def test_on_a_gpu_ids_are_checked_before_the_table_is_read_but_not_in_training(monkeypatch):
    # Fails if a GPU meets a wrong id unasked, which ends all its work, or training waits for it.
    model, read = GPT(GPTConfig(5, 4, n_layer=1, n_head=1, n_embd=2)), []
    monkeypatch.setattr(torch.nn.Embedding, "forward", lambda table, ids: read.append(ids))
    monkeypatch.setattr(Elsewhere, "waits", 0)
    wrong, table = torch.tensor([[0, 5]]).as_subclass(Elsewhere), model.token_embedding
    with pytest.raises(ValueError, match="token id 5 is outside"):
        model.eval()(wrong)
    assert not read and Elsewhere.waits == 1
    model.train()
    table(wrong)
    assert len(read) == 1 and Elsewhere.waits == 1


def test_a_table_without_numbers_takes_ids_without_numbers():
    # Fails if shapes can't be tried on the meta device, where there is nothing to compare.
    with torch.device("meta"):
        ids = torch.zeros(2, 3, dtype=torch.int64)
        model = GPT(GPTConfig(5, 4, n_layer=1, n_head=1, n_embd=2))
        assert model.train()(ids).shape == model.eval()(ids).shape == (2, 3, 5)


@pytest.mark.filterwarnings("ignore:There is a performance drop")  # of torch's vmap, on a processor
@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"position": "rotary", "norm": "rms", "mlp": "swiglu", "n_kv_head": 1},
        {"mlp": "relu2", "qk_norm": True, "tie_weights": False},
    ],
)
def test_gradients_of_each_text_at_once_are_those_of_a_loop(kind):
    # Fails if a model looks at its ids under `vmap`, where a tensor stands for many texts.
    torch.manual_seed(0)
    model = GPT(GPTConfig(11, 6, n_layer=2, n_head=2, n_embd=8, **kind))
    x, y = torch.randint(11, (2, 4, 6))
    weights = {name: p.detach() for name, p in model.named_parameters()}

    def loss(weights, x, y):
        logits = torch.func.functional_call(model, weights, (x[None],))
        return torch.nn.functional.cross_entropy(logits[0], y)

    found = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))(weights, x, y)
    for i in range(4):
        model.zero_grad()
        loss(dict(model.named_parameters()), x[i], y[i]).backward()
        for name, p in model.named_parameters():
            torch.testing.assert_close(found[name][i], p.grad, msg=name)


def test_positions_beyond_the_table_are_refused():
    # fails if fewer rows than asked for come back, or the message lacks what is allowed
    message = r"position 4 is outside of the 4 positions.*0\.\.3"
    with pytest.raises(ValueError, match=message):
        LearnedPositions(4, 2)(3, start=2)
    with pytest.raises(ValueError, match=message):
        RotaryEmbedding(2, 4)(torch.zeros(1, 1, 5, 2))
    with pytest.raises(ValueError, match="position -1 is outside"):
        LearnedPositions(4, 2)(1, start=-1)


def test_angles_stay_exact_far_out():
    # fails if frequencies are rounded to float32 first: 100,000 times that error is seen
    t, angle = 100_000, position_angles(100_001, 8, base=500_000.0)
    exact = [math.cos(t / 500_000 ** (2 * j / 8)) for j in range(4)]
    rotary = RotaryEmbedding(8, t + 1, base=500_000.0)
    assert angle.dtype == torch.float64
    assert rotary.cos[t].tolist() == pytest.approx(exact, abs=1e-6)


def test_sinusoidal_positions_follow_the_papers_formula():
    # fails if sine and cosine, the base or the exponent are mixed up
    table = sinusoidal_positions(20, 8)
    for t, i in [(0, 0), (3, 1), (7, 2), (19, 3)]:
        angle = t / 10000 ** (2 * i / 8)
        assert table[t, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-6)
        assert table[t, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


def test_rotary_is_multiplication_by_a_complex_phase():
    # fails if pairs are not (j, j + D/2) or the angle is wrong
    rotary, x = RotaryEmbedding(8, 16), torch.randn(2, 3, 16, 8)
    z = torch.complex(x[..., :4], x[..., 4:])
    phase = torch.outer(torch.arange(16.0), 10000 ** (-torch.arange(4) / 4))
    turned = z * torch.polar(torch.ones_like(phase), phase)
    expected = torch.cat((turned.real, turned.imag), dim=-1)
    torch.testing.assert_close(rotary(x), expected, atol=1e-5, rtol=1e-5)


def test_rotary_scores_depend_on_the_distance_only():
    # fails if `start` is ignored, or queries and keys turn differently
    rotary, q, k = RotaryEmbedding(8, 64), torch.randn(1, 1, 1, 8), torch.randn(1, 1, 1, 8)
    scores = [(rotary(q, s + 5) * rotary(k, s)).sum().item() for s in (0, 11, 40)]
    assert scores == pytest.approx([scores[0]] * 3, abs=1e-4)


def test_rotation_keeps_lengths():
    # fails if sin and cos do not belong to one angle
    x, angle = torch.randn(4, 6), torch.rand(4, 3)
    turned = rotate_pairs(x, angle.cos(), angle.sin())
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))


@pytest.mark.parametrize(
    "make", [lambda: sinusoidal_positions(4, 3), lambda: RotaryEmbedding(5, 4)]
)
def test_odd_sizes_are_refused(make):
    # fails if an odd size is accepted, or the message lacks the size
    with pytest.raises(ValueError, match=r"must be even.*got [35]"):
        make()


def test_angles_are_no_weights():
    # fails if a model's file grows by what can be computed, and no other file fits any more
    assert not RotaryEmbedding(4, 10).state_dict()
