"""Data loading: from one long row of token ids to batches of training examples.

A model learns to predict the next token, so an example is a window of the text, `x`, and the same
window moved on by one token, `y`: at each position, `y` holds what should come after `x`.
Long texts are kept in a *token file* that the computer reads piece by piece as they are needed.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from llm_lib.files import atomic_write

HEADER_SIZE = 256  # bytes; the ids of a token file begin after it
MAGIC = "llm_lib tokens 1"
BLOCK = 2**16  # ids written at a time


class TokenDataset(Dataset):
    """Windows of `context_length` tokens, cut from a row of token ids every `stride` tokens.

    >>> dataset = TokenDataset([10, 11, 12, 13, 14, 15, 16], context_length=3)
    >>> len(dataset)
    2
    >>> x, y = dataset[1]
    >>> x.tolist(), y.tolist()
    ([13, 14, 15], [14, 15, 16])
    """

    def __init__(self, tokens: Any, context_length: int, stride: int | None = None):
        """Look at `tokens` through windows; nothing is copied from an array, tensor or token file.

        tokens: ids in a list, array, tensor, or what `read_token_file` returns.
        stride: how far apart windows start; None means `context_length`, so that none overlap.

        Raises TypeError if the ids are not whole numbers, and ValueError if `context_length` or
        `stride` is below 1, or if the tokens are too few for one window and the token after it.
        """
        tokens = as_token_array(tokens)
        stride = context_length if stride is None else stride
        for name, value in (("context_length", context_length), ("stride", stride)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} should be a whole number of at least 1; got {value!r}")
        if len(tokens) < context_length + 1:
            raise ValueError(
                f"there are {len(tokens)} tokens, too few for context_length={context_length}: "
                f"one window and the token after it take {context_length + 1}"
            )
        self.context_length, self.stride = context_length, stride
        # One row a window, x and y together. A view: the rows share the memory of `tokens`.
        self._windows = np.lib.stride_tricks.sliding_window_view(tokens, context_length + 1)[
            ::stride
        ]

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self._windows)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return window `index` as x and y, both of shape (T,), int64."""
        window = torch.from_numpy(self._windows[index].astype(np.int64))
        return window[..., :-1], window[..., 1:]

    def __getitems__(self, indices: list[int]) -> tuple[Tensor, Tensor]:
        """Return several windows at once as x and y, both (B, T); PyTorch's loader asks for it."""
        return self[indices]


def create_dataloader(
    tokens: Any,
    *,
    batch_size: int,
    context_length: int,
    stride: int | None = None,
    shuffle: bool = True,
    seed: int = 0,
    drop_last: bool = True,
) -> DataLoader:
    """Return a loader of batches (x, y), each of shape (B, T), that shows every window once.

    shuffle: show the windows in random order, another one each time through. The same `seed` gives
        the same orders again.
    drop_last: leave out the last windows if they don't fill a batch.

    Raises ValueError if `batch_size` is below 1, or if there are too few windows for one batch;
    and what `TokenDataset` raises.

    >>> loader = create_dataloader(range(9), batch_size=2, context_length=4, shuffle=False)
    >>> for x, y in loader:
    ...     print(x.tolist(), y.tolist())
    [[0, 1, 2, 3], [4, 5, 6, 7]] [[1, 2, 3, 4], [5, 6, 7, 8]]
    """
    dataset = TokenDataset(tokens, context_length, stride)
    if not isinstance(batch_size, int) or batch_size < 1:
        raise ValueError(f"batch_size should be a whole number of at least 1; got {batch_size!r}")
    if drop_last and len(dataset) < batch_size:
        raise ValueError(
            f"there are {len(dataset)} windows, too few for a batch of {batch_size}; take a "
            "smaller batch_size, context_length or stride, or drop_last=False"
        )
    return DataLoader(
        dataset,
        batch_size=batch_size,
        shuffle=shuffle,
        drop_last=drop_last,
        generator=torch.Generator().manual_seed(seed),
        collate_fn=_as_it_is,  # __getitems__ has put the windows together already
    )


