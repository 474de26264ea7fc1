"""ThinkingLab in a browser: it trains, measures and stops, and marks answers as Python does."""

from __future__ import annotations

import pytest

from llm_lib.book.studies.shell_game import follow_balls, is_right, think_aloud
from llm_lib.book.widgets import ThinkingLab
from tests.web.widget_page import plain_script, set_trait, settle, trait

WAYS = ["at once", "thinking"]
ANSWERED = "Object.keys(model.get('answers')).length === 2"
PROBLEM = "cdaBECD="


@pytest.fixture
def page(show_widget):
    page = show_widget(ThinkingLab(seconds=1, problem=PROBLEM))
    page.emulate_media(reduced_motion="reduce")  # answers are there at once
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_both_train_and_are_measured_on_fresh_problems(page):
    # fails if a model does not train, is measured on too few problems, or keeps its worker
    assert page.workers == [] and "no model yet" in page.inner_text(".llm-thinking-answers")
    press(page, "Start")
    page.wait_for_function("model.get('training')")
    assert page.get_by_role("radio", name="20 s").is_disabled()
    page.wait_for_function("!model.get('training')")
    page.wait_for_function(ANSWERED)
    settle(page)
    for way in WAYS:
        assert trait(page, "steps")[way] > 0
        assert trait(page, "asked")[way] == [100] * 10
        assert all(0 <= n <= 100 for n in trait(page, "right")[way])
    right = trait(page, "right")
    said = page.inner_text(".llm-finding")
    assert f"With 6 swaps, {right['thinking'][5]} of 100" in said
    assert f"{right['at once'][7]} of 100" in said
    label = page.get_attribute(".llm-thinking-chart", "aria-label")
    digits = [f"{i + 1}: {n}\u00a0%" for i, n in enumerate(right["thinking"])]
    assert f"thinking aloud: {', '.join(digits)}." in label
    assert len(page.workers) == 2
    press(page, "Reset")
    settle(page)
    page.wait_for_function("Object.keys(model.get('steps')).length === 0")
    while page.workers:
        page.wait_for_timeout(20)
    assert trait(page, "answers") == {} and trait(page, "problem") == PROBLEM


def test_it_stops_answers_and_goes_on(page):
    # fails if Stop lets it learn on, a half-trained model can't be asked, or Go on begins anew
    press(page, "Start")
    page.wait_for_function("document.querySelector('.llm-thinking-name + span').textContent > '1'")
    press(page, "Stop")
    page.wait_for_function(ANSWERED)
    settle(page)
    before = trait(page, "steps")
    for way, row in zip(WAYS, page.locator(".llm-thinking-row").all(), strict=True):
        text = trait(page, "answers")[way]
        shown = row.locator(".llm-thinking-text").inner_text()
        assert text[-1] in shown
        good = is_right(PROBLEM, text)
        assert row.locator(".llm-thinking-verdict").inner_text() == (
            "✓ right" if good else "✗ wrong"
        )
    press(page, "Go on")
    page.wait_for_function("!model.get('training') && model.get('asked').thinking?.[0] === 100")
    assert all(trait(page, "steps")[way] >= before.get(way, 0) for way in WAYS)


def test_a_reader_makes_a_problem(page):
    # fails if two cups make another swap than the one that is read, or the end is not the right one
    press(page, "No swaps")
    settle(page)
    assert trait(page, "problem") == "cda="
    cups = page.locator(".llm-thinking-cup")
    for cup in (4, 1, 2, 3):  # E with B, C with D: a swap's two stand in the alphabet's order
        cups.nth(cup).click()
    settle(page)
    assert trait(page, "problem") == PROBLEM
    assert follow_balls(PROBLEM)[-1] in page.inner_text(".llm-thinking-reads")
    cups.nth(0).press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "problem") == "cdaBECDAB="
    slider = page.get_by_role("slider", name="Swaps")
    slider.focus()
    slider.press("End")
    settle(page)
    assert len(trait(page, "problem")) == 3 + 20 + 1
    before = trait(page, "problem")
    for cup in (0, 1):
        cups.nth(cup).press("Enter")
    settle(page)
    assert trait(page, "problem") == before  # no eleventh swap
    press(page, "Another problem")
    settle(page)
    assert trait(page, "problem") != before
    set_trait(page, "swaps", 2)
    settle(page)
    assert len(trait(page, "problem")) == 3 + 4 + 1


def test_answers_are_written_and_each_step_is_marked(show_widget):
    # fails if a slip is marked right, a right step wrong, or the end is judged by another rule
    page = show_widget(ThinkingLab(problem=PROBLEM))
    page.add_script_tag(content=plain_script("widgets/thinking_lab/answers.js"))
    page.evaluate(
        """([problem, texts]) => {
          const answers = new ThinkingAnswers(new AbortController().signal);
          Object.assign(answers, {problem, texts, shown: 99});
          answers.paint();
          document.querySelector('.llm-thinking-answers').replaceWith(answers.element);
        }""",
        [PROBLEM, {"at once": ":cda.", "thinking": "BEcdaCDcda:dca."}],
    )
    verdicts = page.locator(".llm-thinking-verdict").all_inner_texts()
    assert verdicts == ["✗ wrong", "✓ right"]  # right for the wrong reason
    steps = page.locator(".llm-steps-step").all_inner_texts()
    assert ["✓" in steps[0], "✗" in steps[1]] == [True, True]
    assert "not where this swap leads" in steps[1]
    assert think_aloud(PROBLEM).startswith("BEcda")


def test_nothing_works_on_once_the_view_is_gone(page):
    # fails if a worker trains on after its view has gone
    press(page, "Start")
    page.wait_for_function("model.get('training')")
    page.evaluate("cleanup()")
    while page.workers:
        page.wait_for_timeout(20)
    assert page.complaints == []
