"""Converts tokenizers from and to the formats of tiktoken and Hugging Face.

The `read_...` functions return the arguments with which a `BPETokenizer` becomes the same
tokenizer. Anything that those arguments can't express is refused: a tokenizer that is only nearly
the same silently gives wrong ids.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from llm_lib.bpe.fast import merge_bytes
from llm_lib.bpe.merges import byte_characters, token_bytes
from llm_lib.bpe.pretokenize import PATTERNS, compile_pattern
from llm_lib.files import read_json

# Other spellings of the patterns; the cuts are the same.
_NAMES = {pattern: name for name, pattern in PATTERNS.items()} | {
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s": "gpt2",
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+": "gpt2",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s": "cl100k",
}
# Equivalent to Hugging Face's "Digits" before "ByteLevel": GPT-2's cuts, and each digit alone.
SINGLE_DIGITS = r"\p{N}|'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?=\p{N})|\s+(?!\S)|\s+"
_NO_CUTS = r"[\s\S]+"
_CHARACTERS = byte_characters()
_BYTE_OF = {character: byte for byte, character in enumerate(_CHARACTERS)}


def read_tiktoken(encoding: Any) -> dict[str, Any]:
    """Return the arguments for a `BPETokenizer` that equals a tiktoken `Encoding`.

    Raises TypeError if it is not one, ValueError if its tokens can't have come from byte pair
    encoding.
    """
    if not hasattr(encoding, "_mergeable_ranks"):
        raise TypeError(f"encoding should be a tiktoken Encoding; got {type(encoding).__name__}")
    ids = dict(encoding._mergeable_ranks)
    merged = sorted((token for token in ids if len(token) > 1), key=ids.get)
    return {
        "merges": recover_merges(merged),
        "pattern": _NAMES.get(encoding._pat_str, encoding._pat_str),
        "special_tokens": encoding._special_tokens,
        "ids": _ids_in_order(ids, merged),
    }


def to_tiktoken(tokenizer: Any, name: str) -> Any:
    """Return a tiktoken `Encoding` with the tokens, ids and pattern of a `BPETokenizer`.

    tiktoken knows only tokens, and joins any two that together are one, the smallest id first.
    Raises ValueError if that would not give the tokenizer's own merges.
    """
    import tiktoken

    ranks = _ordinary(tokenizer)
    merged = sorted((token for token in ranks if len(token) > 1), key=ranks.get)
    if not _can_be_recovered(merged, tokenizer.merges):
        raise ValueError(
            "tiktoken can't hold this vocabulary: from the tokens and ids alone, in order of id, "
            "the merges can't be told"
        )
    pattern = PATTERNS.get(tokenizer.pattern, tokenizer.pattern)
    return tiktoken.Encoding(
        name,
        pat_str=pattern,
        mergeable_ranks=ranks,
        special_tokens=dict(tokenizer.special_tokens),
    )


def read_huggingface(source: str | os.PathLike | Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments for a `BPETokenizer` that equals a Hugging Face tokenizer.

    source: the path of a `tokenizer.json`, or the content of such a file. It has to be a byte-level
        BPE, as GPT-2, Llama 3 and many others have. With all its added tokens allowed, encoding
        gives the ids that `tokenizers` gives.

    Raises ValueError, naming the field, for anything that a BPETokenizer can't represent: another
    kind of model, a normalizer, tokens that a post-processor adds, and so on.
    """
    data = source if isinstance(source, Mapping) else read_json(source)
    try:
        for field in ("normalizer", "truncation", "padding"):
            _want(field, data.get(field), "null", lambda value: value is None)
        for field in ("post_processor", "decoder"):
            _want(field, data.get(field), "null or ByteLevel", _is_byte_level_or_none)
        specials = {
            token["content"]: token["id"]
            for token in _want("added_tokens", data.get("added_tokens", []), "plain", _are_plain)
        }
        model = _want("model", data.get("model"), "a BPE model", _is_bpe)
        vocab, merges = _read_vocabulary(model, specials)
        pattern = _read_pattern(data.get("pre_tokenizer"))
        compile_pattern(pattern)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not a Hugging Face tokenizer.json: {error!r}") from None
    merged = [left + right for left, right in merges]
    ids = _ids_in_order(vocab, merged)
    return {"merges": merges, "pattern": pattern, "special_tokens": specials, "ids": ids}


def to_huggingface(tokenizer: Any) -> dict[str, Any]:
    """Return the content of a `tokenizer.json` that equals a `BPETokenizer`.

    Raises ValueError if a special token is spelled as one of the other tokens is in such a file.
    """
    specials = tokenizer.special_tokens
    vocab = {_write(token): i for token, i in _ordinary(tokenizer).items()}
    for token in specials:
        if token in vocab:
            raise ValueError(f"the special token {token!r} is spelled as another token in the file")
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    cut = {"Regex": PATTERNS.get(tokenizer.pattern, tokenizer.pattern)}
    split = {"type": "Split", "pattern": cut, "behavior": "Removed", "invert": True}
    steps = {"type": "Sequence", "pretokenizers": [split, byte_level | {"use_regex": False}]}
    if tokenizer.pattern == "gpt2":
        steps = byte_level | {"use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": token, **flags, "special": True} for token, i in specials.items()
        ],
        "normalizer": None,
        "pre_tokenizer": steps,
        "post_processor": None,
        "decoder": byte_level | {"use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": vocab | specials,
            "merges": [f"{_write(left)} {_write(right)}" for left, right in tokenizer.merges],
        },
    }


