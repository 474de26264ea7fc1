"""Checks for the chapter on real weights."""

import json
import struct
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from llm_lib.book.checks.compare import difference, name_mistakes
from llm_lib.book.exercises import Case, exercise

BF16 = "BF16"  # how a name begins whose numbers are written in that type


def _safetensors(tensors: dict[str, np.ndarray], metadata: bool = False) -> bytes:
    """Return the bytes of a safetensors file, written by hand."""
    header: dict = {"__metadata__": {"format": "pt"}} if metadata else {}
    body = b""
    for name, array in tensors.items():
        kind = {2: "F16", 4: "F32"}[array.itemsize]
        if name.startswith(BF16):
            kind, array = BF16, _upper_halves(array)
        begin, body = len(body), body + array.tobytes()
        offsets = [begin, len(body)]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": offsets}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def _upper_halves(array: np.ndarray) -> np.ndarray:
    """Return the upper 16 bits of each float32, which are its BF16, cut off."""
    return (np.ascontiguousarray(array, "<f4").view("<u4") >> 16).astype("<u2")


def _tensor_is(expected: np.ndarray, data: bytes, begin: int) -> Callable[[object], str | None]:
    """Return a judge of a tensor that names the usual faults."""
    size = expected.size
    (n_header,) = struct.unpack("<Q", data[:8])

    def read(at: int, kind: str) -> np.ndarray:
        wide = np.dtype(kind).itemsize
        part = data[at : at + size * wide].ljust(size * wide, b"\0")  # of BF16 half is there
        return np.frombuffer(part, kind).astype("f4").reshape(expected.shape)

    kind = expected.dtype.str
    compare = name_mistakes(
        expected.astype("float32"),
        {
            "the offsets count from the end of the header, not from the start of the file": read(
                begin, kind
            ),
            "before the header there are eight bytes that say how long it is": read(
                n_header + begin, kind
            ),
            "the shape is right, but the rows are read as columns": (
                expected.astype("float32").reshape(expected.shape[::-1]).T
            ),
        },
    )

    def judge(got: object) -> str | None:
        if isinstance(got, Tensor):
            got = got.detach().numpy()
        if isinstance(got, np.ndarray) and got.ndim == 1 and expected.ndim > 1:
            return f"the numbers should have the shape {expected.shape}; got one row of {got.size}"
        return compare(got)

    return judge


@exercise(
    "19-tensor",
    hints=[
        "The first eight bytes, as a whole number, are the length of the JSON behind them.",
        "In the file, a tensor begins at 8 + the header's length + its first offset.",
        "`np.frombuffer(part, dtype='<f2')` reads float16, `'<f4'` float32.",
        "BF16: `(np.frombuffer(part, '<u2').astype('<u4') * 2**16).view('<f4')`.",
    ],
    faults={
        "F32": "Is the type taken from the header? An F32 number has four bytes, an F16 two.",
        "BF16": "As float16 its bits mean other numbers: it is the upper half of a float32.",
        "second": "Does the offset count? The second tensor does not begin where the first does.",
    },
    why="With these three types you can read most files of weights that are published.",
)
def tensor() -> Iterator[Case]:
    """Yield cases for `my_tensor(data, name)`: bytes and a name to an array."""
    numbers = np.random.default_rng(0).standard_normal(60).astype("float32")
    small, wide = numbers[:6].reshape(2, 3), numbers[6:18].reshape(3, 4)
    vector = numbers[18:24]
    half = {"a": small.astype("float16"), "b": wide.astype("float16"), "c": vector.astype("f2")}
    brain = {f"{BF16} first": _cut_off(vector), f"{BF16} matrix": _cut_off(wide)}
    full = {"norm": vector, "matrix": wide, "late": small.astype("float16")}
    for label, tensors, name, metadata in (
        ("the first tensor", half, "a", False),
        ("the second tensor", half, "b", False),
        ("a vector", half, "c", False),
        ("a tensor of type F32", full, "matrix", False),
        ("a tensor of type BF16", brain, f"{BF16} matrix", False),
        ("types mixed, and a field __metadata__ in the header", full, "late", True),
    ):
        data = _safetensors(tensors, metadata)
        names = list(tensors)
        widths = [2 if n.startswith(BF16) else tensors[n].itemsize for n in names]
        before = zip(names[: names.index(name)], widths, strict=False)
        begin = sum(tensors[n].size * width for n, width in before)
        yield Case(label, (data, name), accept=_tensor_is(tensors[name], data, begin))


def _cut_off(array: np.ndarray) -> np.ndarray:
    """Return float32 numbers with their lower 16 bits at 0, as BF16 can hold them."""
    return (_upper_halves(array).astype("<u4") << 16).view("<f4")


def _q4_0(codes: list[int], scale: float) -> bytes:
    both = [right | left << 4 for right, left in zip(codes[:16], codes[16:], strict=True)]
    return struct.pack("<e", scale) + bytes(both)


def _numbers_are(codes: list[int], scale: float) -> Callable[[object], str | None]:
    """Return a judge of 32 numbers that names the usual faults."""
    value = [scale * (code - 8) for code in codes]
    pairs = zip(codes[:16], codes[16:], strict=True)
    side_by_side = [scale * (code - 8) for pair in pairs for code in pair]
    compare = name_mistakes(
        value,
        {
            "the two halves of each byte are exchanged: the right digit is weight j": (
                value[16:] + value[:16]
            ),
            "the two codes of a byte are 16 places apart, not neighbours": side_by_side,
            "a code of 8 means 0: subtract 8 before you multiply": [scale * c for c in codes],
            "subtract 8 from the code, not from the product": [scale * c - 8 for c in codes],
        },
    )
    return lambda got: compare(got.tolist() if hasattr(got, "tolist") else got)


