"""The walkthrough of byte pair encoding: its numbers are the library's, and it can be changed."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import Walkthrough
from llm_lib.bpe import BPETokenizer
from tests.web.browser import serious_faults
from tests.web.widget_page import set_trait, settle, texts, trait

WIDTHS = [360, 992]
CORPORA = [
    [["sea", 4], ["seal", 3], ["tea", 2]],
    [["aaaaaaaa", 3], ["aaaa", 2]],
    [["café", 5], ["fée", 5], ["日本", 2], ["🙂🙂", 1]],
    [["lowest", 6], ["newest", 6], ["wider", 1]],
    [["a", 9]],
]
NEW_WORDS = ["steal", "aaaaaaa", "fée", "🙂日本", "x", "widest"]


@pytest.fixture
def calm(show_widget):
    """The walkthrough for a reader who wants no motion: each step stands at once."""

    def show(width=992, theme="light", **settings):
        page = show_widget(Walkthrough("merges", **settings), width=width, theme=theme)
        page.emulate_media(reduced_motion="reduce", color_scheme=theme)
        return page

    return show


def trained(text) -> BPETokenizer:
    """Return the library's tokenizer for words and counts, each word a chunk of its own."""
    return BPETokenizer.train(
        [word for word, n in text for _ in range(n)], 256 + 6, pattern=r"(?s:.+)"
    )


# Fails if a merge, the rule for ties, or the replay is another than the library's.
def test_merges_and_ids_are_the_librarys(calm):
    page = calm(scene="Your turn")
    for text in CORPORA:
        set_trait(page, "text", text)
        tokenizer = trained(text)
        merges = [[left.hex(), right.hex()] for left, right in tokenizer.merges]
        assert trait(page, "merges") == merges, text
        for word in NEW_WORDS:
            set_trait(page, "new_word", word)
            assert trait(page, "token_ids") == tokenizer.encode(word), (text, word)


# Fails if a scene shows another count, id or cut than the chapter's table.
def test_the_scenes_show_the_chapters_numbers(calm):
    page = calm(scene="Bytes")
    seen = texts(page)
    assert [seen[f"w1.{i}-{i + 1}"] for i in range(4)] == list("seal")
    assert [seen[f"id.w1.{i}-{i + 1}"] for i in range(4)] == ["115", "101", "97", "108"]
    set_trait(page, "scene", "Merge 1")
    seen = texts(page)
    assert [seen[f"count.p{p}"] for p in ("101.97", "115.101", "97.108", "116.101")] == [*"9732"]
    assert "comes most often" in trait(page, "finding") and "256" in trait(page, "finding")
    set_trait(page, "step", trait(page, "step") + 1)
    seen = texts(page)
    assert seen["w0.1-3"] == "ea" and seen["id.w0.1-3"] == "256" and seen["v256"] == "ea"
    assert "from 30 to 21 tokens" in trait(page, "finding")
    assert seen["count.p115.256"] == "7"  # the pairs stay, counted anew
    set_trait(page, "step", trait(page, "step") + 1)
    assert "4\u00a0+\u00a03\u00a0=\u00a07" in trait(page, "finding")
    set_trait(page, "step", 10)
    seen = texts(page)
    assert [seen[f"v{i}"] for i in range(256, 260)] == ["ea", "sea", "seal", "tea"]
    assert seen["none"] == "no pair is left"
    set_trait(page, "step", 15)
    seen = texts(page)
    assert [seen[f"id.t{span}"] for span in ("0-1", "1-4", "4-5")] == ["115", "259", "108"]
    assert "steal is cut into s | tea | l." in trait(page, "finding")


# Fails if a merge that finds nothing is told like one that does.
def test_a_merge_that_finds_nothing_says_so(calm):
    page = calm()
    said = []
    for step in range(11, 16):
        set_trait(page, "step", step)
        said.append(trait(page, "finding"))
    assert ["nothing happens" in words for words in said] == [False, False, True, True, False]


# Fails if the fields or the counts of the last scene change nothing, or take what does not fit.
@pytest.mark.parametrize("width", WIDTHS)
def test_the_last_scene_can_be_changed(calm, width):
    page = calm(width, scene="Your turn")
    page.get_by_label("New word").fill("café")
    page.get_by_label("New word").press("Enter")
    settle(page)
    assert trait(page, "token_ids") == [99, 97, 102, 195, 169]
    assert {"195", "169"} <= set(texts(page).values())
    count = page.get_by_role("spinbutton", name="how often tea comes")
    count.focus()
    for _ in range(7):
        page.keyboard.press("ArrowUp")
        settle(page)
    assert trait(page, "text")[2] == ["tea", 9]
    assert trait(page, "merges")[1] == ["74", "6561"]  # t + ea is before s + ea now
    page.get_by_label("Words to learn from").fill("tea toad toad")
    page.get_by_label("Words to learn from").press("Enter")
    settle(page)
    assert trait(page, "text") == [["tea", 9], ["toad", 1]]
    page.get_by_label("Words to learn from").fill("elephants")
    page.get_by_label("Words to learn from").press("Enter")
    settle(page)
    assert "at most 8 bytes" in page.locator(".llm-walk-choices .llm-problem").inner_text()
    assert trait(page, "text") == [["tea", 9], ["toad", 1]]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == CORPORA[0] and trait(page, "new_word") == "steal"
    assert serious_faults(page) == []


# Fails if the training stops short of the last pair, and nobody says so; or if a sentence offers
# what is there already.
def test_the_last_scene_says_what_it_does_not_show(calm):
    page = calm(scene="Your turn")
    assert "press Enter" in trait(page, "finding") and "left" not in trait(page, "finding")
    set_trait(page, "text", [["banana", 1], ["bandana", 1], ["cabana", 1]])
    set_trait(page, "new_word", "café")
    assert "stops here after 6 merges, with 3 pairs left." in trait(page, "finding")
    assert "Try: café" not in trait(page, "finding")


# Fails if a complaint makes the fields narrower, so that they cut off what was typed.
@pytest.mark.parametrize("width", WIDTHS)
def test_a_complaint_leaves_the_fields_their_width(calm, width):
    page = calm(width, scene="Your turn")
    field = page.get_by_label("New word (at most 12 bytes)")
    before = field.bounding_box()["width"]
    field.fill("thirteenbytes")
    field.press("Enter")
    settle(page)
    assert page.locator(".llm-walk-choices .llm-problem").is_visible()
    assert field.bounding_box()["width"] == before


# Fails if a text with fewer merges than scenes, or with more, breaks one of them.
@pytest.mark.parametrize("text", [CORPORA[2], CORPORA[4]])
def test_every_text_has_every_scene(calm, text):
    page = calm(text=text)
    for step in range(sum(Walkthrough.STORIES["merges"].SCENES.values())):
        set_trait(page, "step", step)
        assert len(trait(page, "finding")) > 20
    assert page.complaints == []
