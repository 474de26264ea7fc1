"""The zip as a reader meets it: unzipped anywhere, opened from disk, alive."""

from __future__ import annotations

import zipfile

import pytest

from web.offline_zip import pack

PAGE = "chapters/09_self_attention.html"


@pytest.fixture(scope="module")
def unzipped(site, tmp_path_factory):
    """The book, unzipped into a folder with spaces and a letter beyond ASCII in its name."""
    folder = tmp_path_factory.mktemp("My books, é")
    pack(site, folder / "book.zip")
    with zipfile.ZipFile(folder / "book.zip") as archive:
        archive.extractall(folder)
    return folder / "llm-from-scratch"


def test_a_page_is_alive(unzipped, visit):
    # fails if a file that a widget or a figure needs was left out, is looked for in another place,
    # or is asked of another site
    opened = visit((unzipped / PAGE).as_uri(), home="file://")
    opened.scroll_through()
    assert opened.page.locator(".llm-mount[data-mounted=yes]").count() > 0
    assert opened.page.locator(".llm-failed").count() == 0
    assert opened.complaints == []
    assert [url for url in opened.requests if url.startswith("http")] == []


def test_the_search_leads_to_a_page(unzipped, visit):
    # fails if the index is missing, or its links lead out of the folder
    opened = visit((unzipped / "index.html").as_uri(), home="file://")
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("self-attention")
    opened.page.keyboard.press("Enter")
    opened.page.locator("#search-results li a").first.click()
    opened.page.wait_for_selector("article h1")
    assert opened.page.url.startswith(unzipped.as_uri())
    assert opened.complaints == []
