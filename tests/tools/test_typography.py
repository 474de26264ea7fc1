"""What stays together in a line."""

from types import SimpleNamespace

from docutils import nodes

from web.typography import keep_units, set_text

APP = SimpleNamespace(builder=SimpleNamespace(format="html"))


def document(*inside):
    """Return a page of one paragraph."""
    made = nodes.document(None, None)
    made += nodes.paragraph("", "", *inside)
    return made


def test_a_number_keeps_its_unit():
    # fails if a line can end between them, or words that begin like a unit are joined, too
    assert keep_units("about 40 min. 4 % of 3 MB") == "about 40\u00a0min. 4\u00a0% of 3\u00a0MB"
    assert keep_units("at 3 minutes, 5 msgs") == "at 3 minutes, 5 msgs"


def test_code_stays_as_it_is():
    # fails if what is copied from a page has another space than was written
    page = document(nodes.literal("", "4 %"), nodes.Text(" is 4 %"))
    set_text(APP, page, "p")
    assert page.astext() == "4 % is 4\u00a0%"


def test_short_code_is_one_piece():
    # fails if a line can end within T + 1, or a long name has to stand beside the page on a phone
    page = document(nodes.literal("", "T + 1"), nodes.literal("", "x.masked_fill(future, 0)"))
    set_text(APP, page, "p")
    assert [code["classes"] for code in page.findall(nodes.literal)] == [["llm-whole"], []]


def test_top_k_is_one_word():
    # fails if a line breaks at the hyphen of top-k
    page = document(nodes.Text("with top-"), nodes.emphasis("", "k"), nodes.Text(" or top-"))
    set_text(APP, page, "p")
    whole = page.next_node(nodes.inline)
    assert whole.astext() == "top-k" and whole["classes"] == ["llm-whole"]
    assert page.astext() == "with top-k or top-"


def test_a_name_is_one_word():
    # fails if a line breaks at the hyphen of GPT-2, or the words around it are lost
    page = document(nodes.Text("Like GPT-2 and TF-IDF: 4 % of GPT-"))
    set_text(APP, page, "p")
    assert page.astext() == "Like GPT-2 and TF-IDF: 4\u00a0% of GPT-"
    whole = [name.astext() for name in page.findall(nodes.inline) if "llm-whole" in name["classes"]]
    assert whole == ["GPT-2", "TF-IDF"]


def test_a_piece_of_html_stays_as_it_is():
    # fails if text without a place in the page, as inside of a check's HTML, ends the build
    page = document(nodes.Text("it is 4 %"))
    piece = nodes.raw("", format="html")
    piece.children.append(nodes.Text('<p title="4 %">'))
    page += piece
    set_text(APP, page, "p")
    assert page.astext() == 'it is 4\u00a0%\n\n<p title="4 %">'
