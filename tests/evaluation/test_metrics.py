"""Perplexity, bits per byte, and the bytes that tokens spell, each computed another way."""

import math

import pytest

from llm_lib.bpe import BPETokenizer
from llm_lib.evaluation.metrics import bits_per_byte, count_bytes, perplexity

TEXT = "Mia’s café was naïve 🦊 and the fox was kind. " * 3
TOKENIZER = BPETokenizer.train(TEXT, 280, special_tokens=["<|endoftext|>"])


def test_bytes_are_those_of_the_text():
    # fails if characters are counted, or a special token is taken for the letters of its name
    ids = TOKENIZER.encode(TEXT)
    assert count_bytes(ids, TOKENIZER) == len(TEXT.encode())
    end = TOKENIZER.special_tokens["<|endoftext|>"]
    assert count_bytes([*ids, end], TOKENIZER) == len(TEXT.encode())
    assert count_bytes([], TOKENIZER) == 0


def test_bits_per_byte_does_not_depend_on_the_cut():
    # fails if the total surprise of a text changes with the number of tokens it is cut into
    surprise = 12.5  # nats, of a whole text of 40 bytes
    by_cut = [bits_per_byte(surprise / n, n, 40) for n in (1, 5, 40)]
    assert by_cut == pytest.approx([surprise / math.log(2) / 40] * 3)


def test_perplexity_is_the_number_of_even_choices():
    # fails if the base is not that of the loss
    assert perplexity(-math.log(1 / 7)) == pytest.approx(7)


def test_one_byte_can_be_measured():
    # fails if the shortest text there is counts as none
    assert bits_per_byte(math.log(2), 1, 1) == 1


@pytest.mark.parametrize("counts", [(0, 5), (5, 0)])
def test_nothing_to_measure_is_an_error(counts):
    # fails if it divides by zero, or a loss over no tokens passes as a number
    with pytest.raises(ValueError, match="n_tokens and n_bytes must be above 0"):
        bits_per_byte(1.0, *counts)
