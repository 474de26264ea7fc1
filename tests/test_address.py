"""`web.address` writes the repository's address; `web.repository` makes the pages' links of it."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from llm_lib.book.notebook import set_up_cell
from web import address, repository
from web.fingerprint import ROOT
from web.notebooks import KERNEL, is_clean, read
from web.repository import Repository

FORK = "https://github.com/somebody/their-copy"
CHAPTERS = ("chapters/03_tokenization.ipynb", "chapters/09_self_attention.ipynb")
WRONG = [
    " ",
    "somebody/their-copy",
    "git@github.com:somebody/their-copy.git",
    "http://github.com/a/b",
    "https://github.com/somebody",
    f"{FORK}/tree/main",
    "https://me:secret@github.com/a/b",
    f'{FORK}"',
    f"{FORK} --index-url x",
    f"{FORK}?x",
    "https://github.com/{x}/y",
]
FORMAT = {"nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def book(tmp_path):
    """Return a folder with a copy of what holds the address."""
    (tmp_path / "chapters").mkdir()
    for name in (
        "_config.yml",
        "chapters/03_tokenization.ipynb",
        "chapters/09_self_attention.ipynb",
    ):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def contents(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_committed_address_is_one():
    # fails when the book holds an address that the command would refuse
    assert address.checked(*repository.current()) == repository.current()


def test_address_is_written_everywhere_and_once(book):
    # fails when a place keeps the old address, anything else changes, or a second run writes
    before = contents(book)
    changed = address.set_address(Repository(FORK, "v2"), book)
    assert sorted(changed) == sorted(before)
    assert repository.current(book) == (FORK, "v2")
    old, new = repository.current(), f"{FORK}@v2"
    for path, text in contents(book).items():
        if path.suffix == ".ipynb":
            assert is_clean(path)
            assert address.first_code_cell(path, read(path)).source == set_up_cell(FORK, "v2")
            expected = before[path].decode().replace(f"{old.url}@{old.revision}", new)
        else:
            expected = before[path].decode().replace(f"url: {old.url}", f"url: {FORK}")
            expected = expected.replace(f"branch: {old.revision}", "branch: v2")
        assert text.decode() == expected
    assert address.set_address(Repository(FORK, "v2"), book) == []


def test_a_chapter_without_the_cell_stops_all(book):
    # fails when some files are written before another turns out to have no place for the address
    path = book / "chapters/09_self_attention.ipynb"
    path.write_text(path.read_text("utf-8").replace("find_spec", "find"), "utf-8")
    before = contents(book)
    with pytest.raises(ValueError, match="09_self_attention"):
        address.set_address(Repository(FORK, "main"), book)
    (book / "_config.yml").write_text("title: none", "utf-8")
    with pytest.raises(ValueError, match=r"_config\.yml"):
        address.set_address(Repository(FORK, "main"), book)
    assert contents(book) | {book / "_config.yml": b""} == before | {book / "_config.yml": b""}


def test_addresses_are_tidied():
    # fails when what a browser or a clone shows is not accepted as it is
    for text in (FORK, f"{FORK}/", f"{FORK}.git", f" {FORK}.git/\n"):
        assert address.checked(text, "main") == (FORK, "main")
    assert address.checked("https://git.example.org:8443/a/b/c", "main").url.endswith("/c")


@pytest.mark.parametrize("wrong", WRONG)
def test_other_addresses_are_refused(wrong, capsys):
    # fails when the cell would not install from it, or would do more than install
    assert address.main([wrong]) == 2
    assert "Nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["-rf", 'x"', "a b", "", "main; ls"])
def test_other_revisions_are_refused(wrong):
    # fails when a revision would end the quoted requirement
    with pytest.raises(ValueError, match="branch, tag or commit"):
        address.checked(FORK, wrong)


@pytest.mark.parametrize("url", ["https://address.invalid/book", FORK, "https://gitlab.com/a/b"])
def test_pages_link_only_to_what_is_there(url, tmp_path):
    # fails when a page links to the placeholder, or one with an address has no way to Colab
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "chapters").mkdir(parents=True)
    (source / "index.md").write_text("# Title\n\nOne.\n", "utf-8")
    cells = [{"id": "a", "cell_type": "markdown", "metadata": {}, "source": "# T\n\nOne.\n\nTwo."}]
    notebook = {"cells": cells, "metadata": {"kernelspec": KERNEL}} | FORMAT
    (source / "chapters/two.ipynb").write_text(json.dumps(notebook), "utf-8")
    options = {
        "repository_url": url,
        "repository_branch": "main",
        "use_repository_button": True,
        "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    }
    settings = {
        "extensions": ["myst_nb", "web.repository"],
        "html_theme": "sphinx_book_theme",
        "html_theme_options": options,
        "nb_execution_mode": "off",
        "suppress_warnings": ["toc"],
    }
    with docutils_namespace():  # what one build registers is unknown to the next
        Sphinx(source, None, out, tmp_path / "trees", "html", settings, status=None).build()

    links = re.findall(r'href="(https?://[^"]*)"', (out / "chapters/two.html").read_text("utf-8"))
    own = [link for link in links if url in link or "colab.research" in link]
    colab = "https://colab.research.google.com/github/somebody/their-copy/blob/colab/"
    if url == FORK:
        assert own == [colab + "chapters/two.ipynb"]
        text = (out / "chapters/two.html").read_text("utf-8")
        assert text.index("One.") < text.index("Open this chapter in Colab") < text.index("Two.")
    else:
        assert own == []
    assert "colab.research" not in (out / "index.html").read_text("utf-8")
