"""Tests of how the JavaScript is laid out, read from its files: nothing is run."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("llm_lib", "web", "tests")
SCRIPTS = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.js"))
NAMES = [file.relative_to(ROOT).as_posix() for file in SCRIPTS]
WIDTH = 100


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_no_line_is_wider_than_the_formatter_allows(script):
    # Fails if a comment or a string, which the formatter leaves alone, goes past 100 columns.
    lines = script.read_text("utf-8").splitlines()
    assert not [number for number, line in enumerate(lines, 1) if len(line) > WIDTH]
