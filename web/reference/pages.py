"""Writes a package's page: what it says of itself, and its public names with their members."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive

from web.reference import docstrings, names
from web.reference.names import Entry


def linker(package: str, inside: str = "") -> docstrings.Link:
    """Return where code in a docstring leads: to a name of its class, of its package, or any other.

    package: where the docstring stands; inside: the entry that it belongs to, to which none leads.
    """
    owner = inside.split(".")[0]
    tops = {entry.name: entry for name in names.PACKAGES for entry in names.entries(name)}
    tops |= {entry.name: entry for entry in names.entries(package)}

    def link(text: str) -> str:
        name = text.removesuffix("()")
        if name.removeprefix("llm_lib.") in names.PACKAGES and name.startswith("llm_lib."):
            return f"{name.removeprefix('llm_lib.')}.html"
        members = {one.name: one for one in getattr(tops.get(name.split(".")[0]), "members", ())}
        own = {one.name: one for one in getattr(tops.get(owner), "members", ())}
        entry = own.get(f"{owner}.{name}") or tops.get(name) or members.get(name)
        if entry is None or entry.name == inside:
            return ""
        page = "" if entry.package == package else f"{entry.package}.html"
        return f"{page}#{entry.anchor}"

    return link


def section(entry: Entry) -> nodes.section:
    """Return the section of a public name: how it is called, what it says, and its members."""
    link = linker(entry.package, entry.name)
    made = nodes.section("", ids=[entry.anchor], classes=["llm-entry"])
    made += nodes.title("", "", nodes.literal("", entry.name))
    if entry.signature != entry.name:
        language = {"language": "python", "classes": ["llm-signature"]}
        made += nodes.literal_block(entry.signature, entry.signature, **language)
    summary, *rest = docstrings.blocks(entry.doc, entry.takes, link)
    made += [summary, *_base(entry, link), *rest, *(section(one) for one in entry.members)]
    return made


def _base(entry: Entry, link: docstrings.Link) -> list[nodes.paragraph]:
    """Return a line that leads to the class that a class builds on, if that has an entry."""
    if not link(entry.base):
        return []
    words = docstrings.inline(f"Builds on `{entry.base}`, and has all that it has.", link)
    return [nodes.paragraph("", "", *words)]


class Library(Directive):
    """The directive `library`: the reference of one package."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return what follows the page's title."""
        package = self.arguments[0]
        if package not in names.PACKAGES:
            known = ", ".join(names.PACKAGES)
            raise self.error(f"there is no package {package!r}; there are {known}")
        for path in names.files(package):
            self.state.document.settings.env.note_dependency(str(path))
        said = docstrings.blocks(names.package_doc(package), (), linker(package))
        return [*said, *(section(entry) for entry in names.entries(package))]
