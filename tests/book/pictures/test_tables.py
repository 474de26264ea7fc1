"""show_matrix and show_table: text that can be compared, numbers that are those given."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from llm_lib.book.pictures import show_matrix, show_table

W = torch.tensor([[1.0, 0.0], [0.25, 0.75]])


def test_a_matrix_as_text():
    # fails when the text that is compared changes its form
    shown = show_matrix(W, rows=["Mia", "had"], columns=["Mia", "had"], mask=W > 0, title="Weights")
    assert repr(shown).splitlines() == [
        "Weights",
        "      Mia   had",
        "Mia  1.00     ·",
        "had  0.25  0.75",
    ]


def test_the_cells_hold_the_numbers():
    # fails when a cell shows another number than the array has, or in another order
    values = np.random.default_rng(0).normal(size=(3, 5))
    html = show_matrix(values, digits=2)._repr_html_()
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", html)
    assert texts == [f"{v:.2f}".replace("-", "−") for v in values.ravel()]
    label = re.search(r'aria-label="([^"]+)"', html)[1]
    assert all(text in label for text in texts)


def test_a_title_stands_above_as_text():
    # fails when a long title makes the drawing wide, or could bring markup along
    plain, titled = show_matrix(W), show_matrix(W, title="<b> " * 40)
    assert titled.wide.width == plain.wide.width
    assert '<p class="p-title">&lt;b&gt; ' in titled._repr_html_()


def test_a_vector_is_one_row():
    # fails when a tensor of one dimension is refused
    assert repr(show_matrix(torch.tensor([1, 2, -3]))) == "1  2  -3"


def test_long_rows_are_folded():
    # fails when a line of text is wider than a page
    lines = repr(show_matrix(torch.rand(2, 30), columns=list(range(30)))).splitlines()
    assert max(map(len, lines)) <= 80
    assert [n for line in lines[::4] for n in line.split()] == list(map(str, range(30)))


def test_numbers_have_as_many_digits_as_they_need():
    # fails when whole numbers get a point, or halves lose it
    assert repr(show_matrix([[1, 2]])) == "1  2"
    assert repr(show_matrix([[1, 2.5]])) == "1.0  2.5"
    assert repr(show_matrix([[1 / 3]], digits=3)) == "0.333"


def test_masked_numbers_may_be_anything():
    # fails when the -inf of a causal mask can't be shown
    scores = torch.tensor([[1.0, float("-inf")]])
    assert repr(show_matrix(scores, mask=[[1, 0]])) == "1  ·"


def test_matrices_can_be_compared():
    # fails when small numbers look large because they stand alone
    html = show_matrix([[0.1, 0.05]], largest=1)._repr_html_()
    assert re.findall(r"--level:(\d+)%", html) == ["9", "8"]


@pytest.mark.parametrize(
    "values, options, message",
    [
        (np.zeros((2, 2, 2)), {}, r"a matrix or a vector; got shape \(2, 2, 2\)"),
        (np.zeros((0, 2)), {}, r"got shape \(0, 2\)"),
        (np.zeros((2, 41)), {}, "at most 40 a side; plot_heatmap draws larger ones"),
        (W, {"rows": ["a"]}, "rows has 1 names, but the matrix has 2 rows"),
        (W, {"columns": "abc"}, "columns has 3 names, but the matrix has 2 columns"),
        (W, {"mask": [[1, 0]]}, r"the mask has shape \(1, 2\), but the values have \(2, 2\)"),
        (W, {"role": "blue"}, "role must be one of .* got 'blue'"),
        (W, {"largest": 0}, "largest must be above 0, got 0"),
        (W, {"digits": -1}, "digits must be a whole number from 0 to 6, got -1"),
        ([[float("nan")]], {}, "not finite"),
    ],
)
def test_bad_matrices_are_refused(values, options, message):
    # fails when a wrong value is taken, or refused without saying what is allowed
    with pytest.raises(ValueError, match=message):
        show_matrix(values, **options)


ROWS = [{"model": "a<b", "loss": 2.5, "n": 1200}, {"model": "GPT", "loss": -0.75, "n": 7}]


def test_a_table_as_text():
    # fails when numbers are not aligned at the right, or words not at the left
    shown = repr(show_table(ROWS, title="Two"))
    assert shown.splitlines() == [
        "Two",
        "model   loss      n",
        "a<b     2.50  1,200",
        "GPT    -0.75      7",
    ]


def test_the_best_is_bold():
    # fails when min and max are mixed up, or a tie shows only one
    html = show_table([*ROWS, ROWS[1]], best={"loss": "min", "n": "max"})._repr_html_()
    table = ElementTree.fromstring(
        re.search(r"<table>.*</table>", html)[0].replace("class=p-number", "")
    )
    best = [cell.text for cell in table.iter("td") if "p-best" in cell.get("class", "")]
    assert best == ["1,200", "−0.75", "−0.75"]
    assert table.find("tbody/tr/td").text == "a<b"


@pytest.mark.parametrize(
    "rows, best, message",
    [
        ([], {}, "at least one row"),
        ([{"a": 1}, {"b": 2}], {}, r"row 1 has the columns \['b'\]; the first row has \['a'\]"),
        (ROWS, {"model": "max"}, r"'model' is no column of numbers; those are \['loss', 'n'\]"),
        (ROWS, {"loss": "least"}, "must be one of .* got 'least'"),
    ],
)
def test_bad_tables_are_refused(rows, best, message):
    # fails when a wrong table is shown as if it were right
    with pytest.raises(ValueError, match=message):
        show_table(rows, best=best)
