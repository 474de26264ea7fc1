"""The story of an answer's mask in a browser: its numbers are those on record."""

from __future__ import annotations

import pytest

from llm_lib.book.studies.answering import load_answering
from llm_lib.book.widgets import Walkthrough
from tests.web.widget_page import set_trait, settle, texts, trait

ON_FILE = load_answering()
RUNS = {(run["mask"], run["stop"]): run["after"] for run in ON_FILE["runs"]}
FIRST, N = ON_FILE["first"], len(ON_FILE["tokens"])


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("answer-mask"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def counted(page) -> list[int]:
    """Return the places of the tokens that stand out as those that count."""
    keys = page.evaluate(
        "() => [...document.querySelectorAll('.llm-walk-answer')].map((g) => g.dataset.key)"
    )
    return [int(key[1:]) for key in keys if key[1:].isdigit()]


def shown_losses(page) -> dict[int, str]:
    """Return the loss at each token, as it is written."""
    return {int(k[1:]): v for k, v in texts(page).items() if k[0] == "l" and k[1:].isdigit()}


def test_what_counts_is_marked_and_has_its_loss(page):
    # fails when a token of the prompt counts behind the mask, or a loss is another token's
    losses = RUNS[True, True]["0"]["losses"]
    for scene, places in (("Targets", range(1, N)), ("Mask", range(FIRST, N))):
        set_trait(page, "scene", scene)
        assert counted(page) == [*places]
        assert shown_losses(page) == {i: f"{losses[i - 1]:.1f}" for i in places}


@pytest.mark.parametrize(("mask", "stop"), RUNS)
@pytest.mark.parametrize("steps", [0, 100])
def test_the_reader_says_what_counts(page, mask, stop, steps):
    # fails when a menu does nothing, or bars, mean and answer tell of different runs
    set_trait(page, "scene", "Your turn")
    page.get_by_role("combobox", name="The prompt").select_option("masked" if mask else "counts")
    page.get_by_role("combobox", name="The end").select_option("counts" if stop else "masked")
    page.get_by_role("combobox", name="Training").select_option(str(steps))
    settle(page)
    seen = RUNS[mask, stop][str(steps)]
    places = [i for i in range(1, N) if (i >= FIRST or not mask) and (i < N - 1 or stop)]
    assert counted(page) == places
    mean = sum(seen["losses"][i - 1] for i in places) / len(places)
    assert trait(page, "loss") == pytest.approx(mean, abs=1e-9)
    assert texts(page)["mean"] == f"{mean:.2f}" and trait(page, "says") == seen["says"]
    answers = steps == 100
    assert ("It answers, and stops." in trait(page, "finding")) == (answers and stop)
    assert ("doesn't stop" in trait(page, "finding").replace("’", "'")) == (answers and not stop)


def test_an_answer_without_its_end_looks_wrong(page):
    # fails when going on has the look of a right answer
    box = "() => document.querySelector(`[data-key='writes.box']`).getAttribute('class')"
    set_trait(page, "scene", "No end")
    assert "llm-walk-wrong" in page.evaluate(box)
    set_trait(page, "step", trait(page, "step") - 1)
    assert "llm-walk-wrong" not in page.evaluate(box)
