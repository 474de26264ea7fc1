"""Texts in rows, and the order in which they are learned."""

import torch

from llm_lib.book.studies.encoded_texts import Encoded, batches, encode, renumber


def test_batches_go_through_all_places_before_any_comes_again():
    # fails if some examples are drawn more often than others, or the seed plays no part
    found = batches([3, 5, 8, 9], steps=4, size=2, seed=0)
    assert [len(part) for part in found] == [2] * 4
    assert sorted(found[0] + found[1]) == sorted(found[2] + found[3]) == [3, 5, 8, 9]
    assert batches(range(50), 2, 20, seed=1) != batches(range(50), 2, 20, seed=2)


def test_renumbered_texts_are_the_same_texts():
    # fails if two tokens get one number, or parts are numbered apart
    one = Encoded([torch.tensor([9, 3]), torch.tensor([3])], torch.tensor([0, 1]))
    other = Encoded([torch.tensor([500, 9])], torch.tensor([1]))
    assert renumber([one, other]) == 3
    assert [row.tolist() for row in one.rows + other.rows] == [[1, 0], [0], [2, 1]]


def test_rows_end_at_the_right_and_the_longest_has_no_padding():
    # fails if texts are filled up behind, or rows of one batch are mixed up
    class Letters:
        def encode(self, text):
            return [ord(letter) - ord("a") for letter in text]

    texts = encode([("bc", "no"), ("b", "yes"), ("bcde", "no")], ["no", "yes"], Letters())
    ids, padding = texts.batch([1, 2])
    assert ids.tolist() == [[0, 0, 0, 1], [1, 2, 3, 4]] and padding.tolist() == [3, 0]
    assert texts.labels.tolist() == [0, 1, 0] and texts.by_length(2) == [[1, 0], [2]]
