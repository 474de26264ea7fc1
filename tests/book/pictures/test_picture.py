"""Each picture: well-formed, described, in the theme's colours only, and known by name."""

import re
from functools import cache
from xml.etree import ElementTree

import pytest
import torch

from llm_lib.book.pictures import PICTURES, Picture, Piece, show_picture
from llm_lib.book.pictures.picture import PHONE, THEME, look, theme

picture = cache(show_picture)
EACH = pytest.mark.parametrize("name", PICTURES)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")

HIGH = {"training-faults": 600}  # two rows of charts with their sentences: a screen's height


@EACH
class TestPicture:
    def test_is_well_formed_and_has_words(self, name):
        # fails when a drawing is no XML, or a reader who can't see it gets nothing
        for svg in picture(name).svgs():
            root = ElementTree.fromstring(svg)
            assert root.get("role") == "img" and len(root.get("aria-label")) > 80
            assert root.get("aria-label") == picture(name).words

    def test_has_no_ids_and_no_colours_of_its_own(self, name):
        # fails when two pictures on a page could collide, or one would not follow the theme
        for svg in picture(name).svgs():
            assert " id=" not in svg and "url(" not in svg
            assert not COLOUR.search(svg) and "fill=" not in svg and "stroke=" not in svg

    def test_fits_a_page_and_a_phone(self, name):
        # fails when a drawing has to be shrunk to fit, and its text with it
        wide, narrow = picture(name).wide, picture(name).narrow
        assert wide.width <= 956 and narrow.width <= PHONE
        assert wide.height <= HIGH.get(name, 460)

    def test_as_text_it_is_its_words(self, name):
        # fails when what is compared in notebooks is empty, or too wide for a page
        text = repr(picture(name))
        assert text.startswith("Picture: ") and max(map(len, text.splitlines())) <= 80
        assert " ".join(text.split()) == f"Picture: {picture(name).words}"

    def test_is_the_same_each_time(self, name):
        # fails when a picture depends on what was run before it
        assert show_picture(name)._repr_html_() == picture(name)._repr_html_()


def test_an_unknown_name_is_answered_with_those_there_are():
    # fails when a reader has to look up what pictures there are
    with pytest.raises(
        ValueError, match=r"no picture 'attention'; there are .*attention-row"
    ) as error:
        show_picture("attention")
    assert all(name in str(error.value) for name in PICTURES)


def test_unknown_data_is_answered_with_what_is_taken():
    # fails when a misspelt argument is ignored
    with pytest.raises(TypeError, match="'windows' takes text, start, length; got lenght"):
        show_picture("windows", lenght=3)


def test_text_from_data_stays_text():
    # fails when a token could bring an element or an attribute into the page
    html = show_picture("windows", text='<b> "&" a b c d', start=0, length=3)._repr_html_()
    for svg in re.findall(r"<svg.*?</svg>", html):
        assert {e.tag.split("}")[1] for e in ElementTree.fromstring(svg).iter()} <= {
            "svg",
            "g",
            "rect",
            "text",
            "path",
        }


def test_the_theme_is_for_pictures_alone():
    # fails when a picture in a notebook would recolour anything else, or a colour is lost
    selectors = re.findall(r"([^{}]+)\{--", theme())
    parts = [part for s in selectors for part in re.split(r",(?![^(]*\))", s)]
    assert len(parts) >= 6 and all(part.endswith(".llm-picture") for part in parts)
    names = set(re.findall(r"--llm-[\w-]+(?=:)", THEME.read_text("utf-8")))
    assert names and names == set(re.findall(r"--llm-[\w-]+(?=:)", theme()))


def test_the_look_uses_the_theme():
    # fails when the style sheet names a colour, or a variable that the theme has not
    assert not COLOUR.search(look())
    used = set(re.findall(r"var\((--llm-[\w-]+)", look()))
    assert used and used <= set(re.findall(r"--llm-[\w-]+(?=:)", theme()))


def test_a_picture_of_ones_own():
    # fails when the kit can't be used outside of the book
    mine = Picture("Mine", "A  small\nthing.", Piece(10, 10))
    assert repr(mine) == "Picture: Mine. A small thing." and len(mine.svgs()) == 1


def test_the_random_numbers_of_a_notebook_stay():
    # fails when a cell below a picture draws other numbers than without it
    torch.manual_seed(3)
    show_picture("next-token")
    drawn = torch.rand(2)
    torch.manual_seed(3)
    assert torch.equal(drawn, torch.rand(2))
