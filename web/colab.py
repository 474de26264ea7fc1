"""Notebooks for Colab: ``python -m web.colab FOLDER`` writes them, ``--publish`` pushes them too.

Colab renders plain Markdown. So each chapter is written anew, with MyST's roles and directives
resolved to links, words and HTML, and with the address and the commit that its first cell
installs. `--publish` makes one commit of the folder and pushes it as the branch that the pages'
Colab links lead to; no other branch and no file of the checkout changes.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pybtex.database
import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, year

from web import roles
from web.address import checked, first_code_cell, set_up_cell
from web.fingerprint import ROOT
from web.notebooks import chapters, read, write
from web.repository import BRANCH, Repository, current

FOLDED = {"dropdown", "solution"}
BOXES = {"note", "tip", "hint", "important", "warning", "seealso", "admonition", "exercise"}
DROPPED = {"myst_target", "myst_line_comment", "myst_block_break"}
# what the book could hold one day and Colab would not show
WITHOUT_A_PLAIN_FORM = re.compile(r"math_block_label|substitution|footnote|^dl_open$|^amsmath$")
WITH_TEXT = re.compile(r"(?P<text>.*\S)\s*<(?P<target>[^<>]+)>", re.DOTALL)
HIDDEN = {"hide-input", "hide-cell", "remove-input"}
FOLD = "# @title Folded code: double-click here to see it\n"


class Place(NamedTuple):
    """Where a label stands: document, cell, and the heading below it."""

    doc: str
    cell: str
    title: str


class Book:
    """What links lead to: labels, titles and sources, seen from Colab."""

    def __init__(self, repository: Repository, site: str = "", root: Path = ROOT):
        """Read all chapters. site: the address of the published pages, "" if there are none."""
        config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
        extensions = set(config["parse"]["myst_enable_extensions"])
        settings = MdParserConfig(enable_extensions=extensions)
        self.parser: MarkdownIt = create_md_parser(settings, RendererHTML)
        self.repository, self.site, self.root = repository, site.rstrip("/"), root
        self.sources = pybtex.database.parse_file(root / "references.bib").entries
        self.style = AuthorYearReferenceStyle()
        self.titles: dict[str, str] = {}
        self.labels: dict[str, Place] = {}
        pages = [root / "intro.md", *sorted((root / "chapters").glob("*.md")), *chapters(root)]
        for path in pages:
            self._index(path)

    def _index(self, path: Path) -> None:
        """Note a document's title and labels."""
        doc = path.relative_to(self.root).with_suffix("").as_posix()
        for cell, source in _markdown_cells(path):
            waiting: list[str] = []
            tokens = self.parser.parse(source)
            for token, following in zip(tokens, [*tokens[1:], None], strict=True):
                if token.type == "myst_target":
                    waiting.append(token.content)
                elif token.type == "heading_open":
                    self.titles.setdefault(doc, following.content)
                    for label in waiting:
                        self.labels[label] = Place(doc, cell, following.content)
                    waiting = []

    def url(self, doc: str, label: str = "", cell: str = "") -> str:
        """Return the address of a document or of a place in it: a page if there are, or Colab."""
        if self.site:
            return f"{self.site}/{doc}.html" + (f"#{label}" if label else "")
        if not (self.root / f"{doc}.ipynb").exists():
            return f"{self.repository.url}/blob/{self.repository.revision}/{doc}.md"
        url = self.repository.on_colab(f"{doc}.ipynb") or f"{posixpath.basename(doc)}.ipynb"
        return url + (f"#scrollTo={cell}" if cell else "")

    def cite(self, keys: str) -> str:
        """Return authors and years as the pages show them, each with a link to the work."""
        names = self.style.person.author_or_editor_or_title(full=False)
        links = []
        for key in keys.split(","):
            entry = self.sources[key.strip()]
            words = join(sep=", ")[names, year]
            text = str(words.format_data({"entry": entry, "style": self.style}))
            page = self.url("chapters/appendix_e_sources") if self.site else ""
            url = entry.fields.get("url") or page
            links.append(f"[{text}]({url})" if url else text)
        return f"({', '.join(links)})"

    def role(self, name: str, content: str, here: str) -> str:
        """Return what a role becomes in the document `here`.

        Raises ValueError for a role or a target that there is not.
        """
        match = WITH_TEXT.fullmatch(content)
        text, target = (match["text"], match["target"]) if match else ("", content)
        if name == "term":
            return text or target
        if name in roles.ROLES:
            return content
        if name == "cite":
            return self.cite(content)
        if name == "doc":
            doc = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
            if doc in self.titles:
                return f"[{text or self.titles[doc]}]({self.url(doc)})"
        if name == "ref" and target in self.labels:
            doc, cell, title = self.labels[target]
            url = f"#scrollTo={cell}" if doc == here else self.url(doc, target, cell)
            return f"[{text or title}]({url})"
        raise ValueError(f"{here}: {{{name}}}`{content}` has no plain form")

    def directive(self, token: Token, here: str) -> str:
        """Return what a directive becomes: something to unfold, or a quotation."""
        name, _, title = token.info.strip().lstrip("{").partition("}")
        lines = token.content.rstrip("\n").split("\n")
        while lines and (not lines[0].strip() or re.match(r":[\w-]+:", lines[0])):
            lines.pop(0)
        body = self.plain("\n".join(lines), here)
        if name in FOLDED:
            summary = title.strip() or name.capitalize()
            return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
        if name in BOXES and not token.level:
            text = f"**{title.strip() or name.capitalize()}**\n\n{body}"
            return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        raise ValueError(f"{here}: the directive {{{name}}} has no plain form")

    def plain(self, source: str, here: str) -> str:
        """Return MyST Markdown as Markdown that Colab renders; `here` is the document."""
        lines = source.split("\n")
        for token in reversed(self.parser.parse(source)):  # from below: line numbers stay right
            start, end = token.map or (0, 0)
            if token.type in DROPPED:
                lines[start:end] = []
            elif token.type in ("fence", "colon_fence") and token.info.strip().startswith("{"):
                lines[start:end] = self.directive(token, here).split("\n")
            elif token.type == "inline":
                lines[start:end] = self._inline(token, "\n".join(lines[start:end]), here)
            elif WITHOUT_A_PLAIN_FORM.search(token.type):
                raise ValueError(f"{here}: {token.type} has no plain form: {token.content!r}")
        return "\n".join(lines).strip("\n")

    def _inline(self, token: Token, text: str, here: str) -> list[str]:
        """Return the lines `text` of an inline token with its roles and links resolved."""
        for child in token.children or ():
            if WITHOUT_A_PLAIN_FORM.search(child.type):
                raise ValueError(f"{here}: {child.type} has no plain form: {child.content!r}")
            if child.type == "myst_role":
                name = child.meta["name"]
                words = r"[\s>]+".join(map(re.escape, child.content.split()))
                old = re.search(rf"\{{{name}\}}(`+)\s*{words}\s*\1", text)
                new = self.role(name, child.content, here)
                text = text[: old.start()] + new + text[old.end() :]
            elif child.type == "link_open" and (href := child.attrs["href"]):
                doc = posixpath.join(posixpath.dirname(here), posixpath.splitext(href)[0])
                if doc in self.titles:
                    text = text.replace(f"]({href})", f"]({self.url(doc)})", 1)
        return text.split("\n")

    def notebook(self, path: Path) -> Any:
        """Return a chapter as Colab should open it."""
        here = path.relative_to(self.root).with_suffix("").as_posix()
        notebook = read(path)
        first = first_code_cell(path, notebook)
        first.source = set_up_cell(*self.repository)
        for cell in notebook.cells:
            cell.metadata["id"] = cell.id  # Colab's own, to which #scrollTo= leads
            if cell.cell_type == "markdown":
                cell.source = self.plain(cell.source, here)
            elif HIDDEN & set(cell.metadata.get("tags", [])) and cell is not first:
                cell.metadata["cellView"] = "form"
                cell.source = FOLD + cell.source
        return notebook


