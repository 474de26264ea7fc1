"""The measures of heads, on attention made by hand."""

import pytest
import torch

from llm_lib.interp import heads
from llm_lib.interp.heads import (
    ablation_effect,
    earlier_copies,
    induction_score,
    mean_attention,
    mention_targets,
    prefix_matching_score,
    previous_token_score,
    stack_attention,
    token_losses,
)
from llm_lib.model.block import Block
from llm_lib.model.gpt import GPT, GPTConfig


def one_head(rows: list[list[float]]) -> torch.Tensor:
    """One layer, one head, one text."""
    return torch.tensor(rows, dtype=torch.float32)[None, None, None]


PREVIOUS = one_head([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
FIRST = one_head([[1, 0, 0, 0]] * 4)


def test_previous_and_first_are_told_apart():
    # fails if the diagonal is off by one, or row 0 counts
    assert previous_token_score(PREVIOUS).item() == 1
    assert previous_token_score(FIRST).item() == pytest.approx(1 / 3)


def test_copies_and_what_follows_them():
    # fails if a copy looks at itself, at the future, or at the wrong neighbour
    ids = torch.tensor([[7, 8, 7, 8]])
    same = earlier_copies(ids)[0].int().tolist()
    assert same == [[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]
    assert earlier_copies(torch.tensor([[5, 5]]))[0].int().tolist() == [[0, 0], [1, 0]]
    after = earlier_copies(ids, shift=1)[0].int().tolist()
    assert after == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]


def test_mentions_are_found_from_the_token_before_them():
    # fails if the first mention counts, or the mask marks the mention itself
    ids = torch.tensor([4, 7, 8, 5, 7, 8, 7, 9])
    where = mention_targets(ids, [7, 8])
    assert where.nonzero().tolist() == [[3, 1]]
    assert mention_targets(ids, [7]).nonzero().tolist() == [[3, 1], [5, 1], [5, 4]]


def test_induction_score_of_a_perfect_and_of_a_flat_head():
    # fails if rows without an earlier copy are counted
    ids = torch.tensor([[7, 8, 7, 8]])
    perfect = one_head([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
    assert induction_score(perfect, ids).item() == 1
    flat = torch.ones(4, 4).tril()
    flat = one_head((flat / flat.sum(-1, keepdim=True)).tolist())
    assert induction_score(flat, ids).item() == pytest.approx((1 / 3 + 1 / 4) / 2)


def test_a_doubled_token_does_not_count_as_induction():
    # fails if "aa" lets a head score by looking at itself
    where = torch.tensor([[5, 5, 5]])
    itself = one_head([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert induction_score(itself, where).item() == 0


def test_nothing_to_look_at_is_an_error():
    # fails if a mean over nothing gives nan
    with pytest.raises(ValueError, match="in these texts, no position"):
        mean_attention(FIRST, torch.zeros(4, 4, dtype=torch.bool))


def make() -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(30, 16, 2, 2, 8, init_std=0.5)).eval()


def test_ablation_is_the_difference_of_two_losses():
    # fails if heads are mixed up, or a sign is turned
    model, ids = make(), torch.randint(30, (3, 10))
    effect = ablation_effect(model, ids)
    off = torch.ones(2, 2)
    off[1, 0] = 0
    by_hand = token_losses(model, ids, off).mean() - token_losses(model, ids).mean()
    assert effect[1, 0].item() == pytest.approx(by_hand.item(), abs=1e-6)
    where = torch.zeros(3, 9, dtype=torch.bool)
    where[0, 4] = True
    one = token_losses(model, ids, off)[0, 4] - token_losses(model, ids)[0, 4]
    assert ablation_effect(model, ids, where)[1, 0].item() == pytest.approx(one.item(), abs=1e-6)


def test_a_head_is_off_in_the_losses():
    # Fails if the factors of heads do not reach the losses, so that each ablation is 0.
    model, ids = make(), torch.randint(30, (3, 10))
    off = torch.ones(2, 2)
    off[1, 0] = 0
    losses, normal = token_losses(model, ids, off), token_losses(model, ids)
    with torch.no_grad():
        model.blocks[1].attention.out.weight[:, :4] = 0  # head 0 writes through columns 0..3
    torch.testing.assert_close(losses, token_losses(model, ids))
    assert not torch.allclose(losses, normal, atol=1e-3)


def test_token_losses_equal_cross_entropy():
    # fails if targets are not shifted by one
    model, ids = make(), torch.randint(30, (2, 10))
    expected = torch.nn.functional.cross_entropy(model(ids)[:, :-1].transpose(1, 2), ids[:, 1:])
    torch.testing.assert_close(token_losses(model, ids).mean(), expected)


def test_attention_rows_sum_to_one():
    # fails if layers and heads are stacked in the wrong order
    attention = stack_attention(make(), torch.randint(30, (3, 10)))
    assert attention.shape == (2, 2, 3, 10, 10)
    torch.testing.assert_close(attention.sum(-1), torch.ones(2, 2, 3, 10))


def test_heads_are_measured_without_dropout():
    # fails if a model in training is measured with numbers dropped, or left in another mode
    torch.manual_seed(0)
    model = GPT(GPTConfig(30, 16, 2, 2, 8, init_std=0.5, dropout=0.5))
    ids = torch.tensor([[4, 7, 4]])
    off = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    measures = {
        "attention": lambda: stack_attention(model, ids),
        "losses": lambda: token_losses(model, ids),
        "a head off": lambda: token_losses(model, ids, off),
        "ablation": lambda: ablation_effect(model, ids),
        "matching": lambda: prefix_matching_score(model, 8),
    }
    trained = {name: measure() for name, measure in measures.items()}
    assert all(part.training for part in model.modules())
    model.eval()
    for name, measure in measures.items():
        assert torch.equal(measure(), trained[name]), name


def test_prefix_matching_reads_random_sequences_said_twice(monkeypatch):
    # fails if an id comes twice in a sequence, the copy differs, or the longest one is refused
    model, seen = GPT(GPTConfig(9, 10, 1, 2, 8)), []
    monkeypatch.setattr(heads, "stack_attention", lambda model, ids: seen.append(ids) or PREVIOUS)
    monkeypatch.setattr(heads, "induction_score", lambda attention, ids: ids)
    ids = prefix_matching_score(model, 5, n_texts=3, vocabulary=[2, 3, 5, 7, 8], seed=1)
    assert ids is seen[0] and ids.shape == (3, 10)
    for row in ids.tolist():
        assert row[:5] == row[5:] and sorted(row[:5]) == [2, 3, 5, 7, 8]
    assert len({tuple(row) for row in ids.tolist()}) == 3
    model = GPT(GPTConfig(60, 48, 1, 2, 8))
    default = prefix_matching_score(model)
    assert torch.equal(default, prefix_matching_score(model, 24, 16, range(60), 0))
    assert default.shape == (16, 48)


def test_texts_that_do_not_fit_are_refused():
    # fails if the context or the vocabulary is overrun
    with pytest.raises(ValueError, match="length 9 is too long"):
        prefix_matching_score(make(), length=9)


def test_measures_are_taken_where_the_model_is():
    # fails if a mask is made elsewhere: here, all that names no device lands on another one
    torch.manual_seed(0)
    model, ids = GPT(GPTConfig(11, 8, 1, 2, 8)).eval(), torch.tensor([[1, 2, 3, 1, 2, 3]])
    attention = stack_attention(model, ids)
    expected = [previous_token_score(attention), induction_score(attention, ids)]
    with torch.device("meta"):
        found = [previous_token_score(attention), induction_score(attention, ids)]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_prefix_matching_looks_where_the_model_is():
    # fails if the random texts stay on the processor
    class Elsewhere(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1, device="meta"))
            self.config = GPTConfig(30, 16, 1, 1, 4)
            self.blocks = torch.nn.ModuleList([Block(self.config)])

        def forward(self, ids):
            raise KeyError(ids.device.type)

    with pytest.raises(KeyError, match="meta"):
        prefix_matching_score(Elsewhere(), length=5, n_texts=2)
