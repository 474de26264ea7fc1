"""A chapter that is begun by the command: it passes the checks, or nothing of it is left."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys

import pytest

from tests import run
from tests.notebooks import test_chapters, test_widths
from web import new_chapter
from web.chapter_size import measure
from web.fingerprint import ROOT
from web.new_chapter import Chapter, named, numbered, without_announcement
from web.notebooks import read
from web.reading_time import is_stale

COPIED = [
    *("chapters", "configs", "llm_lib", "reference", "tests", "web"),
    *("_config.yml", "_toc.yml", "intro.md", "pyproject.toml", "README.md", "references.bib"),
]
NEXT = int(numbered()[-1].stem[:2]) + 1


# what tests/test_checks.py asks of each chapter's answers, and the chapter's own test
TRIED = """import sys
from importlib import import_module
from llm_lib.book.exercises import check
module = import_module(sys.argv[1].removesuffix(".py").replace("/", "."))
assert all(check(*answer) for answer in module.RIGHT.items())
for answer in module.WRONG.values():
    result = check(*answer)
    assert not result and "  hint  " in repr(result), answer
test = module.test_each_wrong_answer_has_a_reason
for values in test.pytestmark[0].args[1]:
    test(*values)
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A copy of what is needed of the repository."""
    there = tmp_path_factory.mktemp("book")
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, there / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, there / name)
    return there


def in_book(book, *command):
    """Run a command in the copy, with nothing of the repository that it was copied from."""
    own = run.environment("unit") | {"PYTHONPATH": str(book)}
    return subprocess.run(command, cwd=book, env=own, capture_output=True, text=True)


def passes(book, *command):
    """Run a command in the copy that has to end well."""
    done = in_book(book, *command)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def contents(book):
    """Return a hash of each file below a folder."""
    files = [path for path in book.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_name_is_a_number_and_a_title():
    # fails if a title is changed on the way, or a file gets a name that a system may refuse
    assert named(f" {NEXT}  my  title ") == Chapter(f"{NEXT:02}", "My title", "my_title")
    chapter = named(f"{NEXT}_“Más?” – isn't it")
    assert (chapter.title, chapter.slug) == ("“Más?” – isn't it", "mas_isnt_it")
    assert chapter.label == "ch-mas-isnt-it"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "say its number and its title"),
        ("My title", "say its number and its title: make chapter"),
        (f"{NEXT}", "say its number and its title"),
        ("09 My title", "chapters/09_self_attention.ipynb is there already"),
        (f"{NEXT} self-attention", "chapters/09_self_attention.ipynb is there already"),
        (f"{NEXT + 1} My title", f"the next chapter is {NEXT:02}"),
        (f"{NEXT} My | title", r"letters, digits .* only; got '\|'"),
        (f"{NEXT} My `title`", "only; got '`'"),
        (f"{NEXT} 2017", "needs a letter from a to z"),
        (f"{NEXT} " + "long " * 20, "at most 60 characters"),
    ],
)
def test_other_names_are_refused(name, words):
    # fails if a chapter could overwrite another, leave a number out, or break a list it stands in
    with pytest.raises(ValueError, match=words):
        named(name)


def test_what_is_there_is_not_to_come():
    # fails if the first page announces a chapter that it links to, or drops another
    line = ": [To come: One · Two · Three]{.llm-coming}\n"
    assert without_announcement(line, "two") == ": [To come: One · Three]{.llm-coming}\n"
    assert without_announcement(line, "Tw") == line
    assert without_announcement(": [To come: One]{.llm-coming}\nb\n", "One") == "b\n"


def test_what_was_stopped_leaves_nothing(book, monkeypatch, capsys):
    # fails if Ctrl-C leaves a chapter without its checks, or a line that leads to no chapter
    def stop(paths, store):
        assert paths[0].is_relative_to(book) and paths[0].exists()
        store.mkdir(exist_ok=True)
        (store / f"{paths[0].stem}.json").write_text("{}", "utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(new_chapter, "ROOT", book)
    monkeypatch.setattr(new_chapter.notebooks, "execute", stop)
    before = contents(book)
    assert new_chapter.main([f"{NEXT} My title"]) == 130
    assert "nothing was made" in capsys.readouterr().err
    assert contents(book) == before


def test_a_list_that_was_written_is_put_back(tmp_path):
    # fails if what was changed before a failure stays
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("as it was", "utf-8")
    with pytest.raises(ValueError, match="full"), new_chapter.all_or_nothing([old, new]):
        new_chapter.write(old, "changed")
        new_chapter.write(new, "made")
        raise ValueError("the disk is full")
    assert {path: path.read_text("utf-8") for path in tmp_path.iterdir()} == {old: "as it was"}


def test_a_new_chapter_passes_what_is_asked_of_all(book):
    # fails if the template has fallen behind the checks, or the command forgets one of the lists
    name = f"{NEXT:02} a chapter's beginning"
    made = in_book(book, run.READER, "-m", "web.new_chapter", name)
    assert made.returncode == 0, made.stderr
    chapter = Chapter(f"{NEXT:02}", "A chapter's beginning", "a_chapters_beginning")
    files = list(chapter.files.values())
    assert all(file in made.stdout for file in [*files, "git restore _toc.yml"])
    for file, line in [
        ("_toc.yml", f"      - file: chapters/{chapter.stem}\n"),
        ("README.md", f"| {NEXT} | [A chapter's beginning]({files[0]}) | {new_chapter.WHAT} |\n"),
        ("intro.md", f": {{doc}}`A chapter's beginning <chapters/{chapter.stem}>` ["),
    ]:
        assert (book / file).read_text("utf-8").count(line) == 1

    path = book / files[0]
    for checks in (test_chapters.TestChapter(), test_widths.TestWidths()):
        for each in (name for name in dir(checks) if name.startswith("test_")):
            getattr(checks, each)(path)
    notebook = read(path)
    assert not is_stale(notebook) and measure(notebook).beyond_limits() == []
    shown = [output for cell in test_chapters.code_cells(path) for output in cell.outputs]
    printed = "".join(output.get("text", "") for output in shown)
    assert f"{(2 * 4 * 8 * 1) ** (1 / 4):.2f}\n" in printed  # the fourth guess
    for command in (["check"], ["format", "--check"]):
        passes(book, sys.executable, "-m", "ruff", *command, *files)
    passes(book, sys.executable, "-c", TRIED, files[2])
