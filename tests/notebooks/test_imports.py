"""Nothing that a reader runs imports a package that a reader does not have."""

from __future__ import annotations

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions, requires

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from web.fingerprint import ROOT
from web.notebooks import chapters, code_of, read

OURS = {"llm_lib", "web", "recording"}  # the last stands beside web/offline/sitecustomize.py
ELSEWHERE = {"google"}  # google.colab is there on Colab alone, and looked for first
ON_REQUEST = {"huggingface": "gpt2"}  # module: the extra of pyproject.toml that it asks for
WEB = {path.relative_to(ROOT).as_posix() for path in (ROOT / "web").rglob("*.py")}
# run by .venv-dev: they draw or print what a build has made, with a browser, or write the kernel
DEVELOPERS_TOOLS = {name for name in WEB if name.startswith("web/portable/")} | {
    "web/browser.py",
    "web/draw_previews.py",
    "web/icons.py",
    "web/kernel.py",
    "web/readme_picture.py",
}


def closure(*wanted: str) -> set[str]:
    """Return the names of packages that pip installs for some requirements, these included."""
    found: set[tuple[str, str]] = set()
    queue = [Requirement(text) for text in wanted]
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) in found:
                continue
            found.add((name, extra))
            for text in requires(name) or ():
                needed = Requirement(text)
                if not needed.marker or needed.marker.evaluate({"extra": extra}):
                    queue.append(needed)
    return {name for name, _ in found}


@cache
def library() -> set[str]:
    """Return what `pip install llm-lib[book]` brings: all that Colab has besides its own."""
    return closure("llm-lib[book]")


@cache
def everything() -> set[str]:
    """Return what requirements.txt brings: what `make book` has."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    named = [line.split("#")[0].strip() for line in lines]
    return library() | closure(*[line for line in named if line and not line.startswith("-")])


def extra(name: str) -> set[str]:
    """Return the packages of an extra of pyproject.toml, without what those need."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    return {canonicalize_name(Requirement(line).name) for line in extras.get(name, [])}


of_module = cache(packages_distributions)  # it reads what all packages hold


def imported(code: str) -> set[str]:
    """Return the packages that a program imports anywhere, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


def missing(code: str, packages: set[str]) -> set[str]:
    """Return what a program imports and no package of a set brings."""
    return {
        name
        for name in imported(code) - OURS - ELSEWHERE
        if not {canonicalize_name(p) for p in of_module().get(name, ())} & packages
    }


@pytest.mark.parametrize("path", sorted((ROOT / "llm_lib").rglob("*.py")), ids=lambda p: p.stem)
def test_the_library_needs_only_what_it_declares(path):
    # fails if a module imports a package that is in nobody's environment but the tests'
    brought = library() | extra(ON_REQUEST.get(path.stem, ""))
    assert missing(path.read_text("utf-8"), brought) == set()


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_chapter_needs_only_what_colab_gets(path):
    # fails if a chapter works here, and stops on Colab or after `make book`
    plain = TransformerManager().transform_cell
    code = "\n".join(plain(source) for source in code_of(read(path)))
    assert missing(code, library()) == set()


@pytest.mark.parametrize("name", sorted(WEB - DEVELOPERS_TOOLS))
def test_the_build_needs_only_what_a_reader_has(name):
    # fails if a page is built with a package that only tests have, or with a tool that needs one
    code = (ROOT / name).read_text("utf-8")
    assert missing(code, everything()) == set()
    tools = {path.removesuffix(".py").replace("/", ".") for path in DEVELOPERS_TOOLS}
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    assert not {f"{node.module}.{alias.name}" for node in imports for alias in node.names} & tools
    assert not {node.module for node in imports} & tools


def test_the_checks_above_see_what_they_should():
    # fails if an import in a function is overlooked, or everything counts as installed
    code = (
        "import torch.nn\ndef f():\n    from transformers import x\nimport json, llm_lib.model.gpt"
    )
    assert imported(code) == {"torch", "transformers", "llm_lib"}
    assert missing(code, everything()) == {"transformers"}
    assert {"gguf", "tiktoken", "torch"} <= library()
    assert {"jupyter-book", "nbval"} <= everything() - library()
    assert not {"playwright", "pytest-xdist"} & everything()
