"""What can be taken along: the files that were made, and no others, stand on the first page."""

from __future__ import annotations

import re

import pytest

from web import take_along
from web.offline_worker import NAME


@pytest.fixture
def build(small_site, tmp_path, monkeypatch):
    """A build with a site, a zip and an EPUB."""
    monkeypatch.setattr(take_along, "BUILD", tmp_path)
    monkeypatch.setattr(take_along.made, "__defaults__", (tmp_path,))
    (tmp_path / "book.epub").write_bytes(b"x" * 250_000)
    (tmp_path / "book.zip").write_bytes(b"x" * 8_000_000)
    return tmp_path


def test_what_was_made_is_linked_with_its_size(build, small_site):
    # fails if a link leads nowhere, a file has none, or a reader can't tell 8 MB from 0.3
    for _ in range(2):  # a second call changes nothing
        assert take_along.main() == 0
    for name in ("index.html", "intro.html"):
        text = (small_site / name).read_text("utf-8")
        assert re.findall(r'href="(downloads/[^"]+)"', text) == [
            *("downloads/book.zip", "downloads/book.epub"),
        ]
        assert "read offline (8.0 MB)" in text and "EPUB (0.2 MB)" in text
    assert {path.name for path in (small_site / "downloads").iterdir()} == {"book.zip", "book.epub"}


def test_the_worker_knows_the_pages_as_they_are_now(build, small_site):
    # fails if the first page could not be kept any more, since its hash is another
    take_along.main()
    before = (small_site / NAME).read_text("utf-8")
    (build / "book.pdf").write_bytes(b"x" * 1_000_000)
    take_along.main()
    assert (small_site / NAME).read_text("utf-8") != before


def test_a_page_without_a_place_is_told_and_left(build, small_site, capsys):
    # fails if files were published that no page leads to
    (small_site / "intro.html").write_text("no place", "utf-8")
    assert take_along.main() == 1
    assert "one place for downloads, and has 0" in capsys.readouterr().err
    assert (small_site / "downloads/old.pdf").exists()


def test_nothing_to_take_along_is_told(build, capsys):
    # fails if a deployment that made nothing passes for a good one
    for name in ("book.zip", "book.epub"):
        (build / name).unlink()
    assert take_along.main() == 1
    assert "make offline" in capsys.readouterr().err
