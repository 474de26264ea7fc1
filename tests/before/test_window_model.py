"""Tests of the window model, against plain loops."""

import pytest
import torch

from llm_lib.before.window_model import WindowModel


def test_window_model_equals_loops():
    # fails if places are mixed up, the window is one off, or the start is not zeros
    torch.manual_seed(3)
    model = WindowModel(9, n_embd=3, window=4, n_hidden=5)
    ids = torch.randint(0, 9, (2, 6))
    logits = model(ids)
    assert logits.shape == (2, 6, 9)
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


@pytest.mark.parametrize("wrong", range(4))
def test_impossible_sizes_are_refused(wrong):
    # fails if a size of 0 only shows up later, as a strange shape
    sizes = [9, 3, 4, 5]
    sizes[wrong] = 0
    with pytest.raises(ValueError, match="at least 1"):
        WindowModel(*sizes)
