"""Files that appear whole or not at all."""

import os

import pytest

from llm_lib import files
from llm_lib.files import atomic_write, list_field, read_json, write_json


def test_a_file_is_on_the_disk_before_it_takes_its_name(tmp_path, monkeypatch):
    # fails if a power cut right after the renaming could leave an empty file
    events, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(files.os, "fsync", lambda n: (events.append(os.fstat(n).st_size), fsync(n)))
    monkeypatch.setattr(files.os, "replace", lambda *a: (events.append("renamed"), replace(*a)))
    write_json(tmp_path / "a.json", {"a": 1})
    assert events == [9, "renamed"]
    assert read_json(tmp_path / "a.json") == {"a": 1}


@pytest.mark.parametrize("mode", ["w", "wb"])
def test_an_error_leaves_the_old_file(tmp_path, mode):
    # fails if half a file takes the place of a whole one, or is left lying about
    (tmp_path / "a").write_text("old")
    with pytest.raises(KeyError), atomic_write(tmp_path / "a", mode) as file:
        file.write(b"ne" if "b" in mode else "ne")
        raise KeyError
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a", "old")]


def test_json_is_written_for_people_and_read_back(tmp_path):
    # fails if letters are escaped, the indent or the last line's end is lost, or Windows adds one
    path = tmp_path / "a.json"
    write_json(path, {"ö": [1]}, indent=2)
    assert path.read_bytes() == '{\n  "ö": [\n    1\n  ]\n}\n'.encode()
    assert read_json(path) == {"ö": [1]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "a.json is not a JSON file"),
        (b"\xff", "a.json is not a JSON file"),
        (b"[1]", "a.json should hold one JSON object; it holds a list"),
    ],
)
def test_a_file_that_is_no_json_object_is_named(tmp_path, content, message):
    # fails if a reader meets an error of the parser, or a list passes for an object
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_json(path)


@pytest.mark.parametrize("data", [{}, {"n": "ab"}, {"n": ["a", 1]}])
def test_a_field_that_is_no_list_of_its_kind_is_named(data):
    # fails if a text passes for a list of letters, or one wrong item does
    with pytest.raises(ValueError, match="field 'n' should be a list of str"):
        list_field(str, data, "n")
    assert list_field(str, {"n": ["a", "b"]}, "n") == ["a", "b"]
