"""Takes what the theme and the extensions copied to the site out of it: pages use their own.

The page is `templates/layout.html` with `style/` and `static/`. The theme's style sheet alone is
310 KB, its scripts 100 KB more, its icon font 1.5 MB; none of them is loaded by a page.
"""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDERS = ("images", "locales", "scripts", "styles", "vendor")
FILES = (
    *(".gitignore", "*.map", "*.png", "*-solid.svg", "copy-button.svg", "*webpack-macros.html"),
    *("basic.css", "copybutton*", "clipboard.min.js", "exercise.css", "mystnb.*", "pygments.css"),
    *("doctools.js", "documentation_options.js", "language_data.js", "searchtools.js"),
    *("sphinx_highlight.js", "*-stemmer.js", "translations.js"),
    *("design-tabs.js", "sphinx-design*", "sphinx-thebe*", "togglebutton.*"),
)


def remove(static: Path) -> None:
    """Remove the files from `static`, the site's _static folder. Safe to repeat."""
    for name in FOLDERS:
        shutil.rmtree(static / name, ignore_errors=True)
    for pattern in FILES:
        for path in static.glob(pattern):
            path.unlink()
