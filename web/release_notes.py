"""What a release says of itself: ``python -m web.release_notes 0.1.0`` prints it.

It is the changelog's section of that version, which has to be the library's own. Nothing but Python
is needed, so that a release that can't be made is refused before anything is built.
"""

from __future__ import annotations

import argparse
import re
import sys

from llm_lib import __version__
from web.fingerprint import ROOT

HEADING = re.compile(r"^## \[(?P<version>.+?)\](?: - (?P<date>.*\S))?\s*$", re.MULTILINE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LINKS = re.compile(r"^\[[^\]]+\]: .*\n?", re.MULTILINE)  # at the end of a changelog


def checked(version: str, own: str = __version__) -> str:
    """Return the version without a leading "v". Raises ValueError unless it is `own`.

    >>> checked("v0.1.0", "0.1.0")
    '0.1.0'
    """
    plain = version.strip().removeprefix("v")
    if plain != own:
        raise ValueError(
            f"the version should be {own!r}, as in llm_lib/__init__.py; got {version!r}"
        )
    return plain


def section(changelog: str, version: str) -> str:
    """Return what a changelog says of a version, without its heading.

    Raises ValueError where there is no such section, or it has no date, or it says nothing.
    """
    found = list(HEADING.finditer(changelog))
    names = [heading["version"] for heading in found]
    if version not in names:
        raise ValueError(
            f"CHANGELOG.md has no section '## [{version}]'; it has {', '.join(names) or 'none'}"
        )
    at = names.index(version)
    if not DATE.fullmatch(found[at]["date"] or ""):
        raise ValueError(
            f"the heading should end in the day of the release, as in '## [{version}] - "
            f"2026-12-31'; it is {found[at][0].strip()!r}"
        )
    end = found[at + 1].start() if at + 1 < len(found) else len(changelog)
    said = LINKS.sub("", changelog[found[at].end() : end]).strip()
    if not said:
        raise ValueError(f"the section '## [{version}]' of CHANGELOG.md is empty")
    return said


def main(arguments: list[str] | None = None) -> int:
    """Print the notes; return 0, or 1 where there are none."""
    parser = argparse.ArgumentParser(description="Print what the changelog says of a version.")
    parser.add_argument("version", help="as in 0.1.0 or v0.1.0")
    version = parser.parse_args(arguments).version
    try:
        print(section((ROOT / "CHANGELOG.md").read_text("utf-8"), checked(version)))
    except ValueError as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