def _as_it_is(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    return batch


def as_token_array(tokens: Any) -> np.ndarray:
    """Return ids as a one-dimensional array of whole numbers, copying only what is not an array.

    Raises TypeError if they are not whole numbers, ValueError if they are not in one row.
    """
    if isinstance(tokens, Tensor):
        tokens = tokens.detach().cpu().numpy()
    array = np.asarray(tokens)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise TypeError(
            f"token ids should be whole numbers; these are {array.dtype}. Did you mean to encode "
            "a text first?"
        )
    if array.ndim != 1:
        raise ValueError(f"token ids should be in one row; these have the shape {array.shape}")
    return array


def write_token_file(
    path: str | os.PathLike,
    tokens: Iterable[int],
    *,
    vocab_size: int | None = None,
    tokenizer: Any = None,
) -> int:
    """Write ids to a file, two bytes each where the vocabulary allows it, else four.

    tokens: an array, a list, or an iterator such as `tokenizer.encode_iterable(lines)`, which need
        not fit in memory.
    vocab_size: taken from the tokenizer if there is one. The file remembers which tokenizer it was.

    Returns the number of ids. The file appears whole or not at all. Raises ValueError for an id
    outside the vocabulary, TypeError for one that is not a whole number.
    """
    vocab_size = tokenizer.vocab_size if vocab_size is None and tokenizer else vocab_size
    if not isinstance(vocab_size, int) or not 1 <= vocab_size <= 2**32:
        raise ValueError(f"pass a tokenizer, or vocab_size from 1 to 2**32; got {vocab_size!r}")
    dtype = np.dtype("<u2" if vocab_size <= 2**16 else "<u4")
    header = {"format": MAGIC, "dtype": dtype.name, "count": 0, "vocab_size": vocab_size}
    header["tokenizer"] = tokenizer_fingerprint(tokenizer) if tokenizer else None
    with atomic_write(path, "wb") as file:
        file.write(b" " * HEADER_SIZE)
        for block in _blocks(tokens):
            wrong = block[(block < 0) | (block >= vocab_size)]
            if wrong.size:
                raise ValueError(f"id {wrong[0]} is outside the vocabulary of {vocab_size}")
            file.write(block.astype(dtype).tobytes())
            header["count"] += len(block)
        file.seek(0)
        file.write(json.dumps(header).ljust(HEADER_SIZE - 1).encode() + b"\n")
    return header["count"]


def read_token_file(path: str | os.PathLike, *, tokenizer: Any = None) -> np.ndarray:
    """Open a token file as a read-only array that stays on disk until it is looked at.

    tokenizer: if given, the file must have been written with the same one.

    Raises ValueError, naming what is wrong, for a file that is damaged, cut short, or from another
    tokenizer.
    """
    header = _read_header(path)
    dtype, count = np.dtype(header["dtype"]).newbyteorder("<"), header["count"]
    size, expected = os.path.getsize(path), HEADER_SIZE + count * dtype.itemsize
    if size != expected:
        raise ValueError(
            f"{path} should have {expected} bytes for its {count} ids, but has {size}: it was cut "
            "short or damaged; write it again"
        )
    if tokenizer is not None and header["tokenizer"] != tokenizer_fingerprint(tokenizer):
        raise ValueError(f"{path} was written with another tokenizer: its ids mean other tokens")
    if count == 0:
        return np.empty(0, dtype)  # an empty part of a file can't be mapped
    return np.memmap(path, dtype, mode="r", offset=HEADER_SIZE, shape=(count,))


def tokenizer_fingerprint(tokenizer: Any) -> str:
    """Return 16 hex digits that tell a tokenizer from any other.

    >>> from llm_lib.tokenizer import CharTokenizer
    >>> tokenizer_fingerprint(CharTokenizer("ab")) == tokenizer_fingerprint(CharTokenizer("ba"))
    False
    """
    description = json.dumps(tokenizer.to_dict(), sort_keys=True)
    return hashlib.sha256(description.encode()).hexdigest()[:16]


def _blocks(tokens: Iterable[int]) -> Iterable[np.ndarray]:
    """Cut ids into arrays of at most BLOCK."""
    if isinstance(tokens, Iterable) and not isinstance(tokens, np.ndarray | Tensor):
        tokens = iter(tokens)
        while block := list(itertools.islice(tokens, BLOCK)):
            yield as_token_array(block)
    else:
        array = as_token_array(tokens)
        for start in range(0, len(array), BLOCK):
            yield array[start : start + BLOCK]


def _read_header(path: str | os.PathLike) -> dict[str, Any]:
    """Read and check the first HEADER_SIZE bytes of a token file."""
    with open(path, "rb") as file:
        raw = file.read(HEADER_SIZE)
    try:
        header = json.loads(raw)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != MAGIC:
        raise ValueError(f"{path} is not a token file: it does not begin with {MAGIC!r}")
    if header.get("dtype") not in ("uint16", "uint32"):
        raise ValueError(f"{path}: 'dtype' should be uint16 or uint32; it is {header.get('dtype')}")
    for field in ("count", "vocab_size"):
        value = header.get(field)
        if not isinstance(value, int) or value < 0:
            raise ValueError(f"{path}: {field!r} should be a whole number; it is {value!r}")
    return header | {"tokenizer": header.get("tokenizer")}
