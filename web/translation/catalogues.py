"""Reads the catalogues of a language, and says a text in the language of a page."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from llm_lib.files import atomic_write
from web.fingerprint import ROOT

LOCALE = ROOT / "locale"
VARIABLE = "LLM_BOOK_LANGUAGE"  # of a build; English where it is not set
ENGLISH = "en"
WORDS = "words"  # the catalogue of what stands around and in the pages
MADE_BY_SPHINX = ("search", "genindex")  # pages without a source: all of theirs are words
FILE = "words.js"  # what a page in another language loads

Say = Callable[..., str]
# what Babel writes at the head of a catalogue and nobody fills in, and times, which always differ
UNSAID = re.compile(rb'^"(Report|POT|PO|Last|Language-Team|Generated)\b.*\n', re.MULTILINE)


def languages() -> list[str]:
    """Return the languages that there are catalogues of."""
    return sorted(path.parent.name for path in LOCALE.glob("*/LC_MESSAGES"))


def current() -> str:
    """Return the language of this build; raises ValueError for one that has no catalogues."""
    return checked(os.environ.get(VARIABLE) or ENGLISH)


def checked(language: str) -> str:
    """Return a language of the book; raises ValueError, with those that there are."""
    known = [ENGLISH, *languages()]
    if language not in known:
        raise ValueError(f"the language should be one of {', '.join(known)}; got {language!r}")
    return language


def file_of(language: str, name: str) -> Path:
    """Return where the catalogue of a page, or `words`, lies, or would lie."""
    return LOCALE / language / "LC_MESSAGES" / f"{name}.po"


def translated_pages(language: str) -> list[str]:
    """Return the pages that have a catalogue, by name: "chapters/14_scaling_laws"."""
    folder = LOCALE / language / "LC_MESSAGES"
    names = (path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.po"))
    return sorted(name for name in names if name != WORDS)


def language_of(page: str) -> str:
    """Return the language that a page has in this build: English if it is not translated."""
    language = current()
    if page in MADE_BY_SPHINX or file_of(language, page).exists():
        return language
    return ENGLISH


def read(path: Path, language: str) -> Catalog:
    """Return a catalogue; raises ValueError, naming the file and line that can't be read."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except Exception as error:
        raise ValueError(f"{path} is no catalogue: {error}") from error


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue, whole or not at all: a line a text, and no fields to be filled in."""
    for message in catalogue:
        message.flags.discard("python-brace-format")  # our texts have braces of their own
    made = io.BytesIO()
    write_po(made, catalogue, width=0, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, "wb") as file:
        file.write(UNSAID.sub(b"", made.getvalue()))


def texts(catalogue: Catalog) -> dict[str, str]:
    """Return what is translated, by its English; without what waits to be looked at (fuzzy)."""
    return {
        message.id: message.string
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


@cache
def words(language: str) -> dict[str, str]:
    """Return the words of frame, widgets and library in a language, by their English."""
    path = file_of(language, WORDS)
    return texts(read(path, language)) if path.exists() else {}


def in_language(language: str) -> Say:
    """Return the function that says a text in a language.

    >>> in_language("en")("Next: chapter {}", 9)
    'Next: chapter 9'
    """
    known = {} if language == ENGLISH else words(language)

    def say(text: str, *values: object) -> str:
        said = known.get(text, text)
        return said.format(*values) if values else said

    return say


english = in_language(ENGLISH)


def on_page(page: str) -> Say:
    """Return the function that says a text in the language that a page has in this build."""
    return in_language(language_of(page))


def script(language: str) -> str:
    """Return the words of a language as the script that pages load; see shared/localize.js."""
    known = {"__proto__": None, **words(language)}
    data = json.dumps({"language": language, "words": known}, ensure_ascii=False, indent=0)
    return f"globalThis.__llmWords = {data};\n"
