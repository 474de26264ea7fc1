"""Builds the site strictly: ``python -m web.build``. The result is `_build/html`.

Every warning is an error. What the chapters show is stored (`web.outputs`); those are run whose
code, or whose part of `llm_lib`, has changed since. Pages are read again where they have changed,
and all are written; where nothing has changed since the last build, its site stays.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from web import ending, fingerprint
from web.execution import LOGS, ChapterError
from web.fingerprint import BUILD, ROOT, Needed
from web.outputs.keeping import bring_up_to_date, reasons_to_run
from web.outputs.onto_page import ONLY
from web.outputs.pages import pages_with_cells
from web.translation import catalogues, versions
from web.translation.pages import MARK

SHOWN = 8  # complaints of Sphinx on the screen; the log has them all


class PagesError(Exception):
    """The pages could not be built: the first complaints, and where the log lies."""


def timed(what: str, work: Callable[[], object]) -> None:
    """Run `work`, saying what it is before and how long it took after."""
    print(f"{what} …", flush=True)
    start = time.monotonic()
    work()
    print(f"{what}: {time.monotonic() - start:.1f} s", flush=True)


def run_sphinx(folder: Path, *flags: str, environment: dict[str, str] | None = None) -> str:
    """Write the pages into `folder`/html; raises PagesError where it fails.

    What it says goes into a log, and is returned: hundreds of lines that nobody needs when all is
    well.
    """
    command = [sys.executable, "-m", "web.sphinx_run", str(folder), *flags]
    log = LOGS / "pages.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w", encoding="utf-8") as file:
        plain = {**(environment or os.environ), "NO_COLOR": "1"}
        done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=file, env=plain)
    said = log.read_text("utf-8")
    if done.returncode:
        where = log.relative_to(ROOT) if log.is_relative_to(ROOT) else log
        how = f"Writing the pages has failed: {ending.in_words(done.returncode)}."
        found = filter(None, [complaints(said), how, f"The whole log: {where}"])
        raise PagesError("\n".join(found))
    return said


def complaints(said: str, else_last: int = 3) -> str:
    r"""Return the first warnings and errors of Sphinx, a line each; else the last things it said.

    >>> print(complaints("reading … a\nb.md:3: WARNING: no such label\nbuild finished\n"))
    b.md:3: WARNING: no such label
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    found = [line for line in lines if re.search(r"WARNING:|ERROR:|CRITICAL:", line)]
    # Sphinx's own words for a crash: the place and the error stand in the lines below
    crashes = ("Exception occurred:", "Extension error")
    crash = [n for n, line in enumerate(lines) if any(words in line for words in crashes)]
    found += lines[crash[0] : crash[0] + 5] if crash else []
    shown = [
        line.replace(f"{ROOT}{os.sep}", "")[:200]
        for line in (found or lines[len(lines) - else_last :])[:SHOWN]
    ]
    more = len(found) - len(shown)
    return "\n".join([*shown, f"… and {more} more"] if more > 0 else shown)


def build_one(
    chapter: Path, folder: Path = BUILD / "check", language: str = catalogues.ENGLISH
) -> Path:
    """Build the page of one chapter, quickly; return the folder of the site that it is in.

    The other pages are there, too, so that links lead somewhere. Raises ChapterError or PagesError,
    the second for warnings about this chapter alone.
    """
    bring_up_to_date(page for page in pages_with_cells() if page == chapter)
    folder = folder if language == catalogues.ENGLISH else folder / language
    name = chapter.relative_to(ROOT).with_suffix("").as_posix()
    # read again though it has not changed, since its warnings are wanted
    (folder / f".doctrees/{name}.doctree").unlink(missing_ok=True)
    alone = {**os.environ, catalogues.VARIABLE: language, ONLY: str(chapter)}
    said = tell_translations(run_sphinx(folder, environment=alone))
    if about := [line for line in said.splitlines() if f"{name}{chapter.suffix}" in line]:
        if found := complaints("\n".join(about), else_last=0):
            raise PagesError(found)
    return folder / "html"


