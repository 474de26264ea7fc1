"""The theme without its icon font, and what is said when the theme has changed."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from web.slim_theme import slim

THEME = Path(find_spec("pydata_sphinx_theme").origin).parent / "theme/pydata_sphinx_theme/static"
SHEET = "styles/pydata-sphinx-theme.css"


@pytest.fixture
def static(tmp_path):
    for folder in ("styles", "vendor", "scripts"):
        shutil.copytree(THEME / folder, tmp_path / folder, copy_function=shutil.copyfile)
    return tmp_path


def test_nothing_of_the_icon_font_is_left(static):
    # Fails if this version of the theme keeps its fonts or icons, or loses other rules.
    before = (static / SHEET).read_text("utf-8")
    slim(static)
    after = (static / SHEET).read_text("utf-8")
    assert "@font-face" in before and "Awesome" not in "".join(after.split("@font-face")[1:])
    assert before.count(':before{content:"\\f') + before.count("{--fa:") > 1000
    assert after.count("{--fa:") == 0
    assert after.count("{") > 0.5 * (before.count("{") - before.count("{--fa:"))
    assert not list(static.rglob("*ontawesome*"))


def test_it_may_be_done_twice(static):
    # Fails if a build over an old one is taken for a changed theme, or changes the sheet again.
    slim(static)
    once = (static / SHEET).read_text("utf-8")
    slim(static)
    assert (static / SHEET).read_text("utf-8") == once


@pytest.mark.parametrize("css", ["a{color:red}", "@font-face{font-family:'Font Awesome'}"])
def test_a_changed_theme_ends_the_build(static, css):
    # Fails if rules that are no longer found stay in the site without a word.
    (static / SHEET).write_text(css, "utf-8")
    with pytest.raises(ValueError, match=r"style sheet has changed.*0 icon rules.*Adapt"):
        slim(static)
    assert (static / SHEET).read_text("utf-8") == css
