"""What a chapter holds and how long it takes, counted by hand on a small one; and the limits."""

import nbformat.v4 as nb
import pytest

from web.chapter_size import LIMITS, count_words, measure
from web.notebooks import chapters, read
from web.reading_time import PAGES, fill, fill_landing, is_stale, of_chapter, stale_on_landing

NUMBERED = [path for path in chapters() if path.stem[0].isdigit()]  # appendices may be longer


def code(source, *tags, output=None, shown=None):
    outputs = []
    if output is not None:
        outputs.append(nb.new_output("stream", text=output))
    if shown is not None:
        outputs.append(nb.new_output("execute_result", {"text/plain": shown}))
    return nb.new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


def notebook():
    """350 words, 10 lines of code and 10 of output in the core; a widget and a formula deeper."""
    text = nb.new_markdown_cell
    return nb.new_notebook(
        cells=[
            text("# Title\n\n**You need:** nothing. **Time:** 0 min. **Also:** this."),
            text("word " * (350 - 9)),  # the title, and eight words beside it
            code("import os\n" * 8, "hide-input"),
            code("x = 1\n\n" * 10, output="1\n" * 10),
            text("## Deeper: more\n\n$$\na b c d\n$$\n\n```{dropdown} Folded\nnot this\n```\n"),
            code("Lab()", shown="HeadLab(4 layers)"),
            code(
                "show_source(f)",
                "hide-input",
                shown="# llm_lib.model.gpt.f\ndef f():\n    return 1",
            ),
            code("plot_bars(x)", "hide-input", shown="Figure\nof\nbars"),
            code("predict(x)", "hide-input", shown="Predict first: what?\n  a  this"),
            text("## Exercises\n\n### 1 ★ One\n\nwords here"),
            code("check(1)"),
            code("check(2)", "hide-cell", output="right\n" * 90),
            text("### 2 ★★★ Two\n\nmore\n\n## Summary\n\n"),
        ]
    )


@pytest.mark.parametrize(
    ("markdown", "n"),
    [
        ("Two words.", 2),
        ("(ch-x)=\n# A title – here", 3),
        ("`a b` and {cite}`someone` and {doc}`the text <03_file>`", 7),
        ("see ![a picture](x.png) or [it](y)", 5),
        ("a\n\n```python\nnot = these\n```\n\nb", 2),
        ("```{note}\nthese two\n```", 2),
        ("```{dropdown} Hint\nnot these\n```", 0),
        ("<details><summary>no</summary>no</details> yes", 1),
        ("$x + y$ is one, $$no\nno$$ none", 4),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", 4),
    ],
)
def test_words_are_those_that_a_reader_sees(markdown, n):
    # fails when markup, code or folded text counts as prose, or prose does not
    assert count_words(markdown) == n


def test_each_part_is_counted_by_itself():
    # fails when folded code counts, or exercises and deeper sections count as core
    reading = measure(notebook())
    assert reading.core.words == 350 + 1  # the summary's heading
    assert reading.core.code_cells == 1
    assert reading.core.counts["code_lines"] == reading.core.counts["output_lines"] == 10
    deeper = reading.deeper.counts
    assert (deeper["widgets"], deeper["formulas"], deeper["pictures"]) == (1, 1, 1)
    assert deeper["code_lines"] == 1 + 3  # Lab(), and what the library's listing shows
    assert deeper["predictions"] == 1
    assert deeper["output_lines"] == 0  # the figure's words stand for it
    assert reading.exercise_minutes == 15  # 3 + 10 minutes, to the nearest five
    assert reading.code_cells == 2


def test_minutes_are_those_worked_out_by_hand():
    # fails when a kind of thing is left out of the sum, or takes another time than it says
    reading = measure(notebook())
    assert reading.core.minutes == round(351 / 175 + (10 * 3 + 10 * 1) / 60)
    assert reading.deeper.minutes == round(2 / 175 + (90 + 15 + 20 + 20 + 4 * 3) / 60)
    assert reading.sentence() == "core 3 min, deeper 3 min, exercises about 15 min."


