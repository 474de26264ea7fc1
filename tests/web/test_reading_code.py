"""Reading without the code: what folds, what stays, and that the choice is kept."""

from __future__ import annotations

import pytest

CHAPTER = "chapters/09_self_attention"
CODE = "div.cell > .cell_input .highlight, .llm-source .highlight"
FOLDS = "details > summary:not(.llm-my-gpt *)"  # code, too
FONTS = "async () => { await globalThis.__llmMath; await document.fonts.ready; }"
SEEN = "(all) => all.filter((e) => e.checkVisibility()).length"


@pytest.fixture
def page(address, visit):
    """A chapter in a wide window, which the test may change."""
    opened = visit(f"{address}{CHAPTER}.html")
    yield opened.page
    assert opened.complaints == []


def seen(page, selector: str) -> int:
    """Count the elements that can be seen, whether they are on the screen or not."""
    return page.locator(selector).evaluate_all(SEEN)


def test_the_code_folds_and_its_results_stay(page):
    # fails if some code stays open, or a result, a picture or a fold of the page's own goes too
    assert seen(page, CODE) > 10
    switch = page.locator(".llm-code-switch")
    assert switch.inner_text() == "Read without the code"
    results = seen(page, ".cell_output"), seen(page, FOLDS)
    switch.focus()
    page.keyboard.press("Enter")
    assert seen(page, CODE) == 0
    assert (seen(page, ".cell_output"), seen(page, FOLDS)) == results
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert seen(page, CODE) > 10 and seen(page, ".llm-code-open") == 0


def test_one_cell_opens_alone(page):
    # fails if the line doesn't say how long the code is, or opens none, or all
    page.locator(".llm-code-switch").click()
    line = page.locator("div.cell > .cell_input .llm-code-open").first
    code = line.locator("xpath=following-sibling::*[1]").locator("pre").text_content()
    assert line.text_content() == f"Code · {len(code.rstrip().splitlines())} lines"
    line.click()
    assert seen(page, CODE) == 1
    assert line.get_attribute("aria-expanded") == "true"
    line.click()
    assert seen(page, CODE) == 0


def test_the_choice_is_kept(page, address):
    # fails if the next chapter shows its code again, or has no way back
    page.locator(".llm-code-switch").click()
    page.evaluate(FONTS)  # what is still being fetched when one leaves counts as failed
    page.goto(f"{address}chapters/04_byte_pair_encoding.html")
    assert seen(page, CODE) == 0
    assert page.locator(".llm-code-switch").inner_text() == "Read with the code"


def test_the_set_up_opens_to_its_code(page):
    # fails if a fold of the page's own has to be opened twice
    page.locator(".llm-code-switch").click()
    fold = page.locator("details:has(> .cell_input)").first
    fold.locator("summary").click()
    assert fold.locator("pre").is_visible()
