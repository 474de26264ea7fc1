"""Tests of the checks for “Real weights”."""

import json
import math
import struct

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, quants

from llm_lib.book.exercises import check
from llm_lib.pretrained.gguf import pair_halves


def tensor(data, name, skip=8, add=True, kinds=None):
    (n,) = struct.unpack("<Q", data[:8])
    about = json.loads(data[8 : 8 + n])[name]
    begin, end = about["data_offsets"]
    at = (skip + n) if add else 0
    kind = (kinds or {"F16": "<f2", "F32": "<f4", "BF16": "<u2"})[about["dtype"]]
    part = np.frombuffer(data, kind, (end - begin) // np.dtype(kind).itemsize, at + begin)
    if kind == "<u2":
        part = (part.astype("<u4") * 65536).view("<f4")
    return part.astype("f4").reshape(about["shape"])


def tensor_of_torch(data, name):
    from safetensors.torch import load

    return load(data)[name].float()


def flat(data, name):
    return tensor(data, name).ravel()


def first_only(data, name):
    (n,) = struct.unpack("<Q", data[:8])
    about = json.loads(data[8 : 8 + n])[name]
    size = math.prod(about["shape"])
    kind = {"F16": "<f2", "F32": "<f4", "BF16": "<f2"}[about["dtype"]]
    return np.frombuffer(data, kind, size, 8 + n).astype("f4").reshape(about["shape"])


def columns(data, name):
    x = tensor(data, name)
    return x.reshape(x.shape[::-1]).T


def q4_0(block):
    row = np.frombuffer(block, np.uint8)[None]
    return quants.dequantize(row, GGMLQuantizationType.Q4_0)[0].tolist()


def q4_0_with(block, order=None, zero=8, after=0.0):
    (scale,) = struct.unpack("<e", block[:2])
    right, left = [b & 15 for b in block[2:]], [b >> 4 for b in block[2:]]
    codes = right + left
    if order == "swapped":
        codes = left + right
    elif order == "neighbours":
        codes = [c for pair in zip(right, left, strict=True) for c in pair]
    return [scale * (c - zero) - after for c in codes]


def neighbours(weight, n_head):
    order = pair_halves(torch.arange(len(weight)).view(-1, 1), n_head).flatten()
    out = torch.empty_like(weight)
    out[order] = weight
    return out


def fault(ours, theirs):
    gaps = [((x - y).norm() / y.norm()).item() for x, y in zip(ours, theirs, strict=True)]
    return next((i for i, gap in enumerate(gaps) if math.isnan(gap) or gap > 1e-5), None)


def fault_with(gap, right=lambda g: g > 1e-5, order=1):
    def find(ours, theirs):
        found = [i for i, pair in enumerate(zip(ours, theirs, strict=True)) if right(gap(*pair))]
        return found[::order][0] if found else None

    return find


def relative(x, y):
    return ((x - y).norm() / y.norm()).item()


RIGHT = {
    "19-tensor": tensor,
    "19-q4-0": q4_0,
    "19-pairs": neighbours,
    "19-first-fault": fault,
}
WRONG = {
    "no header": ("19-tensor", lambda d, n: tensor(d, n, add=False)),
    "eight bytes too early": ("19-tensor", lambda d, n: tensor(d, n, skip=0)),
    "the offset ignored": ("19-tensor", first_only),
    "always float16": (
        "19-tensor",
        lambda d, n: tensor(d, n, kinds={"F16": "<f2", "F32": "<f2", "BF16": "<u2"}).reshape(-1)[
            :12
        ],
    ),
    "BF16 as float16": (
        "19-tensor",
        lambda d, n: tensor(d, n, kinds={"F16": "<f2", "F32": "<f4", "BF16": "<f2"}),
    ),
    "one row": ("19-tensor", flat),
    "rows as columns": ("19-tensor", columns),
    "nibbles swapped": ("19-q4-0", lambda b: q4_0_with(b, "swapped")),
    "nibbles as neighbours": ("19-q4-0", lambda b: q4_0_with(b, "neighbours")),
    "no 8": ("19-q4-0", lambda b: q4_0_with(b, zero=0)),
    "8 from the product": ("19-q4-0", lambda b: q4_0_with(b, zero=0, after=8)),
    "the same way again": ("19-pairs", pair_halves),
    "nothing moved": ("19-pairs", lambda w, h: w),
    "all heads as one": ("19-pairs", lambda w, h: neighbours(w, 1)),
    "view without transpose": ("19-pairs", lambda w, h: w.reshape(h, -1).reshape(w.shape)),
    "absolute differences": (
        "19-first-fault",
        fault_with(lambda x, y: (x - y).abs().max().item()),
    ),
    "nan passes": ("19-first-fault", fault_with(relative)),
    "a threshold of 0.001": ("19-first-fault", fault_with(relative, lambda g: not g <= 1e-3)),
    "any difference": ("19-first-fault", fault_with(relative, lambda g: not g <= 0)),
    "the last fault": (
        "19-first-fault",
        fault_with(relative, lambda g: not g <= 1e-5, order=-1),
    ),
}


def test_tensors_may_be_torch_s():
    # fails if a right answer by the library itself is refused
    assert check("19-tensor", tensor_of_torch)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("no header", "from the end of the header"),
        ("eight bytes too early", "eight bytes that say how long"),
        ("one row", "should have the shape"),
        ("nibbles swapped", "exchanged"),
        ("nibbles as neighbours", "16 places apart"),
        ("no 8", "a code of 8 means 0"),
        ("the same way again", "the other way"),
        ("all heads as one", "each head"),
        ("nan passes", "never true"),
        ("absolute differences", "divide by the norm"),
        ("a threshold of 0.001", "hundreds of times"),
    ],
)
def test_a_seeded_mistake_is_named(mistake, said):
    # fails if a mistake that the chapter speaks of gets a hint on something else
    assert said in repr(check(*WRONG[mistake]))


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("19-predict-offset", "d", "abc"),
        ("19-predict-bits", 5, [4, 0.625, 1.6]),
        ("19-predict-silent", "b", "acd"),
        ("19-predict-transposed", "a", "bc"),
        ("19-predict-induction", "c", "ab"),
        ("19-predict-size", 14, [112, 7, 28]),
        ("19-explain-head", "c", "abd"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
