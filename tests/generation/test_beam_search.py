"""Beam search, against greedy decoding and against every sequence there is."""

import itertools
import math

import pytest
import torch

from llm_lib.generation.beam_search import beam_search

STOP = 3


def random_model(seed, vocab_size=4, sharpness=2.0):
    """Return a function with next-token log-probabilities that depend on the whole prefix."""
    known = {}

    def log_probs_of(prefixes):
        rows = []
        for prefix in prefixes.tolist():
            if tuple(prefix) not in known:
                number = hash((seed, *prefix)) % 2**31
                generator = torch.Generator().manual_seed(number)
                logits = sharpness * torch.randn(vocab_size, generator=generator)
                known[tuple(prefix)] = logits.log_softmax(-1)
            rows.append(known[tuple(prefix)])
        return torch.stack(rows)

    return log_probs_of


def all_sequences(log_probs_of, start, max_new_tokens, stop, vocab_size=4, penalty=0.0):
    """Return every sequence that can be written, with its score, the best first."""
    found = []
    for n in range(1, max_new_tokens + 1):
        for new in itertools.product(range(vocab_size), repeat=n):
            if stop in new[:-1] or (new[-1] != stop and n < max_new_tokens):
                continue
            total = sum(
                log_probs_of(torch.tensor([[*start, *new[:i]]]))[0, new[i]].item() for i in range(n)
            )
            found.append(([*start, *new], total / ((5 + n) / 6) ** penalty))
    return sorted(found, key=lambda pair: -pair[1])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("penalty", [0.0, 0.6, 2.0])
def test_with_enough_beams_it_finds_the_best_sequences(seed, penalty):
    # Fails if a beginning is dropped too early, a sum or the length factor is wrong, or a finished
    # sequence grows on.
    model = random_model(seed)
    expected = all_sequences(model, [0, 2], 4, STOP, penalty=penalty)
    found = beam_search(model, [0, 2], len(expected), 4, STOP, penalty)
    assert [ids.tolist() for ids, _ in found] == [ids for ids, _ in expected]
    assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_one_beam_is_greedy(seed):
    # Fails if one beam ever takes another token than the likeliest, or does not end at the stop.
    model, ids = random_model(seed), [1]
    for _ in range(12):
        ids.append(int(model(torch.tensor([ids])).argmax()))
        if ids[-1] == STOP:
            break
    [(found, _)] = beam_search(model, torch.tensor([1]), 1, 12, STOP)
    assert found.tolist() == ids and found.dtype == torch.int64


def test_ties_are_decided_as_by_argmax():
    # Fails if equal probabilities make one beam differ from greedy decoding.
    def equal(prefixes):
        return torch.full((len(prefixes), 5), -math.log(5))

    assert beam_search(equal, [2], 1, 3, None)[0][0].tolist() == [2, 0, 0, 0]


def test_beams_see_what_greedy_misses():
    # Fails if beams are not compared by whole sequences: a good start that ends badly must lose.
    table = {
        (0,): [0.0, 0.6, 0.4, 0.0],
        (0, 1): [0.25, 0.25, 0.25, 0.25],
        (0, 2): [0.0, 0.05, 0.0, 0.95],
    }

    def log_probs_of(prefixes):
        return torch.tensor([table[tuple(p)] for p in prefixes.tolist()]).log()

    [(greedy, score), *_] = beam_search(log_probs_of, [0], 1, 2, STOP)
    [(best, better), *_] = beam_search(log_probs_of, [0], 2, 2, STOP)
    assert greedy[1] == 1 and score == pytest.approx(math.log(0.6 * 0.25))
    assert best.tolist() == [0, 2, 3] and better == pytest.approx(math.log(0.4 * 0.95))


def test_a_length_penalty_favours_the_longer():
    # Fails if the penalty divides by the wrong length, or has the opposite sign.
    def log_probs_of(prefixes):
        if prefixes.shape[1] == 1:
            return torch.tensor([[0.0, 0.45, 0.0, 0.55]]).log()
        return torch.tensor([[0.0, 0.1, 0.0, 0.9]]).log().expand(len(prefixes), 4)

    short, long = [0, 3], [0, 1, 3]
    assert beam_search(log_probs_of, [0], 4, 2, STOP)[0][0].tolist() == short
    [(ids, score), *_] = beam_search(log_probs_of, [0], 4, 2, STOP, length_penalty=3.0)
    assert ids.tolist() == long
    assert score == pytest.approx(math.log(0.45 * 0.9) / (7 / 6) ** 3)


def test_impossible_tokens_and_no_room():
    # Fails if a sequence of probability 0 is given back, or nothing to write is an error.
    def certain(prefixes):
        return torch.tensor([[1.0, 0.0, 0.0, 0.0]]).log().expand(len(prefixes), 4)

    [(ids, score)] = beam_search(certain, [1], 3, 2, STOP)
    assert ids.tolist() == [1, 0, 0] and score == 0
    [(ids, score)] = beam_search(certain, [1, 2], 3, 0, STOP)
    assert ids.tolist() == [1, 2] and score == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": []}, r"at least one id; its shape is \(0,\)"),
        ({"start": [[1, 2]]}, r"1-D tensor.*its shape is \(1, 2\)"),
        ({"n_beams": 0}, "n_beams must be a whole number of at least 1, got 0"),
        ({"max_new_tokens": -1}, "max_new_tokens must be a whole number of at least 0, got -1"),
        ({"length_penalty": -0.5}, "length_penalty must be at least 0, got -0.5"),
    ],
)
def test_wrong_settings(change, message):
    # Fails if a setting that cannot be is accepted, or the error does not say what is allowed.
    settings = {"start": [0], "n_beams": 2, "max_new_tokens": 3, "stop_id": STOP} | change
    with pytest.raises(ValueError, match=message):
        beam_search(random_model(0), **settings)
