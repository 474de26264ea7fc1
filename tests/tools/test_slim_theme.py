"""The site without the theme's files: nothing of them stays, and nothing of ours goes."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from web.slim_theme import remove

THEMES = {"pydata_sphinx_theme": "pydata_sphinx_theme", "sphinx_book_theme": "sphinx_book_theme"}
OURS = ["book.css", "book.js", "landing.css", "favicon.svg", "fonts/sans.woff2", "models/sprout.js"]


@pytest.fixture
def static(tmp_path):
    for package, theme in THEMES.items():
        folder = Path(find_spec(package).origin).parent / "theme" / theme / "static"
        shutil.copytree(folder, tmp_path, copy_function=shutil.copyfile, dirs_exist_ok=True)
    for name in OURS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("ours", "utf-8")
    return tmp_path


def test_nothing_of_the_theme_is_left(static):
    # fails if a version of the theme brings files that would lie in the site unused, or one of
    # ours goes with them
    assert sum(path.stat().st_size for path in static.rglob("*") if path.is_file()) > 1_000_000
    remove(static)
    left = sorted(path.relative_to(static).as_posix() for path in static.rglob("*.*"))
    assert left == sorted(OURS)


def test_it_may_be_done_twice(static):
    # fails if a build over an old one stops here
    remove(static)
    remove(static)
    assert (static / "book.css").exists()
