"""The study of recall: what is asked, the layers that are its own, and what is on file."""

import torch
from torch.nn import functional as F

from llm_lib.book.studies.recall import (
    KINDS,
    MARK,
    N_KEYS,
    N_QUESTIONS,
    N_TEST,
    N_VALUES,
    PAIRS,
    SEEDS,
    WINDOW,
    LinearAttention,
    draw_texts,
    load_recall,
    make_model,
)


def test_each_question_has_the_value_that_stood_behind_its_key():
    # fails if a target is shifted, or a key stands in a text twice
    ids, targets = draw_texts(20, 5, torch.Generator().manual_seed(0))
    for row, wanted in zip(ids.tolist(), targets.tolist(), strict=True):
        pairs = dict(zip(row[0:10:2], row[1:10:2], strict=True))
        assert row[10] == MARK and len(pairs) == 5
        asked = [i for i, target in enumerate(wanted) if target >= 0]
        assert len(asked) == N_QUESTIONS and min(asked) > 10
        assert all(wanted[i] == pairs[row[i]] for i in asked)
        assert all(key < N_KEYS <= value < MARK for key, value in pairs.items())


def test_linear_attention_is_a_weighted_mean():
    # fails if the sum of the weights is wrong, or the future is seen
    torch.manual_seed(0)
    layer, x = LinearAttention(8, 2), torch.randn(1, 6, 8)
    q, k, v = layer.qkv(x)[0].view(6, 3, 2, 4).permute(1, 2, 0, 3)
    weights = ((F.elu(q) + 1) @ (F.elu(k) + 1).mT).tril()
    z = (weights / weights.sum(-1, keepdim=True)) @ v
    expected = layer.out(z.transpose(0, 1).flatten(1))
    torch.testing.assert_close(layer(x)[0], expected, rtol=1e-4, atol=1e-5)


def test_no_model_sees_the_answer():
    # fails if a layer looks ahead: what comes later must not change what was said
    ids, _ = draw_texts(1, 3, torch.Generator().manual_seed(1))
    other = ids.clone()
    other[0, -1] = (other[0, -1] + 1) % N_KEYS
    for kind in KINDS:
        model = make_model(kind).eval()
        torch.testing.assert_close(model(ids)[:, :-1], model(other)[:, :-1], rtol=1e-4, atol=1e-5)


def test_what_the_page_says_is_on_file():
    # fails if a run is missing, or another would have to be told
    runs = load_recall()["runs"]
    assert list(runs) == list(KINDS)
    right = {kind: [dict(zip(PAIRS, r["right"], strict=True)) for r in runs[kind]] for kind in runs}
    assert all([r["seed"] for r in runs[kind]] == list(SEEDS) for kind in runs)
    assert all(min(r.values()) > 0.98 for kind in ("full", "hybrid") for r in right[kind])
    for kind in ("linear", "delta"):
        assert all(r[4] > 0.85 and r[24] < r[12] < r[4] for r in right[kind])
    assert all(r[24] < 0.3 and r[4] < 0.85 for r in right["window"])


def test_a_window_answers_what_stands_in_the_last_eight_tokens():
    # fails if the page's reason for the window's line no longer gives that line
    runs = load_recall()["runs"]["window"]
    for i, n_pairs in enumerate(PAIRS):
        ids, targets = draw_texts(N_TEST, n_pairs, torch.Generator().manual_seed(77 + n_pairs))
        right = []
        for row, wanted in zip(ids.tolist(), targets.tolist(), strict=True):
            for at, value in enumerate(wanted):
                if value >= 0:
                    before = range(max(1, at - WINDOW), at)
                    seen = any((row[j - 1], row[j]) == (row[at], value) for j in before)
                    right.append(1 if seen else 1 / N_VALUES)
        measured = sum(run["right"][i] for run in runs) / len(runs)
        assert abs(sum(right) / len(right) - measured) < 0.03
