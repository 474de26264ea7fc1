"""The round-trip story in a browser: its numbers are Python's, and a reader can change it."""

from __future__ import annotations

import itertools

import pytest

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.round_trip import GPT2
from tests.web.browser import serious_faults
from tests.web.story_walk import walk
from tests.web.widget_page import set_trait, settle, take_poster_off, texts, trait

WIDTHS = [360, 992]
SEEN = """() => [model.get('finding'),
  new Set([...document.querySelectorAll('.llm-walk-picture [data-key]')].map((g) => g.dataset.key)).size]"""


@pytest.fixture
def calm(show_widget):
    """The walkthrough for a reader who wants no motion: each step stands at once."""

    def show(width=992, **settings):
        page = show_widget(Walkthrough("round-trip", **settings), width=width)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


def row(page, letter: str) -> list[str]:
    """Return the words of a row: those whose keys are a letter and a number, in order."""
    seen = texts(page)
    n = sum(key[:1] == letter and key[1:].isdigit() for key in seen)
    return [seen[f"{letter}{i}"] for i in range(n)]


@pytest.mark.parametrize(("text", "tokens"), GPT2)
def test_each_row_is_what_python_computes(calm, text, tokens):
    # fails when a code point, a byte, an id or a place on the list is another than Python's
    page = calm(text=text)
    take_poster_off(page)
    seen = text.replace(" ", "␣")
    assert row(page, "c") == list(seen) and row(page, "i") == [str(i) for i, _ in tokens]
    set_trait(page, "scene", "Letters")
    listed = sorted(set("a red café"))
    assert row(page, "v") == [c.replace(" ", "␣") for c in listed]
    expected = [str(listed.index(c)) if c in listed else "✗ none" for c in text]
    assert row(page, "l") == expected
    set_trait(page, "scene", "Unicode")
    assert row(page, "u") == [str(ord(c)) for c in text]
    set_trait(page, "scene", "Bytes")
    assert row(page, "b") == [f"{byte:02x}" for byte in text.encode()]
    set_trait(page, "scene", "Back")
    assert row(page, "o") == list(seen)
    assert trait(page, "token_ids") == [i for i, _ in tokens]


@pytest.mark.parametrize(("text", "tokens"), GPT2)
def test_what_is_kept_is_decoded_as_python_does(calm, text, tokens):
    # fails when bytes that are no character are shown as one, or a whole one is lost
    page = calm(text=text, scene="Your turn")
    for n in range(1, len(tokens) + 1):
        set_trait(page, "keep", n)
        kept = b"".join(bytes.fromhex(part) for _, part in tokens[:n])
        assert trait(page, "decoded") == kept.decode("utf-8", errors="replace")
        assert row(page, "o") == list(trait(page, "decoded").replace(" ", "␣"))


def test_the_failing_cases_are_told(calm):
    # fails when the film passes over what can't be written, or can't be read
    page = calm(scene="Letters")
    assert "凧 isn't on the list, so this text can't be written." in trait(page, "finding")
    set_trait(page, "scene", "Tokens")
    assert "One of them, 20 e5, ends inside a character." in trait(page, "finding")
    assert row(page, "t") == ["c", "af", "é", "20 e5", "87", "a7"]
    set_trait(page, "scene", "Token ids")
    assert "byte 87, that is 135, has id 229" in trait(page, "finding")
    set_trait(page, "scene", "Cut short")
    assert "the bytes e5 87 are only a part of a character" in trait(page, "finding")
    set_trait(page, "step", trait(page, "step") + 1)
    assert "the byte e5 is only a part of a character" in trait(page, "finding")
    assert row(page, "o") == [*"café␣\ufffd"]


@pytest.mark.parametrize(("text", "told"), [("café 凧", True), ("strawberry", False)])
def test_as_many_ids_as_characters_are_not_one_each(calm, text, told):
    # fails when 6 characters and 6 ids pass for pairs, though a token here may hold two, or a third
    page = calm(text=text, scene="Text")
    assert ("(not one for each)" in trait(page, "finding")) == told


@pytest.mark.parametrize("width", WIDTHS)
def test_numbers_keep_apart(calm, width):
    # fails when the camera comes so near that the numbers of neighbours run together
    page = calm(width, scene="Unicode")
    sides = page.evaluate("""() => [...document.querySelectorAll('.llm-walk-picture [data-key]')]
      .filter((g) => /^u\\d+$/.test(g.dataset.key)).map((g) => g.querySelector('text'))
      .map((text) => text.getBoundingClientRect()).map(({ left, right }) => [left, right])""")
    assert len(sides) == 6
    assert all(b[0] - a[1] > 3 for a, b in itertools.pairwise(sorted(sides)))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_last_scene_can_be_changed(calm, width):
    # fails when a menu changes nothing, or keeps what belonged to the text before
    page = calm(width, scene="Your turn")
    page.get_by_role("combobox", name="Ids that are decoded").select_option("4")
    settle(page)
    assert trait(page, "decoded") == "café \ufffd"
    page.get_by_role("combobox", name="Text").select_option(index=2)
    settle(page)
    assert trait(page, "token_ids") == [41236] and trait(page, "decoded") == " strawberry"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == "café 凧" and trait(page, "decoded") == "café 凧"
    assert serious_faults(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_has_every_scene(calm, width):
    # fails when a scene breaks on another text, or makes a phone's page scroll sideways
    for text, _ in GPT2:
        page = calm(width, text=text)
        for step, (finding, seen) in enumerate(walk(page, "round-trip", SEEN)):
            assert len(finding) > 20 and seen > 3, (text, step)
        assert page.evaluate("document.documentElement.scrollWidth") == width