def tell_translations(said: str) -> str:
    """Print what is not translated, or from an older version; return what else Sphinx has said."""
    lines = said.splitlines()
    found = [line.split(MARK, 1)[1].strip() for line in lines if MARK in line]
    for problem in dict.fromkeys(found):
        print(f"warning: {problem}", flush=True)
    return "\n".join(line for line in lines if MARK not in line)


def build_language(language: str, site: Path, draft: bool = False) -> None:
    """Build the pages in another language than English into the site, in a folder of its own.

    Paragraphs without a translation are named; other warnings are errors as ever.
    """
    folder = BUILD / "languages" / language
    shutil.rmtree(folder / "html", ignore_errors=True)
    environment = {**os.environ, catalogues.VARIABLE: language}
    said = tell_translations(run_sphinx(folder, "--read-all", environment=environment))
    if not draft and (found := complaints(said, else_last=0)):
        raise PagesError(found)
    pages = versions.join(site, folder / "html", language)
    print(f"{site / language}: {len(pages)} pages in this language, the others in English")


def build_site(site: Path, draft: bool = False) -> None:
    """Make the site what the book is now; what is so already stays."""
    now = fingerprint.state()
    what = fingerprint.needed(site, now)
    if what is Needed.NOTHING:
        return
    fingerprint.forget()
    flags = [] if draft else ["--strict"]
    if what is Needed.ALL_PAGES:
        shutil.rmtree(site, ignore_errors=True)
        flags.append("--read-all")
    run_sphinx(site.parent, *flags)
    if not draft:  # its warnings would not be told again
        fingerprint.remember(now)


def announcement(n: int, what: Needed) -> str:
    """Return what a build will do, and about how long it takes on two cores.

    n: how many pages have cells to run; what: what is to be done for the site.

    >>> announcement(0, Needed.NOTHING)
    'Nothing has changed since the last build.'
    >>> announcement(2, Needed.ALL_PAGES)
    '2 pages have cells to run (1 minute or so), then all are written (half a minute).'
    """
    if not n and what is Needed.NOTHING:
        return "Nothing has changed since the last build."
    cells = f"{n} page{'s have' if n > 1 else ' has'} cells to run ({max(1, n // 2)} minute"
    cells += f"{'s' if n > 3 else ''} or so), then all are written (half a minute)."
    return cells if n else "All pages are written from stored outputs: half a minute or so."


def site_size(site: Path) -> str:
    """Return how many files the site has and what they weigh, in words."""
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"


def main(arguments: list[str] | None = None) -> int:
    """Build the book; return 0, or 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="Build the book into _build/html.")
    parser.add_argument("--draft", action="store_true", help="let warnings pass")
    parser.add_argument("--only", metavar="CHAPTER", type=Path, help="one page, in _build/check")
    parser.add_argument(
        "--language",
        choices=[catalogues.ENGLISH, *catalogues.languages()],
        default=catalogues.ENGLISH,
        help="add the pages in this language to the built site",
    )
    options = parser.parse_args(arguments)
    draft, site = options.draft, BUILD / "html"
    try:
        if options.only:
            built = build_one(options.only.resolve(), language=options.language)
            print(built / f"chapters/{options.only.stem}.html")
            return 0
        waiting = reasons_to_run(pages_with_cells())
        is_english = options.language == catalogues.ENGLISH
        print(announcement(len(waiting), fingerprint.needed(site, fingerprint.state())), flush=True)
        if waiting:
            timed("Running what has changed", lambda: bring_up_to_date(waiting))
        if is_english or not (site / "index.html").exists():
            timed("Building the pages", lambda: build_site(site, draft))
        if not is_english:
            what = f"Building the pages in the language {options.language}"
            timed(what, lambda: build_language(options.language, site, draft))
    except (ChapterError, PagesError) as error:
        print(f"\nThe book was not built.\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nThe book was not built: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(f"{site / 'index.html'}: {site_size(site)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
