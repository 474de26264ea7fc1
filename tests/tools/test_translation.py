"""`web.translation`: what is asked for, what is missing or old, and how two versions are joined."""

from __future__ import annotations

import json
import re

import pytest
import sphinx.locale
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from web import known, offline_worker
from web.translation import catalogues, messages, pages, versions
from web.translation.messages import messages_of, problems, update

PAGE = "chapters/page"
SOURCE = """# A title

First paragraph, with *stress*
and `code`.

- an item
- $x^2$

> a quotation

$$
x = y
$$

```{note}
A note.
```

| left | right |
|---|---|
| one | two |

Last paragraph, which says something of its own.
"""
GERMAN = {
    "A title": "Ein Titel",
    "First paragraph, with *stress* and `code`.": "Erster Absatz, mit *Nachdruck* und `Code`.",
    "an item": "ein Punkt",
    "a quotation": "ein Zitat",
    "A note.": "Eine Notiz.",
    "left": "links",
    "right": "rechts",
    "one": "eins",
    "two": "zwei",
    "Last paragraph, which says something of its own.": "Letzter Absatz.",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one page, its catalogues, and a build in German."""
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "BUILD", tmp_path / "_build")
    monkeypatch.setenv(catalogues.VARIABLE, "de")
    sphinx.locale.translators.clear()  # else those of a build before are asked, too
    (tmp_path / "chapters").mkdir()
    (tmp_path / f"{PAGE}.md").write_text(SOURCE, "utf-8")
    (tmp_path / "index.md").write_text("# Start\n\n```{toctree}\nchapters/page\n```\n", "utf-8")
    (tmp_path / "locale/de/LC_MESSAGES").mkdir(parents=True)
    return tmp_path


def translate(texts: dict[str, str]) -> None:
    path = update(PAGE, "de")
    catalogue = catalogues.read(path, "de")
    for english, german in texts.items():
        catalogue[english].string = german
    catalogues.write(path, catalogue)


def build(book, builder="html"):
    """Build the book with Sphinx; return its page and what it warned of."""
    said = book / "warnings.txt"
    with said.open("w", encoding="utf-8") as file:
        settings = {
            "extensions": ["myst_nb", "web.translation.pages"],
            "myst_enable_extensions": ["dollarmath"],
            "exclude_patterns": ["_build", "out"],
        }
        out = book / "out" / builder
        folders = (book, None, out, book / "out/trees", builder)
        with docutils_namespace():  # what one build registers is unknown to the next
            Sphinx(*folders, settings, None, file, freshenv=True).build(force_all=True)
    plain = re.sub(r"\x1b\[[\d;]*m", "", said.read_text("utf-8"))
    return out, [line for line in plain.splitlines() if pages.MARK in line]


def test_the_messages_are_those_that_sphinx_asks_for(book, monkeypatch):
    # fails if a kind of paragraph is overlooked, so that no catalogue ever gets it
    monkeypatch.delenv(catalogues.VARIABLE)
    out, _ = build(book, "gettext")
    template = catalogues.read(out / "chapters.pot", "de")
    asked = {message.id.strip() for message in template if message.id}
    formulas = {"x = y", "$x^2$"}  # the same in all languages
    assert set(messages_of(SOURCE)) == asked - formulas == set(GERMAN)


def test_a_translated_page_is_german_and_the_others_say_that_they_are_not(book):
    # fails if a paragraph stays English, a formula is lost, or nobody is told of a page's language
    translate(GERMAN)
    out, warned = build(book)
    assert warned == []
    html = (out / f"{PAGE}.html").read_text("utf-8")
    for english, german in GERMAN.items():
        assert german.split(",")[0].split(".")[0] in html
        assert f">{english.split(',')[0].split('.')[0]}<" not in html
    assert "x = y" in html
    assert pages.NOT_YET not in html
    assert pages.NOT_YET in (out / "index.html").read_text("utf-8")


def test_what_is_missing_or_has_changed_is_named(book):
    # fails if a reader gets an English or an outdated paragraph and nobody is told which
    translate({key: text for key, text in GERMAN.items() if key != "a quotation"})
    path = book / f"{PAGE}.md"
    path.write_text(SOURCE.replace("something of its own", "something new of its own"), "utf-8")
    out, warned = build(book)
    assert [line.split(pages.MARK)[1].strip() for line in warned] == [
        f"{PAGE}: the translation of “a quotation” is missing",
        f"{PAGE}: the translation of “Last paragraph, which says something new of its own.” "
        "is older than its source",
    ]
    assert "Letzter Absatz" not in (out / f"{PAGE}.html").read_text("utf-8")
    # an update keeps what was translated, and the old version for the translator to look at
    assert messages.main(["de", "--check"]) == 1
    update(PAGE, "de")
    catalogue = catalogues.read(catalogues.file_of("de", PAGE), "de")
    changed = catalogue["Last paragraph, which says something new of its own."]
    assert (changed.string, changed.fuzzy) == ("Letzter Absatz.", True)
    assert catalogue["A title"].string == "Ein Titel"
    assert len(problems(PAGE, "de")) == 2  # until somebody has looked


def test_an_english_build_has_nothing_of_it(book, monkeypatch):
    # fails if catalogues change the pages of a book that is built in English
    monkeypatch.setenv(catalogues.VARIABLE, "en")
    build(book)  # the first build of all doesn't know the checksum of one style sheet yet
    before = (build(book)[0] / f"{PAGE}.html").read_bytes()
    translate(GERMAN)
    assert (build(book)[0] / f"{PAGE}.html").read_bytes() == before
    assert b"llm-language-note" not in before


def test_versions_link_each_other_where_both_are_there(book, tmp_path, monkeypatch):
    # fails if a page does not lead to its other version, leads to one that is not there, is joined
    # twice, or is kept offline as it was before
    translate(GERMAN)
    html = f"<html><head></head><body>{versions.TOOLS}</div></body></html>"
    site, built = tmp_path / "site", tmp_path / "built"
    for folder in (site, built):
        (folder / "chapters").mkdir(parents=True)
        for name in (PAGE, "chapters/other"):
            (folder / f"{name}.html").write_text(html, "utf-8")
    monkeypatch.setenv(known.ADDRESS, "https://you.github.io/book")
    (site / "sitemap.xml").write_text("<urlset>\n</urlset>\n", "utf-8")
    for _ in range(2):
        assert versions.join(site, built, "de") == [PAGE]
    monkeypatch.delenv(known.ADDRESS)
    german_address = f"https://you.github.io/book/de/{PAGE}.html"
    assert (site / "sitemap.xml").read_text("utf-8").count(german_address) == 1
    for folder in (site, site / "de"):  # a reader keeps what has the hash of the list, and no other
        first = (folder / "offline-worker.js").read_text("utf-8").split("\n", 1)[0]
        listed = json.loads(first.removeprefix("globalThis.LISTS = ").removesuffix(";"))["files"]
        page_hash = offline_worker.short_hash((folder / f"{PAGE}.html").read_bytes())
        assert [f"{PAGE}.html", page_hash] in [file[:2] for file in listed]
        assert not [path for path, *_ in listed if path.startswith("de/")]
    versions.join(site, built, "de")  # and where nobody knows the address
    english = (site / f"{PAGE}.html").read_text("utf-8")
    german = (site / f"de/{PAGE}.html").read_text("utf-8")
    assert english.count('href="../de/chapters/page.html"') == 2  # in the head, and to be clicked
    assert german.count('href="../../chapters/page.html"') == 2
    assert english.count('hreflang="de"') == 2 and "Deutsch" in english and "English" in german
    assert (site / "chapters/other.html").read_text("utf-8") == html


def test_words_of_the_library_are_put_into_a_language():
    # fails if a verdict, a hint, a picture or a figure stays English, or code is touched
    known = {"right, all {} cases pass.": "richtig, alle {} Fälle.", "Why.": "Darum.", "loss": "L"}

    def say(text, *values):
        return known.get(text, text).format(*values)

    verdict = '<div class="llm-check"><code>a</code> right, all 4 cases pass. Why.</div>'
    assert "</code> richtig, alle 4 Fälle. Darum.</div>" in pages.in_words(verdict, say)
    drawn = '<svg class="llm-picture" aria-label="loss"><text>loss</text></svg>'
    assert pages.in_words(drawn, say) == drawn.replace("loss", "L")
    assert pages.in_words("<pre>loss</pre>", say) == "<pre>loss</pre>"
    figure = {"data": [{"x": ["loss"], "name": "loss"}], "layout": {"title": {"text": "loss"}}}
    said = pages.figure_in_words(figure, say)
    assert said == {"data": [{"x": ["loss"], "name": "L"}], "layout": {"title": {"text": "L"}}}


def test_a_figure_in_a_page_is_in_its_language():
    # fails if a drawn figure is not found in the page's HTML, or a screen reader hears English
    figure = {"data": [], "layout": {"title": {"text": "loss"}, "meta": {"alt": "A line."}}}
    words = {"loss": "Verlust", "A line.": "Eine Linie."}
    html = pages.in_words(pages.figure_html(figure), lambda text: words.get(text, text))
    assert 'aria-label="Eine Linie."' in html and '"text":"Verlust"' in html


def test_a_language_or_page_that_is_not_there_is_told(monkeypatch, capsys):
    # fails if a typing error builds an English book, or writes a catalogue that nobody reads
    monkeypatch.setenv(catalogues.VARIABLE, "xx")
    with pytest.raises(ValueError, match="one of en, de; got 'xx'"):
        catalogues.current()
    assert messages.main(["de", "99"]) == 2
    assert "should name one page" in capsys.readouterr().err


@pytest.mark.parametrize("page", catalogues.translated_pages("de"))
def test_nothing_of_a_translated_page_is_missing(page):
    # fails if a chapter has changed since it was translated
    assert list(map(str, problems(page, "de"))) == []
