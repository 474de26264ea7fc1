"""The book's chapters as a table: each with its title, and what the first page says of it."""

from __future__ import annotations

import re

from web.fingerprint import ROOT
from web.frame import number_of, parts_in_order
from web.previews import title_of
from web.reference.names import FOLDER

# a line of the first page that is about one page: its link, and behind it what it teaches
LINE = re.compile(r"^: \{doc\}`[^`<]+ <([\w/]+)>`(?!,)(.*)$", re.MULTILINE)
WHAT = re.compile(r"\[([^\]]+)\]\{\.llm-what\}|^: (.+)")


def teachings() -> dict[str, str]:
    """Return what the first page says of each page that has a line to itself."""
    found = LINE.findall((ROOT / "intro.md").read_text("utf-8"))
    said = {page: WHAT.search(rest) for page, rest in found}
    return {page: words[1] or sentence(words[2]) for page, words in said.items() if words}


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def describe_chapters() -> str:
    """Return the chapters as a Markdown table, part by part."""
    said, lines = teachings(), ["| | chapter | what is in it |", "|--:|---|---|"]
    for numeral, caption, pages in parts_in_order():
        if pages[0].startswith(f"{FOLDER}/"):  # made from what the README lists as modules
            continue
        lines.append(f"| {numeral} | **{caption}** | |")
        lines += [_row(page, said.get(page, "")) for page in pages]
    return "\n".join(lines)


def _row(page: str, what: str) -> str:
    number = number_of(page)
    title = title_of(page).removeprefix(number).strip().removeprefix(f"Appendix {number}: ")
    file = next(f"{page}{end}" for end in (".ipynb", ".md") if (ROOT / f"{page}{end}").is_file())
    return f"| {number} | [{sentence(title)}]({file}) | {what} |"
