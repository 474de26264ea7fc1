"""Reads the book's colours from their one home, `llm_lib/book/widgets/shared/theme.css`."""

from __future__ import annotations

import re
from pathlib import Path

from web.fingerprint import ROOT

THEME = ROOT / "llm_lib/book/widgets/shared/theme.css"
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
    """Return `dark_for_light` of the book's own theme."""
    return dark_for_light(path.read_text("utf-8"))


def in_both_themes(name: str, path: Path = THEME) -> dict[str, str]:
    """Return the colour of a variable in the light theme and in the dark one.

    >>> in_both_themes("--llm-bg")
    {'light': '#ffffff', 'dark': '#14181d'}
    """
    values = [colour for found, colour in COLOUR.findall(path.read_text("utf-8")) if found == name]
    return {"light": values[0].lower(), "dark": values[1].lower()}
