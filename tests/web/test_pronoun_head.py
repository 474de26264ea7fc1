"""PronounHead in a browser: what it shows is the record, and its words say what the numbers do."""

from __future__ import annotations

import copy
import math

import pytest

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.widgets import PronounHead
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture(scope="module")
def record():
    return load_recorded("pronouns")


def table(page) -> list[list[str]]:
    """Return each row's token, score and weight, as they stand there."""
    rows = page.locator(".llm-pronoun tbody tr")
    return rows.evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((c) => c.textContent).filter(Boolean))"
    )


@pytest.mark.parametrize(("sentence", "pronoun"), [("king", "he"), ("farmer", "they")])
def test_what_is_shown_is_the_record(show_widget, record, sentence, pronoun):
    # fails if a row is another token's, or a bar is not as long as its number says
    page = show_widget(PronounHead(sentence=sentence, pronoun=pronoun))
    run = find_run(record, f"{sentence} {pronoun}")
    scores, weights = run["heads"][0]["scores"][0], run["heads"][0]["weights"][0]
    assert trait(page, "scores") == scores and trait(page, "weights") == weights
    expected = [
        [token.strip(), f"{score:.1f}", f"{weight:.2f}"]
        for token, score, weight in zip(run["tokens"], scores, weights, strict=True)
    ]
    shown = table(page)
    assert [row[0] for row in shown] == [row[0] for row in expected]
    for row, want in zip(shown, expected, strict=True):
        assert [float(x) for x in row[1:]] == pytest.approx([float(x) for x in want[1:]], abs=0.1)
    fills = page.locator(".llm-pronoun td:nth-of-type(4) .llm-bar-fill")
    widths = fills.evaluate_all("(all) => all.map((bar) => parseFloat(bar.style.width))")
    assert widths == pytest.approx([100 * w for w in weights], abs=0.01)


def test_the_words_are_right(show_widget, record):
    # fails if the sentence names another token, or e to the gap is not the ratio of the weights
    page = show_widget(PronounHead())
    head = find_run(record, "king he")["heads"][0]
    king, queen = 2, 5
    gap = head["scores"][0][king] - head["scores"][0][queen]
    ratio = head["weights"][0][king] / head["weights"][0][queen]
    assert math.exp(gap) == pytest.approx(ratio, rel=0.02)
    said = trait(page, "finding")
    assert f"“king” {head['weights'][0][king]:.2f} and “queen”" in said
    assert f"{gap:.2f} higher" in said and f"{math.exp(gap):.1f}" in said


def test_the_switch_with_mouse_and_keyboard(show_widget, record):
    # fails if the other word does nothing, or another sentence keeps a word that it hasn't
    page = show_widget(PronounHead())
    page.get_by_role("radio", name="she").check()
    settle(page)
    assert trait(page, "pronoun") == "she"
    assert trait(page, "weights") == find_run(record, "king she")["heads"][0]["weights"][0]
    assert page.locator(".llm-pronoun-named").count() == 2
    page.get_by_role("radio", name="king and queen").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert (trait(page, "sentence"), trait(page, "pronoun")) == ("farmer", "he")
    assert page.get_by_role("radio", name="she").count() == 0
    page.get_by_role("radio", name="they").focus()
    page.keyboard.press("Space")
    settle(page)
    assert "“hens”" in trait(page, "finding")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "sentence"), trait(page, "pronoun")) == ("king", "he")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("king", "108 of 109"),
        ("farmer", "6 of 6"),
        ("doctor", "23 of 24"),
        ("boy", "Here it fails"),
    ],
)
def test_each_sentence_says_how_far_it_holds(show_widget, sentence, words):
    # fails if a claim stands there without its count
    page = show_widget(PronounHead(sentence=sentence))
    assert words in page.locator(".llm-pronoun-limit").inner_text()


def test_arcs_are_as_wide_as_weights(show_widget, record):
    # fails if an arc is another token's, or the sentence is cut where there is no room for arcs
    page = show_widget(PronounHead())
    arcs = page.locator(".llm-arcs-arc")
    widths = arcs.evaluate_all(
        "(all) => all.map((arc) => Number(arc.getAttribute('stroke-width')))"
    )
    weights = find_run(record, "king he")["heads"][0]["weights"][0][:-1]
    drawn = [weight for weight in weights if weight >= 0.02]
    assert widths == pytest.approx([max(1, 13 * weight) for weight in drawn], abs=0.01)
    page.set_viewport_size({"width": 360, "height": 800})
    settle(page)
    assert not page.locator(".llm-arcs-drawing").is_visible()
    assert page.locator(".llm-arcs-token").count() == len(weights) + 1
    set_trait(page, "pronoun", "she")
    assert page.complaints == []


def test_a_damaged_record_is_refused_in_words(show_widget, record):
    # fails if wrong numbers are drawn, or nobody says what is wrong
    widget = PronounHead()
    damaged = copy.deepcopy(record)
    damaged["runs"][0]["heads"][0]["weights"][0][2] = 0.9
    widget._files = {widget.ref: damaged}
    page = show_widget(widget)
    assert "the weights do not sum to 1" in page.locator(".llm-problem").inner_text()
    assert len(page.complaints) == 1  # what is said is in the console, too
    page.complaints.clear()
