"""Fonts for the scripts of the examples: each character has a glyph, and shapes as it should."""

import re

import pytest
from fontTools.ttLib import TTFont

from web import script_fonts
from web.script_fonts import SOURCES, characters, cut, in_need, make_all, share_out
from web.vendor import package_folder

SCRIPTS = {
    "Devanagari": "नमस्ते",
    "Hebrew": "שלום",
    "Chinese": "红的",
    "Japanese": "キツネ",
    "emoji": "👩🚀",
}


@pytest.fixture(scope="module")
def static(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    make_all(folder, folder / "cache")
    return folder


def ranges(static):
    """Return which characters each font of the style sheet is asked for."""
    rules = re.findall(
        r'url\("(.*?)"\).*?unicode-range: (.*?);', (static / "scripts.css").read_text()
    )
    return {url: {chr(int(code[2:], 16)) for code in codes.split(", ")} for url, codes in rules}


def test_every_character_of_the_book_has_a_glyph(static):
    # fails when an example is written in a script that no font of the site has
    assert characters() == set().union(*ranges(static).values()) - set(script_fonts.JOINERS)
    for name, wanted in ranges(static).items():
        assert {c for c in wanted if not has_glyph(static / name, c)} == set()


def has_glyph(file, character):
    return TTFont(file).getBestCmap().get(ord(character), ".notdef") != ".notdef"


def test_a_font_holds_no_more_than_the_book(static):
    # fails when a page loads whole fonts, which are megabytes
    files = list((static / "fonts").glob("*.woff2"))
    assert {f.stem for f in files} <= {source.name for source in SOURCES}
    assert sum(f.stat().st_size for f in files) < 60_000
    for file in files:
        assert len(TTFont(file).getBestCmap()) <= len(characters()) + 5
        assert "Open Font License" in file.with_name(f"{file.stem}-LICENSE.txt").read_text("utf-8")


def test_latin_text_loads_none_of_them(static):
    # fails when a page without such characters loads a font for them
    latin = set(map(chr, range(0x250)))
    assert not any(latin & wanted for wanted in ranges(static).values())


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_come_from_their_font(script):
    # fails when a script is looked for in a font of another one
    shares = share_out(set(SCRIPTS[script]))
    assert len(shares) == 1
    assert next(iter(shares)).name in (script.lower(), "cjk")


def test_letters_are_still_joined():
    # fails when conjuncts and joined emoji fall apart: the rules for them were cut away
    for source in SOURCES[0], SOURCES[-1]:
        text = set("नमस्ते") if source.name == "devanagari" else set("👩🚀")
        font = cut(package_folder(source.package) / source.file, text)
        assert len(font.getGlyphOrder()) > len(font.getBestCmap()) + 1
        assert font["GSUB"].table.LookupList.LookupCount > 0
        assert "fvar" not in font


def test_a_script_without_a_font_is_told():
    # fails when boxes may come onto a page without a word
    assert in_need("ᚠ")
    source = next(iter(share_out({"ᚠ"})))
    with pytest.raises(ValueError, match=r"RUNIC LETTER.*add a font for it to web/script_fonts"):
        cut(package_folder(source.package) / source.file, {"ᚠ"})


def test_fonts_are_made_once(static, monkeypatch):
    # fails when each build cuts them anew, or a character that comes to the book has no glyph
    monkeypatch.setattr(script_fonts, "_make", lambda *_: pytest.fail("made again"))
    make_all(static, static / "cache")
    monkeypatch.setattr(script_fonts, "characters", lambda: {"न"})
    with pytest.raises(pytest.fail.Exception):
        make_all(static, static / "cache")
