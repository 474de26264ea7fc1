"""The story of thinking aloud in a browser: its texts, places and passes are Python's."""

from __future__ import annotations

import pytest

from llm_lib.book.studies.shell_game import answer_at_once, follow_balls, read_problem, think_aloud
from llm_lib.book.widgets.stories.think_aloud import PROBLEM
from tests.web.stories import film
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def page(show_widget):
    page = show_widget(film("think-aloud"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def test_it_writes_the_thought_of_the_game(page):
    # fails if a step is not the one that Python writes, or a ball lies under another cup
    swaps, places = read_problem(PROBLEM)[1], follow_balls(PROBLEM)
    first = list(type(film("think-aloud")).SCENES).index("Step by step")
    start = sum(list(type(film("think-aloud")).SCENES.values())[:first])
    for k in range(5):
        set_trait(page, "step", start + k)
        settle(page)
        shown = texts(page)
        written = [shown[f"w{i}"] for i in range(k + 2)]
        assert written == [a + b for a, b in zip(swaps, places, strict=True)][: k + 2]
        assert f"w{k + 2}" not in shown
        assert shown["passes"] == f"{5 * (k + 2)} passes so far"
        cups = page.evaluate(
            """() => [0, 1, 2].map((ball) => {
              const box = (key) => document.querySelector(`[data-key="${key}"]`)
                .getBoundingClientRect();
              const middle = ({left, width}) => left + width / 2;
              const at = middle(box(`ball${ball}`));
              return [...'abcde'].find((cup) => Math.abs(middle(box(`cup.${cup}`)) - at) < 4);
            })"""
        )
        assert "".join(cups) == places[k + 1]
    set_trait(page, "scene", "Answer")
    settle(page)
    shown = texts(page)
    assert "".join(shown[f"w{i}"] for i in range(6)) + shown["said"] == think_aloud(PROBLEM)


def test_the_reader_chooses_the_number_of_swaps(page):
    # fails if the menu changes nothing, or passes are not counted as characters are written
    set_trait(page, "scene", "Your turn")
    for n in (1, 6, 12):
        page.get_by_role("combobox", name="Swaps").select_option(str(n))
        settle(page)
        problem = f"cda{'AB' * n}="
        passes = {"at once": answer_at_once(problem), "thinking": think_aloud(problem)}
        assert trait(page, "passes") == {way: len(text) for way, text in passes.items()}
        share = film("think-aloud").shares["thinking"][n - 1]
        shown = float(texts(page)["r.thinking"].replace("%", "").strip("<> \xa0"))
        assert shown == pytest.approx(100 * share, abs=0.6)
    assert "More swaps than in training" in trait(page, "finding")
