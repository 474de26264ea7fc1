"""Prediction: a question that is answered on the page, as a reader answers it."""

from __future__ import annotations

import json

import pytest

from llm_lib.book import exercises
from llm_lib.book.exercises import check, find_exercise, prediction
from llm_lib.book.predictions import predict
from llm_lib.book.widgets import AttentionByHand, Prediction
from tests.web.widget_page import find_faults, plain_script, set_trait, settle, trait

TELL = """() => { window.told = [];
  document.addEventListener('llm-answered', (event) => told.push(event.detail)); }"""
CHOICES = {"a": "It *grows*.", "b": "`x` stays.", "c": "It falls."}


def choice_question():
    return Prediction(
        "What happens to `x`?",
        "b",
        choices=CHOICES,
        feedback={"a": "By how much, and why?"},
        hints=["Look at x.", "Then at *y*."],
        why="Nothing moves it.",
        name="97-predict-x",
    )


def press(page, name):
    button = page.get_by_role("button", name=name, exact=True)
    if name == "Check":  # where a click answers, it is there for the keyboard alone
        button.focus()
        page.keyboard.press("Enter")
    else:
        button.click()
    settle(page)


def choose(page, words):
    """Click one of the choices, which answers."""
    page.get_by_text(words).click()
    settle(page)


def said(page):
    return page.locator(".llm-predict-verdict").inner_text()


def test_apostrophes_are_those_of_a_printed_page(show_widget):
    # fails when one stays straight, or if a quotation mark or a sign of code becomes one
    question = Prediction(
        "What's `x'y`, the owls' *one*'s?", 3.0, why="It's '3'.", name="97-predict-x"
    )
    page = show_widget(question)
    assert page.locator(".llm-predict-question").inner_text() == "What’s x'y, the owls’ one’s?"
    press(page, "Show me")
    assert said(page).endswith("It’s '3'.")


def test_a_right_choice_is_told_with_its_reason(show_widget):
    # fails when a right answer gets no reason, or Python does not learn of it
    page = show_widget(choice_question())
    choose(page, "x stays")
    assert said(page) == "✓ Right. Nothing moves it."
    assert [trait(page, name) for name in ("answer", "state", "passed")] == ["b", "solved", True]
    assert trait(page, "finding") == "✓ Right. Nothing moves it."
    assert page.locator("label[data-mark=right]").inner_text().split() == "x stays. ✓ right".split()
    assert page.get_by_role("radio").first.is_disabled()


def test_a_wrong_choice_gets_its_own_reason_and_another_try(show_widget):
    # fails when all wrong answers get the same words, or the first one is the last
    page = show_widget(choice_question())
    choose(page, "grows")
    assert said(page) == "✕ Not yet. By how much, and why?"
    assert page.locator(".llm-predict-hints li").count() == 0  # it has its reason
    choose(page, "falls")
    assert said(page) == "✕ Not yet."
    assert page.locator(".llm-predict-hints li").all_inner_texts() == ["Hint Look at x."]
    assert page.locator("label[data-mark=wrong]").count() == 2
    assert [trait(page, name) for name in ("answer", "state", "passed")] == ["c", "tried", False]
    choose(page, "x stays")
    assert trait(page, "passed") is True


def test_a_double_click_is_one_answer(show_widget):
    # fails if a nervous finger uses up two tries, or a choice that is known to be wrong counts again
    page = show_widget(choice_question())
    page.evaluate(TELL)
    page.get_by_text("grows").dblclick()
    choose(page, "grows")
    settle(page)
    assert [told["answer"] for told in page.evaluate("told")] == ["a"]


def test_the_keyboard_chooses_and_then_checks(show_widget):
    # fails if an arrow answers at once, or nobody sees with which button to check
    page = show_widget(choice_question())
    check_button = page.get_by_role("button", name="Check", exact=True)
    assert check_button.evaluate("(e) => getComputedStyle(e).opacity") == "0"
    page.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    settle(page)
    assert trait(page, "state") == "" and page.get_by_role("radio").nth(2).is_checked()
    assert check_button.evaluate("(e) => getComputedStyle(e).opacity") == "1"
    page.keyboard.press("Enter")
    settle(page)
    assert [trait(page, name) for name in ("answer", "state")] == ["c", "tried"]


