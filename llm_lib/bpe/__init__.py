"""Byte pair encoding: a tokenizer that learns its vocabulary from a text.

Read `pretokenize` first, how a text is cut into chunks; then `merges`, how pairs are counted and
merged; then `tokenizer`, whose `encode_plain` is the whole way from text to ids. `special` finds
special tokens, `fast` does the plain steps faster, `convert` takes tokenizers over from tiktoken
and Hugging Face, and `saved` reads any tokenizer back from its file.
"""

from llm_lib.bpe.merges import PairCounts, merge_bytes
from llm_lib.bpe.pretokenize import PATTERNS
from llm_lib.bpe.saved import load_tokenizer
from llm_lib.bpe.tokenizer import BPETokenizer

__all__ = [
    "PATTERNS",
    "BPETokenizer",
    "PairCounts",
    "load_tokenizer",
    "merge_bytes",
]