def recover_merges(tokens: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Find the merges of a vocabulary that is known only as its tokens, in order of learning.

    tiktoken's files are like that. A token's merge joins the two parts that the merges before it
    leave of its bytes. Raises ValueError for a token that does not end as two parts.

    >>> recover_merges([b"lo", b"low"])
    [(b'l', b'o'), (b'lo', b'w')]
    """
    known = [bytes([i]) for i in range(256)]
    new_ids, merges = {}, []
    for token in tokens:
        parts = merge_bytes(token, new_ids)
        if len(parts) != 2:
            raise ValueError(f"token {token!r} is not made of two tokens that come before it")
        merges.append((known[parts[0]], known[parts[1]]))
        new_ids[parts[0], parts[1]] = len(known)
        known.append(token)
    return merges


def _ordinary(tokenizer: Any) -> dict[bytes, int]:
    """Return the id of each token that is not special."""
    specials = set(tokenizer.special_tokens.values())
    return {token: i for i, token in tokenizer.vocab.items() if i not in specials}


def _ids_in_order(ids: Mapping[bytes, int], merged: list[bytes]) -> list[int]:
    """Return the id of each byte, then of each merged token. Raises ValueError if one has none."""
    try:
        return [ids[token] for token in [*(bytes([i]) for i in range(256)), *merged]]
    except KeyError as error:
        raise ValueError(f"the vocabulary lacks the token {error.args[0]!r}") from None


def _can_be_recovered(tokens: list[bytes], merges: list[tuple[bytes, bytes]]) -> bool:
    """Return whether the merges follow from the tokens in this order."""
    try:
        return recover_merges(tokens) == merges
    except ValueError:
        return False


def _want(field: str, value: Any, wanted: str, fits: Callable[[Any], bool]) -> Any:
    """Return the value of a field; ValueError, saying what is needed, unless it is allowed."""
    if not fits(value):
        raise ValueError(
            f"field {field!r} should be {wanted}; a BPETokenizer has no {value!r:.200}"
        )
    return value


def _is_byte_level_or_none(value: Any) -> bool:
    """Say whether a step works on bytes alone, and adds no tokens."""
    return value is None or value["type"] == "ByteLevel"


def _are_plain(added_tokens: list[dict[str, Any]]) -> bool:
    """Say whether added tokens are found anywhere in the text, and take no spaces with them."""
    switches = ("single_word", "lstrip", "rstrip")
    return not any(token.get(switch) for token in added_tokens for switch in switches)


def _is_bpe(model: Any) -> bool:
    """Return whether a model is a BPE with nothing but a vocabulary and merges."""
    switches = ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")
    return (
        isinstance(model, Mapping)
        and model.get("type", "BPE") == "BPE"
        and isinstance(model.get("vocab"), Mapping)
        and isinstance(model.get("merges"), list)
        and not any(model.get(switch) for switch in switches)
    )


def _read_vocabulary(
    model: Mapping[str, Any], specials: Mapping[str, int]
) -> tuple[dict[bytes, int], list[tuple[bytes, bytes]]]:
    """Return the id of each token of a model, and its merges."""
    pairs = [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("field 'merges' should hold pairs of tokens")
    merges = [(_read(left), _read(right)) for left, right in pairs]
    merged = [token for token, _ in groupby(left + right for left, right in merges)]
    if len(merged) < len(merges) or model.get("ignore_merges"):
        # The file lists every way to make a token, as Llama 3's does. Only one of them is ever
        # used: the one that earlier merges make of the token's own bytes.
        used = recover_merges(merged)
        if not set(used) <= set(merges):
            raise ValueError("field 'merges' lacks the merge that makes one of the tokens")
        merges = used
    made = {*merged, *(bytes([i]) for i in range(256))}
    vocab = {_read(token): i for token, i in model["vocab"].items() if token not in specials}
    if unmade := [token for token in vocab if token not in made]:
        raise ValueError(f"field 'vocab' holds {unmade[0]!r}, which no merge makes")
    token_bytes(merges)  # raises ValueError if they don't build on each other
    return vocab, merges


def _read_pattern(pre_tokenizer: Any) -> str:
    """Return the pattern that cuts as a Hugging Face pre-tokenizer does."""
    is_sequence = isinstance(pre_tokenizer, Mapping) and pre_tokenizer["type"] == "Sequence"
    steps = pre_tokenizer["pretokenizers"] if is_sequence else [pre_tokenizer]
    *cuts, last = steps
    if last and last["type"] == "ByteLevel" and not last.get("add_prefix_space", True):
        uses_gpt2 = last.get("use_regex", True)
        match cuts:
            case []:
                return "gpt2" if uses_gpt2 else _NO_CUTS
            case [{"type": "Digits", "individual_digits": True}] if uses_gpt2:
                return SINGLE_DIGITS
            case [{"type": "Split", "pattern": {"Regex": pattern}, **how}] if not uses_gpt2:
                match how["behavior"], how["invert"]:
                    case ("Removed", True):
                        return _NAMES.get(pattern, pattern)
                    case ("Isolated", False):  # what lies between the matches is a chunk as well
                        return _NAMES.get(pattern, rf"{pattern}|(?:(?!{pattern})[\s\S])+")
    raise ValueError(
        "field 'pre_tokenizer' should be ByteLevel without a prefix space, alone or after one "
        f"Split by a Regex or Digits; a BPETokenizer has no {pre_tokenizer!r:.200}"
    )


def _read(token: str) -> bytes:
    """Return the bytes of a token that is written in GPT-2's characters for bytes."""
    try:
        return bytes(_BYTE_OF[character] for character in token)
    except KeyError:
        raise ValueError(
            f"token {token!r} is not written in GPT-2's characters for bytes"
        ) from None


def _write(token: bytes) -> str:
    """Write the bytes of a token in GPT-2's characters for bytes."""
    return "".join(_CHARACTERS[byte] for byte in token)
