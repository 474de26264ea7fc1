"""The page's colours: words can be read on their grounds, and lines and forms can be seen."""

import pytest

from web.palette import THEME, THEMES, colours, contrast, dark_for_light, load_palette

WORDS, SHAPES = 4.5, 3.0  # WCAG 2.2, level AA
PARTS = range(1, 8)
OWN_GROUNDS = [("--turn", "--turn-fill"), ("--deep", "--deep-fill"), ("--part", "--part-fill")]
ON_PAPER = ["--llm-muted", "--turn", "--deep", "--part", *(f"--part-{n}" for n in PARTS)]


def pairs():
    """Return what stands on what."""
    own = [*OWN_GROUNDS, *((f"--part-{n}", f"--fill-{n}") for n in PARTS)]
    return [
        *own,
        *((name, "--llm-bg") for name in ON_PAPER),
        ("--llm-muted", "--llm-surface"),
        ("--llm-muted", "--turn-fill"),
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("words, ground", pairs())
def test_words_can_be_read(theme, words, ground):
    # fails if a hue is too pale for small words on the ground that it stands on
    found = colours(theme)
    assert contrast(found[words], found[ground]) >= WORDS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["--llm-bg", "--llm-surface"])
def test_the_edge_of_a_control_can_be_seen(theme, ground):
    # fails if a field or a token has no visible end
    assert contrast(colours(theme)["--llm-edge"], colours(theme)[ground]) >= SHAPES


@pytest.mark.parametrize("theme", THEMES)
def test_the_colours_of_pictures_hold_on_the_pages_grounds(theme):
    # fails if the page takes a ground on which a role, a link or a mark can't be read
    light = dark_for_light(THEME.read_text("utf-8"))
    of_theme = light.keys() if theme == "light" else light.values()
    read = {"#0b66b2", "#b35500", "#1a7f5a", "#b3261e", "#0f6041", "#1d3b63", "#0b5563"}
    read = read if theme == "light" else {light[colour] for colour in read}
    assert read <= set(of_theme)
    for ground in ("--llm-bg", "--llm-surface"):
        low = {c: contrast(c, colours(theme)[ground]) for c in read}
        assert {c: n for c, n in low.items() if n < WORDS} == {}


def test_contrast_is_that_of_the_standard():
    # fails if the formula is not WCAG's: its own example is #777777 on white, 4.48 to 1
    assert contrast("#777777", "#ffffff") == contrast("#ffffff", "#777777")
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_figures_get_the_pages_dark_colours():
    # fails if what is muted in a figure has another grey at night than the words beside it
    assert load_palette()["#57606a"] == colours("dark")["--llm-muted"]


def test_a_theme_that_there_is_not_is_named():
    # fails if a wrong word gives no colours, and no message
    with pytest.raises(ValueError, match="'light' or 'dark'; got 'auto'"):
        colours("auto")
