"""Token files: ids on disk, in one file or in shards, read only where needed.

A token file begins with a header of HEADER_SIZE bytes, JSON that says what is in it; then come the
ids, two bytes each (four, if the vocabulary is larger than 65,536), the lower byte first. A text
too long for one file becomes a folder of *shards*: token files that follow one another.
"""

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from llm_lib.arguments import check_whole
from llm_lib.dataset.token_row import Tokens, TokenShards, as_token_array
from llm_lib.files import atomic_write, flush_to_disk
from llm_lib.tokenizer import Tokenizer

HEADER_SIZE = 256  # bytes; the ids of a token file begin after it
MAGIC = "llm_lib tokens 1"
BLOCK = 2**16  # ids written at a time


def write_token_file(
    path: str | os.PathLike,
    tokens: Iterable[int] | Iterable[np.ndarray],
    *,
    vocab_size: int | None = None,
    tokenizer: Tokenizer | None = None,
    shard_size: int | None = None,
) -> int:
    """Write ids to a file, two bytes each where the vocabulary allows it, else four.

    tokens: an array, a list, or an iterable of ids or of arrays of ids, such as
        `tokenizer.encode_iterable(lines)`, which need not fit in memory.
    vocab_size: taken from the tokenizer if there is one. The file remembers which tokenizer it was.
    shard_size: if given, `path` becomes a folder of shards `00000.tokens`, `00001.tokens` and so
        on, each of this many ids; the last may have fewer.

    Returns the number of ids. The file or folder appears whole or not at all, and replaces an
    older one. Raises ValueError for an id outside the vocabulary, for a `shard_size` below 1, and
    for a folder that holds anything but shards; TypeError for an id that is not a whole number.
    """
    vocab_size = tokenizer.vocab_size if vocab_size is None and tokenizer else vocab_size
    if vocab_size is None:
        raise ValueError("give a tokenizer, or vocab_size: how many different ids there may be")
    vocab_size = check_whole("vocab_size", vocab_size, most=2**32)
    shard_size = None if shard_size is None else check_whole("shard_size", shard_size)
    header = {"format": MAGIC, "dtype": _dtype_for(vocab_size), "count": 0}
    header |= {"vocab_size": vocab_size, "tokenizer": None}
    if tokenizer is not None:
        header["tokenizer"] = tokenizer_fingerprint(tokenizer)
    blocks = (_check_ids(block, vocab_size) for block in _cut_into_blocks(tokens))
    if shard_size is None:
        with atomic_write(path, "wb") as file:
            return _write_ids(file, header, blocks)
    with _atomic_folder(Path(path)) as folder:
        return _write_shards(folder, header, blocks, shard_size)


def read_token_file(
    path: str | os.PathLike, *, tokenizer: Tokenizer | None = None
) -> np.ndarray | TokenShards:
    """Open a token file, or a folder of shards, as one row of ids that stays on disk until needed.

    tokenizer: if given, the file must have been written with the same one.

    Returns a read-only array for a file, TokenShards for a folder. Raises ValueError, naming what
    is wrong, for a file that is damaged, cut short, or from another (or no) tokenizer, and for a
    folder in which a shard is missing or foreign; FileNotFoundError if there is nothing.
    """
    path = Path(path)
    if path.is_dir():
        return TokenShards([_map_file(file, tokenizer) for file in _list_shards(path)])
    return _map_file(path, tokenizer)


def read_token_header(path: str | os.PathLike) -> dict[str, Any]:
    """Return what the header of a token file says, after checking it.

    Raises ValueError, naming the field, if it is not the header of a token file.
    """
    with open(path, "rb") as file:
        raw = file.read(HEADER_SIZE)
    try:
        header = json.loads(raw)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != MAGIC:
        raise ValueError(f"{path} is not a token file: it does not begin with {MAGIC!r}")
    for field in ("count", "vocab_size"):
        check_whole(f"{path}: {field!r}", header.get(field), 0)
    dtype = _dtype_for(header["vocab_size"])
    if header.get("dtype") != dtype:
        raise ValueError(
            f"{path}: 'dtype' should be {dtype}, to hold {header['vocab_size']} different ids; it "
            f"is {header.get('dtype')}"
        )
    return {"tokenizer": None} | header


def tokenizer_fingerprint(tokenizer: Tokenizer) -> str:
    """Return 16 hex digits that identify a tokenizer.

    >>> from llm_lib.tokenizer import CharTokenizer
    >>> tokenizer_fingerprint(CharTokenizer("ab")) == tokenizer_fingerprint(CharTokenizer("ba"))
    False
    """
    description = json.dumps(tokenizer.to_dict(), sort_keys=True)
    return hashlib.sha256(description.encode()).hexdigest()[:16]


class MappedTokens(np.memmap):
    """Ids of a token file, on disk until they are needed. Slices are of the same kind.

    Another process, such as a loader's worker, is sent the place in the file, not the ids.
    """

    def __reduce__(self) -> tuple:
        """Say how to make this array again, for pickle."""
        if self._mmap is None or self.ndim != 1 or not self.flags.c_contiguous:
            return super().__reduce__()  # computed from ids, and no longer a piece of the file
        begin = np.frombuffer(self._mmap, np.uint8)  # the whole file, from its first byte
        place = self.ctypes.data - begin.ctypes.data
        return _map_ids, (self.filename, self.dtype, place, len(self))


def _dtype_for(vocab_size: int) -> str:
    return "uint16" if vocab_size <= 2**16 else "uint32"


