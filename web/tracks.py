"""Which of the page's two tracks a cell has: the one to read, or the wide one to look at.

What fits the track of the text stands in its code's card; a question is a card itself; a film, a
widget or a large picture has the wide track, and no card. A large drawing ends at an edge of one of
the two.
"""

from __future__ import annotations

import re
from html import unescape

from web import tables
from web.my_file import MARK

CELL = '<div class="cell '
WIDE, FITS, ASKS, CALLED = "llm-wide ", "llm-fits ", "llm-asks ", "llm-called "
ROOM = 622  # pixels in a card of 656, between its edges
LETTER, GAP = 6.8, 28  # pixels of a table: of a character on average, and between two columns
QUESTION = 'class="llm-mount llm-question"'
MOUNT = re.compile(r'class="(?:llm-mount|llm-wide)[" ]')
FIGURE = re.compile(r'<figure class="llm-figure" style="[^"]*?max-width:(\d+)px')
PICTURE = re.compile(r'<div class="llm-picture.*?</div>', re.DOTALL)
INPUT = re.compile(r'<div class="cell_input.*?<pre>(.*?)</pre>', re.DOTALL)
CALL = re.compile(r"[A-Z]\w+\(.*\)\Z")  # one line that makes a widget
# drawings from, to so wide end where a track does; those of a phone where its text does
EDGES = {"wide": ((700, 960, 960), (600, 700, 656)), "narrow": ((300, 340, 358),)}
DRAWN = re.compile(r'(class="p-(wide|narrow)"[^>]*style="max-width:)([\d.]+)px')
FIXED = re.compile(r"max-width:none;width:(\d+(?:\.\d+)?)px")  # a drawing that is as wide as it is


def picture_fits(picture: str) -> bool:
    """Return whether a picture's HTML, a drawing or a table, has room in a card.

    >>> picture_fits('<div class="llm-picture"><svg style="max-width:none;width:623px"></div>')
    False
    """
    if "<table" in picture:
        return table_width(picture) <= ROOM
    widths = FIXED.findall(picture)
    return bool(widths) and max(map(float, widths)) <= ROOM


def table_width(table: str) -> float:
    """Return about how many pixels wide a table is, if each column is as wide as its longest cell.

    >>> table_width("<tr><th>model</th><th>weights</th></tr><tr><td>GPT-2</td><td>124</td></tr>")
    109.6
    """
    rows = [tables.cells(row) for row in tables.ROW.findall(table)]
    columns = max(map(len, rows))
    whole = [row for row in rows if len(row) == columns]  # others have a cell over several
    letters = sum(max(map(len, column)) for column in zip(*whole, strict=True))
    return LETTER * letters + GAP * (columns - 1)


def to_edge(cell: str) -> str:
    """Return a cell in which a large drawing ends where one of the two tracks does.

    A small one, which would be blown up, keeps its size.

    >>> to_edge('<svg class="p-wide" role="img" style="max-width:890.3px">')
    '<svg class="p-wide" role="img" style="max-width:960px">'
    >>> to_edge('<svg class="p-wide" role="img" style="max-width:545px">')
    '<svg class="p-wide" role="img" style="max-width:545px">'
    >>> to_edge('<svg class="p-narrow" role="img" style="max-width:324px">')
    '<svg class="p-narrow" role="img" style="max-width:358px">'
    """

    def widen(drawn: re.Match[str]) -> str:
        start, kind, width = drawn.groups()
        edges = [edge for low, high, edge in EDGES[kind] if low <= float(width) < high]
        return f"{start}{edges[0] if edges else width}px"

    return DRAWN.sub(widen, cell)


def _code(cell: str) -> str:
    found = INPUT.search(cell)
    return unescape(tables.TAG.sub("", found[1])).strip() if found else ""


def track_of(cell: str) -> str:
    """Return the class of a cell's track, from its HTML; "" where it shows code and text alone.

    A line that only calls a widget has a class of its own, and is no card.
    """
    if MARK in cell:  # its lines have up to 100 characters
        return WIDE
    pictures = PICTURE.findall(cell)
    figures = [int(width) for width in FIGURE.findall(cell)]
    if QUESTION in cell:
        return ASKS
    if MOUNT.search(PICTURE.sub("", cell)):
        return WIDE + CALLED * bool(CALL.match(_code(cell)))
    if not pictures and not figures:
        return ""
    fit = all(map(picture_fits, pictures)) and all(width <= ROOM + 32 for width in figures)
    return FITS if fit else WIDE


def mark_tracks(body: str) -> str:
    """Return a page's body in which each cell has the class of its track.

    >>> mark_tracks('<div class="cell docutils"><div class="llm-mount"></div></div>')
    '<div class="cell llm-wide docutils"><div class="llm-mount"></div></div>'
    """
    before, *cells = body.split(CELL)
    return "".join([before, *(f"{CELL}{track_of(cell)}{to_edge(cell)}" for cell in cells)])
