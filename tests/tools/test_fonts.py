"""The cut fonts: the characters that are wanted, another name, and the licence beside them."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from web import fonts
from web.vendor import package_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    static = tmp_path_factory.mktemp("static")
    fonts.make_all(static, static / "cache")
    return static / "fonts"


def test_they_are_small_and_whole(folder):
    # fails if a font that the style names is missing, or together they weigh on a slow line
    sheet = (fonts.ROOT / "web/style/fonts.css").read_text("utf-8")
    assert all(f"fonts/{name}.woff2" in sheet for name in fonts.FONTS)
    made = {path.stem: path.stat().st_size for path in folder.glob("*.woff2")}
    assert set(made) == set(fonts.FONTS)
    assert sum(made.values()) < 140_000


@pytest.mark.parametrize("name", fonts.FONTS)
def test_a_cut_font_has_the_books_characters(folder, name):
    # fails if a letter that a chapter uses falls out of a font that has it
    package, file = fonts.FONTS[name]
    whole = TTFont(package_folder(package) / f"files/{file}.ttf").getBestCmap()
    cut = TTFont(folder / f"{name}.woff2").getBestCmap()
    chapter = Path(fonts.ROOT / "chapters/09_self_attention.ipynb").read_text("utf-8")
    wanted = {ord(c) for c in chapter if ord(c) >= 32 and ord(c) in whole}
    assert wanted <= set(cut)
    assert len(cut) < 0.6 * len(whole)


def test_the_name_is_left_to_the_originals(folder):
    # fails if a changed font goes by the reserved name, or without its licence
    for path in folder.glob("*.woff2"):
        names = [str(e) for e in TTFont(path)["name"].names if e.nameID in (1, 3, 4, 6, 16)]
        assert names and not any("Source" in name or "Inconsolata" in name for name in names)
    assert all("SIL OPEN FONT LICENSE" in p.read_text("utf-8") for p in folder.glob("*.txt"))
    assert len(list(folder.glob("*.txt"))) == 3


def test_they_are_made_once(folder, monkeypatch):
    # fails if each build cuts them anew, though nothing has changed
    def never(*arguments):
        raise AssertionError("cut again")

    monkeypatch.setattr(fonts, "cut", never)
    fonts.make_all(folder.parent, folder.parent / "cache")


@pytest.mark.parametrize("name", fonts.FONTS)
def test_a_composed_sign_has_its_own_width(folder, name):
    # fails if a percent sign takes the width of its stroke, and the next word stands upon it
    font = TTFont(folder / f"{name}.woff2")
    signs = {font.getBestCmap()[ord(c)] for c in "%‰½é" if ord(c) in font.getBestCmap()}
    taken = [
        (sign, part.glyphName)
        for sign in signs
        if font["glyf"][sign].isComposite()
        for part in font["glyf"][sign].components
        if part.flags & 0x0200 and font["hmtx"][part.glyphName][0] != font["hmtx"][sign][0]
    ]
    assert taken == []  # 0x0200: USE_MY_METRICS, in OpenType's table glyf
