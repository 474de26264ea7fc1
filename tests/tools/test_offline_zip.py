"""`make offline`: the site as one zip, whole, the same each time."""

from __future__ import annotations

import os
import zipfile

import pytest

from web import offline_zip
from web.offline_zip import pack


def test_the_zip_holds_the_site_and_says_how_to_open_it(small_site, tmp_path):
    # fails if a file is missing or changed, if it unpacks beside other files, or if what works on
    # the web alone lies in the reader's way
    target = tmp_path / "book.zip"
    pack(small_site, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        for name in (name for name in names if name != "llm-from-scratch/READ ME.txt"):
            path = small_site / name.removeprefix("llm-from-scratch/")
            assert archive.read(name) == path.read_bytes()
        words = archive.read("llm-from-scratch/READ ME.txt").decode()
    assert all(name.startswith("llm-from-scratch/") for name in names)
    assert "llm-from-scratch/chapters/01_what_is_an_llm.html" in names
    assert not [name for name in names if "offline" in name or "downloads" in name]
    assert "Open index.html" in words and "https://you.github.io/book/" in words


def test_the_same_site_gives_the_same_bytes(small_site, tmp_path):
    # fails if times, rights or the order of a folder get into the zip: nobody could check it
    pack(small_site, tmp_path / "one.zip")
    for path in small_site.rglob("*.*"):
        os.utime(path, (1e9, 1e9))
        path.chmod(0o600)
    pack(small_site, tmp_path / "other.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_a_site_that_is_not_published_names_no_address(small_site):
    # fails if a reader is sent to an address that is none
    (small_site / "index.html").write_text("hello", "utf-8")
    assert "newest" not in offline_zip.read_me(small_site)


@pytest.mark.parametrize("error, code", [(OSError("disk full"), 1), (KeyboardInterrupt(), 130)])
def test_what_goes_wrong_leaves_the_zip_that_was_there(
    small_site, tmp_path, monkeypatch, capsys, error, code
):
    # fails if half a zip lies there, or a traceback buries the reason
    def fail(*_arguments, **_options):
        raise error

    target = tmp_path / "book.zip"
    target.write_text("the last one", "utf-8")
    monkeypatch.setattr(offline_zip, "BUILD", tmp_path)
    monkeypatch.setattr(offline_zip, "ZIP", target)
    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    assert offline_zip.main([]) == code
    assert "othing was packed" in capsys.readouterr().err
    assert target.read_text("utf-8") == "the last one"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["book.zip"]


def test_without_a_site_it_says_what_to_type(tmp_path, monkeypatch, capsys):
    # fails if an empty zip is made, or a newcomer sees a traceback
    monkeypatch.setattr(offline_zip, "BUILD", tmp_path)
    monkeypatch.setattr(offline_zip, "ZIP", tmp_path / "book.zip")
    assert offline_zip.main([]) == 1
    assert "make build" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
