"""WhereTheAnswerSits in a browser: its probe is scikit-learn's, and padding breaks it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from llm_lib.book.studies.answer_features import (
    BEHIND,
    CLASSES,
    L2,
    LAYERS,
    load_answer_features,
)
from llm_lib.book.studies.answer_questions import N_TRAIN
from llm_lib.book.widgets import WhereTheAnswerSits
from llm_lib.finetuning.classify import POSITIONS, encode_labels
from llm_lib.finetuning.probe import fit_probe
from tests.web.widget_page import plain_script, settle, trait

JUDGE = """([n, seed, at]) => {
  probes.draw(n, seed);
  return {examples: probes.examples, guess: probes.guess, ...probes.judge(at)};
}"""


@pytest.fixture(scope="module")
def recorded():
    return load_answer_features()


@pytest.fixture(scope="module")
def engine(run_script):
    """The engine with the features, loaded."""
    page = run_script(plain_script("engine/answer_features.js"))
    (file,) = WhereTheAnswerSits()._files.values()
    page.evaluate("(file) => { globalThis.probes = new AnswerProbes(file); }", file)
    return page


def labels(recorded, part: str):
    return encode_labels([label for _, label in recorded[part]], CLASSES)


@pytest.mark.parametrize(
    ("n", "layer", "position", "padding"),
    [(320, 20, "last", 0), (320, 20, "last", 4), (64, 5, "mean", 0), (16, 30, "first", 0)],
)
def test_the_probe_is_scikit_learns_and_ours(engine, recorded, n, layer, position, padding):
    # fails if features are unpacked wrongly, the search ends early, or a penalty differs
    at = {"layer": layer, "position": position, "padding": padding}
    got = engine.evaluate(JUDGE, [n, 3, at])
    examples = got["examples"]
    assert len(set(examples)) == n and max(examples) < N_TRAIN
    x = recorded["text"][LAYERS.index(layer), POSITIONS.index(position)].double()
    test = x[N_TRAIN:]
    if padding:
        test = recorded["behind_end"][LAYERS.index(layer), BEHIND.index(padding)].double()
    y, truth = labels(recorded, "train")[examples], labels(recorded, "test")
    other = LogisticRegression(C=1 / L2, tol=1e-8, max_iter=5000).fit(x[examples], y)
    expected = np.zeros((len(test), len(CLASSES)))
    expected[:, other.classes_] = other.predict_proba(test)
    assert np.abs(np.array(got["probabilities"]) - expected).max() < 1e-2
    assert got["accuracy"] == pytest.approx(other.score(test, truth))
    ours = fit_probe(x[examples], y, len(CLASSES), L2)
    assert got["accuracy"] == pytest.approx(ours.accuracy(test, truth))
    commonest = torch.bincount(y, minlength=len(CLASSES)).argmax()
    assert got["guess"] == pytest.approx((truth == commonest).double().mean().item())


def wait_for_map(page) -> list[list[float]]:
    """Return the map once all of its cells are worked out."""
    page.wait_for_function(
        "model.get('map').length > 0 && !document.querySelector('tbody').textContent.includes('…')"
    )
    settle(page)
    return trait(page, "map")


def test_the_map_the_bars_and_the_sentence_agree(show_widget):
    # fails if a cell shows the number of another place, or the sentence that of another cell
    page = show_widget(WhereTheAnswerSits())
    found = wait_for_map(page)
    i = POSITIONS.index("last")
    assert trait(page, "accuracy") == found[0][i] < 0.25
    assert "no better than guessing the most frequent class" in trait(page, "finding")
    page.get_by_role("button", name="20 blocks, last").click()
    settle(page)
    assert (trait(page, "layer"), trait(page, "position")) == (20, "last")
    accuracy = found[LAYERS.index(20)][i]
    assert trait(page, "accuracy") == accuracy > 0.6
    assert (
        page.inner_text(".llm-answer-bars .llm-bar-number >> nth=0")
        == f"{100 * accuracy:.1f}\u00a0%"
    )
    assert trait(page, "finding").startswith("At the last token, after 20 blocks")
    full = next(
        row["mean"]
        for row in load_answer_features()["full"]
        if (row["layer"], row["position"], row["n"]) == (20, "last", 320)
    )
    assert f"gets {100 * full:.1f}\u00a0%" in page.inner_text(".llm-stage > .llm-note")
    confusion = np.array(trait(page, "confusion"))
    assert confusion.sum() == 200 and np.trace(confusion) == round(200 * accuracy)
    assert page.get_by_role("slider", name="Layer").get_attribute("aria-valuetext") == (
        "after 20 blocks"
    )


def test_padding_breaks_the_probe(show_widget):
    # fails if padding reads the last token all the same, or the sentence does not say why
    page = show_widget(WhereTheAnswerSits(layer=20))
    before = trait(page, "accuracy")
    page.get_by_role("slider", name="Padding").press("End")
    settle(page)
    assert trait(page, "padding") == 8
    assert trait(page, "accuracy") < before - 0.2
    assert "meets padding" in trait(page, "finding")
    assert page.get_by_role("columnheader", name="last + 8").is_visible()
    page.get_by_role("radio", name="mean").check()  # there is no end to read behind
    settle(page)
    assert "mean of all tokens" in trait(page, "finding")


def test_other_examples_and_reset(show_widget):
    # fails if a draw changes nothing, or Reset leaves a setting behind
    page = show_widget(WhereTheAnswerSits(layer=15, examples=8))
    first = wait_for_map(page)
    page.get_by_role("button", name="Draw other examples").press("Enter")
    page.wait_for_function("(old) => JSON.stringify(model.get('map')) !== old", arg=_json(first))
    assert trait(page, "draw") == 1
    page.get_by_role("slider", name="Examples").press("End")
    settle(page)
    assert trait(page, "examples") == 320
    assert page.get_by_text("All 320 are taken.").is_visible()
    assert not page.get_by_role("button", name="Draw other examples").is_visible()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "examples"), trait(page, "draw")) == (8, 0)


def _json(value) -> str:
    """Return a list of lists of numbers as the page writes it."""
    return "[" + ",".join("[" + ",".join(f"{x:.6g}" for x in row) + "]" for row in value) + "]"


def test_keys_go_through_the_map(show_widget):
    # fails if the arrow keys leave the map, or choose nothing
    page = show_widget(WhereTheAnswerSits(layer=15))
    page.get_by_role("button", name="15 blocks, last").focus()
    page.keyboard.press("ArrowUp")
    settle(page)
    assert trait(page, "layer") == 20
    page.keyboard.press("ArrowRight")
    settle(page)
    assert (trait(page, "layer"), trait(page, "position")) == (20, "mean")


def test_questions_are_shown_with_their_probabilities(show_widget, recorded):
    # fails if a verdict is of another question, or “Wrong one” stops at one that is right
    page = show_widget(WhereTheAnswerSits(layer=20))
    page.get_by_text("Look at test questions").click()
    page.get_by_role("button", name="Wrong one").click()
    settle(page)
    verdict, at = trait(page, "verdict"), trait(page, "question")
    text, label = recorded["test"][at]
    assert (verdict["text"], verdict["label"]) == (text, label)
    assert text in page.inner_text(".llm-answer-text")
    assert CLASSES[int(np.argmax(verdict["probabilities"]))] != label
    assert sum(verdict["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert page.inner_text(".llm-answer-verdict").startswith("✗ taken for")
