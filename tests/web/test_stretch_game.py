"""StretchGame in a browser: its models answer as torch does, and the parts make up the score."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.studies.who_saw import (
    GAPS,
    SCHEMES,
    SEEDS,
    STARTS,
    all_texts,
    count_right,
    load_reader,
    load_readers,
)
from llm_lib.book.widgets import StretchGame
from llm_lib.book.widgets.stretch_game import FARTHEST, WIDEST
from tests.web.widget_page import plain_script, set_trait, settle, trait

READ = """([scheme, weights, texts, start]) => {
  const reader = new WhoSawReader(scheme, weights);
  return texts.map((text) => [
    reader.answer(text, start), reader.scoreParts(text, start), reader.weightsOf(text, start),
  ]);
}"""
PLACES = [(5, 3), (40, 3), (5, 16), (23, 0)]
PARTS = {"tokens", "tokenPlace", "placeToken", "places"}


@pytest.fixture(scope="module")
def engine(run_script):
    """The reader, loaded."""
    return run_script(plain_script("engine/who_saw.js"))


@torch.no_grad()
def scores_of(reader, texts: torch.Tensor, start: int) -> torch.Tensor:
    """Return the last word's scores (B, T), computed as the study does."""
    x, T = reader.token(texts), texts.shape[1]
    if reader.places() is not None:
        x = x + reader.places()[start : start + T]
    q, k = reader.query(x[:, -1:]), reader.key(x)
    if reader.scheme == "rotary":
        q, k = reader.rotary(q, start + T - 1), reader.rotary(k, start)
    return (q @ k.transpose(-2, -1))[:, 0] / 4


@pytest.mark.parametrize("scheme", SCHEMES)
def test_answers_and_scores_are_those_of_torch(engine, scheme):
    # fails if a matrix is taken the wrong way round, a position is off by one, or a part is lost
    reader, weights = load_reader(scheme, 1), load_readers()["readers"][scheme][1]
    for start, gap in PLACES:
        texts = all_texts(gap)[::7]
        got = engine.evaluate(READ, [scheme, weights, texts.tolist(), start])
        with torch.no_grad():
            assert [answer for answer, *_ in got] == reader(texts, start).argmax(-1).tolist()
            look, _ = reader.look(texts, start)
        read = [weight for *_, each in got for weight in each]
        assert read == pytest.approx(look.flatten().tolist(), abs=1e-4)
        for (_, parts, _), want in zip(got, scores_of(reader, texts, start), strict=True):
            assert [sum(each.values()) for each in parts] == pytest.approx(want.tolist(), abs=1e-3)
            if scheme in ("none", "rotary"):  # nothing is added, so nothing else can speak
                assert {each["tokenPlace"] for each in parts} == {0}


def right_of(scheme: str, run: int, start: int, gap: int) -> int:
    """Return how many of the 90 texts torch answers right."""
    return count_right(load_reader(scheme, run), start, gap)


def test_the_numbers_that_the_chapter_quotes():
    # fails if the readers are trained anew and the chapter is not written anew
    assert [right_of("rotary", run, 40, 3) for run in SEEDS] == [90, 90, 90]
    assert [right_of("sinusoidal", run, 40, 3) for run in SEEDS] == [15, 9, 13]
    assert [right_of("sinusoidal", run, 5, 16) for run in SEEDS] == [90, 90, 90]
    assert [right_of("rotary", run, 5, 16) for run in SEEDS] == [9, 24, 33]
    assert [right_of("rotary", run, 5, 20) for run in SEEDS] == [90, 90, 90]
    assert [right_of("learned", run, 40, 3) for run in SEEDS] == [81, 90, 39]
    assert [right_of("learned", run, 5, 16) for run in SEEDS] == [90, 90, 90]
    assert right_of("learned", 0, 36, 3) == 1
    assert right_of("learned", 2, 14, 4) == 16
    by_gap = [[right_of("rotary", run, 5, gap) for gap in range(WIDEST + 1)] for run in SEEDS]
    assert all(row[:10] == [90] * 10 for row in by_gap)  # two gaps beyond training, too
    means = [sum(gap) / 3 for gap in zip(*by_gap, strict=True)]
    assert (min(means), means.index(min(means))) == (22, 16)


