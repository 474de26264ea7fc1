"""What a screen reader finds in each widget: its heading, and nothing said twice or hidden."""

from __future__ import annotations

import pytest

from tests.web.everyone import is_told_once
from tests.web.stories import film
from tests.web.test_prediction import choice_question
from tests.web.widget_page import mount

# the others are asked by test_room, where they stand for more
EACH = {
    "Prediction": choice_question,
    "Walkthrough": lambda: film("attention-row"),
}


@pytest.mark.parametrize("which", EACH)
def test_each_widget_has_a_heading_and_hides_nothing(show_widget, which):
    # fails if one can't jump to a widget by its heading, if a picture's parts can be chosen by mouse
    # alone, or if a slider is heard twice at each step
    is_told_once(show_widget(EACH[which](), width=992))


@pytest.mark.parametrize(
    ("before", "level"),
    [
        ("<h1>a</h1>", 2),
        ("<h1>a</h1><h2>b</h2><div><h3>c</h3></div>", 4),
        ("<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>", 3),
    ],
)
def test_a_widgets_heading_is_one_below_that_of_its_section(show_widget, before, level):
    # fails if a list of headings skips a level at a widget, or shows the widget beside its section
    page = show_widget(choice_question())
    page.evaluate("() => { cleanup(); document.querySelector('main').remove(); }")
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", before)
    mount(page, choice_question())
    page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<h5>later</h5>')")
    page.wait_for_selector(".llm-widget[data-ready]")
    assert page.locator(".llm-title").get_attribute("aria-level") == str(level)


def test_in_a_notebook_it_is_that_of_an_output(show_widget):
    # fails if a widget that is made before it is put into the page takes its level from elsewhere
    page = show_widget(choice_question())
    page.evaluate("() => document.body.insertAdjacentHTML('afterbegin', '<h1>a</h1>')")
    level = """async (source) => {
      const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      const el = document.createElement("div");
      await (await import(url)).default.render({ model, el });
      return el.querySelector(".llm-title").getAttribute("aria-level");
    }"""
    assert page.evaluate(level, choice_question()._esm) == "3"