@pytest.mark.parametrize(
    ("words", "width", "beside"),
    [
        (("Three.", "About 8.", "*Nothing.*"), 700, 3),  # 8 letters, for stress marks are none
        (("Three.", "eleven char"), 700, 2),
        (("34 letters, which are not too long", "b"), 700, 2),
        (("35 letters, and that is just too ma", "b"), 700, 1),
        (("Three.", "34 letters, which are not too long"), 330, 1),
    ],
)
def test_short_choices_stand_side_by_side(show_widget, words, width, beside):
    # fails if a card of short answers is as tall as one of long ones, or long ones get no room
    choices = dict(zip("abc", words, strict=False))
    page = show_widget(Prediction("How many?", "a", choices=choices, why=""), width=width)
    tops = page.locator("label").evaluate_all(
        "(all) => all.map((e) => e.getBoundingClientRect().y)"
    )
    assert tops.count(tops[0]) == min(beside, len(words))


def test_each_choice_has_its_letter(show_widget):
    # fails if one can't talk about "answer B", or a screen reader reads the letter as a word
    page = show_widget(choice_question())
    look = "(e) => getComputedStyle(e, '::before').content"
    assert "choice" in page.locator("label").nth(1).evaluate(look)
    assert page.get_by_role("radio", name="x stays.", exact=True).count() == 1


def test_show_me_stands_beside_the_title(show_widget):
    # fails if the buttons of a question take a line of their own
    for width in (1000, 360):
        page = show_widget(choice_question(), width=width)
        title = page.locator(".llm-title").bounding_box()
        button = page.get_by_role("button", name="Show me").bounding_box()
        middle = title["y"] + title["height"] / 2
        assert button["y"] < middle < button["y"] + button["height"]
        assert button["x"] > title["x"] + 60


@pytest.mark.parametrize("comes_later", [True, False])
def test_another_widgets_style_changes_no_question(show_widget, comes_later):
    # fails if a question is as wide as the page once the style of a larger widget has come
    page = show_widget(choice_question(), width=1200)
    card = page.locator(".llm-predict")
    before = card.bounding_box()
    page.evaluate(
        """([css, last]) => document.head[last ? 'append' : 'prepend'](
          Object.assign(document.createElement('style'), {textContent: css}))""",
        [AttentionByHand()._css, comes_later],
    )
    assert card.bounding_box() == before and before["width"] <= 800


def test_hints_come_one_by_one(show_widget):
    # fails when a click shows more than one, or none is left and the button stays
    page = show_widget(choice_question())
    hints = page.locator(".llm-predict-hints li")
    press(page, "Hint")
    assert hints.count() == 1
    press(page, "Another hint")
    assert hints.all_inner_texts() == ["Hint Look at x.", "Hint Then at y."]
    assert not page.get_by_role("button", name="Another hint").is_visible()


def test_show_me_gives_up_and_try_again_begins_anew(show_widget):
    # fails when a reader who does not know is stuck, or is counted as right
    page = show_widget(choice_question())
    press(page, "Show me")
    assert said(page) == "Here is the answer. Nothing moves it."
    assert page.get_by_role("radio").nth(1).is_checked()
    assert [trait(page, name) for name in ("answer", "state", "passed")] == [None, "shown", False]
    press(page, "Try again")
    assert said(page) == "" and trait(page, "state") == ""
    assert not page.get_by_role("radio").nth(1).is_checked()
    assert page.get_by_role("radio").first.is_enabled()


@pytest.mark.parametrize(("right", "shown"), [(35312, "35312"), (1 / 3, "0.3333")])
def test_a_whole_number_is_shown_in_full(show_widget, right, shown):
    # fails when the answer is not the number that the page then works out
    page = show_widget(Prediction("How many?", right, why=""))
    press(page, "Show me")
    assert said(page).startswith(f"The answer is {shown}.")


def test_no_answer_is_no_mistake(show_widget):
    # fails when a check without an answer counts as tried
    for asked, words in (
        (choice_question(), "Choose one of the answers first."),
        (Prediction("How many?", 3, why=""), "Type a number, such as 12, 0.5, 1/8 or 20 %."),
        (Prediction("Which two?", [1, 2], why=""), "Answer all 2 first."),
        (Prediction("Where?", 1, places=["x", "y"], why=""), "Click a place first."),
    ):
        page = show_widget(asked)
        press(page, "Check")
        assert said(page) == words
        assert trait(page, "state") == ""


