"""What a run depends on: modules and data, and no script or style of the page."""

from __future__ import annotations

import pytest

from web.outputs import depends
from web.outputs.depends import COLOURS, changes, hash_all, hash_of


@pytest.fixture
def library(tmp_path):
    """A small library."""
    files = {
        "gpt.py": "a = 1\n",
        "studies/x.json": "{}",
        "studies/x.safetensors": "weights",
        "models/sprout/config.json": "{}",
        "models/sprout/model.safetensors": "weights",
        "widgets/lab.js": "1",
        "widgets/lab.css": "a{}",
        COLOURS: ":root { --llm-fg: #1b1f24; margin: 0 }",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8", newline="")
    return tmp_path


def test_scripts_and_styles_are_left_out_and_weights_come_with_their_file(library):
    # fails if a widget's script would run its chapters again, or if new weights would not
    found = hash_all(["gpt.py", "studies/x.json", "models/sprout/config.json", "widgets/lab.js",
                      "widgets/lab.css"], library)  # fmt: skip
    assert (
        list(found)
        == sorted(found)
        == [
            "gpt.py",
            "models/sprout/config.json",
            "models/sprout/model.safetensors",
            "studies/x.json",
            "studies/x.safetensors",
        ]
    )


def test_a_change_is_told_by_name(library):
    # fails if a change, or a file that is gone, is overlooked
    before = hash_all(["gpt.py", "studies/x.json"], library)
    assert changes(before, library) == []
    (library / "gpt.py").write_text("a = 12\n", "utf-8")
    (library / "studies/x.json").unlink()
    told = ["llm_lib/gpt.py has changed", "llm_lib/studies/x.json is gone"]
    assert changes(before, library) == told


def test_only_colours_of_the_theme_count(library):
    # fails if a margin would run all chapters, or if figures could keep old colours
    before = hash_of(COLOURS, library)
    theme = library / COLOURS
    theme.write_text(":root { --llm-fg: #1b1f24; margin: 100px }", "utf-8")
    assert hash_of(COLOURS, library) == before
    theme.write_text(":root { --llm-fg: #1b1f25; margin: 0 }  ", "utf-8")
    assert hash_of(COLOURS, library) != before


def test_line_ends_make_no_difference(library):
    # fails if a checkout on Windows would run all chapters
    before = hash_of("gpt.py", library)
    (library / "gpt.py").write_text("a = 1\r\n", "utf-8", newline="")
    assert hash_of("gpt.py", library) == before


def test_colours_lie_where_they_are_looked_for():
    # fails if the theme has moved and its colours count no more
    assert depends.palette.THEME == depends.LIBRARY / COLOURS
