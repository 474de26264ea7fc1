"""The reference: what is public, how it is called, what it says, and links from code to it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from html import unescape

import pytest
from docutils import nodes

from web.fingerprint import ROOT
from web.frame import pages_in_order
from web.reference import docstrings, links, names, pages, signatures
from web.tree import LIBRARY, READING_ORDER


def plain(blocks):
    """Return what blocks are, each with its text."""
    return [(type(block).__name__, re.sub(r"\n+", "\n", block.astext())) for block in blocks]


def nowhere(_text):
    return ""


def address(package):
    return f"../reference/{package}.html"


def cell(code, tags=""):
    """Return a cell as a page has it, with each name in an element of its own."""
    marked = re.sub(r"\b([A-Za-z_]\w*)\b", r'<span class="n">\1</span>', code)
    return (
        f'<div class="cell {tags}docutils container">\n<div class="cell_input docutils">\n'
        f'<div class="highlight"><pre><span></span>{marked}\n</pre></div></div></div>'
    )


def linked(*cells):
    """Return the names that are links, in order, with their anchors."""
    body = links.add_links("".join(cells), address)
    return re.findall(r'<a href="[^"#]*#([^"]+)"[^>]*>(\w+)</a>', body)


@pytest.mark.parametrize("package", names.PACKAGES)
def test_each_public_name_is_there_once(package):
    # fails if a package hands on a name that its page lacks, or the page has one that it doesn't
    module = importlib.import_module(f"llm_lib.{package}")
    own = [name for name, value in vars(module).items() if not name.startswith("_")]
    made = [
        name for name in own if getattr(getattr(module, name), "__module__", "") == module.__name__
    ]
    public = getattr(module, "__all__", None) or {*made, "END_OF_TEXT"}
    found = [entry.name for entry in names.entries(package)]
    assert sorted(found) == sorted(public)


@pytest.mark.parametrize("package", names.PACKAGES)
def test_public_members_are_there_as_python_has_them(package):
    # fails if a class's method or property is left out, or is called with other arguments
    module = importlib.import_module(f"llm_lib.{package}")
    for entry in names.entries(package):
        value = getattr(module, entry.name)
        if inspect.isclass(value):
            own = {n for n, v in vars(value).items() if _is_method(v) and not n.startswith("_")}
            assert {one.name.split(".")[1] for one in entry.members} == own
        if inspect.isfunction(value):
            value = inspect.unwrap(value)
            assert set(inspect.signature(value).parameters) == set(entry.takes), entry.name


def _is_method(value):
    kinds = property | classmethod | staticmethod
    return inspect.isfunction(value) or isinstance(value, kinds)


def test_the_pages_are_the_packages():
    # fails if a package gets no page, or a page stays of one that is gone
    listed = [page for page in pages_in_order() if page.startswith(names.FOLDER)]
    assert listed == [names.page_of(package) for package in names.PACKAGES]
    assert {path.stem for path in (ROOT / names.FOLDER).iterdir()} == set(names.PACKAGES)
    assert "book" not in names.PACKAGES


def test_a_page_depends_on_the_files_that_it_is_made_from():
    # fails if a docstring could change and its page stay
    found = {path.relative_to(LIBRARY).as_posix() for path in names.files("before")}
    parts = ("__init__", "ngram", "rnn", "rnn_translator", "window_model")
    assert found == {f"before/{part}.py" for part in parts}


def test_a_name_without_a_word_is_told(tmp_path):
    # fails if a public name could stand on a page with nothing said about it
    (tmp_path / "evaluation").mkdir()
    for room in READING_ORDER["evaluation"].split():
        (tmp_path / f"evaluation/{room}.py").write_text("")
    (tmp_path / "evaluation/__init__.py").write_text(
        "from llm_lib.evaluation.metrics import f\n__all__ = ['f']\n"
    )
    (tmp_path / "evaluation/metrics.py").write_text("def f(): pass\n")
    with pytest.raises(ValueError, match=r"evaluation\.f has no docstring"):
        names.entries("evaluation", tmp_path)


def test_a_name_that_is_nowhere_is_told(tmp_path):
    # fails if a package could promise what no page has
    (tmp_path / "evaluation").mkdir()
    for room in READING_ORDER["evaluation"].split():
        (tmp_path / f"evaluation/{room}.py").write_text("")
    (tmp_path / "evaluation/__init__.py").write_text("__all__ = ['g']\n")
    with pytest.raises(ValueError, match="'g'"):
        names.entries("evaluation", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, /, b: int = 1, *c, d='x', **e) -> int: ...",
        "def f(*, a: int): ...",
        "def f(): ...",
        "def f(a: dict[str, tuple[int, int]], *, an_argument: str, another_one: str = 'x'): ...",
    ],
)
def test_a_signature_can_be_read_by_python(text):
    # fails if an argument, its type, its default or a star is lost
    made = signatures.of_function(ast.parse(text).body[0], text)
    again = ast.parse(f"def {made}: ...").body[0]
    assert ast.unparse(again) == ast.unparse(ast.parse(text).body[0])


@pytest.mark.parametrize("package", names.PACKAGES)
def test_signatures_are_as_wide_as_code_is(package):
    # fails if a line is cut off at the edge of the page
    tops = names.entries(package)
    lines = [line for top in tops for e in (top, *top.members) for line in e.signature.split("\n")]
    assert max(map(len, lines)) <= signatures.WIDTH


def test_a_method_is_called_without_itself():
    # fails if a reader would have to give what Python gives
    text = "class A:\n    @classmethod\n    def f(cls, x: int): ...\n    def g(self): ...\n"
    f, g = ast.parse(text).body[0].body
    assert signatures.of_function(f, text, is_method=True) == "@classmethod\nf(x: int)"
    assert signatures.of_function(g, text, is_method=True) == "g()"


DOC = """Return a thing.

