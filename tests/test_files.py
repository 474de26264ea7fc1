"""Files that appear whole or not at all."""

import os

import pytest

from llm_lib import files
from llm_lib.files import atomic_write, read_json, write_json


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