@pytest.mark.parametrize("typed", ["0.125", "1/8", ".125", "12.5 %", " 0,125", "1.25e-1"])
def test_a_number_is_read_as_it_is_written(show_widget, typed):
    # fails when a reader who is right has to guess the format
    page = show_widget(Prediction("How much?", 0.125, why="Three halves."))
    page.get_by_role("textbox").fill(typed)
    page.keyboard.press("Enter")
    settle(page)
    assert said(page) == "✓ Right. Three halves."
    assert page.get_by_role("textbox").input_value() == typed


@pytest.mark.parametrize("typed", ["", "word", "1/0", "--1", "1/2/3", "0x10", "1,2,3"])
def test_what_is_no_number_is_told(show_widget, typed):
    # fails when nonsense is taken for a number
    page = show_widget(Prediction("How much?", 0.125, why=""))
    page.get_by_role("textbox").fill(typed)
    press(page, "Check")
    assert said(page).startswith("Type a number")


def test_a_list_names_the_first_wrong_item(show_widget):
    # fails when a reader of five answers does not learn where to look
    asked = Prediction(
        "Sort them.", ["b", "a"], items=["The first", "The other"], choices={"a": "one", "b": "two"},
        why="", hints=["Any."], item_hints=[["Of the first."], ["Of the other."]],
    )  # fmt: skip
    page = show_widget(asked)
    page.get_by_role("combobox", name="The first").select_option("b")
    press(page, "Check")
    assert said(page) == "Answer all 2 first."
    assert page.get_by_role("combobox", name="The first").input_value() == "b"
    page.get_by_role("combobox", name="The other").select_option("b")
    press(page, "Check")
    assert said(page) == "✕ Not yet. The second is not right yet."
    assert page.locator(".llm-predict-hints li").all_inner_texts() == ["Hint Of the other."]
    page.get_by_role("combobox", name="The other").select_option("a")
    press(page, "Check")
    assert trait(page, "answer") == ["b", "a"] and trait(page, "passed") is True


def test_a_place_is_clicked_or_reached_by_keys(show_widget):
    # fails when a place can't be chosen with a mouse, or without one
    asked = Prediction("Which cell?", (1, 0), places=[["a", "b"], ["c", "d"]], why="So.")
    page = show_widget(asked)
    page.locator("label", has_text="b").click()
    settle(page)
    assert trait(page, "answer") == [0, 1] and trait(page, "state") == "tried"
    page.get_by_role("radio", name="b").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settle(page)
    assert trait(page, "answer") == [1, 0] and trait(page, "passed") is True


def test_python_can_set_the_answer(show_widget):
    # fails when the page does not follow the trait
    page = show_widget(choice_question())
    set_trait(page, "answer", "c")
    assert page.get_by_role("radio").nth(2).is_checked()


def test_the_page_is_told_what_was_answered(show_widget):
    # fails when the page can't remember an answer, or lift its veils
    page = show_widget(choice_question())
    page.evaluate(TELL)
    choose(page, "grows")
    press(page, "Show me")
    assert page.evaluate("told") == [
        {"name": "97-predict-x", "state": "tried", "answer": "a"},
        {"name": "97-predict-x", "state": "shown", "answer": "a"},
    ]


def test_who_asks_for_all_answers_sees_the_right_one(show_widget):
    # fails when the page's switch leaves a question without its answer, or is taken for the
    # reader's own: what was tried is forgotten, or an answer is noted that nobody gave
    page = show_widget(choice_question())
    choose(page, "grows")
    page.evaluate("document.documentElement.dataset.answers = 'shown'")
    settle(page)
    assert said(page) == "Here is the answer. Nothing moves it."
    assert page.locator("label[data-mark=right]").count() == 1
    assert page.get_by_role("button", name="Try again").count() == 0
    assert (trait(page, "state"), trait(page, "answer")) == ("tried", "a")
    page.evaluate("document.documentElement.dataset.answers = 'veiled'")
    settle(page)
    assert said(page) == "✕ Not yet. By how much, and why?"


def test_an_exercise_keeps_its_answer_to_itself(show_widget):
    # fails when the switch gives away what a reader is still to work out
    page = show_widget(choice_question())
    page.evaluate(
        "document.querySelector('.llm-widget').parentElement.classList.add('llm-exercise')"
    )
    page.evaluate("document.documentElement.dataset.answers = 'shown'")
    settle(page)
    assert said(page) == "" and page.locator("label[data-mark=right]").count() == 0


