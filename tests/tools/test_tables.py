"""How the columns of a table stand."""

from web.tables import amounts, mark

TABLE = "<table>{}</table>"


def rows(*texts):
    """Return the HTML of a table from rows of cells."""
    made = ("".join(f"<td>{text}</td>" for text in row) for row in texts)
    return TABLE.format("".join(f"<tr>{row}</tr>" for row in made))


def test_a_short_table_is_not_pulled_apart():
    # fails if two short columns get the whole measure, or long ones and three don't
    short = rows(["steps", "100"])
    assert 'class="llm-short"' in mark(short)
    head = "<table class='x'><thead><tr><th>" + "long " * 20 + "</th></tr></thead>"
    assert "llm-short" in mark(head + short.removeprefix("<table>"))
    assert mark(rows(["a"] * 3)) == rows(["a"] * 3)
    assert "llm-short" not in mark(rows(["long " * 9, "1"]))


def test_amounts_stand_below_one_another():
    # fails if a column of numbers is set from the left, or one with a word in it from the right
    table = rows(["a b c", "1,024", "4 %", "x 3", "–"], ["d", "−0.5", "12 %", "7", "3.1 MB"])
    assert amounts(table) == {1, 2, 4}
    assert mark(table).count('<td class="llm-amount">') == 6
    ranges = rows(["a b c", "1 of 2", "GPT-2", "9"], ["d", "3", "4", "10"])
    assert amounts(ranges) == {3}


def test_a_column_that_is_set_stays_so():
    # fails if what the text or the library has aligned is aligned again
    table = TABLE.format('<tr><td class="text-center">1</td><td>2</td><td>3</td></tr>')
    assert amounts(table) == {1, 2}
