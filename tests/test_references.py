"""The list of sources: each is cited, and no two look the same where they are."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from pybtex.database import parse_file

from web.fingerprint import ROOT

CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]*)`")
PAGES = [ROOT / "intro.md", *(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "chapters").glob("*.md")]


@pytest.fixture(scope="module")
def entries():
    """All sources, by key."""
    return parse_file(ROOT / "references.bib").entries


def label(entry) -> tuple[str, ...]:
    """Return what a page says of a source: its authors, shortened as there, and the year."""
    people = entry.persons.get("author") or entry.persons["editor"]
    names = [" ".join(person.prelast_names + person.last_names) for person in people]
    return (*(names if len(names) < 3 else [names[0], "et al."]), entry.fields["year"])


def test_no_two_sources_look_alike(entries):
    # fails when two works of the same people and year have no letter behind it: 2025a, 2025b
    several = Counter(map(label, entries.values()))
    assert [shown for shown, n in several.items() if n > 1] == []


def test_each_source_is_cited(entries):
    # fails when a sentence is taken out, and what it cited stays in the list
    found = (key for page in PAGES for key in CITED.findall(page.read_text("utf-8")))
    assert set(entries) - {key.strip() for keys in found for key in keys.split(",")} == set()
