"""Copies browser files out of installed Python packages into the built site.

Nothing of them is committed, and no page asks another site for them.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

# Enough of MathJax 3 to typeset TeX, without its context menu (a third of the usual bundle).
MATHJAX_LOADS = ["input/tex", "output/chtml", "a11y/assistive-mml"]
MATHJAX_FILES = [
    "startup.js",
    "core.js",
    *(f"{name}.js" for name in MATHJAX_LOADS),
    "output/chtml/fonts/tex.js",
]
MATHJAX_FOLDERS = ["input/tex/extensions", "output/chtml/fonts/woff-v2"]


def package_folder(name: str) -> Path:
    """Return the folder of an installed package, without importing it.

    Raises ModuleNotFoundError with the command that installs it.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"the package {name!r} is missing: python -m pip install -r requirements.txt"
        )
    return Path(spec.origin).parent


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        shutil.copy2(source, target)


def copy_mathjax(static: Path) -> None:
    """Copy the parts of MathJax that the book uses to `static`/mathjax."""
    source, target = package_folder("sphinx-mathjax-offline") / "static/mathjax", static / "mathjax"
    for name in MATHJAX_FILES:
        _copy(source / name, target / name)
    for folder in MATHJAX_FOLDERS:
        for path in (source / folder).rglob("*.*"):
            _copy(path, target / path.relative_to(source))


def copy_plotly(static: Path) -> None:
    """Copy plotly.js to `static`/vendor; a wrapper hides any module loader from it."""
    source = package_folder("plotly") / "package_data/plotly.min.js"
    target = static / "vendor/plotly.min.js"
    target.parent.mkdir(parents=True, exist_ok=True)
    script = source.read_text("utf-8")
    wrapped = f"(function(define,module,exports){{{script}\n}}).call(window);\n"
    target.write_text(wrapped, "utf-8")


def copy_all(static: Path) -> None:
    """Copy every browser file that pages load on demand."""
    copy_mathjax(static)
    copy_plotly(static)
