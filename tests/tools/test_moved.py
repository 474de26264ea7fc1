"""Old addresses: each leads to a page of the book, and none hides one."""

import pytest
import yaml

from web import moved
from web.fingerprint import ROOT

PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
FILES = {entry["file"] for part in PARTS for entry in part["chapters"]}


def test_each_leads_to_a_chapter():
    # fails if a chapter is renamed once more and its oldest address is forgotten
    assert set(moved.MOVED.values()) <= FILES
    assert not set(moved.MOVED) & FILES
    for old, parts in moved.PARTS.items():
        assert old in moved.MOVED
        assert set(parts.values()) <= FILES


PAGES = {"a/new", "a/other", "b/new"}


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(moved, "MOVED", {"a/old": "a/new"})
    monkeypatch.setattr(moved, "PARTS", {"a/old": {"half": "a/other"}})
    (tmp_path / "a").mkdir()
    return tmp_path


def test_a_page_is_written_as_often_as_the_site_is_built(site):
    # fails if a second build stumbles over what the first one wrote, or the old chapter is kept
    for _ in range(2):
        moved.write_pages(site, PAGES)
    text = (site / "a/old.html").read_text("utf-8")
    assert 'href="new.html"' in text
    assert '{"half": "other.html"}' in text


def test_what_leads_nowhere_or_hides_a_page_is_refused(site, monkeypatch):
    # fails if a reader could be sent to a page that is not there, or a chapter were overwritten
    with pytest.raises(ValueError, match="'a/old' is a page of the book"):
        moved.write_pages(site, PAGES | {"a/old"})
    with pytest.raises(ValueError, match="'a/other', which is not a page"):
        moved.write_pages(site, PAGES - {"a/other"})
    monkeypatch.setattr(moved, "MOVED", {"a/old": "b/new"})
    monkeypatch.setattr(moved, "PARTS", {})
    with pytest.raises(ValueError, match="same folder"):
        moved.write_pages(site, PAGES)
