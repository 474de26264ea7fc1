"""The pictures that links to the pages show."""

import pytest

from web import known, previews
from web.frame import pages_in_order

SITE = "https://you.github.io/book"
PAGE = "chapters/09_self_attention"


@pytest.mark.parametrize("page", pages_in_order())
def test_each_page_has_a_light_picture_with_its_title(page):
    # fails if a page is new or has another title by now: python -m web.draw_previews draws it
    png = previews.path_of(page).read_bytes()
    assert previews.shown_title(png) == previews.title_of(page)
    assert previews.size_of(png) == (1200, 630)
    assert len(png) < previews.MOST


def test_no_picture_is_left_of_a_page_that_is_gone():
    # fails if the repository keeps what nothing shows
    assert {path.stem for path in previews.FOLDER.iterdir()} == {
        page.split("/")[-1] for page in pages_in_order()
    }


def test_a_picture_has_an_address_only_where_the_site_has_one(monkeypatch, tmp_path):
    # fails if a copy read from disk points elsewhere, or carries pictures that nothing shows
    monkeypatch.delenv(known.ADDRESS, raising=False)
    previews.copy_all(tmp_path)
    assert previews.address_of(PAGE) == "" and list(tmp_path.iterdir()) == []
    monkeypatch.setenv(known.ADDRESS, SITE)
    previews.copy_all(tmp_path)
    assert previews.address_of(PAGE) == f"{SITE}/_static/previews/09_self_attention.png"
    assert (tmp_path / "previews/09_self_attention.png").is_file()
    assert previews.address_of("chapters/99_to_come") == ""


def test_tags_name_the_picture_and_its_size():
    # fails if a preview is small or cropped, or says nothing to who can't see it
    about = known.About("Title", "Text.", "The book", "Us", 25, "", f"{SITE}/a.png")
    tags = known.tags(about)
    assert f'<meta property="og:image" content="{SITE}/a.png" />' in tags
    assert '<meta property="og:image:width" content="1200" />' in tags
    assert '<meta property="og:image:alt" content="Title: The book" />' in tags
    assert '<meta name="twitter:card" content="summary_large_image" />' in tags
    assert f'"image": "{SITE}/a.png"' in known.structured(about)
    assert "image" not in known.tags(about._replace(image=""))


def test_a_file_that_is_no_picture_is_said_to_be_none():
    # fails if a damaged file passes for one
    with pytest.raises(ValueError, match="no PNG"):
        previews.size_of(b"GIF89a")


def test_a_page_without_a_heading_is_named(tmp_path):
    # fails if a preview would show an empty title
    (tmp_path / "a.md").write_text("Text only.\n", "utf-8")
    with pytest.raises(ValueError, match=r"a\.md has no heading"):
        previews.title_of("a", tmp_path)
