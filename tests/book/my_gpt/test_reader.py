"""Tests of how a reader's file is opened."""

import pytest

from llm_lib.book.my_gpt.reader import (
    MistakeError,
    ReaderFile,
    captured,
    describe,
    printed,
    signatures,
)


def opened(text, folder, encoding="utf-8"):
    """Write a file and open it."""
    path = folder / "my_gpt.py"
    path.write_text(text, encoding=encoding)
    return ReaderFile(path)


def test_what_it_has_is_there_and_what_it_lacks_is_described(tmp_path, capsys):
    # fails if a missing function is told by its name alone
    my = opened("print('ä')\ndef merge(ids): return ids\n", tmp_path)
    assert my.merge([1]) == [1]
    assert not capsys.readouterr().out
    with pytest.raises(MistakeError, match=r"no attend yet. attend\(q, k, v\) should: Let each"):
        _ = my.attend


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_editors_of_all_systems_are_read(encoding, tmp_path):
    # fails if a file of Windows' editor is no Python
    assert opened("ä = '\u2212'\r\n", tmp_path, encoding).ä == "\u2212"


def test_a_file_in_another_encoding_is_named(tmp_path):
    # fails if it ends in a traceback
    with pytest.raises(MistakeError, match="no text in UTF-8"):
        opened("a = 'ä'\n", tmp_path, "latin-1")


def test_the_line_of_an_error_is_the_reader_s(tmp_path):
    # fails if the line of a library is shown
    my = opened("def f(x):\n    return int(x)\n", tmp_path)
    with pytest.raises(ValueError) as caught:
        my.f("a")
    assert my.place_of(caught.value) == "line 2: return int(x)"
    assert my.place_of(ValueError()) == ""


def test_what_is_printed_is_kept_as_text():
    # fails if checks lose a line, or leave Windows' ends of lines in it
    with captured() as out:
        print("ä")
        out.buffer.write(b"\xc3")
    assert printed(out) == "ä\n\ufffd"


def test_each_part_is_described_as_it_is_called():
    # fails if a name is asked for that the file does not have
    assert signatures()["GPT"][0] == "class GPT(config)"
    assert describe("KVCache").startswith("class KVCache() should: The keys and values")
    assert describe("nothing") == ""
