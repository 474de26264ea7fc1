"""The panel of the reader's own file, as a chapter shows it."""

import re

import pytest

from llm_lib.book import show_my_gpt
from llm_lib.book.my_gpt.stages import STAGES, stages_of, text_at

CHAPTERS = list(dict.fromkeys(stage.chapter for stage in STAGES))


def code_lines(text):
    """Return the lines of a file that are code: its docstrings are all in three quotes."""
    text = re.sub(r'^ *r?""".*?"""$', "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for line in text.split("\n") if line.strip() and line.strip()[0] != "#"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_it_counts_the_file_after_the_chapter(chapter):
    # fails when the panel says another length than the file has, or shows another chapter's stage
    panel, stages = show_my_gpt(chapter), stages_of(chapter)
    n = len(code_lines(text_at(stages[-1])))
    assert repr(panel).startswith(f"my_gpt.py after chapter {chapter}: {n} lines of code")
    html = panel._repr_html_()
    assert f"{n} lines of code" in html
    assert [key for key in (s.key for s in STAGES) if f'data-part="{key}"' in html] == [
        stage.key for stage in stages
    ]
    for stage in stages:
        assert len(stages) == 1 or stage.title in html


def test_it_says_how_to_begin_and_to_check():
    # fails when a reader is sent to another chapter's check
    html = show_my_gpt(9)._repr_html_()
    for words in ("make my CHAPTER=09", "start_my_gpt(9)", "my_gpt check my_gpt.py 9"):
        assert words in html


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_how_to_begin_stands_before_the_solution(chapter):
    # fails when a reader sees the solution first, or can't tell that it may be taken in steps
    html = show_my_gpt(chapter)._repr_html_()
    begin = html[: html.index('class="llm-my-gpt-code"')]
    assert f"make my CHAPTER={chapter:02}" in begin
    assert ("FROM=my_gpt.py" in begin) == (chapter > CHAPTERS[0])
    keys = [stage.key for stage in stages_of(chapter)]
    assert all((f"CHAPTER={key}<" in begin) == (len(keys) > 1) for key in keys if key[-1].isalpha())


def test_it_needs_no_page():
    # fails when a notebook's panel has no colours, or leans on a script or a file of the site
    html = show_my_gpt(9)._repr_html_()
    assert ".llm-my-gpt{--llm-bg" in html.replace(" ", "")
    assert "<script" not in html and "src=" not in html and "href=" not in html


@pytest.mark.parametrize("chapter", [3, 8, 0, "nine"])
def test_a_chapter_without_code_of_its_own_is_told(chapter):
    # fails when a wrong number is answered with an empty panel, or without those that there are
    with pytest.raises(ValueError, match=r"adds nothing to my_gpt\.py; these do: 4, 5, 6"):
        show_my_gpt(chapter)
