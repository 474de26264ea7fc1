"""Takes the icon font and its 1.5 MB script out of the theme that was copied to the site.

The theme brings all of Font Awesome for a dozen icons. `static/book.css` draws the ones that
pages show; what remains of Font Awesome is removed here, so that nothing loads it by accident.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*Font\s?Awesome[^}]*\}", re.IGNORECASE)
# a rule for one icon, such as .fa-house:before{content:"\f015"}
ICON_RULE = re.compile(r"(?<=[}/])\.fa-[^{}@]*\{(?:--fa:[^}]*|content:[^}]*)\}")
LEAST = {FONT_FACE: 1, ICON_RULE: 500}  # in a sheet that is as this module knows it
DONE = "/* without Font Awesome */"


def slim_css(css: str) -> str:
    r"""Return a style sheet without Font Awesome's fonts and its icon rules.

    >>> slim_css('a{color:red}.fa-house{--fa:"\\f015"}b{margin:0}')
    'a{color:red}b{margin:0}'
    """
    return ICON_RULE.sub("", FONT_FACE.sub("", css))


def slim(static: Path) -> None:
    """Slim the theme's files under `static`, the site's _static folder. Safe to repeat.

    Raises ValueError if the theme no longer has what should go: then it would stay, unnoticed.
    """
    sheet = static / "styles/pydata-sphinx-theme.css"
    css = sheet.read_text("utf-8")
    if not css.endswith(DONE):
        _check_known(css)
        sheet.write_text(slim_css(css) + DONE, "utf-8")
    for path in (static / "scripts").glob("fontawesome.js*"):
        path.unlink()
    shutil.rmtree(static / "vendor/fontawesome", ignore_errors=True)
    for path in static.rglob("*.map"):
        path.unlink()


def _check_known(css: str) -> None:
    """Raise ValueError unless the theme's style sheet has the rules that this module removes."""
    found = {pattern: len(pattern.findall(css)) for pattern in LEAST}
    if any(found[pattern] < least for pattern, least in LEAST.items()):
        raise ValueError(
            "the theme's style sheet has changed: web/slim_theme.py found "
            f"{found[FONT_FACE]} fonts and {found[ICON_RULE]} icon rules of Font Awesome in "
            f"pydata-sphinx-theme.css, where at least {LEAST[FONT_FACE]} and {LEAST[ICON_RULE]} "
            "should be. Adapt its patterns to this version of the theme."
        )