def _map_ids(path: Any, dtype: np.dtype, offset: int, count: int) -> np.ndarray:
    if count == 0:
        return np.empty(0, dtype)  # an empty part of a file can't be mapped
    return MappedTokens(path, dtype, mode="r", offset=offset, shape=(count,))


def _map_file(path: Path, tokenizer: Tokenizer) -> np.ndarray:
    """Check one token file, and open it."""
    header = read_token_header(path)
    dtype, count = np.dtype(header["dtype"]).newbyteorder("<"), header["count"]
    size, expected = os.path.getsize(path), HEADER_SIZE + count * dtype.itemsize
    if size != expected:
        raise ValueError(
            f"{path} should have {expected} bytes for its {count} ids, but has {size}: it was cut "
            "short or damaged; write it again"
        )
    if tokenizer is not None and header["tokenizer"] is None:
        raise ValueError(
            f"{path} does not say which tokenizer wrote it: read it without `tokenizer`, or give "
            "`write_token_file` the tokenizer"
        )
    if tokenizer is not None and header["tokenizer"] != tokenizer_fingerprint(tokenizer):
        raise ValueError(f"{path} was written with another tokenizer: its ids mean other tokens")
    return _map_ids(path, dtype, HEADER_SIZE, count)


def _shard_name(number: int) -> str:
    return f"{number:05d}.tokens"


def _list_shards(folder: Path) -> list[Path]:
    """Return a folder's shards in order, after checking that they belong together."""
    if not (folder / _shard_name(0)).exists():
        raise ValueError(f"{folder} is not a folder of shards: {_shard_name(0)} is missing")
    first = read_token_header(folder / _shard_name(0))
    shards = check_whole(f"{folder}: 'shards'", first.get("shards"))
    files = [folder / _shard_name(number) for number in range(shards)]
    for number, file in enumerate(files):
        if not file.exists():
            raise ValueError(f"{folder}: shard {file.name} of {shards} is missing")
        header = read_token_header(file)
        fields = ("vocab_size", "tokenizer", "shards")
        if header.get("shard") != number or any(header.get(f) != first[f] for f in fields):
            raise ValueError(f"{file} does not belong to the other shards; write them again")
    return files


def _cut_into_blocks(tokens: Tokens) -> Iterator[np.ndarray]:
    """Cut ids into arrays of at most BLOCK, whether they come one by one or as arrays."""
    if isinstance(tokens, np.ndarray | Tensor | TokenShards | range):
        array = as_token_array(tokens)
        for start in range(0, len(array), BLOCK):
            yield array[start : start + BLOCK]
        return
    tokens = iter(tokens)
    for first in tokens:  # once: what follows takes the rest
        tokens = itertools.chain([first], tokens)
        if np.ndim(first) == 0:
            while block := list(itertools.islice(tokens, BLOCK)):
                yield as_token_array(block)
        else:
            for part in tokens:
                yield from _cut_into_blocks(as_token_array(part))
        return


def _check_ids(block: np.ndarray, vocab_size: int) -> np.ndarray:
    """Return the block in the dtype of the file; ValueError if an id is not in the vocabulary."""
    wrong = block[(block < 0) | (block >= vocab_size)]
    if wrong.size:
        raise ValueError(f"id {wrong[0]} is outside the vocabulary of {vocab_size}")
    return block.astype(np.dtype(_dtype_for(vocab_size)).newbyteorder("<"))


def _write_ids(file: Any, header: dict[str, Any], blocks: Iterable[np.ndarray]) -> int:
    """Write blocks of ids and the header in front of them; return how many ids there were."""
    file.write(b" " * HEADER_SIZE)
    count = 0
    for block in blocks:
        file.write(block.tobytes())
        count += len(block)
    _write_header(file, header | {"count": count})
    return count


def _write_header(file: Any, header: dict[str, Any]) -> None:
    file.seek(0)
    file.write(json.dumps(header).ljust(HEADER_SIZE - 1).encode() + b"\n")


def _write_shards(folder: Path, header: dict, blocks: Iterable[np.ndarray], size: int) -> int:
    """Write a folder of shards of `size` ids; return how many ids there were in all."""
    counts = []
    for number, pieces in itertools.groupby(_cut_at_borders(blocks, size), key=itemgetter(0)):
        with open(folder / _shard_name(number), "wb") as file:
            counts.append(_write_ids(file, header, (piece for _, piece in pieces)))
    for number, count in enumerate(counts):  # only now it is known how many shards there are
        with open(folder / _shard_name(number), "r+b") as file:
            more = {"count": count, "shard": number, "shards": len(counts)}
            _write_header(file, header | more)
            flush_to_disk(file)
    return sum(counts)


def _cut_at_borders(blocks: Iterable[np.ndarray], size: int) -> Iterator[tuple[int, np.ndarray]]:
    """Cut blocks where a shard is full: pairs (number of the shard, ids for it)."""
    done = 0
    yield 0, np.empty(0, np.uint16)  # a text without ids has one empty shard
    for block in blocks:
        while len(block):
            piece = block[: size - done % size]
            yield done // size, piece
            done, block = done + len(piece), block[len(piece) :]


@contextmanager
def _atomic_folder(path: Path) -> Iterator[Path]:
    """Yield a folder to fill, which takes the name `path` only when all is written.

    It replaces an older folder of shards; anything else in its place is refused with ValueError.
    """
    if path.exists() and (not path.is_dir() or any(f.suffix != ".tokens" for f in path.iterdir())):
        raise ValueError(f"{path} holds other things than shards; choose another name")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    temporary.mkdir()
    try:
        yield temporary
        if path.exists():
            os.replace(path, old)
        try:
            os.replace(temporary, path)
        except OSError:
            if old.exists():
                os.replace(old, path)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
