"""Joins the JavaScript modules of a widget to the one script that anywidget takes.

Each file is a module that imports what it needs, so that editors and checkers can follow it. A
notebook can't: it gets one script. No bundler is needed to make one. The files are put behind one
another, without their imports and without the word `export`, and three rules make that enough:

- Imports stand at the top and name what they take: `import { h, rove } from "./dom.js";`
- Exports are declarations: `export function h() {`. Only a widget's own file has a default export.
- A name that is declared at the top level of one file is declared in no other.

Types, which stand in comments for `deno check` (`@param {number} n`), are left out of the script:
they would make it a third longer. What a comment says in words stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NAMES = r"\s*\w+(?:,\s*\w+)*,?\s*"
IMPORT = re.compile(rf'^import \{{({NAMES})\}} from "(\.{{1,2}}/[\w/.-]+\.js)";\n', re.MULTILINE)
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
    """A file: what it imports from where, the names that it declares and exports, and the rest."""

    file: Path
    imports: list[tuple[Path, list[str]]]
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
    return "\n".join(COMMENT.sub(_without_types, module.body) for module in modules.values())


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
    text = file.read_text("utf-8")
    imports = [
        ((file.parent / source).resolve(), re.findall(r"\w+", names))
        for names, source in IMPORT.findall(text)
    ]
    body = IMPORT.sub("", text)
    found = DECLARATION.findall(body)
    body = DECLARATION.sub(lambda match: match[0].removeprefix("export "), body)
    rest = DEFAULT.sub("", body) if with_default else body
    if odd := REFUSED.search(rest):
        raise ValueError(
            f"{file.name} has the line {odd[0]!r}; allowed are named imports of a file, "
            "exports of a declaration, and in a widget's own file export default {...}"
        )
    exported = {name for export, name in found if export}
    return Module(file, imports, [name for _, name in found], exported, body)
