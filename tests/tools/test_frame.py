"""`web.frame`: what the header leads to, and when it leads nowhere."""

import pytest

from web.frame import links
from web.repository import Repository

FORK = "https://github.com/somebody/their-copy"
CHAPTER = "chapters/09_self_attention"
ON_COLAB = "https://colab.research.google.com/github/somebody/their-copy/blob/colab/"


@pytest.mark.parametrize(
    ("url", "page", "source", "colab"),
    [
        (FORK, CHAPTER, FORK, f"{ON_COLAB}{CHAPTER}.ipynb"),
        (FORK, "chapters/appendix_d_glossary", FORK, ""),
        ("https://gitlab.com/a/b", CHAPTER, "https://gitlab.com/a/b", ""),
        ("https://address.invalid/book", CHAPTER, "", ""),
    ],
)
def test_the_header_leads_only_to_what_is_there(url, page, source, colab):
    # fails if it links to the placeholder, to a notebook that is none, or to Colab from elsewhere
    assert links(page, Repository(url, "main")) == {"source_url": source, "colab_url": colab}
