"""The reader's own file on the pages: buttons that copy it, and the files to download.

The panel comes from `llm_lib.book.pictures.file_panel`. `static/my_file.js` makes the buttons work;
the link to download does without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

from llm_lib.book.my_gpt.listing import rows_of
from llm_lib.book.my_gpt.stages import STAGES, text_at
from llm_lib.book.pictures.file_panel import BOX
from web.translation.catalogues import Say

FOLDER, NAME = "my_gpt", "my_gpt.py"
MARK = f'class="{BOX}"'
PANEL = re.compile(rf'<div class="{BOX}" data-stage="(\w+)">')
FOOT = f'<p class="{BOX}-foot">'
TITLE = re.compile(rf'(<p class="{BOX}-title">.*?)(?=</p>)')
PAGE = "chapters/your_gpt"  # tells the whole way
LISTING = re.compile(rf'<div class="{BOX}-code" data-part="(\w+)">(<.*?</div>)(?=</div>)', re.S)
LONGEST = 45  # lines in sight; of a longer listing only the first …
FIRST = 30  # … and the rest waits for a click
# a fold, with all that is in it, or a line: the span that stands first in its block, or after one
ROW = re.compile(r"<details>.*?</details>|(?:(?<=<pre>)|(?<=\n</span>))<span>", re.S)
LATER = ' hidden="until-found">'
MORE = f'<button class="{BOX}-more llm-js" type="button">{{}}</button>'
TOOLS = (
    f'<p class="{BOX}-tools">'
    '<button class="llm-js" type="button" data-copy="new">{new}</button>'
    '<button class="llm-js" type="button" data-copy="whole">{whole}</button>'
    '<a download="{name}" href="{href}">{download}</a>'
    '<button class="llm-js" type="button" data-unfold aria-pressed="false">{unfold}</button></p>'
)


def write_files(static: Path) -> list[Path]:
    """Write each stage of the file where pages download it; return the paths."""
    paths = [static / FOLDER / stage.key / NAME for stage in STAGES]
    for stage, path in zip(STAGES, paths, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_at(stage.key), "utf-8", newline="\n")
    return paths


def add_tools(body: str, address_of: Callable[[str], str], about: str, say: Say) -> str:
    """Return a page's body in which each panel can be copied, downloaded and unfolded.

    address_of: gives the address of a file below `_static`, as seen from the page. about: that of
    the page which tells the whole way.
    """
    before, *panels = re.split(f"(?={PANEL.pattern.replace('(', '(?:')})", body)
    return "".join([before, *(_with_tools(panel, address_of, about, say) for panel in panels)])


def _with_tools(panel: str, address_of: Callable[[str], str], about: str, say: Say) -> str:
    key = PANEL.match(panel)[1]
    tools = TOOLS.format(
        new=say("Copy the new lines"),
        whole=say("Copy the whole file"),
        download=say("Download"),
        unfold=say("Show the whole file"),
        name=NAME,
        href=address_of(f"{FOLDER}/{key}/{NAME}"),
    )
    way = f' <a href="{about}">{say("How it grows")}</a>'
    panel = LISTING.sub(lambda listed: shorten(listed, say), panel)
    return TITLE.sub(rf"\1{way}", panel, count=1).replace(FOOT, tools + FOOT, 1)


def shorten(listed: re.Match[str], say: Say) -> str:
    """Return a listing: of a long one its first lines, with a button that shows all of it."""
    key, code = listed.groups()
    n = sum(row.is_seen for row in rows_of(key))
    if n <= LONGEST:
        return listed[0]
    seen = count()
    later = ROW.sub(lambda row: row[0] if next(seen) < FIRST else _later(row[0]), code)
    more = MORE.format(say("Show all {n} lines").format(n=n))
    head = f'<div class="{BOX}-code {BOX}-short" data-part="{key}">'
    return f"{head}{later}{more}"


def _later(row: str) -> str:
    """Return a line or a fold that takes no room until it is asked for."""
    return row.replace(">", LATER, 1)