def test_what_was_answered_before_comes_back(browser, show_widget):
    # fails when a reader who returns is asked again, or an answer that no longer fits breaks it
    page = show_widget(choice_question())
    for kept, state in (
        ({"state": "solved", "answer": "b"}, "solved"),
        ({"state": "tried", "answer": "a"}, "tried"),
        ({"state": "shown"}, "shown"),
        ({"state": "solved", "answer": "a"}, ""),  # the question was another one then
        ({"state": "solved"}, ""),  # solved in a notebook: the page may still ask
        ({"state": "tried", "answer": {"x": []}}, "tried"),
    ):
        page.evaluate(
            """async ([kept, source]) => {
              cleanup();
              for (const [name, value] of [['state', ''], ['answer', null]]) model.set(name, value);
              window.__llmBook = { progress: { exercise: () => kept } };
              const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
              const { render } = (await import(url)).default;
              window.cleanup = await render({ model, el: document.querySelector('main') });
              delete window.__llmBook;
            }""",
            [kept, Prediction._esm],
        )
        settle(page)
        assert trait(page, "state") == state, kept


def answers_to(task):
    """Yield answers to an exercise: the right one, those with feedback, and some others."""
    yield task.answer
    yield from (key for key in task.feedback if not isinstance(key, str) or task.choices)
    if task.choices and isinstance(task.answer, str):
        yield from task.choices
    elif isinstance(task.answer, list | tuple):
        yield type(task.answer)([*task.answer[:-1], task.answer[0]])
        yield task.answer[::-1]
    elif isinstance(task.answer, str):
        yield from ("fox ", "owl")
    else:
        yield from (-1, 0.123456, task.answer * (1 + task.tolerance / 2), task.answer * 1.5 + 1)


def test_page_and_python_judge_alike(run_script):
    # fails when an answer is right on the page and wrong in a notebook, or gets other words
    with pytest.raises(ValueError, match="there is no exercise"):
        find_exercise("nothing-like-it")
    prediction("97-words", "Fox", why="")
    page = run_script(plain_script("widgets/prediction/judge.js"))
    tasks = [task for task in exercises._exercises.values() if not task.cases]
    judged = 0
    for task in (task for task in tasks if not task.name.startswith(("98", "99"))):
        state = predict(task.name)
        given = {name: getattr(state, name) for name in (
            "kind", "right", "feedback", "hints", "item_hints", "tolerance")}  # fmt: skip
        for answer in answers_to(task):
            got = page.evaluate("([task, answer]) => judge(task, answer)", [given, answer])
            found = check(task.name, answer)
            assert got["right"] == found.passed, (task.name, answer)
            details = [text for kind, text in found.lines if kind == "detail"]
            if got["hidden"]:
                assert details == [got["said"]]
            hints = [text for kind, text in found.lines if kind == "hint"] + list(found.more)
            assert got["hints"] == hints, (task.name, answer)
            judged += 1
    assert judged > 150


def test_it_can_be_read_and_reached(show_widget):
    # fails on low contrast or missing names, before and after an answer, in either theme
    rows = [["a", "b"], ["c", "d"]]
    for asked in (choice_question(), Prediction("Where?", (1, 0), places=rows, why="So.")):
        page = show_widget(asked, width=360)
        assert find_faults(page, "light", "dark") == []
        page.locator("label").first.click()
        settle(page)
        assert find_faults(page, "light", "dark") == []
        press(page, "Show me")
        assert find_faults(page, "light", "dark") == []


def test_words_enter_as_text(show_widget):
    # fails when a question could bring HTML into the page
    bad = "<img src=x onerror=alert(1)>"
    asked = Prediction(bad, "a", choices={"a": bad, "b": bad}, why=bad, hints=[bad])
    page = show_widget(asked)
    press(page, "Hint")
    press(page, "Show me")
    assert page.locator("img").count() == 0
    assert json.dumps(trait(page, "finding")) == json.dumps(f"Here is the answer. {bad}")


def test_an_ended_view_listens_no_more(show_widget):
    # fails when a view that was taken away keeps its listeners
    page = show_widget(choice_question())
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
