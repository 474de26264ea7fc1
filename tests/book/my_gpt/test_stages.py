"""Tests of how the reader's file grows: what each stage may be, read from its text."""

import ast
import sys
from itertools import pairwise

import pytest

from llm_lib.book.my_gpt.stages import (
    KEYS,
    STAGES,
    count_lines,
    file_at,
    find_stage,
    stage_before,
    stages_of,
    text_at,
)

CHAPTERS = [4, 5, 6, 7, 9, 10, 12, 13, 15, 16, 17, 19, 20, 21, 22]


def test_there_is_a_stage_for_each_chapter_that_has_one():
    # fails if a chapter loses its stage, or stages stand in another order than chapters
    chapters = [stage.chapter for stage in STAGES]
    assert chapters == sorted(chapters)
    assert list(dict.fromkeys(chapters)) == CHAPTERS
    assert [len(stages_of(n)) for n in (4, 8, 9, 13, 19)] == [2, 0, 1, 2, 2]


@pytest.mark.parametrize("key", KEYS)
def test_a_stage_adds_what_can_be_read_in_one_sitting(key):
    # fails if a stage outgrows what its page can explain
    code, new = count_lines(key)
    assert 0 < new <= 42
    assert code <= (300 if KEYS.index(key) <= KEYS.index("16") else 460)


@pytest.mark.parametrize("key", KEYS)
def test_a_stage_needs_torch_and_the_standard_library_alone(key):
    # fails if the file imports anything that PyTorch alone does not bring
    found = set()
    for node in ast.walk(ast.parse(text_at(key))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0])
    assert found <= set(sys.stdlib_module_names) | {"torch"}


@pytest.mark.parametrize("key", KEYS)
def test_nothing_stands_in_a_stage_that_it_does_not_use(key):
    # fails if an import comes before what needs it, or stays when that has gone
    tree = ast.parse(text_at(key))
    names = [
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not set(names) - used


@pytest.mark.parametrize("key", KEYS)
def test_lines_fit_the_page_and_everything_says_what_it_is(key):
    # fails for a line that has to be scrolled, or a function of the reader's without a word on it
    assert max(len(line.text) for line in file_at(key)) <= 100
    for node in ast.parse(text_at(key)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("key", KEYS)
def test_a_stage_is_laid_out_as_python_is(key):
    # fails if a mark in the source takes an empty line away, or leaves one too many
    text = text_at(key)
    assert "\n\n\n\n" not in text
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            above = [line for line in lines[:first] if not line.startswith("#")]
            assert above[-2:] == ["", ""], node.name


def test_marks_of_new_lines_are_those_of_a_comparison():
    # fails if a line that both stages have is shown as new, or a new one as old
    for before, stage in pairwise(KEYS):
        had = {line.text for line in file_at(before)}
        assert stage_before(stage).key == before
        for line in file_at(stage):
            assert line.is_new or line.text in had
            if line.text and line.text not in had:
                assert line.is_new
    assert all(line.is_new for line in file_at("04a"))


def test_a_docstring_and_a_comment_are_no_code():
    # fails if lines are counted otherwise than the page says
    kinds = {line.text: line.is_code for line in file_at("22")}
    assert not kinds["# --- chapter 9: attention -------------------------------------------------"]
    assert not kinds[
        '    """Let each query mix the values (S, D) of itself and the past: (T, D)."""'
    ]
    assert kinds["    return attention_weights(q, k) @ v"]


def test_a_stage_is_found_by_key_and_by_chapter():
    # fails if "9", 9 and "09" are not the same, or a wrong chapter is not named
    assert find_stage("9") == find_stage(9) == find_stage("09")
    assert find_stage(13).key == "13b"
    with pytest.raises(ValueError, match=r"no stage '8'; there are 04a, 04b"):
        find_stage(8)
