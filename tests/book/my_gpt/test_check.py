"""Tests of how a reader's file is checked: in a process of its own, with words for each end."""

import io

import pytest

from llm_lib.book import check_my_gpt
from llm_lib.book.my_gpt.check import check_file, run_checks
from llm_lib.book.my_gpt.stages import KEYS, find_stage, text_at
from tests.book.my_gpt.planted import one_thread


def said_here(text, key, folder):
    """Return whether a file is right, and what is said of it, checked in this process."""
    path, report = folder / "my_gpt.py", io.StringIO()
    path.write_text(text, encoding="utf-8")
    with one_thread():
        is_right = run_checks(path, find_stage(key), report)
    return is_right, report.getvalue()


@pytest.mark.parametrize("key", [KEYS[-1], "12"])
def test_a_stage_still_does_what_all_before_it_asked(key, tmp_path):
    # fails if a later stage breaks what an earlier chapter's check asks for
    is_right, said = said_here(text_at(key), key, tmp_path)
    assert is_right, said
    assert said.count("✓") == KEYS.index(key) + 1
    assert "✗" not in said


def test_the_newest_problem_comes_first_and_an_older_one_behind_it(tmp_path):
    # fails if who breaks chapter 7 is sent to chapter 9 alone
    text = text_at("10").replace("a * cos - b * sin", "a * cos + b * sin")
    is_right, said = said_here(text, "10", tmp_path)
    assert not is_right
    first, *_, last = [line for line in said.splitlines() if "✓" not in line]
    assert first.startswith("✗ chapter 10")
    assert last.startswith("  It may come from chapter 7")


HEAD, BODY = "def attend(q, k, v):", "    return attention_weights(q, k) @ v"
LINE = text_at("09").splitlines().index(HEAD) + 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (HEAD, "def attend_to(q, k, v):", "no attend yet. attend(q, k, v) should"),
        (BODY, "    raise NotImplementedError('attend')", "is still to be written"),
        (HEAD, "def attend(q, k):", "stopped with TypeError"),
        (HEAD, "def attend(q, k, v:", f"line {LINE} is not Python"),
        (BODY, "    return attention_weight(q, k) @ v", "NameError"),
        (BODY, "    exit()", "ends the program"),
        (BODY, "    pass", "yours is NoneType"),
        ('if __name__ == "__main__":', "exit()\nif 1:", "goes to work when it is only read"),
        ("import math\n", "import maths\n", "No module named 'maths'"),
    ],
)
def test_a_file_that_stops_is_told_where(old, new, words, tmp_path):
    # fails if a slip ends in a traceback, or in words that do not say where
    text = text_at("09")
    assert text.count(old) == 1
    is_right, said = said_here(text.replace(old, new), "09", tmp_path)
    assert not is_right
    assert words in said


def test_a_loop_without_end_is_stopped_and_its_line_named(tmp_path):
    # fails if the command waits for ever, or does not say where it waited
    path = tmp_path / "my_gpt.py"
    path.write_text(
        "def merge(ids, pair, new_id):\n    while True:\n        pass\n", encoding="utf-8"
    )
    is_right, said = check_file(path, "04a", limit=2)
    assert not is_right
    assert "did not come back within 2 seconds; it was in line" in said
    assert "in merge: does its loop end?" in said


def test_a_process_of_its_own_finds_the_same(tmp_path, capsys):
    # fails if text is lost between the processes, or a notebook's cell prints nothing
    path = tmp_path / "my_gpt.py"
    path.write_text(text_at("04b"), encoding="utf-8")
    check_my_gpt(4, path)
    assert capsys.readouterr().out.splitlines() == [
        "✓ chapter 4, encode and decode",
        "✓ chapter 4, learn merges",
    ]
    path.write_text(text_at("04b").replace('errors="replace"', ""), encoding="utf-8")
    is_right, said = check_file(path, 4)
    assert not is_right
    assert 'half a character should become "�"' in said


def test_a_file_or_chapter_that_is_not_there_is_named(tmp_path):
    # fails if a slip in the command's words is told otherwise
    assert "no file my_gtp.py here" in check_file(tmp_path / "my_gtp.py", 9)[1]
    with pytest.raises(ValueError, match=r"no stage '8'; there are 04a"):
        check_file(tmp_path / "my_gpt.py", 8)