def test_schemes_fail_only_where_the_chapter_says_so():
    # fails if some run is wrong at a distance that rotary has seen, or where sinusoidal positions
    # have had both animals in training
    seen_gaps = [(start, gap) for start in range(FARTHEST + 1) for gap in range(GAPS)]
    last = STARTS + GAPS  # the second animal's last place in training
    gaps = range(WIDEST + 1)
    seen_places = [(s, gap) for s in range(STARTS) for gap in gaps if s + gap + 2 <= last]
    for scheme, places in (("rotary", seen_gaps), ("sinusoidal", seen_places)):
        for run in SEEDS:
            reader = load_reader(scheme, run)
            for start, gap in places:
                assert count_right(reader, start, gap) == 90, (scheme, run, start, gap)


def test_move_and_stretch(show_widget):
    # fails if a slider moves something else, a count is not torch's, or a part is another scheme's
    page = show_widget(StretchGame())
    assert "Training showed such starts and gaps" in page.inner_text(".llm-finding")
    assert set(trait(page, "right")) == set(SCHEMES)
    at_home = trait(page, "parts")
    page.get_by_role("slider", name="Start").fill("40")
    settle(page)
    for scheme in SCHEMES:
        assert trait(page, "right")[scheme] == right_of(scheme, 0, 40, 3)
    parts = trait(page, "parts")
    assert parts["tokenPlace"] < -1 and sum(parts[name] for name in PARTS) < 0  # against the fox
    assert 0 < parts["places"] < at_home["places"]
    assert parts["score"] == pytest.approx(sum(parts[name] for name in PARTS))
    assert "never showed such a start" in page.inner_text(".llm-finding")
    weights = trait(page, "weights")
    assert round(weights["first"], 2) == 0.43 and round(weights["second"], 2) == 0.54
    set_trait(page, "start", 5)
    page.get_by_role("slider", name="Gap").fill("16")
    settle(page)
    assert trait(page, "right")["rotary"] == right_of("rotary", 0, 5, 16)
    assert "✕ frog" in page.inner_text(".llm-stretch-rows")  # which is not in the text
    assert "never showed such a gap" in page.inner_text(".llm-finding")
    label = page.get_attribute(".llm-stretch-strip", "aria-label")
    assert "fox stands at position 5, bear at 23." in label
    assert "(16)" in page.inner_text(".llm-stretch-text")


def test_choose_swap_and_reset(show_widget):
    # fails if a row does not choose its model, the animals stay, or Reset leaves something behind
    page = show_widget(StretchGame())
    page.get_by_role("button", name="rotary").press("Enter")
    settle(page)
    assert trait(page, "scheme") == "rotary" and trait(page, "parts")["places"] == 0
    assert "token · token, turned" in page.inner_text(".llm-stretch-parts")
    page.get_by_role("button", name="Swap the animals").click()
    page.get_by_role("radio", name="3").check()
    settle(page)
    assert (trait(page, "swapped"), trait(page, "run")) == (True, 2)
    assert page.inner_text(".llm-stretch-text").startswith("bear saw")
    assert "✓ bear" in page.inner_text("[aria-pressed=true]")
    set_trait(page, "swapped", False)
    set_trait(page, "gap", 16)
    for run, fox, gap in ((0, 0.12, 0.53), (1, 0.07, 0.83), (2, 0.14, 0.74)):  # in the chapter
        set_trait(page, "run", run)
        settle(page)
        weights = trait(page, "weights")
        assert (round(weights["first"], 2), round(weights["gap"], 2)) == (fox, gap)
        assert sum(weights.values()) == pytest.approx(1)
    assert page.locator(".llm-stretch-weights li").nth(2).inner_text().split() == [
        "gap",
        "(16)",
        "0.74",
    ]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "scheme"), trait(page, "swapped")) == ("sinusoidal", False)
