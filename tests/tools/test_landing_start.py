"""Beside the book's title: the way to Colab, on a site that is published."""

import pytest
from docutils import nodes

from web.landing import lead_to_colab
from web.repository import Repository
from web.translation.catalogues import english


@pytest.mark.parametrize(
    ("url", "leads"),
    [("https://github.com/you/book", True), ("https://address.invalid/book", False)],
)
def test_chapter_1_opens_in_colab_where_the_book_has_an_address(url, leads):
    # fails if a published first page has no way to Colab, or a local one leads nowhere
    total = nodes.inline("", "25 chapters.", classes=["llm-total"])
    start = nodes.container("", total, classes=["llm-start"])
    lead_to_colab(start, "chapters/01_what", Repository(url, "main"), english)
    address = 'href="https://colab.research.google.com/github/you/book/blob/colab/chapters/01_what'
    assert (address in total.astext()) == leads
    assert len(total.children) == 1 + leads
