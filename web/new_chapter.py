"""Begins a chapter: ``python -m web.new_chapter "20 My title"``, or ``make chapter NAME=…``.

It is made from `web/template/`: a small chapter that is whole, and passes every check, with its
exercises, their checks and tests. It gets its line in `_toc.yml`, on the first page and in the
README. All of it is made, or nothing.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_lib.files import atomic_write
from web import notebooks
from web.fingerprint import ROOT
from web.outputs import stored

TEMPLATE = Path(__file__).resolve().parent / "template"
NAME = re.compile(r"(\d{1,2})[\s_.-]+(\S.*)")
LETTERS = r"[\w ,:;.!?'’“”–-]"  # what a title may hold: nothing that Markdown or a table reads
HOW = 'say its number and its title: make chapter NAME="20 My title"'
WHAT = "What it teaches, in one line."  # on the first page
IN_TOC = re.compile(r"^ +- file: chapters/\d\d_.*\n", re.MULTILINE)
ON_LANDING = re.compile(r"^: \{doc\}`[^`]*<chapters/\d\d_\w+>`.*\n", re.MULTILINE)
TO_COME = re.compile(r"^: \[To come: (.*)\]\{\.llm-coming\}\n", re.MULTILINE)
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """What a chapter is called: "17", "My title", "my_title"."""

    number: str
    title: str
    slug: str

    @property
    def stem(self) -> str:
        """The name of its file, without the ending."""
        return f"{self.number}_{self.slug}"

    @property
    def label(self) -> str:
        """What others link to."""
        return f"ch-{self.slug.replace('_', '-')}"

    @property
    def files(self) -> dict[str, str]:
        """The files that are its own, by what they are made from."""
        return {
            "chapter.md": f"chapters/{self.stem}.ipynb",
            "checks.txt": f"llm_lib/book/checks/ch{self.number}.py",
            "tests.txt": f"tests/book/test_checks_ch{self.number}.py",
        }


def named(text: str) -> Chapter:
    """Return the chapter that a text such as "20 my title" names.

    Raises ValueError, saying what is allowed, for a name that is none, or belongs to another.
    """
    found = NAME.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{HOW}; got {text.strip()!r}")
    number, title = f"{int(found[1]):02}", " ".join(found[2].split())
    title = title[0].upper() + title[1:]
    if odd := sorted(set(re.sub(LETTERS, "", title))):
        raise ValueError(f"a title holds letters, digits and , : ; . ! ? ' – only; got {odd[0]!r}")
    plain = unicodedata.normalize("NFKD", title.replace("'", "").replace("’", ""))
    slug = "_".join(re.findall("[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower()))
    if not re.search("[a-z]", slug) or len(slug) > 60:
        raise ValueError(
            f"a title needs a letter from a to z for the name of its file, and at most 60 "
            f"characters; got {title!r}"
        )
    chapter = Chapter(number, title, slug)
    _refuse_taken(chapter)
    return chapter


def numbered() -> list[Path]:
    """Return the notebooks of the chapters, without the appendices."""
    return [path for path in notebooks.chapters() if path.stem[0].isdigit()]


def _refuse_taken(chapter: Chapter) -> None:
    """Raise ValueError if number or name belong to another chapter, or numbers are left out."""
    others = numbered()
    for path in others:
        number, _, slug = path.stem.partition("_")
        if chapter.number == number or chapter.slug == slug:
            raise ValueError(f"chapters/{path.name} is there already: take another name")
    after = max((int(path.stem[:2]) for path in others), default=0) + 1
    if int(chapter.number) != after:
        raise ValueError(f"the next chapter is {after:02}, so that none is left out: {HOW}")
    for file in chapter.files.values():
        if (ROOT / file).exists():
            raise ValueError(f"{file} is there already: move it away first")


def after_last(pattern: re.Pattern[str], text: str, line: str, file: str) -> str:
    r"""Return a text with a line behind the last one that a pattern matches.

    Raises ValueError, naming the file, if there is none.

    >>> after_last(re.compile("a.\n"), "a1\na2\nb\n", "a3\n", "list.md")
    'a1\na2\na3\nb\n'
    """
    found = list(pattern.finditer(text))
    if not found:
        raise ValueError(f"{file} has no line of a chapter, behind which another could stand")
    end = found[-1].end()
    return text[:end] + line + text[end:]


def without_announcement(text: str, title: str) -> str:
    r"""Return the first page's text, in which a chapter that is there is not "to come" any more.

    >>> without_announcement(": [To come: One · Two]{.llm-coming}\n", "two")
    ': [To come: One]{.llm-coming}\n'
    """

    def rest(found: re.Match[str]) -> str:
        left = [name for name in found[1].split(" · ") if name.casefold() != title.casefold()]
        return f": [To come: {' · '.join(left)}]{{.llm-coming}}\n" if left else ""

    return TO_COME.sub(rest, text)


def listed(chapter: Chapter) -> dict[Path, str]:
    """Return the texts of the lists of chapters, with a line for this one."""
    link = f"{{doc}}`{chapter.title} <chapters/{chapter.stem}>`"
    lines = {
        "_toc.yml": (IN_TOC, f"      - file: chapters/{chapter.stem}\n"),
        "intro.md": (ON_LANDING, f": {link} [0 min]{{.llm-time}} [{WHAT}]{{.llm-what}}\n"),
    }
    texts = {
        ROOT / file: after_last(pattern, (ROOT / file).read_text("utf-8"), line, file)
        for file, (pattern, line) in lines.items()
    }
    landing = ROOT / "intro.md"
    texts[landing] = without_announcement(texts[landing], chapter.title)
    return texts


def filled(name: str, chapter: Chapter) -> str:
    """Return a file of the template with the chapter's own words."""
    from llm_lib.book.notebook import set_up_cell
    from web.repository import current

    before = numbered()[-1]
    label = LABEL.search(notebooks.read(before).cells[0].source)
    words = {
        "number": chapter.number,
        "title": chapter.title,
        "label": chapter.label,
        "before": f"{{ref}}`{label[1]}`." if label else f"{{doc}}`{before.stem}`.",
        "set_up": set_up_cell(*current()),
    }
    text = (TEMPLATE / name).read_text("utf-8")
    return re.sub(r"@(\w+)@", lambda found: words[found[1]], text)


