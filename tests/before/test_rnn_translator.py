"""The recurrent translator and its attention, against loops and equations written out."""

import pytest
import torch

from llm_lib.before.rnn_translator import (
    AdditiveAttention,
    EvenAttention,
    NoAttention,
    RNNTranslator,
)


def test_additive_attention_is_its_equation():
    # fails when a score, the softmax or the mix differs from the equation, for any text
    torch.manual_seed(0)
    look = AdditiveAttention(n_state=3, n_source=4, n_hidden=6)
    d, e = torch.randn(2, 3), torch.randn(2, 5, 4)
    context, weights = look(d, e)
    w_q, w_k, v = look.query.weight.T, look.key.weight.T, look.score.weight[0]
    for text in range(2):
        scores = [v @ torch.tanh(d[text] @ w_q + e[text, j] @ w_k) for j in range(5)]
        alpha = torch.stack(scores).exp() / torch.stack(scores).exp().sum()
        assert torch.allclose(weights[text], alpha, atol=1e-6)
        assert torch.allclose(context[text], sum(alpha[j] * e[text, j] for j in range(5)))


def test_the_two_that_can_not_choose():
    # fails when one of them looks at something, or the other at one word more than at another
    state, source = torch.randn(2, 3), torch.randn(2, 5, 4)
    context, weights = NoAttention()(state, source)
    assert context.tolist() == [[0.0] * 4] * 2 and weights.tolist() == [[0.0] * 5] * 2
    context, weights = EvenAttention()(state, source)
    assert torch.allclose(context, source.mean(1)) and torch.allclose(
        weights, torch.full((2, 5), 0.2)
    )


def written_out(model, ids, right=None):
    """Return logits and weights of one sentence, cell by cell."""

    def states(cell, words):
        h, all_states = torch.zeros(1, cell.n_state), []
        for word in words:
            h = cell(model.read.weight[word][None], h)
            all_states.append(h)
        return all_states

    forth = states(model.forwards, ids)
    back = states(model.backwards, ids[::-1])[::-1]
    source = torch.cat([torch.cat(pair, dim=1) for pair in zip(forth, back, strict=True)])[None]
    state, word, logits, maps = forth[-1], model.n_words, [], []
    for t in range(len(ids)):
        context, weights = model.attention(state, source)
        state = model.decoder(torch.cat((model.write.weight[word][None], context), dim=1), state)
        logits.append(model.head(torch.cat((state, context), dim=1)))
        maps.append(weights)
        word = right[t] if right else int(logits[-1].argmax())
    return torch.cat(logits), torch.cat(maps)


@pytest.mark.parametrize("attention", [AdditiveAttention(6, 12, 5), NoAttention()])
@pytest.mark.parametrize("right", [None, [3, 0, 2, 2]])
def test_it_is_what_its_cells_make(attention, right):
    # fails when a state, a word that is read back, or the order of anything is another
    torch.manual_seed(1)
    model = RNNTranslator(4, 6, attention)
    ids = [0, 3, 3, 1]
    with torch.no_grad():
        logits, maps = model(torch.tensor([ids]), right and torch.tensor([right]))
        expected, weights = written_out(model, ids, right)
    assert logits.shape == (1, 4, 4) and maps.shape == (1, 4, 4)
    assert torch.allclose(logits[0], expected, atol=1e-6)
    assert torch.allclose(maps[0], weights, atol=1e-6)


def test_without_attention_one_state_is_all():
    # fails when something of the sentence reaches the decoder on another way than its last state
    torch.manual_seed(2)
    model = RNNTranslator(4, 6, NoAttention())
    ids = torch.tensor([[0, 1, 2, 3]])
    before = model(ids)[0]
    with torch.no_grad():
        for parameter in model.backwards.parameters():
            parameter.add_(1)
    assert torch.equal(model(ids)[0], before)


def test_sizes_are_checked():
    # fails when a size that makes no layer passes
    with pytest.raises(ValueError, match="n_source must be"):
        AdditiveAttention(3, 0, 4)
    with pytest.raises(ValueError, match="n_input must be"):
        RNNTranslator(4, 0, NoAttention())
