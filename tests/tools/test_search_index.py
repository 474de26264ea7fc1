"""What the search page looks through, from small doctrees."""

from docutils import nodes
from sphinx.addnodes import pending_xref

from web.explained import explained
from web.section_texts import plain, sections
from web.terms import GLOSSARY


def paragraph(*parts):
    made = nodes.paragraph()
    made.extend(nodes.Text(part) if isinstance(part, str) else part for part in parts)
    return made


def section(name, *children):
    made = nodes.section("", nodes.title("", name), ids=[name.lower()])
    made.extend(children)
    return made


def page(*children):
    document = nodes.document(None, None)
    document.extend(children)
    return document


def link(kind, target, text, **more):
    return pending_xref("", nodes.inline("", text), reftype=kind, reftarget=target, **more)


def test_a_section_has_its_own_text_alone():
    # fails if a section is found for words of the one inside it, or for code
    inner = section("Inner", paragraph("within"))
    code = nodes.container("", nodes.literal_block("", "import torch"), nb_element="cell_code")
    found = list(sections("a", page(section("Outer", paragraph("above"), code, inner))))
    assert [(s.id, s.title, s.text) for s in found] == [
        ("outer", "Outer", "above"),
        ("inner", "Inner", "within"),
    ]


def test_text_is_what_a_reader_sees():
    # fails if a source's key, a label or a formula's commands are shown as words
    cite = link("ref", "x2017", "x2017", refdomain="cite", refexplicit=False)
    label = link("ref", "ch-made", "ch-made", refdomain="std", refexplicit=False)
    named = link("ref", "ch-made", "the loop", refdomain="std", refexplicit=True)
    formula, letter = nodes.math("", r"\sqrt{D}"), nodes.math("", "T")
    text = plain(paragraph("Divide ", formula, " by ", letter, " ", cite, ", see ", label, named))
    assert text == "Divide by T, see the loop"


def test_a_term_is_explained_where_it_is_bold_first():
    # fails if a mere mention counts, or a bold word wins over a bold link, or is lost without one
    def term(name):
        return link("term", name, name)

    mention = page(section("One", paragraph(term("Loss"))))
    bold = page(section("Two", paragraph(nodes.strong("", "loss"), nodes.strong("", "nat"))))
    first = page(section("Three", paragraph(nodes.strong("", "", term("Loss")))))
    where = explained({"a": mention, "b": bold, "c": first}, {"loss", "nat"})
    assert where == {"loss": ("c", "three"), "nat": ("b", "two")}


def bold(name):
    return nodes.strong("", "", link("term", name, name))


def test_a_heading_that_is_the_term_says_more_than_a_mention():
    # fails if who looks for softmax is sent to the first chapter that says the word
    mention = page(section("First", paragraph(bold("softmax"))))
    heading = page(section("Top", section("The softmax: from scores to shares")))
    exercise = page(section("Top", section("2 ★ Softmax")))
    pages = {"a": mention, "b": exercise, "c": heading}
    assert explained(pages, {"softmax"}) == {"softmax": ("c", "the softmax: from scores to shares")}


def test_a_page_may_have_one_word_more_in_its_title():
    # fails if attention isn't found in "Self-attention", or every title with the word counts
    pages = {
        "a": page(section("Before attention", paragraph("attention"))),
        "b": page(section("Self-attention", paragraph("attention, attention"))),
        "c": page(section("Attention is all you need", paragraph("attention " * 9))),
    }
    assert explained(pages, {"attention"}) == {"attention": ("b", "self-attention")}


def test_the_core_explains_before_what_goes_deeper():
    # fails if a beginner is led into a section that is marked as one to skip
    deep = page(section("One", section("Deeper: more", paragraph(bold("leak")))))
    core = page(section("Two", paragraph(bold("leak"))))
    assert explained({"a": deep, "b": core}, {"leak"}) == {"leak": ("b", "two")}


def test_a_page_that_speaks_of_it_much_more_wins_over_the_first():
    # fails if temperature leads to the chapter that says it in passing
    passing = page(section("One", paragraph(bold("heat"))))
    about = page(section("Two", paragraph(link("term", "heat", "heat"), " heat" * 12)))
    silent = page(section("Three", paragraph("heat " * 90)))  # never says it as a term
    pages = {"a": passing, "b": about, "c": silent}
    assert explained(pages, {"heat", "cold"}) == {"heat": ("b", "two")}


def test_each_definition_of_the_glossary_is_found_by_itself():
    # fails if a term can't be told from the page it stands on, or is there twice
    item = nodes.definition_list_item(
        "",
        nodes.term("", "nat", ids=["term-nat"]),
        nodes.definition("", paragraph("A unit of surprise.")),
    )
    document = page(section("Glossary", section("N", nodes.definition_list("", item))))
    found = [s for s in sections(GLOSSARY, document) if s.id == "term-nat"]
    assert [(s.title, s.text) for s in found] == [("nat", "A unit of surprise.")]