def notebook_of(text: str) -> Any:
    """Return the notebook that a text in MyST's Markdown describes, with ids that say the place."""
    from myst_nb.core.read import read_myst_markdown_notebook

    notebook = read_myst_markdown_notebook(text)
    for place, cell in enumerate(notebook.cells):
        cell.id = f"s{place:02}"
    return notebooks.clean(notebook)


def with_minutes(text: str, chapter: Chapter, notebook: Any) -> str:
    """Return the first page's text with the minutes of a chapter that has been run."""
    from web.chapter_size import measure
    from web.reading_time import LISTED, fill_landing

    said = {found[2]: int(found[3]) for found in LISTED.finditer(text)}  # of the others
    return fill_landing(text, (said | {chapter.stem: measure(notebook).minutes}).__getitem__)


@contextmanager
def all_or_nothing(paths: Iterable[Path]) -> Iterator[None]:
    """Put files back as they were, and away where there were none, if anything goes wrong."""
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:  # Ctrl-C, too
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content:
                path.write_bytes(content)
        raise


def write(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    with atomic_write(path) as file:
        file.write(text)


def make(chapter: Chapter) -> None:
    """Make the chapter's files, run it, and put it into the lists; or leave all as it was."""
    # imported here: who has mistyped a name needn't wait for torch
    from web import reading_time, readme

    files = {name: ROOT / file for name, file in chapter.files.items()}
    texts, path = listed(chapter), files["chapter.md"]
    store = path.parent / "outputs"
    outputs = stored.path_in(store, path)
    with all_or_nothing([*files.values(), outputs, *texts, readme.README]):
        for name in ("checks.txt", "tests.txt"):
            write(files[name], filled(name, chapter))
        notebooks.write(path, notebook_of(filled("chapter.md", chapter)))
        if notebooks.execute([path], store=store):
            raise ValueError(f"{path.name} could not be run")
        notebook = notebooks.read(path)
        reading_time.fill(notebook, path.name)
        notebooks.write(path, notebook)
        texts[ROOT / "intro.md"] = with_minutes(texts[ROOT / "intro.md"], chapter, notebook)
        for each, text in texts.items():
            write(each, text)
        text = readme.README.read_text("utf-8")
        write(readme.README, readme.fill(text))  # last: it tells of what was written


def report(chapter: Chapter) -> str:
    """Return what was made, what to do next, and how to undo it."""
    own, shared = list(chapter.files.values()), ["_toc.yml", "intro.md", "README.md"]
    return f"""\
Made chapter {int(chapter.number)}, “{chapter.title}”:
  {own[0]}
  {own[1]:<36} checks of its exercises
  {own[2]:<36} right and wrong answers that test those
and a line for it in {", ".join(shared)}.

Next:
  write it: .venv/bin/jupyter lab {own[0]}
  run it, keep its outputs:  make execute
  put its minutes right:     .venv/bin/python -m web.reading_time --write
  say in intro.md in one line what it teaches, and in chapters/appendix_h_teaching.md when
  bring the README up to it: .venv/bin/python -m web.readme
  test it, in a minute:      make check CHAPTER={chapter.number}
CONTRIBUTING.md says how a chapter is built.

Undo (what else has changed in those lists since the last commit goes, too):
  rm {" ".join(own)}
  git restore {" ".join(shared)}"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        chapter = named(" ".join(arguments))
        print(f"Making and running chapters/{chapter.stem}.ipynb …", flush=True)
        make(chapter)
    except ValueError as error:
        print(f"Nothing was made: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; nothing was made.", file=sys.stderr)
        return 130
    print(report(chapter))
    return 0


if __name__ == "__main__":
    sys.exit(main())
