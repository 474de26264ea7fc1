"""`web.colab`: plain Markdown, the right address, and a branch that changes nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml

from llm_lib.book.notebook import set_up_cell
from web.colab import FOLD, Book, main, write_notebooks
from web.fingerprint import ROOT
from web.notebooks import chapters, read
from web.repository import Repository

FORK = Repository("https://github.com/somebody/their-copy", "0123456789abcdef")
ON_COLAB = "https://colab.research.google.com/github/somebody/their-copy/blob/colab/"
SITE = "https://somebody.example/their-copy"
HERE = "chapters/appendix_b_maths"
BLOCK = r"^(```+|~~~+)[^{\n]*\n.*?^\1$"
SPAN = r"(?<![}`])(`{1,2})(?!`).*?(?<!`)\2(?!`)"
CODE = re.compile(f"{BLOCK}|{SPAN}", re.MULTILINE | re.DOTALL)
RAW = re.compile(r"\{[a-z:_-]+\}`|^\(.+\)=$|^(```+|:::+)\s*\{|^%|^\+\+\+|\{\{", re.MULTILINE)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
LINK = re.compile(r"\]\(((?:https?://|#)[^)\s]+)\)")


@pytest.fixture(scope="module")
def book():
    return Book(FORK)


@pytest.fixture(scope="module")
def written(book, tmp_path_factory):
    return write_notebooks(book, tmp_path_factory.mktemp("written"))


def markdown(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def raw_myst(text: str) -> list[str]:
    """Find what is left of MyST outside of code, by another way than the parser's."""
    return [match.group() for match in RAW.finditer(CODE.sub("", text))]


def test_raw_myst_is_found():
    # fails when the check below would see nothing
    for text in ("a {ref}`b`", "(ch-a)=\n# A", ":::{note}\nx\n:::", "```{dropdown} x\ny\n```"):
        assert raw_myst(text)
    assert raw_myst("`a` and\n\n```python\n(x)=\n```\n") == []


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_chapter(path, written):
    # fails when a chapter is no notebook any more, installs from elsewhere, keeps MyST, loses a
    # formula, or has other code than the committed one
    place = next(new for new in written if new.name == path.name)
    old, new = read(path), read(place)
    nbformat.validate(nbformat.read(place, as_version=4))
    assert [cell.id for cell in new.cells] == [cell.id for cell in old.cells]
    sources = [[c.source for c in n.cells if c.cell_type == "code"] for n in (old, new)]
    assert sources[1][0] == set_up_cell(*FORK)
    assert [code.removeprefix(FOLD) for code in sources[1][1:]] == sources[0][1:]
    assert [raw for text in markdown(new) for raw in raw_myst(text)] == []
    formulas = [Counter(DISPLAYED.findall("\n\n".join(markdown(n)))) for n in (old, new)]
    assert formulas[0] == formulas[1]


def test_links_between_notebooks_lead_somewhere(written):
    # fails when a link names a notebook or a cell that was not written
    cells = {p.name: {c.metadata["id"] for c in read(p).cells} for p in written}
    checked = 0
    for path in written:
        for url in LINK.findall("\n".join(markdown(read(path)))):
            link = urlsplit(url)
            if url.startswith("#") or url.startswith(ON_COLAB):
                target = link.path.rpartition("/")[2] or path.name
                assert target in cells
                cell = link.fragment.removeprefix("scrollTo=")
                assert not cell or cell in cells[target]
                checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    "source, plain",
    [
        ("(a-b)=\n# Title\n\ntext", "# Title\n\ntext"),
        ("a {term}`token`, two {term}`tokens <token>`", "a token, two tokens"),
        ("`{term}` stays, `` {ref}`x` `` too", "`{term}` stays, `` {ref}`x` `` too"),
        ("```python\n(x)=\n{ref}`x`\n```", "```python\n(x)=\n{ref}`x`\n```"),
        ("| a | b |\n|---|---|\n| {term}`x` | {term}`y` |", "| a | b |\n|---|---|\n| x | y |"),
        ("> a {term}`long\n> word` here", "> a long word here"),
        ("- one\n- {term}`two`\n  - *{term}`three`*", "- one\n- two\n  - *three*"),
        (
            "{cite}`press2017using,inan2017tying`",
            "([Press and Wolf, 2017](https://arxiv.org/abs/1608.05859), "
            "[Inan et al., 2017](https://arxiv.org/abs/1611.01462))",
        ),
        ("{cite}`radford2019gpt2`", "(Radford et al., 2019)"),  # a work without an address
        ("{ref}`sums <maths-dot>`", "[sums](#scrollTo=b024-61792d)"),
        (
            "{doc}`text <03_tokenization>`",
            f"[text]({ON_COLAB}chapters/03_tokenization.ipynb)",
        ),
        (
            "[text](03_tokenization.ipynb)",
            f"[text]({ON_COLAB}chapters/03_tokenization.ipynb)",
        ),
        (
            "{ref}`appendix-notation`",
            f"[Notation]({FORK.url}/blob/{FORK.revision}/chapters/appendix_a_notation.md)",
        ),
        (
            ":::{dropdown} Why $x$\n:open:\n\nA {term}`word`.\n\n$$\nx\n$$\n:::\n\nafter",
            "<details>\n<summary>Why $x$</summary>\n\nA word.\n\n$$\nx\n$$\n\n</details>\n\nafter",
        ),
        ("```{note}\nOne.\n\nTwo.\n```", "> **Note**\n>\n> One.\n>\n> Two."),
    ],
)
def test_plain_form(book, source, plain):
    # fails when a part of MyST is left, or anything else is touched
    assert book.plain(source, HERE) == plain


