"""Tests of how the JavaScript is laid out, read from its files: nothing is run."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("llm_lib", "web", "tests")
SCRIPTS = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.js"))
NAMES = [file.relative_to(ROOT).as_posix() for file in SCRIPTS]
WIDTH, LINES = 100, 300
WIDGETS = ROOT / "llm_lib/book/widgets"
OWNERS = {WIDGETS, WIDGETS / "stories"}  # a file of its own for each widget, and for each film
ROOMS = sorted({file.parent for file in SCRIPTS if WIDGETS in file.parents} - OWNERS)
SHARED = {WIDGETS / "shared", WIDGETS / "moving"}
MOST = 40


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_no_line_is_wider_than_the_formatter_allows(script):
    # Fails if a comment or a string, which the formatter leaves alone, goes past 100 columns.
    lines = script.read_text("utf-8").splitlines()
    assert not [number for number, line in enumerate(lines, 1) if len(line) > WIDTH]


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_a_script_holds_one_idea(script):
    # Fails if a script can't be read in one sitting.
    assert len(script.read_text("utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("room", ROOMS, ids=[room.name for room in ROOMS])
def test_parts_stand_in_a_folder_of_their_owner_s_name(room):
    # Fails if parts pile up in a folder of all widgets again, or outlive the widget.
    assert room in SHARED or (room.parent in OWNERS and room.with_suffix(".js").exists())
    assert len([file for file in room.iterdir() if file.name != "__pycache__"]) <= MOST
