"""Joins the site of a language to the English one: each page names its other version, and links it.

Done after both are built, so that a link is there exactly where both pages are, and an English
site without others holds nothing of it. What lists the site's pages and files is written anew.
Safe to repeat.
"""

from __future__ import annotations

import os
import re
import shutil
from html import escape
from pathlib import Path

from babel import Locale

from web import known, offline_worker
from web.translation import catalogues
from web.translation.catalogues import ENGLISH

TOOLS = '<div class="llm-tools" id="tools">'
OURS = re.compile(
    r'<link rel="alternate" hreflang=.*?/>\n|<a class="llm-button llm-version".*?</a>'
)


def address(language: str, page: str) -> str:
    """Return the address of a page below the site's own."""
    return f"{page}.html" if language == ENGLISH else f"{language}/{page}.html"


def link_versions(html: str, page: str, here: str, languages: list[str]) -> str:
    """Return a page that names its versions in all languages, and leads to the others.

    here: the language that the page itself is in.
    """
    html = OURS.sub("", html)
    site = known.site_address() or "../" * address(here, page).count("/")
    named = "".join(
        f'<link rel="alternate" hreflang="{name}" href="{escape(site + address(name, page))}" />\n'
        for name in languages
    )
    up = "../" * address(here, page).count("/")
    links = "".join(
        f'<a class="llm-button llm-version" href="{up}{address(name, page)}" hreflang="{name}" '
        f'lang="{name}">{escape(Locale(name).get_display_name(name))}</a>'
        for name in languages
        if name != here
    )
    return html.replace("</head>", f"{named}</head>", 1).replace(TOOLS, TOOLS + links, 1)


def join(site: Path, built: Path, language: str) -> list[str]:
    """Put the site of a language into the English one; return the pages that are linked."""
    place = site / language
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(built, place)
    there = [ENGLISH, *(name for name in catalogues.languages() if (site / name).is_dir())]
    linked = []
    for page in catalogues.translated_pages(language):
        has = [name for name in there if _has(site, name, page)]
        for name in has:
            path = site / address(name, page)
            _write(path, link_versions(path.read_text("utf-8"), page, name, has))
            if page == "intro":  # which is the landing page, too
                shutil.copyfile(path, path.with_name("index.html"))
        linked += [page] if len(has) > 1 else []
    known.add_to_sitemap(site, [address(language, page) for page in linked])
    for folder in (site, place):
        offline_worker.write(folder)
    return linked


def _has(site: Path, language: str, page: str) -> bool:
    is_made = language == ENGLISH or page in catalogues.translated_pages(language)
    return is_made and (site / address(language, page)).exists()


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(".html.tmp")
    temporary.write_text(text, "utf-8")
    os.replace(temporary, path)