More of it,
in two lines.
Raises ValueError for none.

x: what it takes,
    in two lines.
y: another.

- a point
  that goes on;
- and one more.

    a   drawing

>>> f(1)
2
"""


def test_a_docstring_keeps_its_parts():
    # fails if an argument, an error, a drawing, a list or an example runs into what is around it
    made = docstrings.blocks(DOC, {"x", "y"}, nowhere)
    assert plain(made) == [
        ("paragraph", "Return a thing."),
        ("paragraph", "More of it, in two lines."),
        ("paragraph", "Raises ValueError for none."),
        ("definition_list", "x\nwhat it takes, in two lines.\ny\nanother."),
        ("bullet_list", "a point that goes on;\nand one more."),
        ("literal_block", "a   drawing"),
        ("literal_block", ">>> f(1)\n2"),
    ]


def test_no_word_of_a_docstring_is_lost():
    # fails if a form that docstrings have is read past
    def bare(text):
        return re.sub(r"[\s`*:,-]|\band\b", "", text)

    for entry in names.places().values():
        made = docstrings.blocks(entry.doc, entry.takes, nowhere)
        assert bare("".join(block.astext() for block in made)) == bare(entry.doc), entry.anchor


def test_words_in_a_docstring_are_marked_as_written():
    # fails if code or stress is shown with its marks, or a product is taken for stress
    made = list(docstrings.inline("`a * b` is *not* a * b * c, **never**", nowhere))
    kinds = [(type(node).__name__, node.astext()) for node in made]
    assert kinds == [
        ("literal", "a * b"),
        ("Text", " is "),
        ("emphasis", "not"),
        ("Text", " a * b * c, "),
        ("strong", "never"),
    ]


def test_code_in_a_docstring_leads_to_what_it_names():
    # fails if a name leads to another class's member, or to itself
    link = pages.linker("model", "GPT.forward")
    assert link("run_with_cache") == "#llm_lib.model.GPT.run_with_cache"
    assert link("GPTConfig") == "#llm_lib.model.GPTConfig"
    assert link("generate()") == "generation.html#llm_lib.generation.generate"
    assert link("llm_lib.bpe") == "bpe.html"
    assert link("GPT.forward") == link("os") == link("encode") == ""


def test_every_section_has_its_anchor():
    # fails if an address that somebody kept leads nowhere
    made = pages.section(names.places()["llm_lib.model.GPT"])
    ids = [one["ids"][0] for one in made.findall(nodes.section)]
    assert ids[0] == "llm_lib.model.GPT" and "llm_lib.model.GPT.run_with_cache" in ids


IMPORT = cell("from llm_lib.model import GPT, causal_mask")
USE = cell("mask = causal_mask(4)")
GPT, MASK = "llm_lib.model.GPT", "llm_lib.model.causal_mask"


def test_a_name_leads_to_its_entry():
    # fails if an import from the package, a module of it, or the library itself is not followed
    assert linked(IMPORT, USE) == [(GPT, "GPT"), (MASK, "causal_mask"), (MASK, "causal_mask")]
    other = cell("from llm_lib.model.attention import causal_mask as m\nm(3)\nm(4)")
    assert linked(other) == [(MASK, "m")]
    assert linked(cell("from llm_lib import GPT")) == [(GPT, "GPT")]


@pytest.mark.parametrize(
    "between",
    [
        "def causal_mask(n): ...",
        "causal_mask = 3",
        "from elsewhere import causal_mask",
        "import x as causal_mask",
    ],
)
def test_a_name_that_means_something_else_leads_nowhere(between):
    # fails if a chapter's own function leads to the library's of the same name
    assert linked(IMPORT, cell(between), USE) == linked(IMPORT)


def test_what_only_looks_like_the_name_leads_nowhere():
    # fails if an attribute, an argument's name, a text or a parameter is taken for it
    code = "x.causal_mask\nf(causal_mask=1)\ny = 'causal_mask'\ndef g(GPT): return GPT"
    assert linked(IMPORT, cell(code)) == linked(IMPORT)


def test_folded_cells_have_no_links_but_are_read():
    # fails if what nobody sees costs weight, or an import there is not known below
    folded = IMPORT.replace('class="cell ', 'class="cell tag_hide-input ')
    assert linked(folded, USE) == [(MASK, "causal_mask")]


def test_a_cell_that_is_no_python_is_left_alone():
    # fails if a command in a cell ends the build
    command = cell("%timeit causal_mask(3)")
    assert links.add_links(IMPORT + command, address).endswith(command)


def test_letters_of_any_alphabet_stand_before_a_link():
    # fails if places are counted in bytes, or a sign that HTML writes out counts as many
    code = cell("ü = '∂' &lt; causal_mask(3)")
    assert linked(IMPORT, code)[-1] == (MASK, "causal_mask")


def test_the_text_stays_as_it_was():
    # fails if a link changes what is copied from a cell
    body = links.add_links(IMPORT + USE, address)
    without = re.sub(r"</?a\b[^>]*>", "", body)
    assert without == IMPORT + USE and unescape(body) != without


def test_a_keyboard_stops_once_for_each_entry():
    # fails if the way through a page grows with each use of a name
    body = links.add_links(IMPORT + USE + USE, address)
    assert body.count("<a ") == 4 and body.count('tabindex="-1"') == 2
