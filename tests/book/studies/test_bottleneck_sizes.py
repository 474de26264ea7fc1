"""The translators of many sizes that are on file, and how a stack of them trains."""

import sys

import pytest
import torch
from torch import nn

from llm_lib.before.rnn import RNNCell, unroll
from llm_lib.before.rnn_translator import AdditiveAttention
from llm_lib.book.studies import bottleneck_sizes
from llm_lib.book.studies.bottleneck import LENGTHS, load_bottleneck
from llm_lib.book.studies.bottleneck_sizes import (
    SEEDS,
    Cells,
    Translators,
    clip_each,
    kinds,
    load_sizes,
    train,
)


def mean_right(length, **kind):
    """Return the mean share right of a kind on file, in percent."""
    [run] = [r for r in load_sizes()["runs"] if kind.items() <= r.items()]
    at = LENGTHS.index(length)
    return round(100 * sum(seed[at] for seed in run["right"]) / SEEDS)


def test_file_holds_every_run():
    # Fails if a kind, a seed or a length was added without training it.
    on_file = load_sizes()
    assert on_file["lengths"] == list(LENGTHS)
    found = [tuple(r[k] for k in ("cell", "size", "attention", "steps")) for r in on_file["runs"]]
    assert found == list(kinds())
    for run in on_file["runs"]:
        assert [len(seed) for seed in run["right"]] == [len(LENGTHS)] * SEEDS


def test_the_numbers_that_the_chapter_quotes():
    # Fails if the file is written anew and the chapter isn't.
    one = {"cell": "tanh", "attention": False}
    assert [mean_right(n, size=16, steps=2000, **one) for n in (8, 12)] == [66, 45]
    assert [mean_right(n, size=64, steps=2000, **one) for n in (8, 12)] == [95, 64]
    assert [mean_right(n, size=16, steps=8000, **one) for n in (8, 12)] == [95, 66]
    assert [mean_right(8, size=8, steps=steps, **one) for steps in (2000, 8000)] == [33, 55]
    alone = [r for r in load_sizes()["runs"] if r["cell"] == "tanh" and not r["attention"]]
    assert max(mean_right(12, size=r["size"], steps=r["steps"], **one) for r in alone) == 66
    looks = {"cell": "tanh", "attention": True}
    assert (mean_right(8, steps=2000, **looks), mean_right(12, steps=8000, **looks)) == (99, 95)
    gates = {"cell": "GRU", "size": 16, "attention": False}
    assert [mean_right(8, steps=steps, **gates) for steps in (2000, 8000)] == [55, 79]
    assert mean_right(12, cell="tanh", steps=2000, attention=True) == 91
    assert [mean_right(n, cell="GRU", steps=2000, attention=True) for n in (8, 12)] == [95, 60]
    for run in load_sizes()["runs"]:
        if not run["attention"]:
            assert max(seed[LENGTHS.index(12)] for seed in run["right"]) < 0.75


def test_it_agrees_with_the_study_of_the_bottleneck():
    # Fails if a stack trains otherwise than the translators that the chapter opens.
    at, alone = LENGTHS.index(8), load_bottleneck()["runs"]["one state"]
    there = 100 * sum(run["right"][at] for run in alone) / len(alone)
    here = mean_right(8, cell="tanh", size=16, steps=2000, attention=False)
    assert here == pytest.approx(there, abs=4)


def test_a_tanh_cell_is_that_of_the_library():
    # Fails if a run of a stack meets another, or its step is not the equation.
    torch.manual_seed(0)
    cells, x = Cells("tanh", 3, 4, 2), torch.randn(2, 5, 6, 3)
    states = torch.stack(cells.unroll(x), dim=2)
    for run in range(2):
        cell = RNNCell(3, 4)
        cell.input_weight.data = cells.input_weight[run].T
        cell.state_weight.data = cells.state_weight[run].T
        cell.bias.data = cells.bias[run, 0]
        assert torch.allclose(states[run], unroll(cell, x[run]), atol=1e-6)


def test_a_gru_cell_is_that_of_torch():
    # Fails if a gate is another than torch's.
    torch.manual_seed(0)
    cells, x = Cells("GRU", 3, 4, 1), torch.randn(1, 5, 6, 3)
    gru = nn.GRU(3, 4, batch_first=True)
    gru.weight_ih_l0.data = cells.input_weight[0].T
    gru.weight_hh_l0.data = cells.state_weight[0].T
    gru.bias_ih_l0.data.zero_()
    gru.bias_hh_l0.data.zero_()
    assert torch.allclose(torch.stack(cells.unroll(x), dim=2)[0], gru(x[0])[0], atol=1e-6)


def test_the_look_is_additive_attention():
    # Fails if the mix is not that of the chapter's class.
    torch.manual_seed(0)
    model = Translators("tanh", 4, attention=True, n_runs=2)
    state, source = torch.randn(2, 3, 4), torch.randn(2, 3, 5, 8)
    mixed = model.look(state, source, source @ model.key[:, None])
    for run in range(2):
        look = AdditiveAttention(4, 8, 4)
        look.query.weight.data = model.query[run].T
        look.key.weight.data = model.key[run].T
        look.score.weight.data = model.score[run].T
        assert torch.allclose(mixed[run], look(state[run], source[run])[0], atol=1e-6)


def test_each_gradient_is_clipped_alone():
    # Fails if one run's long gradient shortens another's.
    p = nn.Parameter(torch.zeros(2, 2))
    p.grad = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
    clip_each([p])
    assert torch.allclose(p.grad, torch.tensor([[0.6, 0.8], [0.3, 0.4]]), atol=1e-5)


@pytest.mark.parametrize("attention", [False, True])
def test_it_reads_its_own_words_and_learns(attention):
    # Fails if the teacher's word of a later place is seen, or a step makes nothing better.
    torch.manual_seed(0)
    model = Translators("GRU", 8, attention=attention, n_runs=2)
    ids = torch.randint(20, (2, 3, 5))
    right = ids.flip(2)
    other = right.clone()
    other[:, :, 3] = (other[:, :, 3] + 1) % 20
    same = model(ids, right) == model(ids, other)
    assert same[:, :, :4].all() and not same[:, :, 4].all()

    def loss():
        return nn.functional.cross_entropy(model(ids, right).flatten(0, 2), right.flatten()).item()

    before = loss()
    train(model, 30)
    assert loss() < before


def test_the_file_is_written(tmp_path, monkeypatch):
    # Fails if a run is left out, or --threads is ignored.
    threads = []
    monkeypatch.setattr(bottleneck_sizes, "FILE", tmp_path / "sizes.json")
    monkeypatch.setattr(bottleneck_sizes, "run", lambda *kind: {"right": [list(kind)]})
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["bottleneck_sizes", "--threads", "2"])
    bottleneck_sizes.main()
    assert threads == [2]
    assert [run["right"][0] for run in load_sizes()["runs"]] == [list(kind) for kind in kinds()]
