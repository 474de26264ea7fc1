"""What the library hands on at its top, and what it still finds under an older name."""

import ast
import importlib
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import llm_lib
from llm_lib import _moved, book
from llm_lib.book import widgets


@pytest.mark.parametrize("package", [llm_lib, book])
def test_what_is_handed_on_is_there_and_nothing_else(package):
    # fails if a name leads nowhere, or an editor is told of other names than there are
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    told = {alias.name for node in block.body for alias in node.names} - {"*"}
    assert told == set(package.__all__) == set(package._HOMES)
    for name in package.__all__:
        assert getattr(package, name).__module__.startswith(f"{package.__name__}."), name
        assert name in dir(package)
    for unknown in ("GTP", "CONSTANT", "generat"):
        with pytest.raises(AttributeError, match=unknown):
            getattr(package, unknown)


def test_widgets_are_handed_on_too():
    # fails if a chapter can't take a widget beside the rest
    for name in widgets.__all__:
        if name[0].isupper():
            assert getattr(book, name) is getattr(widgets, name)
            assert name in dir(book)


def test_the_library_alone_imports_nothing_heavy():
    # fails if who asks for the version waits for torch
    code = "import sys, llm_lib, llm_lib.book; print(llm_lib.__version__, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [llm_lib.__version__, "False"]


@pytest.mark.parametrize("old", _moved.MOVED)
def test_an_old_name_finds_the_new_module(old, monkeypatch):
    # fails if notebooks and programs of before stop at their first line, or get a second copy
    new = importlib.import_module(f"llm_lib.{_moved.MOVED[old]}")
    name, spec = new.__name__, new.__spec__
    monkeypatch.delitem(sys.modules, f"llm_lib.{old}", raising=False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert importlib.import_module(f"llm_lib.{old}") is new
    assert f"llm_lib.{old} is now {new.__name__}" in [str(warning.message) for warning in said]
    assert (new.__name__, new.__spec__) == (name, spec)


def test_what_is_in_an_old_folder_is_found_by_its_old_name():
    # fails if only folders themselves are found
    with pytest.warns(DeprecationWarning, match=r"llm_lib\.finetuning\.probe"):
        sys.modules.pop("llm_lib.tuning.probe", None)
        old = importlib.import_module("llm_lib.tuning.probe")
    assert old is importlib.import_module("llm_lib.finetuning.probe")


def test_a_module_that_never_was_is_not_found():
    # fails if the finder answers for what is not its own
    for name in ("llm_lib.gtp", "llm_lib.tuning.nothing", "llm_lib.model.gtp"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)
    assert _moved.find_new_name("torch.nn") is None
    assert _moved.find_new_name("llm_lib.gptx") is None
