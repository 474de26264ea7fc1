"""`tests.twice`: it names the cells that show something else when they run again, and no others."""

from __future__ import annotations

import nbformat
import pytest

from tests import twice

SAME = [
    "import time\nn = 2",
    "print(n, object())\nprint(f'{time.perf_counter():.3f} s')",
    "import ipywidgets\nipywidgets.IntSlider(n)",
    "1 / 0",
]
COUNTS = [
    "seen = globals().get('seen', [])\nslider = globals().get('slider')",
    "seen.append(1)",  # shows nothing itself
    "print(len(seen))",
    "import ipywidgets\nslider = ipywidgets.IntSlider(slider.value + 1 if slider else 0)\nslider",
]


@pytest.fixture
def notebook(tmp_path):
    """A function that writes a notebook; the tags are those of its last cell."""

    def write(cells, *tags):
        code = [nbformat.v4.new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)]
        code[-1].metadata["tags"] = list(tags)
        nbformat.write(nbformat.v4.new_notebook(cells=code), tmp_path / "tiny.ipynb")
        return tmp_path / "tiny.ipynb"

    return write


def test_what_shows_the_same_passes(notebook, capsys):
    # fails if a time, an address, a widget's random id or an error that is meant counts
    assert twice.try_chapter(notebook(SAME, "raises-exception")) == []
    assert "twice in a row" in capsys.readouterr().out


def test_each_cell_that_differs_is_named(notebook, capsys):
    # fails if a change is overlooked in text or in a widget's state, in one of the two ways of
    # running again, or the report lacks chapter, cell or difference
    found = twice.try_chapter(notebook(COUNTS))
    assert {(d.cell, d.when) for d in found} == {
        ("c2", twice.AGAIN),
        ("c3", twice.IN_A_ROW),
        ("c3", twice.AGAIN),
    }
    said = capsys.readouterr().out
    assert said.startswith("tiny: ")
    assert "cell c2, Run All again:\n    first: '2\\n'\n    then:  '3\\n'" in said


def test_an_error_and_a_cell_whose_output_is_not_compared(notebook):
    # fails if a chapter that stops at once would pass since it stops twice, or a tag has no effect
    (found,) = twice.try_chapter(notebook(SAME))
    assert (found.cell, found.then) == ("c3", "ZeroDivisionError: division by zero")
    ignored = notebook(["n = globals().get('n', 0) + 1", "print(n)"], "nbval-ignore-output")
    assert twice.try_chapter(ignored) == []


def test_a_long_line_is_shown_where_it_differs():
    # fails if one has to look for the difference in a figure's thousands of numbers
    said = str(twice.Difference("c1", twice.AGAIN, "a" * 500 + "b", "a" * 500 + "c"))
    assert "b'" in said and len(said) < 300


def test_a_name_of_no_chapter_is_told(capsys):
    # fails if nothing runs and all seems well
    assert twice.main(["99"]) == 2
    assert "names no chapter" in capsys.readouterr().out
