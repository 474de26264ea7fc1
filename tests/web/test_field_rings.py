"""FieldRings: each card lies where textbooks put it, and every answer is told why."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import FieldRings
from llm_lib.book.widgets.field_rings import N_CARDS, PLACES, RINGS
from tests.web.widget_page import set_trait, settle, trait

# Written down apart from the widget: what a card's name holds, its innermost ring, generative?
SORTED = [
    ("chess", {"ai"}, False),
    ("naive Bayes", {"ml"}, False),
    ("digits", {"dl"}, False),
    ("image generator", {"dl"}, True),
    ("GPT-2", {"llm"}, True),
    ("thermostat", {"none"}, False),
    ("BERT", {"llm", "dl"}, False),
    ("Markov chain", {"ml"}, True),
    ("Linear regression", {"ml"}, False),
    ("AlphaGo", {"dl"}, False),
]
RIGHT = [[sorted(places)[-1], generative] for _, places, generative in SORTED]


@pytest.fixture
def page(show_widget):
    return show_widget(FieldRings())


def answer(page, place: str, generative: bool) -> None:
    """Choose both radios by click and press Check."""
    page.locator(f".llm-rings-choice input[value={place}]").check()
    page.locator(f".llm-rings-choice input[value={str(generative).lower()}]").check()
    page.get_by_role("button", name="Check").click()
    settle(page)


def test_right_answers_get_all_points(page):
    # fails if a card is sorted otherwise than above, or a right answer is not counted
    for i, (name, _, _) in enumerate(SORTED):
        assert name in page.inner_text(".llm-rings-table .llm-rings-name")
        assert f"Card {i + 1} of 10" in page.inner_text(".llm-rings-table")
        answer(page, *RIGHT[i])
        assert page.inner_text(".llm-rings-why").startswith("Right on both. ")
        page.locator(".llm-rings-action button").click()
        settle(page)
    assert trait(page, "answers") == RIGHT
    settle(page)
    expected = "10 of 10 cards right: the ring 10 times, generative or not 10 times."
    assert trait(page, "finding") == page.inner_text(".llm-finding") == expected
    assert page.locator(".llm-rings-list li").count() == N_CARDS
    assert page.locator(".llm-rings-dot").count() == N_CARDS


def show_answers(page, answers: list, card: int) -> None:
    """Set both traits at once, and give the page a moment to follow."""
    page.evaluate(
        """([answers, card]) => { model.set('answers', answers); model.set('card', card);
             return new Promise((done) => requestAnimationFrame(() => setTimeout(done))); }""",
        [answers, card],
    )


@pytest.mark.parametrize("card", range(N_CARDS))
def test_every_other_answer_is_wrong_and_told_why(page, card):
    # fails if a wrong ring or kind passes as right, or if the reason is missing
    _, places, generative = SORTED[card]
    reasons = set()
    for place in PLACES:
        for kind in (True, False):
            show_answers(page, [*RIGHT[:card], [place, kind]], card)
            words = page.inner_text(".llm-rings-why")
            fits = place in places and kind == generative
            assert words.startswith("Right on both. ") == fits, (place, kind)
            assert ("The ring is right" in words) == (place in places and not fits)
            assert page.locator(".llm-rings-off").count() == (0 if fits else 1)
            assert page.locator(".llm-rings-bad").count() == (place not in places) + (
                kind != generative
            )
            reasons.add(words[-40:])
    assert len(reasons) == 1 and len(reasons.pop()) == 40


def test_debatable_cards_say_so(page):
    # fails if a case on which textbooks differ is shown as settled, or the other way round
    debatable = set()
    for card in range(N_CARDS):
        show_answers(page, RIGHT[: card + 1], card)
        if "Debatable: " in page.inner_text(".llm-rings-table"):
            debatable.add(SORTED[card][0])
    assert {"BERT", "thermostat", "Markov chain", "GPT-2", "naive Bayes"} <= debatable
    assert not {"chess", "digits"} & debatable


def test_dots_lie_in_their_rings(page):
    # fails if a card's dot is drawn outside the ring that holds it, or inside one too many
    set_trait(page, "answers", RIGHT)
    boxes = {
        ring: page.locator(f"[data-ring={ring}] .llm-ring-edge").bounding_box() for ring in RINGS
    }
    dots = [dot.bounding_box() for dot in page.locator(".llm-rings-dot circle").all()]

    def inside(ring: str, x: float, y: float) -> bool:
        box = boxes[ring]
        return 0 < x - box["x"] < box["width"] and 0 < y - box["y"] < box["height"]

    for (place, generative), dot in zip(RIGHT, dots, strict=True):
        x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
        depth = PLACES.index(place)
        assert [inside(ring, x, y) for ring in PLACES[1:]] == [i < depth for i in range(4)]
        assert inside("generative", x, y) == generative


def test_generative_lies_across(page):
    # fails if the dashed shape is drawn inside one ring, or does not reach the language models
    edge = "document.querySelector('[data-ring=%s] .llm-ring-edge').getBBox()"
    boxes = {
        ring: page.evaluate(f"(({{x, width}}) => [x, x + width])({edge % ring})") for ring in RINGS
    }
    left, right = boxes["generative"]
    assert boxes["llm"][0] < left < boxes["llm"][1]
    assert boxes["ml"][1] < right < boxes["ai"][1]


def test_rings_by_click_and_by_keys(page):
    # fails if a ring can't be chosen by mouse or keyboard, or lacks its words
    names = {}
    for ring in RINGS:
        # where its name stands; its middle may belong to a ring further in
        page.locator(f"[data-ring={ring}] text").click(force=True)
        settle(page)
        assert trait(page, "ring") == ring
        words = page.inner_text(".llm-rings-about")
        assert "An example:" in words and "Not one:" in words
        names[ring] = (words, trait(page, "finding"))
    assert len(set(names.values())) == len(RINGS)
    assert page.locator(".llm-ring[tabindex='0']").count() == 1
    page.locator(".llm-ring[tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "ring") == "ml"
    assert page.evaluate("document.activeElement.dataset.ring") == "ml"


def test_sorting_by_keyboard_alone(page):
    # fails if the cards can't be answered without a mouse
    page.locator(".llm-rings-choice input[value=none]").focus()
    for key in ("Space", "ArrowDown", "Tab", "ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    settle(page)
    assert trait(page, "answers") == [["ai", False]]
    assert page.evaluate("document.activeElement.textContent") == "Next card"
    page.keyboard.press("Enter")
    settle(page)
    assert "spam" in page.evaluate("document.activeElement.textContent")
    assert page.locator(".llm-rings-choice input:checked").count() == 0


def test_check_needs_both_and_reset_begins_again(page):
    # fails if half an answer counts, or if Reset leaves something behind
    page.locator(".llm-rings-choice input[value=ai]").check()
    page.get_by_role("button", name="Check").click(force=True)  # it says that it is not ready
    assert page.inner_text(".llm-rings-why") == "Choose yes or no first."
    assert trait(page, "answers") == []
    page.locator(".llm-rings-choice input[value=true]").check()
    page.get_by_role("button", name="Check").click()
    settle(page)
    assert trait(page, "finding") == "0 of 1 card right so far."
    page.locator("[data-ring=dl]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert [trait(page, name) for name in ("ring", "card", "answers")] == ["ai", 0, []]
    assert page.locator(".llm-rings-choice input:checked").count() == 0
    assert page.locator(".llm-rings-dot").count() == 0
    assert page.inner_text(".llm-rings-why") == ""
    assert "widest ring" in trait(page, "finding")


def test_from_the_score_one_can_sort_again(show_widget):
    # fails if the end is a dead end
    page = show_widget(FieldRings(answers=RIGHT, card=N_CARDS))
    assert "10 of 10 right" in page.inner_text(".llm-rings-table")
    page.get_by_role("button", name="Sort again").click()
    settle(page)
    assert (trait(page, "card"), trait(page, "answers")) == (0, [])
    assert "chess" in page.inner_text(".llm-rings-table")


def test_wrong_settings_are_explained():
    # fails if a wrong value is taken, or refused without saying what is allowed
    with pytest.raises(ValueError, match="ring should be one of ai, ml"):
        FieldRings(ring="gpt")
    with pytest.raises(ValueError, match="card must be a whole number from 0 to 10"):
        FieldRings(card=11)
    with pytest.raises(ValueError, match=r"answers\[1\] should be \[place, True or False\]"):
        FieldRings(answers=[["ai", True], ["robot", True]])
    with pytest.raises(ValueError, match="at most 10"):
        FieldRings(answers=[["ai", True]] * 11)
    with pytest.raises(TypeError, match="answers should be a list"):
        FieldRings(answers="ai")