def _markdown_cells(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".md":
        yield "", path.read_text("utf-8")
    else:
        yield from ((c.id, c.source) for c in read(path).cells if c.cell_type == "markdown")


def write_notebooks(book: Book, folder: Path) -> list[Path]:
    """Write every chapter below `folder`, and a line that says what it is; return the notebooks."""
    place = folder / "chapters"
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("*.ipynb"):
        old.unlink()
    url, revision = book.repository
    note = f"Made from [{revision}]({url}/tree/{revision}), for Colab. Changes here are lost.\n"
    (folder / "README.md").write_text(note, "utf-8", newline="\n")
    paths = [place / path.name for path in chapters(book.root)]
    for path in paths:
        write(path, book.notebook(book.root / "chapters" / path.name))
    return paths


def publish(folder: Path, root: Path = ROOT) -> str:
    """Push what is in `folder` as the only commit of the branch for Colab; return its id.

    Raises RuntimeError with git's own words where that fails.
    """
    who = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
    environment = dict(os.environ)

    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    environment["GIT_DIR"] = git("rev-parse", "--absolute-git-dir")
    date = git("show", "--no-patch", "--format=%cI")
    for role in ("AUTHOR", "COMMITTER"):
        values = dict(zip(("NAME", "EMAIL", "DATE"), (*who, date), strict=True))
        environment |= {f"GIT_{role}_{key}": value for key, value in values.items()}
    with tempfile.TemporaryDirectory() as place:  # an index of its own: the checkout's stays
        environment["GIT_INDEX_FILE"] = os.path.join(place, "index")
        git(f"--work-tree={folder.resolve()}", "add", "--all", "--force", ".")
        commit = git("commit-tree", git("write-tree"), "-m", "Notebooks for Colab")
    git("push", "--force", "origin", f"{commit}:refs/heads/{BRANCH}")
    return commit


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    now = current()
    parser = argparse.ArgumentParser(description="Write the notebooks that Colab opens.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--address", default=now.url, help="the repository; that of _config.yml")
    parser.add_argument("--revision", default=now.revision, help="the commit that is installed")
    parser.add_argument("--site", default="", help="the address of the published pages")
    parser.add_argument("--publish", action="store_true", help=f"push them as branch {BRANCH}")
    options = parser.parse_args(arguments)
    try:
        repository = checked(options.address, options.revision)
        if options.publish and not repository.is_set:
            raise ValueError("there is no address yet: make address URL=…")
        paths = write_notebooks(Book(repository, options.site), options.folder)
        print(f"{len(paths)} notebooks in {options.folder}")
        if options.publish:
            print(f"branch {BRANCH} is now {publish(options.folder)}")
    except (ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
