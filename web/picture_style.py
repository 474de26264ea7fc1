"""Takes the styles out of drawn pictures: each brings its own, and the pages' sheet has them."""

from __future__ import annotations

import re

from llm_lib.book.pictures.picture import LOOK_CLASS, THEME_CLASS

STYLE = re.compile(f'<style class="({THEME_CLASS}|{LOOK_CLASS})">.*?</style>', re.DOTALL)


def remove(body: str) -> str:
    """Return a page without the styles that its pictures carry.

    >>> remove('a<style class="llm-picture-look">p{}</style>b')
    'ab'
    """
    return STYLE.sub("", body)
