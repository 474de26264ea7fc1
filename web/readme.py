"""Writes what is a fact in the README, and in CONTRIBUTING: ``python -m web.readme``.

The chapters, the numbers of things, the times, and so on are read from where they
are true, and written between two marks each; the words around them are typed. ``--check`` names
what is not as it should be, and ``--record book 131`` keeps how many seconds a command has taken
on this machine.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from web import chapter_list, counts, quality, times, tree
from web.fingerprint import ROOT

README = ROOT / "README.md"
PAGES: dict[Path, dict[str, Callable[[], str]]] = {
    README: {
        "numbers": counts.describe_numbers,
        "times": times.describe_times,
        "chapters": chapter_list.describe_chapters,
        "quality": quality.describe_quality,
        "modules": tree.describe_modules,
    },
    ROOT / "CONTRIBUTING.md": {"web": tree.describe_tools},
}


def marks(name: str) -> tuple[str, str]:
    """Return what stands before and after a part that is made.

    >>> marks("times")
    ('<!-- times: python -m web.readme writes them -->', '<!-- end of times -->')
    """
    return f"<!-- {name}: python -m web.readme writes them -->", f"<!-- end of {name} -->"


def fill(text: str, parts: dict[str, Callable[[], str]] | None = None) -> str:
    """Return a page's text with each part made anew between its marks: the README's by default.

    Raises ValueError for a part that does not stand there once.
    """
    for name, describe in (PAGES[README] if parts is None else parts).items():
        begin, end = marks(name)
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        made = f"{begin}\n{describe()}\n{end}"
        text, n = pattern.subn(lambda _, made=made: made, text)
        if n != 1:
            raise ValueError(f"the page should have {begin!r} and {end!r} once, and has {n}")
    return text


def stale() -> list[Path]:
    """Return the pages whose facts are not those of the repository any more."""
    old = {path: path.read_text("utf-8") for path in PAGES}
    return [path for path, text in old.items() if fill(text, PAGES[path]) != text]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 where something is stale or can't be recorded."""
    parser = argparse.ArgumentParser(description="Write what is a fact in the README.")
    parser.add_argument("--check", action="store_true", help="write nothing; name what is stale")
    parser.add_argument(
        "--record", nargs=2, metavar=("NAME", "SECONDS"), help=f"one of {', '.join(times.WHAT)}"
    )
    options = parser.parse_args(arguments)
    try:
        if options.record:
            times.record(*options.record)
        changed = stale()
    except ValueError as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 1
    for path in changed:
        if not options.check:
            text = fill(path.read_text("utf-8"), PAGES[path])
            path.write_text(text, "utf-8", newline="\n")
        print(f"{path.name}: {'stale; python -m web.readme' if options.check else 'written'}")
    return int(options.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
