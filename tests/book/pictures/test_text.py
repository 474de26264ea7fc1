"""Numbers and words as pictures write them."""

import pytest

from llm_lib.book.pictures.text import label, number_text, sentence, text_width


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (5.0, None, "5"),
        (2.5, None, "2.5"),
        (0.8043, None, "0.80"),
        (-1.0, 1, "−1.0"),
        (-1e-9, 1, "0.0"),
    ],
)
def test_numbers(value, digits, text):
    # fails when a number has digits that it does not need, a hyphen for a minus, or a negative zero
    assert number_text(value, digits) == text


def test_text_is_never_markup():
    # fails when a token such as <b> could become an element
    assert "&lt;b&gt; &amp; co" in label("<b> & co").svg()


def test_a_wide_letter_takes_more_room():
    # fails when all letters count the same, so that narrow words get gaps
    assert text_width("mmm", 10) > 2.5 * text_width("iii", 10)
    assert text_width("fox", 10, mono=True) == text_width("iii", 10, mono=True)


def test_a_sentence_keeps_to_its_width():
    # fails when lines run out of the room that is kept for them
    made = sentence("the token that comes next is below each token " * 3, 150)
    assert made.width <= 150 * 1.1
    assert made.height > 60
