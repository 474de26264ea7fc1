"""Joins the JavaScript modules of a widget to the one script that anywidget takes.

Each file is a module that imports what it needs, so that editors and checkers can follow it. A
notebook can't: it gets one script. No bundler is needed to make one. The files are put behind one
another, without their imports and without the word `export`, and three rules make that enough:

- Imports stand at the top and name what they take: `import { h, rove } from "./dom.js";`
- Exports are declarations: `export function h() {`. Only a widget's own file has a default export.
- A name that is declared at the top level of one file is declared in no other.

What runs in a worker has a file of its own, which the page's side imports as text:

    import worker from "./worker.js" with { type: "text" };
    new Worker(URL.createObjectURL(new Blob([`(${worker})().main()`])))

A text of its own would put modules that both sides need into the script twice. So that file and all
that it imports become one function, which the page calls for its own use, and whose text is the
worker's: `worker` is that function, and returns all that its modules export.

Types, which stand in comments for `deno check` (`@param {number} n`), are left out of the script:
they would make it a third longer. What a comment says in words stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NAMES = r"\s*\w+(?:,\s*\w+)*,?\s*"
IMPORT = re.compile(rf'^import \{{({NAMES})\}} from "(\.{{1,2}}/[\w/.-]+\.js)";\n', re.MULTILINE)
TEXT = re.compile(
    r'^import (\w+) from "(\.{1,2}/[\w/.-]+\.js)" with \{ type: "text" \};\n', re.MULTILINE
)
DECLARATION = re.compile(
    r"^(export )?(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE
)
DEFAULT = re.compile(r"^export default \{", re.MULTILINE)
# what none of the above has matched, and what would declare a name that is not seen
REFUSED = re.compile(r"^(?:(?:import|export|var)\b|(?:const|let) \W).*", re.MULTILINE)

COMMENT = re.compile(r"(?:^ *)?/\*\*.*?\*/[ \n]?", re.DOTALL | re.MULTILINE)
TAGS = re.compile(r"\s*(?:\* )?@\w+ .*?(?=\s*\*/)", re.DOTALL)


@dataclass(frozen=True)
class Module:
    """A file: what it imports from where, the names that it declares and exports, and the rest.

    body: the rest, without types.
    texts: the files that it imports as text, and the name that it gives to each.
    """

    file: Path
    imports: list[tuple[Path, list[str]]]
    texts: list[tuple[Path, str]]
    declared: list[str]
    exported: set[str]
    body: str


def join_modules(*files: Path) -> str:
    """Return `files` and all modules that they import as one script, each module once.

    A module comes after those that it imports. What one of `files` exports by default stays an
    export; without that, the result is a plain script, which declares its names for the page.

    Raises ValueError, naming the file and what is allowed, if a module breaks a rule above, imports
    what is not exported, or is imported by a module that it imports.
    """
    modules: dict[Path, Module] = {}
    for file in files:
        _collect(file.resolve(), modules, (), with_default=True)
    owners: dict[str, Path] = {}
    for module in modules.values():
        for name in module.declared:
            if name in owners:
                raise ValueError(
                    f"{name} is declared in both {owners[name].name} and {module.file.name}: "
                    "share it, or give one of them another name"
                )
            owners[name] = module.file
    texts = {text for module in modules.values() for text in module.texts}
    if len(texts) > 1:
        names = " and ".join(sorted(file.name for file, _ in texts))
        raise ValueError(f"a script can have one worker, and this one has {names}")
    workers: dict[Path, Module] = {}
    for file, _ in texts:
        _collect(file, workers, ())
    page = [module for file, module in modules.items() if file not in workers]
    beside = [_as_function(name, list(workers.values())) for _, name in texts]
    return "\n".join([*beside, *(module.body for module in page)])


def _as_function(name: str, modules: list[Module]) -> str:
    """Return modules as one function, and what they export as the page's own names."""
    exported = ", ".join(sorted(name for module in modules for name in module.exported))
    body = "\n".join(module.body for module in modules)
    head, end = f'function {name}() {{\n"use strict";\n', f"return {{ {exported} }};\n}}\n"
    return f"{head}{body}{end}const {{ {exported} }} = {name}();\n"


def _without_types(comment: re.Match) -> str:
    """Return a comment without its tags, which come last; without words, nothing is left of it."""
    words = TAGS.sub("", comment[0], count=1)
    if re.search(r"\w", words):
        return words
    return "" if comment[0].endswith((" ", "\n")) else " "


def _collect(
    file: Path, modules: dict[Path, Module], importers: tuple[Path, ...], with_default: bool = False
) -> None:
    """Put a module into `modules`, after those that it imports, unless it is there."""
    if file in importers:
        circle = " -> ".join(each.name for each in (*importers[importers.index(file) :], file))
        raise ValueError(f"modules import each other in a circle: {circle}")
    if file in modules:
        return
    module = read_module(file, with_default)
    for source, _ in module.texts:
        _collect(source, modules, (*importers, file))
    for source, names in module.imports:
        _collect(source, modules, (*importers, file))
        if missing := sorted(set(names) - modules[source].exported):
            raise ValueError(
                f"{file.name} imports {missing[0]}, which {source.name} doesn't export"
            )
    modules[file] = module


def read_module(file: Path, with_default: bool = False) -> Module:
    """Read one module. with_default: whether it may have a default export.

    Raises ValueError if the file is missing, or has an import or export of another kind than those
    at the head of this file.
    """
    if not file.is_file():
        raise ValueError(f"there is no module {file}")
    return _parse(file, file.read_text("utf-8"), with_default)


@lru_cache(maxsize=1024)  # most modules are part of many widgets' scripts
def _parse(file: Path, text: str, with_default: bool) -> Module:
    imports = [
        ((file.parent / source).resolve(), re.findall(r"\w+", names))
        for names, source in IMPORT.findall(text)
    ]
    texts = [((file.parent / source).resolve(), name) for name, source in TEXT.findall(text)]
    body = TEXT.sub("", IMPORT.sub("", text))
    found = DECLARATION.findall(body)
    body = DECLARATION.sub(lambda match: match[0].removeprefix("export "), body)
    rest = DEFAULT.sub("", body) if with_default else body
    if odd := REFUSED.search(rest):
        raise ValueError(
            f"{file.name} has the line {odd[0]!r}; allowed are named imports of a file, the import "
            "of a worker's text, exports of a declaration, and in a widget's own file "
            "export default {...}"
        )
    exported = {name for export, name in found if export}
    declared = [*(name for _, name in found), *(name for _, name in texts)]
    return Module(file, imports, texts, declared, exported, COMMENT.sub(_without_types, body))
