"""Sections that go deeper, built by Sphinx as the book is."""

import io

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

PAGE = """# Attention
## By hand
Core.
## Deeper: the *gradients* of `softmax`
First.
### A part of it
Second.
## Deeper: what it costs
Third.
## Exercises
Last.
"""


@pytest.fixture
def build(tmp_path):
    """A function that builds one page: build(text) -> (its HTML, the warnings)."""

    def run(text):
        (tmp_path / "index.md").write_text(text, "utf-8")
        settings = {
            "extensions": ["myst_parser", "web.deeper"],
            "source_suffix": {".md": "markdown"},  # myst_nb, once loaded, changes the default
            "html_theme": "alabaster",
            "html_sidebars": {"**": ["localtoc.html"]},
        }
        warnings = io.StringIO()
        folders = (str(tmp_path), None, str(tmp_path / "html"), str(tmp_path / "trees"), "html")
        with docutils_namespace():  # what one build registers is unknown to the next
            Sphinx(*folders, settings, status=None, warning=warnings).build(force_all=True)
        html = (tmp_path / "html/index.html").read_text("utf-8")
        return BeautifulSoup(html, "html.parser"), warnings.getvalue()

    return run


def test_sections_are_marked_and_can_be_skipped(build):
    # fails when a section of the core is marked, or a link past one leads elsewhere
    html, warnings = build(PAGE)
    marked = html.select("section.llm-deeper")
    assert [s["id"] for s in marked] == [
        "deeper-the-gradients-of-softmax",
        "deeper-what-it-costs",
    ]
    heading = marked[0].h2
    assert heading.find(class_="llm-deeper-word").text == "Deeper"
    assert heading.text.startswith("Deeper The gradients of softmax")
    skips = [s.find(class_="llm-deeper-skip").a for s in marked]
    assert [a["href"] for a in skips] == ["#deeper-what-it-costs", "#exercises"]
    assert skips[0]["aria-label"] == "Skip this: The gradients of softmax"
    assert not warnings


def test_the_core_says_where_it_ends(build):
    # fails when the line stands twice, not before the first section, or leads elsewhere
    html, _ = build(PAGE)
    (line,) = html.select(".llm-core-end")
    assert line.find_next_sibling("section")["id"] == "deeper-the-gradients-of-softmax"
    assert line.find_previous_sibling("section")["id"] == "by-hand"
    assert line.a["href"] == "#exercises"
    assert line.text.endswith("you can skip to the exercises.")


def test_the_contents_name_them(build):
    # fails when the contents show which sections go deeper no more, or mark others
    html, _ = build(PAGE)
    text = [a.text for a in html.select("div.sphinxsidebar a.llm-deeper-link")]
    assert text == ["Deeper The gradients of softmax", "Deeper What it costs"]


def test_a_page_without_them_stays_as_it_is(build):
    # fails when the line or a mark appears where nothing goes deeper
    html, _ = build("# Title\n## Deeper and deeper\nText.\n## Exercises\nText.\n")
    assert not html.select("[class*=llm-]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# T\n## Deeper: a\nA.\n## B\nB.\n## Deeper: c\nC.\n## Exercises\nD.\n", "stand together"),
        ("# T\n## A\nA.\n## Deeper: b\nB.\n", "nothing follows"),
    ],
)
def test_a_wrong_order_is_told(build, text, said):
    # fails when a core that is cut in two, or a skip to nowhere, passes a strict build
    assert said in build(text)[1]
