"""Time to quality, at the size of a toy: what is learned from, measured and refused."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmarks import time_to_quality
from benchmarks.table import Benchmark, run
from benchmarks.time_to_quality import (
    MODEL,
    TRAINING,
    Learned,
    PeerRecipe,
    Recipe,
    Trainings,
    held_out_loss,
    shortened,
    train_ours,
    train_peer,
)
from llm_lib.bpe import BPETokenizer

TRAIN = "the cat sat on the mat, and the dog sat on the log. " * 40
HELD_OUT = "the cat and the dog. "
OURS = Recipe(
    replace(MODEL, vocab_size=270, context_length=8, n_layer=1, n_head=2, n_embd=8),
    replace(TRAINING, steps=6, batch_size=2, warmup_steps=1),
)
TOY = PeerRecipe(steps=6, batch_size=2, context_length=8, n_layer=1, n_head=2, n_embd=8)
TOY = replace(TOY, warmup_steps=2, learning_rate=1e-2)


@pytest.mark.parametrize("n", [2, 7, 9, 10, 24, 25])
def test_every_token_but_the_first_counts_once(n):
    # Fails if the rest behind the last whole window is left out, or a window's first token is.
    table = torch.randn(5, 5, generator=torch.Generator().manual_seed(n))
    ids = np.arange(n) * 3 % 5
    seen = []

    def read(x):
        seen.append(x.shape[1])
        return table[x]

    log_p = table - table.exp().sum(1, keepdim=True).log()
    expected = -sum(float(log_p[a, b]) for a, b in itertools.pairwise(ids))
    assert held_out_loss(read, ids, 8, 50) == pytest.approx(expected / 50, rel=1e-5)
    assert max(seen) <= 8


def test_both_sides_learn_and_are_measured_on_the_same_characters(monkeypatch):
    # Fails if a side does not learn, its loss counts tokens, or the vocabulary has seen the rest.
    texts, counted = [], []
    learn, measure = BPETokenizer.train, time_to_quality.held_out_loss
    monkeypatch.setattr(
        BPETokenizer, "train", lambda text, *rest: texts.append(text) or learn(text, *rest)
    )
    monkeypatch.setattr(
        time_to_quality, "held_out_loss", lambda *a: counted.append(a[3]) or measure(*a)
    )
    for train, recipes in (
        (train_ours, [shortened(OURS, n) for n in (2, 40)]),
        (train_peer, [replace(TOY, steps=n, warmup_steps=1) for n in (2, 40)]),
    ):
        short, long = (train(TRAIN, HELD_OUT, 0, recipe) for recipe in recipes)
        assert long.loss < 0.9 * short.loss < 0.9 * math.log(270)
        assert short.seconds > 0 < long.seconds
    assert texts == [TRAIN] * 2
    assert counted == [counted[0]] * 2 + [len(HELD_OUT) - 1] * 2  # a first token is not predicted
    assert len(HELD_OUT) - 5 < counted[0] < len(HELD_OUT)


def test_rates_are_those_that_the_recipes_say():
    # Fails if a schedule ends early, late, or at another rate.
    peer, ours = PeerRecipe(), Recipe()
    assert [peer.rate_at(step) for step in (0, 100, 1050, 2000)] == pytest.approx(
        [1e-3 / 101, 1e-3, 5.5e-4, 1e-4]
    )
    steps, top = TRAINING.steps, TRAINING.learning_rate
    rates = [ours.rate_at(step) for step in range(steps)]
    assert rates[-1] == pytest.approx(top / steps) and 0.8 * top < max(rates) <= top
    assert rates.index(max(rates)) == TRAINING.warmup_steps - 1


def run_row(monkeypatch, ours, peer, rounds=3):
    """Run a row whose trainings are made up; return its outcome and the seeds of both sides."""
    seeds = {"ours": [], "peer": []}
    for side, learned in (("ours", ours), ("peer", peer)):

        def train(_train, _held_out, seed, _recipe, side=side, learned=learned):
            seeds[side].append(seed)
            return learned[seed]

        monkeypatch.setattr(time_to_quality, f"train_{side}", train)
    race = Trainings("", "", OURS, TOY).race()
    row = Benchmark("name", "", "", lambda: race, budget=25, reported=True, rounds=rounds)
    return run(row, rounds=7), seeds


def test_a_round_is_a_seed_of_both(monkeypatch, capsys):
    # Fails if the sides train with different seeds, the command's rounds win, or nothing is told.
    ours, peer = [Learned(2, 1.9)] * 3, [Learned(60, 1.9), Learned(80, 2.0), Learned(40, 1.95)]
    outcome, seeds = run_row(monkeypatch, ours, peer)
    assert seeds == {"ours": [0, 1, 2], "peer": [0, 1, 2]}
    assert outcome.ratio == pytest.approx(30) and not outcome.problem
    told = capsys.readouterr().err.splitlines()
    assert "seed 1: peer 80.0 s to 2.0000 nats per character, ours 2.0 s to 1.9000: 1/40" in told[1]


def test_one_seed_that_falls_short_spoils_the_row(monkeypatch):
    # Fails if a quick training that did not reach the loss counts as quick.
    ours, peer = [Learned(2, 1.9), Learned(2, 2.1)], [Learned(60, 2.0)] * 2
    outcome, _ = run_row(monkeypatch, ours, peer, rounds=2)
    assert outcome.problem == (
        "NOT COMPARABLE: seed 1: ours ends at 2.1000 nats per character, the peer at 2.0000"
    )
