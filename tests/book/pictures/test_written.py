"""What a model wrote, drawn: nothing is lost between the numbers, the page and the plain text."""

import re

import pytest

from llm_lib.book.pictures.written import (
    show_amounts,
    show_exchange,
    show_ids,
    show_prompts,
    show_right,
    show_written,
)


def test_equal_tokens_look_alike():
    # fails when a token stands over another one's id, or two equal ones have different colours
    shown = show_ids(["Mia", " had", "Mia", "\n"], [7, 9, 7, 3])
    found = re.findall(r'llm-written-(\w+)"><b>(.*?)</b><span>(\d+)<', shown.html)
    assert found == [
        ("key", "Mia", "7"), ("once", "·had", "9"), ("key", "Mia", "7"), ("once", "↵", "3"),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="got 2 tokens and 1 ids"):
        show_ids(["a", "b"], [1])


def test_shares_are_parts_of_one_line():
    # fails when a part is not as long as its share, or the rest is forgotten
    shown = show_written({"T = 1": " a cup."}, shares={"T = 1": {" basket": 0.41, " shiny": 0.4}})
    grown = re.findall(r"<([bi]) style=\"flex-grow:([\d.]+)\"", shown.html)
    assert grown == [("b", "0.4100"), ("b", "0.4000"), ("i", "0.1900")]
    assert repr(shown) == "T = 1: basket 0.41, shiny 0.40, rest 0.19\n… a cup."
    assert "rest <strong>0.19</strong>" in shown.html


@pytest.mark.parametrize("shares", [{"T": {"a": 0.7, "b": 0.4}}, {"T": {"a": -0.1}}, {"U": {}}])
def test_wrong_shares(shares):
    # fails when shares that are none, or of no text, are drawn
    with pytest.raises(ValueError, match="shares"):
        show_written({"T": "x"}, shares=shares)


def test_texts_bring_no_elements():
    # fails when a text could bring an element into the page
    told = "<u>&"
    for shown in (
        show_ids([told], [1]),
        show_written({told: told}, after=told),
        show_exchange({told: told}, about=told, marks=(told, told)),
        show_prompts({told: told}),
        show_amounts({told: 1.0}),
        show_right({told: 1}, of=1),
    ):
        assert "&lt;u&gt;&amp;" in shown.html and "<u>" not in shown.html
        assert told in repr(shown)


def test_bars_have_one_scale():
    # fails when a bar is not as long as its number, measured by the largest
    shown = show_amounts({"mean": 1.5, "largest": 6})
    assert re.findall(r"width:([\d.]+)%", shown.html) == ["25.0", "100.0"]
    shown = show_amounts({"basket": 0.411, "cup": 0.012}, largest=1, digits=3)
    assert re.findall(r"width:([\d.]+)%", shown.html) == ["41.1", "1.2"]
    assert repr(shown) == "basket  0.411\ncup     0.012"
    with pytest.raises(ValueError, match="loss"):
        show_amounts({"loss": -1.0})


def test_each_right_one_is_a_square():
    # fails when squares are miscounted, or more are right than there were
    shown = show_right({"few-shot": 17}, of=20)
    assert shown.html.count("<b></b>") == 17 and shown.html.count("<i></i>") == 3
    with pytest.raises(ValueError, match="few-shot"):
        show_right({"few-shot": 21}, of=20)


def test_it_brings_its_look_to_a_notebook():
    # fails when a notebook shows it without its colours
    html = show_right({"all": 1}, of=1)._repr_html_()
    assert ".llm-written .llm-written-squares" in html and "--llm-positive" in html


def test_nothing_and_zero_are_no_accidents():
    # fails if amounts that are all 0 divide by it, or none at all end in Python's own words
    assert "width:0.0%" in show_amounts({"none": 0})._repr_html_()
    with pytest.raises(ValueError, match="no amount to show"):
        show_amounts({})