def test_a_film_takes_as_long_as_it_has_steps():
    # fails when a short walkthrough counts as a long one, or as a widget
    story = code("Walkthrough('look-back')", "remove-input", shown="Walkthrough('look-back')")
    counts = measure(nb.new_notebook(cells=[*notebook().cells[:1], story])).core.counts
    assert (counts["walkthroughs"], counts["film_steps"], counts["widgets"]) == (1, 4, 0)


def test_the_line_is_written_into_the_notebook():
    # fails when words around the time are lost, or a second run changes it again
    chapter = notebook()
    assert is_stale(chapter)
    assert fill(chapter)
    line = "**Time:** core 3 min, deeper 3 min, exercises about 15 min. **Also:** this."
    assert chapter.cells[0].source == f"# Title\n\n**You need:** nothing. {line}"
    assert not fill(chapter)
    assert not is_stale(chapter)


def test_a_number_that_drifted_is_stale():
    # fails when a line may go on to state what has long changed, or each small edit spoils it
    chapter = notebook()
    fill(chapter)
    chapter.cells[1].source += "word " * 175
    assert not is_stale(chapter)
    chapter.cells[1].source += "word " * 175 * 2
    assert is_stale(chapter)


def test_the_landing_page_says_the_same():
    # fails when minutes there are others than those of the chapters, or one is left out
    text = (
        "{doc}`A <chapters/01_a>` [5 min]{.llm-time}, {doc}`B <chapters/02_b>` [8 min]{.llm-time}"
    )
    minutes = {"01_a": 6, "02_b": 40}.__getitem__
    assert stale_on_landing(text, minutes) == ["02_b"]
    filled = fill_landing(text, minutes)
    assert filled == text.replace("5 min", "6 min").replace("8 min", "40 min")
    whole = filled + " [9 chapters, about 9 hours. More]"
    assert stale_on_landing(whole, minutes) == ["[9 chapters, about 9 hours"]
    assert fill_landing(whole, minutes).endswith("[2 chapters, about 1 hours. More]")


def test_a_chapter_without_the_line_is_told():
    # fails when a chapter may leave out how long it takes
    with pytest.raises(ValueError, match=r"my\.ipynb should have one cell.*has 0"):
        fill(nb.new_notebook(), "my.ipynb")


def test_words_of_exercises_count():
    # fails when a page is called short enough, and has as much again in its exercises
    chapter = notebook()
    chapter.cells[-1].source = "### 2 ★★★ Two\n\n" + "word " * 3000
    [found] = measure(chapter).beyond_limits()
    assert "words of prose, at most 3300" in found


def test_what_is_beyond_a_limit_is_named():
    # fails when a chapter may be longer than what was agreed
    chapter = notebook()
    assert measure(chapter).beyond_limits() == []
    chapter.cells[1].source = "word " * 5000
    chapter.cells[3:3] = [code("x = 1")] * 40
    found = " ".join(measure(chapter).beyond_limits())
    phrases = ["words of prose, at most 3300", "42 visible code cells, at most 32"]
    phrases += ["words of prose in the core, at most 1800", "cells in the core, at most 16"]
    for phrase in [*phrases, "minutes for the core, at most 25"]:
        assert phrase in found


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_each_chapter_says_how_long_it_takes(path):
    # fails when a chapter has grown or shrunk, and its first lines still say what it took before
    assert not is_stale(read(path), path.name), "python -m web.reading_time --write"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_that_list_chapters_are_true(page):
    # fails when the landing page, or that for teachers, promises other minutes than the chapters
    assert stale_on_landing(page.read_text("utf-8"), of_chapter) == []


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_chapters_keep_the_limits(path):
    # fails when a chapter grows beyond what a reader can take in at once
    assert measure(read(path)).beyond_limits() == [], LIMITS
