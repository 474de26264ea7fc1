"""Tests of how library and tools are laid out, read from syntax trees: nothing is run."""

import ast
import subprocess
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from web.tree import AROUND, BOOK_ORDER, READING_ORDER

ROOT = Path(__file__).resolve().parent.parent / "llm_lib"
MAX_LINES, MAX_FUNCTION = 300, 40

FILES = sorted(path for path in ROOT.rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in FILES}


def in_order(rooms, wing=""):
    """Return module names: a room's own __init__ comes after all that it holds."""
    return [
        f"{wing}{module}"
        for name, inside in rooms.items()
        for module in [*(f"{name}.{part}" for part in inside.split()), name]
    ]


TAUGHT = in_order(READING_ORDER)
ORDER = [*TAUGHT, *in_order(BOOK_ORDER, "book.")]
WITHOUT_CODE = {"py.typed", "engine", "models"}  # what stands beside modules and packages
FIRST = {"_moved", "__init__"}  # the library itself: what it hands on, and what had another name


def module(file):
    """Return the module that a file holds, without the name of the library."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_around(name):
    """Whether a module shows or checks, and is no part of the way of the data."""
    return name.startswith("book.") and name.split(".")[1] in AROUND


def imported(nodes):
    """Return which modules of the library a list of syntax nodes imports."""
    modules = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {a.name for a in node.names if a.name.startswith("llm_lib.")}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "write imports out in full"
            if node.module.split(".")[0] == "llm_lib":
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                modules |= {n if n.split(".", 1)[1] in ALL else node.module for n in names}
    return {name.removeprefix("llm_lib.") for name in modules}


ALL = {module(file) for file in TREES}


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
    name = module(file)
    known = name in ORDER or is_around(name) or name in FIRST
    assert known or name == "book" or name.endswith("__main__")


@pytest.mark.parametrize("name", ORDER)
def test_imports_go_only_up(name):
    # Fails if a module imports, anywhere in it, one that the reader meets later.
    is_room = (ROOT / name.replace(".", "/")).is_dir()
    found = TREES[name.replace(".", "/") + ("/__init__.py" if is_room else ".py")]
    assert imported(ast.walk(found)) <= set(ORDER[: ORDER.index(name)])


@pytest.mark.parametrize("file", [file for file in TREES if not file.startswith("book/")])
def test_nothing_outside_the_book_s_wing_needs_it(file):
    # Fails if what is taught imports, anywhere in it, what shows it.
    assert not [name for name in imported(ast.walk(TREES[file])) if name.split(".")[0] == "book"]


def test_who_opens_the_library_sees_the_table_of_contents():
    # Fails if files pile up at the first level again.
    def there(folder):
        return [p for p in folder.iterdir() if p.name not in ("__pycache__", "__init__.py")]

    assert len([p for p in there(ROOT) if p.suffix == ".py"]) <= 7
    assert len(there(ROOT)) + len(there(ROOT / "book")) <= 41


@pytest.mark.parametrize(
    "file",
    [f"book/{name}" for name in "plots.py notebook.py exercises.py checks/compare.py".split()],
)
def test_what_is_around_needs_no_model_code(file):
    # Fails if plots, notebook or exercises can no longer be used with models from elsewhere.
    assert not imported(ast.walk(TREES[file])) & (set(ORDER) - {"arguments"})


def needed(files, package, root):
    """Return which modules of a package each of its modules imports, anywhere in it."""
    modules = {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
        for file in files
    }
    found = {name: set() for name in modules}
    for name, file in modules.items():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    found[name].add(whole if whole in modules else node.module)
            elif isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names if alias.name in modules}
    return found


@pytest.mark.parametrize("package", ["llm_lib", "web"])
def test_imports_make_no_circle(package):
    # Fails if two modules need each other, however long the way round, or late.
    found = needed((ROOT.parent / package).rglob("*.py"), package, ROOT.parent)
    # a package hands on what its modules hold, which may need one another, but not the package
    TopologicalSorter(found).prepare()


def test_a_circle_is_seen(tmp_path):
    # Fails if the test above could not fail.
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.py").write_text("def f():\n    from p import b")
    (tmp_path / "p/b.py").write_text("from p.a import f")
    with pytest.raises(CycleError):
        TopologicalSorter(needed((tmp_path / "p").glob("*.py"), "p", tmp_path)).prepare()


SOURCES = [
    path.relative_to(ROOT.parent).as_posix()
    for room in (ROOT, ROOT.parent / "web")
    for path in sorted(room.rglob("*.*"))
    if path.suffix in {".py", ".js", ".css"}
]


@pytest.mark.parametrize("file", SOURCES)
def test_files_are_short(file):
    # Fails if a module, a script or a style sheet can't be read in one sitting.
    assert len((ROOT.parent / file).read_text("utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("file", [file for file in SOURCES if file.endswith(".py")])
def test_functions_are_short(file):
    # Fails if a function is longer than what fits on a screen. Docstrings are free.
    for node in ast.walk(ast.parse((ROOT.parent / file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            words = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) else 0
            length = node.end_lineno - node.lineno + 1 - words
            assert length <= MAX_FUNCTION, f"{node.name} has {length} lines"


def test_whoever_opens_a_folder_sees_all_of_it():
    # Fails if the library's first page, or that of the book's wing, is more than a screen long.
    rooms = [
        {file.split("/")[0] for file in TREES},
        {file.split("/")[1] for file in TREES if file.startswith("book/")},
    ]
    assert sum(map(len, rooms)) + len(WITHOUT_CODE) <= 40
    assert len([name for name in rooms[0] if name.endswith(".py")]) <= 8
    found = {path.name for folder in (ROOT, ROOT / "book") for path in folder.iterdir()}
    assert found - set().union(*rooms) - {"__pycache__"} == WITHOUT_CODE


@pytest.mark.parametrize("name", ORDER)
def test_every_module_has_its_test_file(name):
    # Fails if a module is added whose tests one has to look for. A room itself only hands on names.
    place = Path(name.replace(".", "/"))
    tests = ROOT.parent / "tests" / place.with_name(f"test_{place.name}.py")
    assert tests.exists() or (ROOT / place).is_dir()


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
        "import llm_lib.model.gpt\nfrom llm_lib.book import plots\n"
        "from llm_lib.book.widgets.base import X\n"
        "from llm_lib.bpe import merges, PATTERNS\n"
        "class A:\n    def b(self): import llm_lib.files\n    def _c(self): pass\ndef _d(): pass"
    )
    seen = {"model.gpt", "book.plots", "book.widgets.base", "bpe.merges", "bpe"}
    assert imported(tree.body) == seen
    assert imported(ast.walk(tree)) == seen | {"files"}
    assert [name for name, _ in public(tree)] == ["A", "A.b"]


def test_nothing_was_left_on_the_top_level():
    # fails if a picture or a note that was made while trying something is committed
    command = ["git", "ls-files"]
    listed = subprocess.run(command, cwd=ROOT.parent, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("git does not know this folder")
    files = {name for name in listed.stdout.splitlines() if "/" not in name}
    strange = {name for name in files if Path(name).suffix in {".png", ".webp", ".json", ".txt"}}
    known = {"constraints.txt", "deno.json"} | {name for name in files if "requirements" in name}
    assert strange <= known
