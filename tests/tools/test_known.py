"""What search engines and link previews read."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from web import known

SITE = "https://you.github.io/book"
ABOUT = known.About('Bits & "bytes"', "A </script> in text.", "The book", "Us", 25, "")


@pytest.fixture
def address(monkeypatch):
    """A site whose address is known."""
    monkeypatch.setenv(known.ADDRESS, SITE)


def test_structured_data_are_sound_json_whatever_the_title():
    # fails if a quotation mark or a tag in a text breaks the page, or the minutes are lost
    script = known.structured(ABOUT)
    assert script.count("</script>") == 1
    data = json.loads(re.fullmatch(r"<script[^>]*>(.*)</script>\n", script)[1])
    assert data["name"] == ABOUT.title and data["description"] == ABOUT.text
    assert data["timeRequired"] == "PT25M" and "url" not in data


def test_tags_escape_what_they_quote():
    # fails if a title ends its attribute
    assert 'content="Bits &amp; &quot;bytes&quot;"' in known.tags(ABOUT)


def test_an_address_is_told_only_where_it_is_known(tmp_path, monkeypatch):
    # fails if a copy that is read from disk points to a place where it isn't
    monkeypatch.delenv(known.ADDRESS, raising=False)
    assert known.address_of("chapters/a", "intro") == ""
    assert "canonical" not in known.tags(ABOUT)
    known.write_sitemap(tmp_path, ["intro"], "intro")
    assert list(tmp_path.iterdir()) == []


def test_the_sitemap_names_each_page_once(tmp_path, address):
    # fails if a page is missing, or the landing page has two addresses
    known.write_sitemap(tmp_path, ["intro", "chapters/b", "chapters/a"], "intro")
    tree = ElementTree.parse(tmp_path / "sitemap.xml")
    found = [place.text for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert sorted(found) == [f"{SITE}/", f"{SITE}/chapters/a.html", f"{SITE}/chapters/b.html"]


@pytest.mark.parametrize("given", ["you.github.io", "ftp://a/b", "https://", f"{SITE}?x=1"])
def test_what_is_no_address_is_refused(given, monkeypatch):
    # fails if pages would carry links that lead nowhere
    monkeypatch.setenv(known.ADDRESS, given)
    with pytest.raises(ValueError, match="should look like https://you"):
        known.site_address()
