"""A formula and what touches it, built by Sphinx as the book is."""

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace


@pytest.fixture
def paragraph(tmp_path):
    """A function that builds a paragraph: paragraph(text) -> (its text, what is held together)."""

    def run(text):
        (tmp_path / "index.md").write_text(f"# A page\n\n{text}\n", "utf-8")
        settings = {
            "extensions": ["myst_parser", "web.formulas"],
            "myst_enable_extensions": ["dollarmath"],
            "source_suffix": {".md": "markdown"},  # myst_nb, once loaded, changes the default
            "html_theme": "alabaster",
        }
        folders = (str(tmp_path), None, str(tmp_path / "html"), str(tmp_path / "trees"), "html")
        with docutils_namespace():  # what one build registers is unknown to the next
            Sphinx(*folders, settings, status=None, warning=None).build(force_all=True)
        html = (tmp_path / "html/index.html").read_text("utf-8")
        body = BeautifulSoup(html, "html.parser").select_one("[role=main] p")
        return body.text, [whole.text for whole in body.select(".llm-whole")]

    return run


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("Of $p$, then more.", [r"\(p\),"]),
        ("It is ($B = 2$): two.", [r"(\(B = 2\)):"]),
        ("An $n$-gram ends in $n$.", [r"\(n\)-gram", r"\(n\)."]),
        ("Here $x$ stands alone.", []),
        ("Two, $a$, $b$ **and** $c$", [r"\(a\),"]),
        ("A $p$—and what follows it at length", [r"\(p\)—and"]),
        ("A $p$-averyveryverylongword", [r"\(p\)-"]),
    ],
)
def test_what_touches_a_formula_stays_with_it(paragraph, text, wholes):
    # fails when a comma can begin a line, or when a word is lost, doubled or held without need
    said, held = paragraph(text)
    assert held == wholes
    marks = text.replace("**", "")
    for formula in marks.split("$")[1::2]:
        marks = marks.replace(f"${formula}$", rf"\({formula}\)")
    assert said == marks
