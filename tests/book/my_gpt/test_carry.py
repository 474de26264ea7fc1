"""Tests of how a reader's own file goes on to the next chapter."""

import ast

import pytest

from llm_lib.book import start_my_gpt
from llm_lib.book.my_gpt.carry import carry_on
from llm_lib.book.my_gpt.stages import STAGES, stage_before, text_at
from llm_lib.book.my_gpt.start import empty_file
from tests.book.my_gpt.planted import problem_with

MINE = "# my own words\n\nLIMIT = 3\n\n\ndef helper(x):\n    return x\n"


@pytest.mark.parametrize("stage", STAGES[1:])
def test_what_a_reader_wrote_stays_and_the_new_part_is_empty(stage, tmp_path):
    # fails if a reader's own lines are lost, or the new chapter's functions are not asked for
    before = stage_before(stage).key
    head, tail = text_at(before).split("\n\n\nif __name__")
    head = f"from __future__ import annotations\n\n{head}" if stage.chapter > 13 else head
    text = carry_on(f"{head}\n\n\n{MINE}\n\nif __name__{tail}", empty_file(stage.key))
    assert MINE in text
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert len(names) == len(set(names))
    assert text.count("__name__ ==") == 1
    assert not problem_with(text, before, tmp_path)
    assert problem_with(text, stage.key, tmp_path)


def test_what_changes_in_a_reader_s_own_class_is_told():
    # fails if a reader has to guess what a chapter asks of a class that they have
    text = carry_on(text_at("15"), empty_file(16))
    assert "# class MultiHeadAttention needs this, too" in text
    assert "# # chapter 16 changes this: forward(self, x, turn, cache=None)" in text
    assert "# n_kv_head: int = 0" in carry_on(text_at("16"), empty_file(17))
    assert 'raise NotImplementedError("Tokenizer.to_dict")' in carry_on(
        text_at("13a"), empty_file("13b")
    )


def test_the_command_writes_a_new_file(tmp_path, capsys):
    # fails if the book's solution takes the place of what a reader wrote, or theirs is overwritten
    mine = tmp_path / "my_gpt.py"
    mine.write_text(text_at("04b") + MINE, encoding="utf-8")
    path = start_my_gpt("05", tmp_path, mine=mine)
    assert path.name == "my_gpt_05.py"
    assert MINE in path.read_text("utf-8")
    assert mine.read_text("utf-8") == text_at("04b") + MINE
    assert "what you wrote in my_gpt.py, up to chapter 5" in capsys.readouterr().out


def test_a_broken_file_is_told():
    # fails if a slip in a reader's file ends in a traceback
    with pytest.raises(ValueError, match="line 1 of your file is not Python"):
        carry_on("def f(:\n", empty_file(5))
