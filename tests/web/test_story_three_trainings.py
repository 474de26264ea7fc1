"""The story of the three trainings in a browser: its numbers are those on record."""

from __future__ import annotations

import json

import pytest

from llm_lib.book.studies.stages import STOPS, load_stages
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.three_trainings import ThreeTrainings
from tests.web.widget_page import set_trait, settle, texts, trait

STAGES = load_stages()["stages"]


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("three-trainings"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def as_percent(p: float) -> str:
    """Return a probability as the picture writes it."""
    if p < 0.0005:
        return "<\u00a00.1\u00a0%"  # no token has exactly nothing
    return ">\u00a099.9\u00a0%" if p > 0.9995 else f"{100 * p:.1f}\u00a0%"


def bars(page, key: str, n: int) -> dict[str, str]:
    """Return the names of the bars, each with its number."""
    seen = texts(page)
    return {seen[f"{key}n{i}"]: seen[f"{key}p{i}"] for i in range(n)}


def test_the_preview_says_which_scene_it_shows(page):
    # fails when the words beside the first Play name another scene than that of the picture
    scenes = list(ThreeTrainings.SCENES)
    at = scenes.index("Base") + 1
    assert f"Preview: {at} / {len(scenes)}" in page.locator(".llm-walk").inner_text()
    assert page.locator(".llm-walk-mark[aria-current=step]").inner_text() == "Base"
    first_line = STAGES["base"]["asked"]["bear"]["says"].splitlines()[0]
    assert texts(page)["writes"].startswith(first_line)


@pytest.mark.parametrize(
    ("step", "moment"), [(1, "random"), (3, "base"), (5, "tuned 1"), (8, "tuned 60")]
)
def test_bars_are_those_on_file(page, step, moment):
    # fails when a bar's number or length is not the recorded one, or the others are miscounted
    set_trait(page, "step", step)
    told = STAGES[moment]["asked"]["bear"]["next"]
    rest = 1 - sum(told.values())
    want = {name: as_percent(p) for name, p in told.items()}
    assert bars(page, "f", 6) == want | {"1,531 others": as_percent(rest)}
    width = "(k) => document.querySelector(`[data-key='${k}'] rect`).getBoundingClientRect().width"
    whole = page.evaluate(width, "fb0.track")
    for i, p in enumerate([*told.values(), rest]):
        assert page.evaluate(width, f"fb{i}") == pytest.approx(p * whole, abs=2)


def test_a_wrong_answer_looks_wrong(page):
    # fails when a wrong answer has the look of a right one, or is not told in words
    box = "() => document.querySelector(`[data-key='writes.box']`).getAttribute('class')"
    for k, right in enumerate((True, False, True, True)):
        set_trait(page, "step", 5 + k)
        assert ("llm-walk-wrong" in page.evaluate(box)) == (not right)
        assert ("wrong" in texts(page)["writes.name"]) == (not right)


def test_the_film_leaves_the_count_to_the_experiment(page):
    # fails when a scene tells how many new words are right, before the chapter asks for it
    for k, _ in enumerate(STOPS):
        set_trait(page, "step", 5 + k)
        said = f"{trait(page, 'finding')} {' '.join(texts(page).values())}"
        assert "of 30" not in said and "all 30" not in said


@pytest.mark.parametrize("in_order", [True, False])
def test_the_pair_differs_in_taste_alone(show_widget, in_order):
    # fails when a wrong answer is the one liked less, as when a page sorts the names of the answers
    data = {part: load_stages()[part] for part in ThreeTrainings.parts}
    if not in_order:
        data = json.loads(json.dumps(data, sort_keys=True))
    page = show_widget(Walkthrough("three-trainings", data=data), width=992)
    page.emulate_media(reduced_motion="reduce")
    set_trait(page, "scene", "Pairs")
    seen = texts(page)
    assert (seen["better"], seen["worse"]) == ("Yes, it is.", "Yes.")
    set_trait(page, "scene", "Your turn")
    models = page.get_by_label("The model").locator("option").all_inner_texts()
    assert models[:2] == ["random numbers", "base model"] and models[-1] == "preference-tuned"


def test_the_likeliest_token_is_on_top(page):
    # fails when bars lie in another order than that of their lengths
    for step, moment in ((3, "base"), (5, "tuned 1"), (6, "tuned 2")):
        set_trait(page, "step", step)
        told = STAGES[moment]["asked"]["bear"]["next"]
        at = "(i) => document.querySelector(`[data-key='fb${i}']`).getBoundingClientRect().top"
        tops = {name: page.evaluate(at, i) for i, name in enumerate(told)}
        assert sorted(tops, key=tops.get) == sorted(told, key=told.get, reverse=True)


def test_preference_tuning_widens_a_gap(page):
    # fails when the film says that the answer liked better gets likelier: both may become rarer
    set_trait(page, "scene", "Pairs")
    said = f"{trait(page, 'finding')} {' '.join(texts(page).values())}"
    assert "lead" in said and "likelier" not in said and "rarer" not in said


def test_whole_answers_change_places(page):
    # fails when the preferred answer is not the recorded one, before or after
    for step, stage in ((10, "tuned 60"), (11, "preferred")):
        set_trait(page, "step", step)
        told = STAGES[stage]["asked"]["bear"]["whole"]
        seen = bars(page, "w", 5)
        assert {name: seen[name] for name in told} == {n: as_percent(p) for n, p in told.items()}
        assert texts(page)["writes"] == STAGES[stage]["asked"]["bear"]["says"]


def test_only_the_answer_counts(page):
    # fails when a token of the question is shown as one that counts
    counted = "() => [...document.querySelectorAll('.llm-walk-answer')].map((g) => g.dataset.key)"
    set_trait(page, "scene", "Examples")
    assert page.evaluate(counted) == ["t11", "t12", "t13", "sample"]
    assert "3 of 14 tokens" in texts(page)["legend"]
    set_trait(page, "scene", "Text")
    assert len(page.evaluate(counted)) == 10 and "9 of 10 tokens" in texts(page)["legend"]


def test_the_reader_asks_at_any_moment(page):
    # fails when a menu does nothing, or bars, words and sentence tell of different models
    set_trait(page, "scene", "Your turn")
    for word, stage in (("key", "preferred"), ("duck", "tuned 2"), ("bear", "random")):
        page.get_by_label("Ask").select_option(word)
        page.get_by_label("The model").select_option(stage)
        settle(page)
        assert (trait(page, "asked"), trait(page, "moment")) == (word, stage)
        told = STAGES[stage]["asked"][word]
        seen = bars(page, "f", 6)
        assert seen["Yes"] == as_percent(told["next"]["Yes"])
        assert f"Is a {word} an animal?" in trait(page, "finding")
        if stage != "random":
            assert texts(page)["writes"] == told["says"]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "asked"), trait(page, "moment")) == ("drum", "base")
