"""Tests of the file that a reader begins a chapter with."""

import ast

import pytest

from llm_lib.book import start_my_gpt
from llm_lib.book.my_gpt.check import checks_of
from llm_lib.book.my_gpt.stages import KEYS, STAGES, stage_before, text_at
from llm_lib.book.my_gpt.start import empty_file
from tests.book.my_gpt.planted import problem_with


@pytest.mark.parametrize("key", KEYS)
def test_it_is_python_and_its_stage_is_still_to_be_written(key, tmp_path):
    # fails if an answer is given away, or a reader begins with a file that can't be read
    text = empty_file(key)
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    whole = [
        node.name for node in ast.parse(text_at(key)).body if isinstance(node, ast.FunctionDef)
    ]
    assert names == whole
    assert checks_of(key)
    assert problem_with(text, key, tmp_path)


@pytest.mark.parametrize("stage", STAGES[1:])
def test_what_stood_there_before_still_does(stage, tmp_path):
    # fails if a chapter's beginning breaks what the reader had
    before = stage_before(stage).key
    assert not problem_with(empty_file(stage.key), before, tmp_path)


def test_new_functions_are_empty_and_changed_ones_marked():
    # fails if docstrings, shapes or hints are missing from what is to be written
    text = empty_file(16)
    assert "k, v = (torch.cat" not in text
    assert '    """Put k and v of new tokens behind those kept of a layer; return all.\n' in text
    assert 'raise NotImplementedError("KVCache.extend")' in text
    assert "# set self.length, self.kept" in text
    assert "    # chapter 16 changes this: forward(self, ids, cache=None)" in text
    assert "    def forward(self, ids):\n" in text


TOLD = {
    "04b": ["`special` has the id of each special token", "split(text) cuts a text at"],
    "05": ["Raises ValueError for too few tokens"],
    "06": ["Neither has a bias", "without a softmax"],
    "10": ["turn is (cos, sin)", "rotate_pairs(q, *turn)"],
    "12": ["GELU in its tanh form", "turn is (cos, sin)"],
    "13a": ["the rate of learning_rate_at"],
    "13b": ["special_tokens (a list)", "is held out: no batch"],
    "15": ["halves of a character wait", "the last context_length tokens"],
    "16": ["cache.extend(self, k, v)", "GPT.forward raises it", "the newer half"],
    "17": ["down(silu(gate(x)) * up(x))"],
    "19a": ['position "rotary" and bias false', "config.json", "tokenizer.json", "data_offsets"],
    "19b": [
        "special_tokens ({token: id}), ids (those of the 256 bytes",
        "special_tokens may be a list",
        "within a class, as in",
        'a position other than\n# "rotary", or bias or qk_norm',
    ],
    "20": ['{"text": "I like it", "label": "happy"}', "the step is the seed", "names the line"],
    "21": ['"User: " with the prompt, and "Bot:"', '"<|im_start|>assistant"', "`end` comes last"],
}


@pytest.mark.parametrize("key", TOLD)
def test_what_the_check_asks_for_is_told(key):
    # fails if a stage can't be written without the check, or the solution, at hand
    text = empty_file(key)
    for words in TOLD[key]:
        assert words in text, words


def test_a_chapter_of_two_stages_begins_before_the_first():
    # fails if half of chapter 4 is given away
    assert 'NotImplementedError("merge")' in empty_file(4)
    assert 'NotImplementedError("merge")' not in empty_file("04b")


def test_a_file_with_other_content_is_never_overwritten(tmp_path, capsys):
    # fails if what a reader has written is lost
    first = start_my_gpt(9, tmp_path)
    assert first == start_my_gpt("09", tmp_path) == tmp_path / "my_gpt.py"
    first.write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert start_my_gpt(9, tmp_path).name == "my_gpt_09.py"
    said = capsys.readouterr().out
    assert "stays as it is" in said
    assert "check my_gpt_09.py 09" in said
    (tmp_path / "my_gpt_09.py").write_text("mine, too", encoding="utf-8")
    assert start_my_gpt(9, tmp_path).name == "my_gpt_09_2.py"
    assert first.read_text(encoding="utf-8") == "mine"