@exercise(
    "19-q4-0",
    hints=[
        "`float(np.frombuffer(block[:2], np.float16)[0])` is the scale; then come the codes.",
        "`byte % 16` is the right digit, `byte // 16` the left one.",
        "First all right digits, weights 0 to 15, then all left ones, 16 to 31.",
    ],
    why="Centred on 0, a block needs no minimum: 4.5 bits per weight instead of 5.",
)
def q4_0() -> Iterator[Case]:
    """Yield cases for `my_q4_0(block)`: 18 bytes to 32 numbers."""
    generator = np.random.default_rng(1)
    mixed = generator.integers(0, 16, 32).tolist()
    for label, codes, scale in (
        ("a scale of 1", mixed, 1.0),
        ("a scale of 0.25", mixed[::-1], 0.25),
        ("a negative scale", list(range(16)) * 2, -0.5),
    ):
        yield Case(label, (_q4_0(codes, scale),), accept=_numbers_are(codes, scale))


def _neighbours(weight: Tensor, n_head: int) -> Tensor:
    """Return rows j and j + D/2 of each head side by side."""
    size = len(weight) // n_head
    order = [
        head * size + j + half
        for head in range(n_head)
        for j in range(size // 2)
        for half in (0, size // 2)
    ]
    return weight[order]


def _halves(weight: Tensor, n_head: int) -> Tensor:
    """Return what `pair_halves` makes: the mistake of going the same way again."""
    return torch.cat([torch.cat([w[::2], w[1::2]]) for w in weight.chunk(n_head)])


def _pairs_are(weight: Tensor, n_head: int) -> Callable[[object], str | None]:
    expected = _neighbours(weight, n_head)
    mistakes = {
        "this is `pair_halves` once more: go the other way": _halves(weight, n_head),
        "no row has moved": weight,
        "each head is to be reordered by itself": _neighbours(weight, 1),
    }
    others = {say: out for say, out in mistakes.items() if difference(expected, out) is not None}
    return name_mistakes(expected, others)


@exercise(
    "19-pairs",
    hints=[
        "See one head's rows as a table of 2 halves and D/2 rows: `view(n_head, 2, D // 2, C)`.",
        "Exchange these two directions, and write all rows below each other again.",
        "`transpose(1, 2).reshape(rows, C)`; `view` alone would leave the order as it was.",
    ],
    why="Converters for GGUF do this to the queries and keys of every Llama.",
)
def pairs() -> Iterator[Case]:
    """Yield cases for `my_pair_neighbours(weight, n_head)`: (H·D, C) to (H·D, C)."""
    generator = torch.Generator().manual_seed(19)
    for label, n_head, size, C in (
        ("one head of eight rows", 1, 8, 3),
        ("three heads", 3, 8, 2),
        ("heads of two rows", 2, 2, 4),
        ("five channels, two heads of twelve", 2, 12, 5),
    ):
        weight = torch.randn(n_head * size, C, generator=generator)
        accept = _pairs_are(weight, n_head)
        yield Case(label, (weight, n_head), accept=accept, unchanged=True)


@exercise(
    "19-first-fault",
    hints=[
        "For each pair: the norm of the difference, divided by the norm of `theirs`.",
        "Return the index of the first that is above 0.00001; after the loop, `None`.",
        "`nan > 1e-5` is False, and so is `nan <= 1e-5`. Which of the two should you ask?",
    ],
    faults={
        "large": "That stream is large, so its rounding is too: divide by the norm of `theirs`.",
        "small": "That stream is small: a small difference is a large share of it.",
        "nan": "A comparison with nan is never true. Ask whether the gap is *at most* 0.00001.",
        "alike|rounding": "Where no layer differs by more than 1/100,000, return `None`.",
        "quiet": "A gap of 0.0004 is quiet, but hundreds of times what rounding makes.",
        "two": "The first fault is wanted: what comes after it differs because of it.",
    },
    why="The same test finds a wrong layer in a model of any size, in two forward passes.",
)
def first_fault() -> Iterator[Case]:
    """Yield cases for `my_first_fault(ours, theirs)`: two lists of tensors to an index or None."""
    generator = torch.Generator().manual_seed(3)
    streams = [torch.randn(1, 5, 8, generator=generator) * 2.0**i for i in range(6)]
    noise = [torch.randn(1, 5, 8, generator=generator) * 2.0**i for i in range(6)]

    def off(shares: list[float], size: float = 1.0) -> tuple[list[Tensor], list[Tensor]]:
        theirs = [size * x for x in streams]
        moved = zip(theirs, noise, shares, strict=True)
        return [x + size * share * n for x, n, share in moved], theirs

    yield Case("the streams are alike", off([0.0] * 6), None)
    yield Case("rounding in every layer", off([1e-6] * 6), None)
    yield Case("a fault in the middle", off([0, 1e-7, 1e-7, 0.1, 0.5, 0.9]), 3)
    yield Case("two faults", off([0, 0.02, 0.02, 0.9, 0.9, 0.9]), 1)
    yield Case("large streams, with rounding alone", off([2e-6] * 6, size=1e4), None)
    yield Case("a quiet fault", off([0, 1e-7, 4e-4, 5e-4, 5e-4, 5e-4]), 2)
    yield Case("small streams, with a fault", off([0, 0, 0.05, 0.1, 0.1, 0.1], size=1e-4), 2)
    ours, theirs = off([1e-7] * 6)
    ours[4] = ours[4] * float("nan")
    yield Case("nan", (ours, theirs), 4)
