"""The picture of queries, keys and values: its numbers are the tables that it is given."""

import re

import pytest

from llm_lib.book.pictures import show_picture


@pytest.mark.parametrize("which", [0, 1])
def test_a_number_stands_in_its_own_table(which):
    # fails when a table is drawn in another's colour, or a number is left out
    picture = show_picture("query-key-value")
    cells = re.findall(
        r'class="p-cell p-(\w+)[^>]*/>\s*(?:</g>)?\s*<text[^>]*>([^<]*)<', picture.svgs()[which]
    )
    found = {role: [text for r, text in cells if r == role] for role in ("query", "key", "value")}
    assert found["query"] == list("5005050500550505")
    assert found["key"] == list("1001010100110100")
    assert found["value"] == list("100010001000")


def test_the_words_say_each_row():
    # fails when who sees no picture is told other numbers
    alt = show_picture("query-key-value").alt
    assert "bear: ?: query (0, 5, 0, 5), key (0, 1, 0, 0), value (0, 0, 0)" in alt


def test_each_table_has_a_row_for_each_token():
    # fails when tables of other lengths are drawn side by side
    with pytest.raises(ValueError, match="4 names"):
        show_picture("query-key-value", q=[[1, 0, 0, 1]])
