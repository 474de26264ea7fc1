"""Makes the fonts for the scripts that examples are written in: Devanagari, Chinese, emoji …

A reader's system may have none for them, and shows boxes. Each font comes out of an installed
package, cut down to the characters that the book holds; a page loads it when such a character
stands on it, since its rule names them (`unicode-range`). The fonts are under the SIL Open Font
License; it is copied beside them.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from web.fingerprint import BUILD, ROOT
from web.notebooks import read
from web.vendor import package_folder

TEXTS = ["*.md", "chapters/*.md", "llm_lib/book/widgets/**/*.py", "llm_lib/book/widgets/**/*.js"]
# what every system's own fonts have: letters of Europe, punctuation, arrows, mathematics, signs for
# control characters, boxes, stars and ticks, ligatures, and the sign for what can't be read
EVERYWHERE = [(0x00, 0x52F), (0x1D00, 0x27BF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD)]
RARE = re.compile(f"[^{''.join(f'{chr(low)}-{chr(high)}' for low, high in EVERYWHERE)}]")
JOINERS = "\u200c\u200d\ufe0f"  # they join letters or emoji, and are drawn by their font
WEIGHT = 400


@dataclass(frozen=True)
class Source:
    """A font in a package: what it is called on the site, and which scripts are taken from it.

    scripts: how the names of its characters begin; "" for all that no other font has.
    joiners: which of `JOINERS` belong to it.
    """

    name: str
    package: str
    file: str
    scripts: tuple[str, ...]
    family: str = "Book Scripts"
    joiners: str = ""


SOURCES = [
    Source(
        "devanagari",
        "manimgx_fonts",
        "NotoSansDevanagari[wght].ttf",
        ("DEVANAGARI",),
        joiners=JOINERS[:2],
    ),
    Source("hebrew", "manimgx_fonts", "NotoSansHebrew[wght].ttf", ("HEBREW",)),
    Source(
        "cjk",
        "noto_cjk_sans_jp_regular",
        "NotoSansCJKjp-Regular.otf",
        ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"),
    ),
    # last in the list of families: a system's own emoji have colours
    Source("emoji", "manimgx_fonts", "NotoEmoji[wght].ttf", ("",), "Book Emoji", JOINERS[1:]),
]


def in_need(text: str) -> set[str]:
    """Return the characters of a text that stand outside what every system has.

    >>> sorted(in_need("aéΣЖ→√─★中ह🙂中"))
    ['ह', '中', '🙂']
    """
    return set(RARE.findall(text))


def texts(root: Path = ROOT) -> Iterable[str]:
    """Yield all that pages may show: chapters with their outputs, and what widgets begin with."""
    for pattern in TEXTS:
        for path in root.glob(pattern):
            yield path.read_text("utf-8")
    for path in root.glob("chapters/*.ipynb"):
        for cell in read(path).cells:
            yield cell.source
            for output in cell.get("outputs", ()):
                yield output.get("text") or output.get("data", {}).get("text/plain", "")


def characters(root: Path = ROOT) -> set[str]:
    """Return the characters of the book that a font is made for."""
    return set().union(*map(in_need, texts(root))) - set(JOINERS)


def share_out(wanted: set[str]) -> dict[Source, set[str]]:
    """Return which characters come from which font; those that are not used are left out."""
    shares: dict[Source, set[str]] = {}
    for character in wanted:
        name = unicodedata.name(character, "")
        source = next(s for s in SOURCES if name.startswith(s.scripts))
        shares.setdefault(source, set()).add(character)
    return {source: shares[source] for source in SOURCES if source in shares}


def cut(path: Path, wanted: set[str]) -> TTFont:
    """Return the part of a font that shows `wanted`, with all that shapes and joins them.

    Raises ValueError naming the characters that the font does not have.
    """
    font = TTFont(path)
    if missing := wanted - {chr(code) for code in font.getBestCmap()}:
        named = ", ".join(f"{c!r} ({unicodedata.name(c, 'no name')})" for c in sorted(missing))
        raise ValueError(f"{path.name} has no {named}: add a font for it to web/script_fonts.py")
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(wanted) + JOINERS + " ")
    cutter.subset(font)
    if "fvar" in font:
        instancer.instantiateVariableFont(font, {"wght": WEIGHT}, inplace=True)
    font.flavor = "woff2"
    return font


def rule(source: Source, wanted: set[str]) -> str:
    """Return the style rule by which a page takes the font for these characters alone."""
    ranges = ", ".join(f"U+{ord(c):X}" for c in sorted(wanted | set(source.joiners)))
    return (
        f'@font-face {{ font-family: "{source.family}"; font-display: swap; '
        f'src: url("fonts/{source.name}.woff2") format("woff2"); unicode-range: {ranges}; }}\n'
    )


def _licence(package: str) -> str:
    found = distribution(package.replace("_", "-"))
    file = next(f for f in found.files or () if re.fullmatch("LICENSE.*", f.name))
    return file.locate().read_text("utf-8")


def _make(shares: dict[Source, set[str]], folder: Path) -> None:
    (folder / "fonts").mkdir(parents=True)
    sheet = ""
    for source, wanted in shares.items():
        file = folder / f"fonts/{source.name}.woff2"
        cut(package_folder(source.package) / source.file, wanted).save(file)
        (folder / f"fonts/{source.name}-LICENSE.txt").write_text(_licence(source.package), "utf-8")
        sheet += rule(source, wanted)
    (folder / "scripts.css").write_text(sheet, "utf-8")


def make_all(static: Path, cache: Path = BUILD / "script-fonts") -> None:
    """Write the fonts, their licences and `scripts.css` into `static`; make them where needed."""
    wanted = characters()
    made_of = "".join(sorted(wanted)) + Path(__file__).read_text("utf-8")
    folder = cache / hashlib.sha256(made_of.encode()).hexdigest()[:12]
    if not folder.is_dir():
        shutil.rmtree(cache, ignore_errors=True)
        _make(share_out(wanted), cache / "unfinished")
        (cache / "unfinished").rename(folder)
    shutil.copytree(folder, static, dirs_exist_ok=True, copy_function=shutil.copyfile)
