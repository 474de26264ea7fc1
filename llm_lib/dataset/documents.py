"""Documents: splits them into training and validation texts, and encodes them."""

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np

from llm_lib.arguments import check_number
from llm_lib.tokenizer import END_OF_TEXT, Tokenizer


def encode_documents(
    documents: Iterable[str], tokenizer: Tokenizer, end_of_text: str = END_OF_TEXT
) -> Iterator[np.ndarray]:
    """Yield the ids of one document after another, each followed by the end-of-text id.

    That id tells the model that what follows has nothing to do with what came before. Only one
    document is in memory at a time; `write_token_file` takes them as they come.

    Raises ValueError if `end_of_text` is not a special token of the tokenizer.
    """
    end = getattr(tokenizer, "special_tokens", {}).get(end_of_text)
    if end is None:
        raise ValueError(
            f"the tokenizer has no special token {end_of_text!r}; train it with "
            f"special_tokens=[{end_of_text!r}]"
        )
    dtype = np.uint16 if tokenizer.vocab_size <= 2**16 else np.uint32
    return (np.array([*tokenizer.encode(text), end], dtype) for text in documents)


def split_documents(
    documents: Iterable[str], val_share: float = 0.1, seed: int = 0
) -> tuple[list[str], list[str]]:
    """Return two lists: the documents to learn from, and those to test on.

    Documents stay whole, so that no half of one gives away the other. Copies of a text (ignoring
    white space) all go to the same side. The sides depend on `seed` and on which texts there are,
    not on their order; each list keeps that order.

    val_share: the share of the distinct texts kept for the test; each side gets at least one.

    Raises ValueError for a share that is not between 0 and 1, or for fewer than two distinct texts.

    >>> split_documents(["a cat", "a dog", "a  cat", "an owl"], val_share=0.4, seed=4)
    (['a dog', 'an owl'], ['a cat', 'a  cat'])
    """
    documents = list(documents)
    check_number("val_share", val_share, above=0, below=1)
    # A hash is like a number drawn for each text, and the same whenever the text is the same.
    draws = [
        hashlib.sha256(f"{seed} {' '.join(text.split())}".encode()).digest() for text in documents
    ]
    distinct = sorted(set(draws))
    if len(distinct) < 2:
        raise ValueError(f"a split needs at least 2 distinct documents; there are {len(distinct)}")
    n_val = min(max(1, round(val_share * len(distinct))), len(distinct) - 1)
    val = set(distinct[:n_val])
    sides = ([], [])
    for text, draw in zip(documents, draws, strict=True):
        sides[draw in val].append(text)
    return sides
