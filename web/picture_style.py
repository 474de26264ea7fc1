"""Keeps the style of drawn pictures once on a page, though each picture brings its own along."""

from __future__ import annotations

import re

from llm_lib.pictures.picture import LOOK_CLASS, THEME_CLASS

THEME = re.compile(f'<style class="{THEME_CLASS}">.*?</style>', re.DOTALL)
LOOK = re.compile(f'<style class="{LOOK_CLASS}">.*?</style>', re.DOTALL)


def keep_one(body: str) -> str:
    """Return a page without the pictures' colours, which it has itself, and with one look of them.

    >>> look = '<style class="llm-picture-look">p{}</style>'
    >>> keep_one(f"a{look}b{look}")
    'a<style class="llm-picture-look">p{}</style>b'
    """
    body = THEME.sub("", body)
    first = LOOK.search(body)
    if not first:
        return body
    return body[: first.end()] + LOOK.sub("", body[first.end() :])