@pytest.mark.parametrize(
    "source",
    [
        "{ref}`no-such-label`",
        "{doc}`no_such_page`",
        "{glue}`x`",
        "```{figure} x.png\n```",
        "$$\nx\n$$ (label)",
        "a {{ word }}",
        "a[^1]\n\n[^1]: b",
    ],
)
def test_what_colab_would_not_show_is_refused(book, source):
    # fails when a reader on Colab would be the first to see it
    with pytest.raises(ValueError, match=r"chapters/appendix_b_maths.*has no plain form"):
        book.plain(source, HERE)


def test_links_lead_to_the_pages_where_they_are_known():
    # fails when a reader is sent to a notebook although the page has the widgets alive
    book = Book(FORK, SITE + "/")
    assert book.role("ref", "ch-bpe", HERE).endswith(
        f"({SITE}/chapters/04_byte_pair_encoding.html#ch-bpe)"
    )
    assert book.role("cite", "radford2019gpt2", HERE) == (
        f"([Radford et al., 2019]({SITE}/chapters/appendix_e_sources.html))"
    )


def test_publishing_needs_an_address(tmp_path, capsys):
    # fails when notebooks would be pushed that install from nowhere
    assert main([str(tmp_path), "--address", "https://address.invalid/book", "--publish"]) == 1
    assert "make address" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def git(folder, *arguments: str) -> str:
    command = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", *arguments]
    return subprocess.check_output(command, cwd=folder, text=True).strip()


@pytest.fixture
def checkout(tmp_path):
    """Return a checkout of the working tree, whose origin is a bare repository beside it."""
    work = tmp_path / "work"
    left_out = shutil.ignore_patterns(".*", "_build", "runs", "shared", "__pycache__", "benchmarks")
    shutil.copytree(ROOT, work, ignore=left_out, copy_function=shutil.copyfile)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message=All")
    git(work, "push", "--quiet", "origin", "main")
    environment = work / ".venv/bin"
    environment.mkdir(parents=True)
    (environment / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    (environment / "python").chmod(0o755)
    return work


@pytest.mark.skipif(os.name == "nt", reason="the workflow's commands are for a Unix shell")
def test_the_workflow_publishes_the_notebooks(checkout):
    # fails when the steps of the deploy workflow, as they stand there, push anything but one
    # commit with each chapter at this repository and this commit, or change another branch
    workflow = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text("utf-8"))
    runs = [step["run"] for step in workflow["jobs"]["deploy"]["steps"] if "run" in step]
    steps = [run for run in runs if "web.address" in run or "web.colab" in run]
    assert len(steps) == 2 and workflow["permissions"]["contents"] == "write"
    commit = git(checkout, "rev-parse", "HEAD")
    variables = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "somebody/their-copy",
        "GITHUB_SHA": commit,
        "SITE": SITE,
    }

    def after(*steps: str) -> str:
        for step in steps:
            command = ["sh", "-ec", step]
            subprocess.run(command, cwd=checkout, env=os.environ | variables, check=True)
        return git(checkout, "ls-remote", "origin")

    first = after(*steps)
    origin = checkout.parent / "origin.git"
    branches = dict(reversed(line.split("\t")) for line in first.splitlines())
    assert set(branches) - {"HEAD"} == {"refs/heads/main", "refs/heads/colab"}
    assert branches["refs/heads/main"] == commit
    assert git(origin, "rev-list", "--count", "colab") == "1"
    files = git(origin, "ls-tree", "-r", "--name-only", "colab").splitlines()
    assert files == ["README.md", *(f"chapters/{path.name}" for path in chapters())]
    for name in files[1:]:
        cells = json.loads(git(origin, "show", f"colab:{name}"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        assert code[0] == set_up_cell("https://github.com/somebody/their-copy", commit)
        text = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        assert "address.invalid" not in text and f"]({SITE}/chapters/" in text
    assert git(checkout, "diff", "--cached", "--name-only") == ""
    assert after(steps[1]) == first
