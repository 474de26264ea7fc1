"""Notes for the margin: which links get one, and what it says."""

from types import SimpleNamespace

import pytest
from docutils import nodes

from web import margin
from web.margin import Note, Writer, own_terms, paragraphs

GLOSSARY = "appendix_d_glossary.html#term-"


def link(name, uri=GLOSSARY):
    """Return a link to a term, or to another place."""
    return nodes.reference("", name, refuri=f"{uri}{name}")


def section(name, *inside, classes=()):
    """Return a section with an id."""
    return nodes.section("", *inside, ids=[name], classes=list(classes))


def page(*sections):
    """Return a page of sections below its title."""
    document = nodes.document(None, None)
    document += section("page", *sections)
    return document


@pytest.fixture
def writer(monkeypatch):
    """A function that returns the writer of a page: two terms, one work."""
    meanings = {"term-logit": "A score < 1.", "term-key": "What a query meets."}
    monkeypatch.setattr(margin.terms, "meanings", lambda glossary: meanings)
    monkeypatch.setattr(
        margin.terms, "names", lambda glossary: {name: name[5:] for name in meanings}
    )
    monkeypatch.setattr(margin, "works", lambda app: {"id7": "<a>A Title</a>"})
    app = SimpleNamespace(env=SimpleNamespace(get_doctree=lambda name: None))
    return lambda document: Writer(app, "chapters/09_self_attention", document)


def notes(document, writer):
    """Write the notes of a page; return their HTML."""
    for paragraph in list(paragraphs(document)):
        writer.write(paragraph)
    return [note["html"] for note in document.findall(Note)]


def test_a_term_gets_its_note_once_where_it_comes_first(writer):
    # fails if it is told twice, or elsewhere than behind its first link, or as HTML
    first = nodes.paragraph("", "", nodes.Text("a "), link("logit"), nodes.Text(" b"))
    document = page(section("one", first, nodes.paragraph("", "", link("logit"))))
    (html,) = notes(document, writer(document))
    assert "<b>Logit.</b> A score &lt; 1." in html
    assert [type(child) for child in first.children][2] is Note
    assert first.astext() == "a logit b"


def test_a_work_gets_its_title(writer):
    # fails if a source has no note, or one that does not lead to the work
    cited = link("id7", "appendix_e_sources.html#")
    document = page(section("one", nodes.paragraph("", "", cited)))
    assert "<a>A Title</a>" in notes(document, writer(document))[0]


def test_a_word_that_the_chapter_introduces_is_found_by_its_summary(writer):
    # fails if what a chapter defines itself, in bold and without a link, has no note
    bold = nodes.strong("", "keys")
    document = page(
        section("one", nodes.paragraph("", "", bold)),
        section("summary", nodes.paragraph("", "", link("key"))),
    )
    assert own_terms(document) == {"key": "term-key"}
    (html,) = notes(document, writer(document))
    assert "What a query meets." in html


@pytest.mark.parametrize("name", ["summary", "exercise"])
def test_what_stands_apart_has_none(writer, name):
    # fails if an exercise's card or the summary sends notes into the margin
    classes = ["llm-exercise"] if name == "exercise" else []
    document = page(section(name, nodes.paragraph("", "", link("logit")), classes=classes))
    document[0] += nodes.admonition("", nodes.paragraph("", "", link("logit")))
    assert notes(document, writer(document)) == []
