"""Reads a tokenizer of any type back from its file."""

import os

from llm_lib.bpe.tokenizer import BPETokenizer
from llm_lib.files import read_json
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer, Tokenizer, WordTokenizer


def load_tokenizer(path: str | os.PathLike) -> Tokenizer:
    """Read a tokenizer of any type from the JSON file that its `save` wrote.

    Raises ValueError, naming the file and the field, if the file is not valid.
    """
    kinds = {c.type: c for c in (BPETokenizer, CharTokenizer, WordTokenizer, IntegerTokenizer)}
    kind = read_json(path).get("type")
    if kind not in kinds:
        raise ValueError(f"{path}: field 'type' should be one of {list(kinds)}; it is {kind!r}")
    return kinds[kind].load(path)
