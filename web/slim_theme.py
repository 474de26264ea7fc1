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


def slim_css(css: str) -> str:
    r"""Return the theme's style sheet without Font Awesome's fonts and its 2,000 icon rules.

    >>> slim_css('a{color:red}.fa-house{--fa:"\\f015"}b{margin:0}')
    'a{color:red}b{margin:0}'
    """
    return ICON_RULE.sub("", FONT_FACE.sub("", css))


def slim(static: Path) -> None:
    """Slim the theme's files under `static`, the site's _static folder. Safe to repeat."""
    for name in ("scripts/fontawesome.js", "scripts/fontawesome.js.map"):
        (static / name).unlink(missing_ok=True)
    shutil.rmtree(static / "vendor/fontawesome", ignore_errors=True)
    sheet = static / "styles/pydata-sphinx-theme.css"
    sheet.write_text(slim_css(sheet.read_text("utf-8")), "utf-8")
    for path in static.rglob("*.map"):
        path.unlink()
