"""Which of the page's two tracks a cell has: the one to read, or the wide one to look at.

What fits the track of the text stands in its code's card; a question is a card itself; a film, a
widget or a large picture has the wide track, and no card.
"""

from __future__ import annotations

import re

CELL = '<div class="cell '
WIDE, FITS, ASKS = "llm-wide ", "llm-fits ", "llm-asks "
ROOM = 622  # pixels in a card of 656, between its edges
MOST_COLUMNS = 5  # of a table in such a card
QUESTION = 'class="llm-mount llm-question"'
MOUNT = re.compile(r'class="(?:llm-mount|llm-wide)[" ]')
FIGURE = re.compile(r'<figure class="llm-figure" style="[^"]*?max-width:(\d+)px')
PICTURE = re.compile(r'<div class="llm-picture.*?</div>', re.DOTALL)
FIXED = re.compile(r"max-width:none;width:(\d+(?:\.\d+)?)px")  # a drawing that is as wide as it is
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
CELLS = re.compile(r"<t[hd](?=[ >])")
TAG = re.compile(r"<[^>]+>")
SHORT = 36  # characters in a row


def picture_fits(picture: str) -> bool:
    """Return whether a picture's HTML, a drawing or a table, has room in a card.

    >>> picture_fits('<div class="llm-picture"><svg style="max-width:none;width:623px"></div>')
    False
    """
    if "<table" in picture:
        return max(len(CELLS.findall(row)) for row in ROW.findall(picture)) <= MOST_COLUMNS
    widths = FIXED.findall(picture)
    return bool(widths) and max(map(float, widths)) <= ROOM


def is_short(table: str) -> bool:
    """Return whether a table has two columns with few words: it would only be pulled apart.

    >>> is_short("<table><tr><td>steps</td><td>100</td></tr></table>")
    True
    """
    rows = ROW.findall(table.rpartition("</thead>")[2])  # its head may break into lines
    if not rows or max(len(CELLS.findall(row)) for row in rows) > 2:
        return False
    return max(len(" ".join(TAG.sub(" ", row).split())) for row in rows) < SHORT


def mark_short(body: str) -> str:
    """Return a page's body in which short tables have the class `llm-short`."""
    return TABLE.sub(lambda found: _short(found[0]) if is_short(found[0]) else found[0], body)


def _short(table: str) -> str:
    if table.startswith('<table class="'):
        return table.replace('class="', 'class="llm-short ', 1)
    return table.replace("<table", '<table class="llm-short"', 1)


def track_of(cell: str) -> str:
    """Return the class of a cell's track, from its HTML; "" where it shows code and text alone."""
    pictures = PICTURE.findall(cell)
    figures = [int(width) for width in FIGURE.findall(cell)]
    if QUESTION in cell:
        return ASKS
    if MOUNT.search(PICTURE.sub("", cell)):
        return WIDE
    if not pictures and not figures:
        return ""
    fit = all(map(picture_fits, pictures)) and all(width <= ROOM + 32 for width in figures)
    return FITS if fit else WIDE


def mark_tracks(body: str) -> str:
    """Return a page's body in which each cell has the class of its track.

    >>> mark_tracks('<div class="cell docutils"><div class="llm-mount"></div></div>')
    '<div class="cell llm-wide docutils"><div class="llm-mount"></div></div>'
    """
    before, *cells = mark_short(body).split(CELL)
    return "".join([before, *(f"{CELL}{track_of(cell)}{cell}" for cell in cells)])
