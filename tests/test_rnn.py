"""Tests of the recurrent network and of the window model, against torch's own and plain loops."""

import pytest
import torch

from llm_lib.rnn import RNN, RNNCell, unroll
from llm_lib.window_model import WindowModel


def torch_twin(cell, n_input):
    """Return torch.nn.RNN with the weights of a cell."""
    twin = torch.nn.RNN(n_input, cell.n_state, batch_first=True)
    with torch.no_grad():
        twin.weight_ih_l0.copy_(cell.input_weight)
        twin.weight_hh_l0.copy_(cell.state_weight)
        twin.bias_ih_l0.copy_(cell.bias)
        twin.bias_hh_l0.zero_()
    return twin


def test_equal_to_torch_forwards_and_backwards():
    # fails if the equation, the order of the steps or a gradient is another than torch's
    torch.manual_seed(0)
    cell = RNNCell(5, 7)
    torch.nn.init.normal_(cell.bias)
    twin = torch_twin(cell, 5)
    x, start = torch.randn(3, 9, 5), torch.randn(3, 7)
    mine, theirs = unroll(cell, x, start), twin(x, start[None])[0]
    torch.testing.assert_close(mine, theirs)
    goal = torch.randn_like(mine)
    (mine * goal).sum().backward()
    (theirs * goal).sum().backward()
    torch.testing.assert_close(cell.state_weight.grad, twin.weight_hh_l0.grad)
    torch.testing.assert_close(cell.input_weight.grad, twin.weight_ih_l0.grad)


def test_language_model_is_embedding_cell_and_head():
    # fails if a part is left out, or the start is not a state of zeros
    torch.manual_seed(1)
    model = RNN(11, n_embd=4, n_state=6)
    ids = torch.randint(0, 11, (2, 8))
    twin = torch_twin(model.cell, 4)
    expected = model.head(twin(model.token_embedding.weight[ids])[0])
    torch.testing.assert_close(model(ids), expected)
    assert model.count_parameters() == 11 * 4 + 6 * 4 + 6 * 6 + 6 + 6 * 11 + 11


def test_steps_give_the_same_as_the_whole_text():
    # fails if writing one token at a time differs from reading all at once
    torch.manual_seed(2)
    model = RNN(11, n_embd=4, n_state=6)
    ids = torch.randint(0, 11, (2, 8))
    state, rows = model.cell.start(2), []
    for t in range(8):
        logits, state = model.step(ids[:, t], state)
        rows.append(logits)
    torch.testing.assert_close(torch.stack(rows, dim=1), model(ids))


def test_a_fresh_state_matrix_keeps_lengths():
    # fails if the recurrent matrix starts by shrinking or blowing up the state
    weight = RNNCell(3, 16).state_weight
    torch.testing.assert_close(weight @ weight.T, torch.eye(16), atol=1e-5, rtol=0)


def test_window_model_equals_loops():
    # fails if places are mixed up, the window is one off, or the start is not zeros
    torch.manual_seed(3)
    model = WindowModel(9, n_embd=3, window=4, n_hidden=5)
    ids = torch.randint(0, 9, (2, 6))
    logits = model(ids)
    for b in range(2):
        for t in range(6):
            places = range(t - 3, t + 1)
            rows = [
                model.token_embedding.weight[ids[b, s]] if s >= 0 else torch.zeros(3)
                for s in places
            ]
            expected = model.head(torch.tanh(model.hidden(torch.cat(rows))))
            torch.testing.assert_close(logits[b, t], expected)
    assert model.count_parameters() == 9 * 3 + 12 * 5 + 5 + 5 * 9 + 9


def test_the_window_ends_and_sees_no_later_token():
    # fails if the model looks further back than its window, or ahead
    torch.manual_seed(4)
    model = WindowModel(9, n_embd=3, window=4, n_hidden=5)
    ids = torch.randint(0, 8, (1, 10))
    changed = ids.clone()
    changed[0, 5] = 8
    moved = (model(ids) != model(changed)).any(dim=-1)[0].nonzero().flatten().tolist()
    assert moved == [5, 6, 7, 8]


@pytest.mark.parametrize("make", [lambda: RNNCell(0, 3), lambda: WindowModel(9, 3, 0, 5)])
def test_impossible_sizes_are_refused(make):
    # fails if a size of 0 only shows up later, as a strange shape
    with pytest.raises(ValueError, match="at least 1"):
        make()
