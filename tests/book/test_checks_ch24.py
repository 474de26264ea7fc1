"""Tests of the checks for “Modern architectures”."""

import pytest
import torch

from llm_lib.book.exercises import check
from llm_lib.model import recurrent_linear_attention, window_mask


def bytes_of(n_layer, n_head, n_kv_head, head_size, latent):
    return 2 * n_layer * (sum(latent) if latent else 2 * n_kv_head * head_size)


def window(length, width, n_sink):
    return window_mask(width, length, n_sink=n_sink).int().tolist()


def route(scores, k, normalize=True, best=True):
    p = torch.tensor(scores, dtype=torch.float64).softmax(-1)
    top = p.topk(k, largest=best)
    weights = top.values / top.values.sum() if normalize else top.values
    return list(zip(top.indices.tolist(), weights.tolist(), strict=True))


def balance(probabilities, chosen):
    p = torch.tensor(probabilities, dtype=torch.float64)
    share = torch.bincount(torch.tensor(chosen), minlength=p.shape[1]) / len(chosen)
    return float(p.shape[1] * (share * p.mean(0)).sum())


def delta(q, k, v, alpha, beta):
    tensors = [torch.tensor(x, dtype=torch.float64) for x in (q, k, v, alpha, beta)]
    q, k, v, alpha, beta = (x[None, None] for x in tensors)
    out, _ = recurrent_linear_attention(q, k, v[..., None], alpha.log(), beta)
    return out.flatten().tolist()


RIGHT = {
    "24-bytes": bytes_of,
    "24-window": window,
    "24-route": route,
    "24-balance": balance,
    "24-delta": delta,
}
WRONG = {
    "heads of queries": ("24-bytes", lambda n, h, kv, d, z: bytes_of(n, h, h, d, z)),
    "keys alone": ("24-bytes", lambda *a: bytes_of(*a) // 2),
    "one layer": ("24-bytes", lambda n, *a: bytes_of(1, *a)),
    "the latent twice": (
        "24-bytes",
        lambda *a: bytes_of(*a) * (2 if a[-1] else 1),
    ),
    "one too wide": ("24-window", lambda n, w, s: window(n, w + 1, s)),
    "no sinks": ("24-window", lambda n, w, s: window(n, w, 0)),
    "sinks from before": (
        "24-window",
        lambda n, w, s: [[1] * s + row[s:] for row in window(n, w, s)],
    ),
    "not divided": ("24-route", lambda s, k: route(s, k, normalize=False)),
    "the worst": ("24-route", lambda s, k: route(s, k, best=False)),
    "the best last": ("24-route", lambda s, k: route(s, k)[::-1]),
    "not times E": ("24-balance", lambda p, c: balance(p, c) / len(p[0])),
    "not divided by n": ("24-balance", lambda p, c: balance(p, c) * len(c)),
    "adds": ("24-delta", lambda q, k, v, a, b: _added(q, k, v, a, b)),
    "never fades": ("24-delta", lambda q, k, v, a, b: delta(q, k, v, [1.0] * len(a), b)),
    "full strength": ("24-delta", lambda q, k, v, a, b: delta(q, k, v, a, [1.0] * len(b))),
}


def _added(q, k, v, alpha, beta):
    written = [x * b for x, b in zip(v, beta, strict=True)]
    tensors = [torch.tensor(x, dtype=torch.float64)[None, None] for x in (q, k, written, alpha)]
    q, k, v, alpha = tensors
    return recurrent_linear_attention(q, k, v[..., None], alpha.log())[0].flatten().tolist()


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("24-predict-reach", 6, [3, 4, 7, 8]),
        ("24-predict-collapse", "c", "ab"),
        ("24-predict-recall", "b", "ac"),
        ("24-explain-router", "b", "ac"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
