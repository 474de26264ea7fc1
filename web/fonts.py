"""Makes the book's fonts: three families out of installed packages, less what no page shows.

Each is cut down to the characters of the book and compressed. The SIL Open Font License that they
are under keeps their names for the originals, so the cut ones go by "Book Serif", "Book Sans" and
"Book Mono"; the licence is copied beside them.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import USE_MY_METRICS
from fontTools.varLib.instancer import instantiateVariableFont

from web.fingerprint import BUILD, ROOT
from web.vendor import package_folder

# file on the site -> package, file in the package
FONTS = {
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular"),
    "serif-italic": ("font_source_serif_pro", "SourceSerifPro-It"),
    "serif-semibold": ("font_source_serif_pro", "SourceSerifPro-Semibold"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular"),
    "sans-semibold": ("font_source_sans_pro", "SourceSansPro-Semibold"),
    "mono": ("fontpkg_inconsolata", "Inconsolata[wdth,wght]"),
    "mono-semibold": ("fontpkg_inconsolata", "Inconsolata[wdth,wght]"),
}
FAMILIES = {"serif": "Book Serif", "sans": "Book Sans", "mono": "Book Mono"}
WEIGHTS = {"mono": 400, "mono-semibold": 600}  # of a font that varies: the others have one
FEATURES = ["ccmp", "kern", "liga", "lnum", "locl", "pnum", "tnum"]
TEXTS = [
    *("*.md", "*.bib", "chapters/*.md", "chapters/*.toml", "chapters/*.ipynb"),
    *("web/templates/*.html", "web/static/*.js", "llm_lib/**/*.js", "llm_lib/**/*.py"),
    "locale/**/*.po",
]
FAMILY_NAMES = (1, 3, 4, 6, 16, 21, 25)  # entries of a font's table of names that hold the family's


def characters(root: Path = ROOT) -> set[str]:
    """Return the characters that the book's texts and widgets hold, and those of Latin-1."""
    texts = (path.read_text("utf-8") for pattern in TEXTS for path in root.glob(pattern))
    return set().union(*texts) | {chr(code) for code in [*range(32, 127), *range(160, 256)]}


def cut(source: Path, target: Path, wanted: set[str], family: str, weight: int = 0) -> None:
    """Write the part of a font that shows the characters `wanted`, under another name.

    weight: the one that a variable font is set to, at its usual width.
    """
    options = subset.Options(flavor="woff2", hinting=False, layout_features=FEATURES)
    font = subset.load_font(str(source), options)
    if weight:
        instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in wanted])
    cutter.subset(font)
    keep_widths(font)
    _rename(font, family)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(target), options)


def keep_widths(font: TTFont) -> None:
    """Let no composed letter take the width of one of its parts, where that is another.

    The percent sign says of its stroke that it has the same width: browsers that round letters to
    whole pixels believe it, and the next word stands upon the sign.
    """
    widths = font["hmtx"]
    for name in font.getGlyphOrder():
        glyph = font["glyf"][name]
        for part in glyph.components if glyph.isComposite() else ():
            if widths[part.glyphName][0] != widths[name][0]:
                part.flags &= ~USE_MY_METRICS


def _rename(font: TTFont, family: str) -> None:
    for entry in font["name"].names:
        if entry.nameID in FAMILY_NAMES:
            entry.string = family.replace(" ", "") if entry.nameID == 6 else family


def make_all(static: Path, cache: Path = BUILD / "fonts") -> None:
    """Write the fonts into `static`/fonts, where the same were not made before, with licences."""
    wanted = characters()
    made = "".join(sorted(wanted)) + Path(__file__).read_text("utf-8")
    folder = cache / hashlib.sha256(made.encode()).hexdigest()[:12]
    if not folder.is_dir():
        shutil.rmtree(cache, ignore_errors=True)
        unfinished = cache / "unfinished"
        for name, (package, file) in FONTS.items():
            family, whole = FAMILIES[name.partition("-")[0]], package_folder(package)
            source, target = whole / f"files/{file}.ttf", unfinished / f"{name}.woff2"
            cut(source, target, wanted, family, WEIGHTS.get(name, 0))
            licence = next(whole.rglob("LICENSE*"))
            shutil.copyfile(licence, unfinished / f"{family} LICENSE.txt")
        unfinished.rename(folder)
    shutil.copytree(folder, static / "fonts", dirs_exist_ok=True)
