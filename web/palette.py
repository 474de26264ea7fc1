"""Reads the book's colours, and checks that what is written in them can be read.

Pictures and widgets have theirs from `llm_lib/book/widgets/shared/theme.css`, in a notebook too; on
a page, `web/style/colours.css` has the last word, and adds what the page alone needs.
"""

from __future__ import annotations

import re
from pathlib import Path

from web.fingerprint import ROOT

THEME = ROOT / "llm_lib/book/widgets/shared/theme.css"
PAGE = ROOT / "web/style/colours.css"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
ANY = re.compile(r"(--[\w-]+):\s*(#[0-9a-fA-F]{6})\b")
THEMES = ("light", "dark")
COLOUR = re.compile(r"(--llm-[\w-]+):\s*(#[0-9a-fA-F]{6})\b")


def dark_for_light(css: str) -> dict[str, str]:
    """Return which dark colour stands for which light one.

    A variable's first value in the sheet is its light one, its second the dark one.

    >>> dark_for_light(":root{--llm-fg:#1B1F24} [data-theme=dark]{--llm-fg:#e6e9ed}")
    {'#1b1f24': '#e6e9ed'}
    """
    values: dict[str, list[str]] = {}
    for name, colour in COLOUR.findall(css):
        values.setdefault(name, []).append(colour.lower())
    return {pair[0]: pair[1] for pair in values.values() if len(pair) > 1}


def load_palette(path: Path = THEME) -> dict[str, str]:
    """Return `dark_for_light` of the book's own theme, with the dark colours of the page."""
    css = path.read_text("utf-8")
    of_theme = {name: colour.lower() for name, colour in reversed(COLOUR.findall(css))}
    own = {of_theme[name]: dark for name, dark in colours("dark").items() if name in of_theme}
    return dark_for_light(css) | own


def colours(theme: str) -> dict[str, str]:
    """Return the page's own colours in a theme, by name.

    Raises ValueError for a theme that is neither "light" nor "dark".

    >>> colours("dark")["--llm-bg"], colours("light")["--part-3"]
    ('#17181b', '#4650b4')
    """
    if theme not in THEMES:
        raise ValueError(f"the theme should be 'light' or 'dark'; got {theme!r}")
    found = {}
    for selector, rule in RULE.findall(PAGE.read_text("utf-8").split("@media")[0]):
        if f'data-theme="{theme}"' in selector:
            found |= {name: colour.lower() for name, colour in ANY.findall(rule)}
    return found


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Return how much light a colour sends: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def in_both_themes(name: str) -> dict[str, str]:
    """Return the page's colour of a variable in the light theme and in the dark one.

    >>> in_both_themes("--llm-bg")
    {'light': '#fffefc', 'dark': '#17181b'}
    """
    return {theme: colours(theme)[name] for theme in THEMES}
