"""The paragraphs of a page as catalogues have them: ``python -m web.translation.messages de 14``.

The command brings the catalogue of a page up to date, or makes it: new paragraphs are added, and
where one has changed, the old translation stays for the translator to look at, marked "fuzzy".
With --check it names, by page and paragraph, what is missing or older than its source.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.mdit import create_md_parser

from web.fingerprint import ROOT
from web.notebooks import read as read_notebook
from web.translation import catalogues

EXTENSIONS = {"amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "substitution"}
ALIKE = 0.6  # from here on a paragraph counts as a new version of another
SHOWN = 60  # characters of a paragraph in a warning
FORMULA = re.compile(r"^(\$\$.*\$\$|\$[^$]*\$)$", re.DOTALL)  # the same in all languages


class Problem(NamedTuple):
    """A paragraph of a page that has no translation, or one of an older version."""

    page: str
    text: str
    is_old: bool

    def __str__(self) -> str:
        """Return it as a warning."""
        what = "is older than its source" if self.is_old else "is missing"
        start = self.text if len(self.text) <= SHOWN else f"{self.text[:SHOWN].rstrip()}…"
        return f"{self.page}: the translation of “{start}” {what}"


def messages_of(markdown: str) -> list[str]:
    r"""Return the paragraphs, headings and items of a text, as Sphinx asks catalogues for them.

    >>> messages_of("## A title\n\nOne\nparagraph.\n\n- an *item*\n\n$$\nx\n$$\n")
    ['A title', 'One paragraph.', 'an *item*']
    """
    parser = create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), DocutilsRenderer)
    found: list[str] = []
    for token in parser.parse(markdown):
        found += _messages_in(token)
    return [text for text in found if not FORMULA.match(text)]


def _messages_in(token: Token) -> list[str]:
    if token.type == "inline":
        return [token.content.replace("\n", " ").strip()]
    if token.type in ("fence", "colon_fence") and token.info.startswith("{"):
        title = token.info.split("}", 1)[1].strip()
        return [*([title] if title else []), *messages_of(token.content)]
    return []


def source_of(page: str) -> Path:
    """Return the file of a page; raises ValueError for one that does not exist."""
    for ending in (".ipynb", ".md"):
        if (path := ROOT / f"{page}{ending}").is_file():
            return path
    raise ValueError(f"{page!r} is no page of the book; one is 'chapters/14_scaling_laws'")


def messages_of_page(page: str) -> list[str]:
    """Return the messages of a page, each once, in order."""
    path = source_of(page)
    if path.suffix == ".md":
        return list(dict.fromkeys(messages_of(path.read_text("utf-8"))))
    cells = [cell for cell in read_notebook(path).cells if cell.cell_type == "markdown"]
    return list(dict.fromkeys(text for cell in cells for text in messages_of(cell.source)))


def problems(page: str, language: str, messages: list[str] | None = None) -> list[Problem]:
    """Return what is missing from the catalogue of a page, or older than its source.

    messages: those of the page, where they are known already.
    """
    catalogue = catalogues.read(catalogues.file_of(language, page), language)
    known = catalogues.texts(catalogue)
    wanted = messages_of_page(page) if messages is None else messages
    fuzzy = {message.id for message in catalogue if message.fuzzy and message.id}
    unused = [text for text in known if text not in wanted]
    return [
        Problem(page, text, text in fuzzy or _is_alike(text, unused))
        for text in wanted
        if text not in known
    ]


def _is_alike(text: str, others: list[str]) -> bool:
    return bool(difflib.get_close_matches(text, others, n=1, cutoff=ALIKE))


def update(page: str, language: str) -> Path:
    """Write the catalogue of a page with the paragraphs that it has now; return its file.

    What was translated stays; what has changed keeps its old translation, marked as fuzzy.
    """
    template = Catalog()
    for text in messages_of_page(page):
        template.add(text)
    path = catalogues.file_of(language, page)
    old = catalogues.read(path, language) if path.exists() else _new_catalogue(language)
    old.update(template)
    catalogues.write(path, old)
    return path


def _new_catalogue(language: str) -> Catalog:
    head = f"# A page of the book in the language {language}."
    return Catalog(language, project="LLM from Scratch", header_comment=head, fuzzy=False)


def page_named(name: str) -> str:
    """Return the page that a name means: "14", "intro", "chapters/14_scaling_laws".

    Raises ValueError, with the pages that there are, unless it means one.
    """
    pages = [path.with_suffix("").as_posix() for path in map(_inside, _sources())]
    found = [p for p in pages if p == name or p.split("/")[-1].split("_")[0] == name]
    if len(found) != 1:
        raise ValueError(f"{name!r} should name one page: {', '.join(pages)}")
    return found[0]


def _sources() -> list[Path]:
    chapters = ROOT / "chapters"
    return [ROOT / "intro.md", *sorted([*chapters.glob("*.ipynb"), *chapters.glob("*.md")])]


def _inside(path: Path) -> Path:
    return path.relative_to(ROOT)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 where --check finds something, or 2 for a wrong name."""
    parser = argparse.ArgumentParser(description="Bring a page's catalogue up to date.")
    parser.add_argument("language", help="as in locale/: de")
    parser.add_argument("pages", nargs="*", help="14, or its whole name; all translated if none")
    parser.add_argument("--check", action="store_true", help="write nothing, name what is missing")
    options = parser.parse_args(arguments)
    language = options.language
    try:
        pages = [page_named(name) for name in options.pages]
        pages = pages or catalogues.translated_pages(catalogues.checked(language))
        if options.check:
            found = [problem for page in pages for problem in problems(page, language)]
            print("\n".join(map(str, found)) or f"{len(pages)} pages: nothing is missing")
            return int(bool(found))
        for page in pages:
            path = update(page, language)
            print(f"{path.relative_to(ROOT)}: {len(problems(page, language))} to be translated")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
