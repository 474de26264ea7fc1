"""Tests of the recurrent network, against torch's own."""

import pytest
import torch

from llm_lib.before.rnn import RNN, RNNCell, unroll


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


def test_one_step_is_torchs_step():
    # fails if the bias or a weight enters one step otherwise than it enters a whole text
    torch.manual_seed(0)
    cell, theirs = RNNCell(5, 7), torch.nn.RNNCell(5, 7)
    torch.nn.init.normal_(cell.bias)
    theirs.load_state_dict(
        {"weight_ih": cell.input_weight, "weight_hh": cell.state_weight}
        | {"bias_ih": cell.bias, "bias_hh": torch.zeros(7)}
    )
    x, state = torch.randn(3, 5), torch.randn(3, 7)
    torch.testing.assert_close(cell(x, state), theirs(x, state))
    assert torch.equal(cell.start(), torch.zeros(1, 7))


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


def test_fresh_weights_keep_lengths():
    # fails if either matrix starts by shrinking or blowing up what goes through it
    torch.manual_seed(0)
    cell = RNNCell(400, 16)
    weight = cell.state_weight
    torch.testing.assert_close(weight @ weight.T, torch.eye(16), atol=1e-5, rtol=0)
    sums = torch.randn(1000, 400) @ cell.input_weight.T  # of inputs of variance 1
    assert sums.std().item() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0)])
def test_impossible_sizes_are_refused(sizes):
    # fails if a size of 0 only shows up later, as a strange shape
    with pytest.raises(ValueError, match="at least 1"):
        RNNCell(*sizes)
