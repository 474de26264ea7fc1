"""Every story of Walkthrough at every step: what is seen, said and read, at each width and theme."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import Walkthrough
from tests.web.stories import STORIES
from tests.web.story_walk import READ, THEMES, WIDTHS, some_scenes
from tests.web.widget_page import plain_script

# the name ends so that the tests of a story are run by one worker: they share its walks
each_story = pytest.mark.parametrize("story", [pytest.param(s, id=f"{s}.film") for s in STORIES])


def test_scenes_are_those_that_python_knows(run_script):
    # fails when a scene is added, renamed or gets a step in JavaScript, and Python is not told
    known, page = {}, run_script("")
    for story in STORIES:
        script = plain_script(f"widgets/stories/{story.replace('-', '_')}.js")
        apart = script.replace("export default {", "const widget = {")  # names of others come again
        steps = "return stopsOf(STORY).map(({scene}) => scene.name);"
        known[story] = page.evaluate(f"() => {{ {apart}; {steps} }}")
    assert known == {
        story: [name for name, n in Walkthrough.STORIES[story].SCENES.items() for _ in range(n)]
        for story in STORIES
    }


@each_story
def test_a_screen_reader_gets_sentence_and_picture(walked, story):
    # fails when a step has no sentence or no text of its picture, or they are not what is shown
    steps = walked(story).steps["light"]
    for step in steps:
        finding = step["finding"].replace("’", "'").replace("_", "")
        said = [words.replace("’", "'").replace("_", "") for words in step["said"]]
        assert said == [finding]
    alts = [step["alt"] for step in steps]
    assert len(set(alts)) == len(alts) and all(len(alt) > 20 for alt in alts)
    if story == "attention-row":
        assert "Output: kite 0.07, drum 0.80, lamp 0.07." in " ".join(alts)


@pytest.mark.parametrize("width, theme", [(w, theme) for w in READ for theme in READ[w]])
@each_story
def test_it_fits_and_is_accessible(walked, story, width, theme):
    # fails when the page scrolls sideways, player, words and picture are higher than a screen,
    # digits are too small to read, axe finds a serious fault or a target is too small for a finger
    seen = walked(story, width)
    for number, step in enumerate(seen.steps[theme]):
        sizes = step["sizes"]
        assert sizes["page"] <= width and sizes["type"] >= 12, number
        if step["scene"] in some_scenes(story):
            assert sizes["widget"] <= 680 if width > 900 else sizes["screen"] <= 760, number
    assert {at: found for at, found in seen.faults.items() if at.startswith(theme)} == {}


@pytest.mark.parametrize("width", WIDTHS)
@each_story
def test_nothing_overlaps(walked, story, width):
    # fails when words or numbers lie over each other, or outside of the picture, in any scene
    assert walked(story, width).overlaps == {}


@each_story
def test_a_key_is_one_kind_of_thing(walked, story):
    # fails when words in one scene have the key of a box or an arrow in another: it is not drawn
    kinds = {}
    for number, step in enumerate(walked(story).steps["light"]):
        for key, kind in step["kinds"].items():
            assert kinds.setdefault(key, kind) == kind, (number, key)


@pytest.mark.parametrize("theme", THEMES)
@each_story
def test_all_that_is_written_can_be_read(walked, story, theme):
    # fails when a number hardly stands out from its cell, above all one that waits
    pale = [step["contrasts"] for step in walked(story).steps[theme]]
    assert [(number, found) for number, found in enumerate(pale) if found] == []
