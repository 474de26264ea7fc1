"""The meanings of terms: read from a glossary, and only what a page links to."""

from docutils import nodes

from web.terms import linked, meanings


def glossary(*items):
    """Build a doctree like that of the glossary: (ids, meaning) for each term."""
    made = [
        nodes.definition_list_item(
            "",
            *(nodes.term("", name, ids=[name]) for name in names),
            nodes.definition("", nodes.paragraph("", text)),
        )
        for names, text in items
    ]
    document = nodes.document(None, None)
    document += nodes.definition_list("", *made)
    return document


def test_each_name_of_a_term_has_its_meaning():
    # fails if a second name is lost, or a line break of the source shows
    document = glossary((["term-key", "term-keys"], "What a query\nis compared with."))
    text = "What a query is compared with."
    assert meanings(document) == {"term-key": text, "term-keys": text}


def test_only_links_to_the_glossary_count():
    # fails if a link elsewhere is taken for a term, or one is told twice
    body = (
        '<a href="appendix_d_glossary.html#term-key">key</a> <a href="#term-x">x</a>'
        '<a href="chapters/appendix_d_glossary.html#term-value">value</a>'
        '<a href="appendix_d_glossary.html#term-key">keys</a>'
    )
    assert linked(body) == ["term-key", "term-value"]
