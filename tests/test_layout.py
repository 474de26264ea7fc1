"""Tests of how the library is laid out, read from its syntax trees: nothing is run."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "llm_lib"
# The way of the data: a module may import only from modules to its left.
ORDER = """
arguments files assets small_world corpus labelled tokenizer classical words pretokenize merges
encoding foreign bpe documents token_row token_file sampler
dataset embedding ngram window_model rnn attention transformer gpt model_size heads pretrained
checkpoint adamw metrics distributed training_config training recipe failures scaling
sampling generation beam_search speculative evaluation shipping
translation translator variations
""".split()
# These show or check things. They take plain arrays and objects, and no model code imports them.
AROUND = ["widgets", "plots", "exercises", "checks", "notebook"]
MAX_LINES, MAX_FUNCTION = 330, 40

FILES = sorted(path for path in ROOT.rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in FILES}


def part(file):
    """Return the module or folder of the library that a file belongs to."""
    return file.split("/")[0].removesuffix(".py")


def imported(nodes):
    """Return which parts of the library a list of syntax nodes imports."""
    parts = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            parts |= {a.name.split(".")[1] for a in node.names if a.name.startswith("llm_lib.")}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "write imports out in full"
            names = (node.module or "").split(".")
            if names == ["llm_lib"]:
                parts |= {alias.name for alias in node.names}
            elif names[0] == "llm_lib":
                parts.add(names[1])
    return parts


def public(tree):
    """Yield each public function and class of a module, and each public method, with its name."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for node in tree.body:
        if isinstance(node, definitions) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for child in node.body:
                    if isinstance(child, definitions) and not child.name.startswith("_"):
                        yield f"{node.name}.{child.name}", child


@pytest.mark.parametrize("file", TREES)
def test_every_module_has_a_place(file):
    # Fails if a module is added that stands nowhere in the order.
    assert part(file) in {"__init__", *ORDER, *AROUND}


@pytest.mark.parametrize("file", [file for file in TREES if part(file) in ORDER])
def test_imports_go_only_left(file):
    # Fails if a module imports, when it is loaded, one that the reader meets later.
    left = set(ORDER[: ORDER.index(part(file))])
    if "/" in file:  # the files of a folder may use each other
        left.add(part(file))
    assert imported(TREES[file].body) <= left


@pytest.mark.parametrize("file", [file for file in TREES if part(file) in ORDER])
def test_model_code_knows_nothing_around_it(file):
    # Fails if model code imports widgets, plots or exercises anywhere, also inside a function.
    assert not imported(ast.walk(TREES[file])) & set(AROUND)


@pytest.mark.parametrize("file", ["plots.py", "notebook.py", "exercises.py", "checks/compare.py"])
def test_what_is_around_needs_no_model_code(file):
    # Fails if plots, notebook or exercises can no longer be used with models from elsewhere.
    assert not imported(ast.walk(TREES[file])) & set(ORDER)


@pytest.mark.parametrize("file", TREES)
def test_modules_and_functions_are_short(file):
    # Fails if a module or function can't be read in one sitting. Docstrings of functions are free.
    assert len((ROOT / file).read_text("utf-8").splitlines()) < MAX_LINES
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            words = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) else 0
            length = node.end_lineno - node.lineno + 1 - words
            assert length <= MAX_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("file", TREES)
def test_everything_public_has_a_docstring(file):
    # Fails if a reader can meet a name without a word about it.
    tree = TREES[file]
    assert ast.get_docstring(tree), "the module has none"
    missing = [name for name, node in public(tree) if not ast.get_docstring(node)]
    assert not missing


def test_the_checks_above_see_what_they_should():
    # Fails if the readers of syntax trees overlook a kind of import or definition.
    tree = ast.parse(
        "import llm_lib.gpt\nfrom llm_lib import plots\nfrom llm_lib.widgets.base import X\n"
        "class A:\n    def b(self): import llm_lib.bpe\n    def _c(self): pass\ndef _d(): pass"
    )
    assert imported(tree.body) == {"gpt", "plots", "widgets"}
    assert "bpe" in imported(ast.walk(tree))
    assert [name for name, _ in public(tree)] == ["A", "A.b"]
