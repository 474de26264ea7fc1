"""The page's shell game: problems, texts and the checker are those of Python."""

from __future__ import annotations

import random

import pytest

from llm_lib.book.studies.shell_game import (
    CUPS,
    LONGEST,
    N_BALLS,
    SWAPS,
    GameTokenizer,
    answer_at_once,
    draw_problem,
    final_answer,
    follow_balls,
    read_problem,
    think_aloud,
)
from tests.web.widget_page import plain_script


@pytest.fixture(scope="module")
def page(run_script):
    """The game, loaded."""
    return run_script(plain_script("engine/shell_game.js", "engine/random.js"))


def test_a_problem_is_read_and_answered_as_in_python(page):
    # fails if a swap moves other cups than in Python, or a text differs by one character
    dice = random.Random(1)
    problems = [draw_problem(dice, n) for n in range(1, 11) for _ in range(8)]
    found = page.evaluate(
        """(problems) => problems.map((problem) => [
          swapsOf(problem), trackBalls(problem),
          shownAnswer(problem, "at once"), shownAnswer(problem, "thinking"),
          gameIds(problem + shownAnswer(problem, "thinking"))])""",
        problems,
    )
    tokenizer = GameTokenizer()
    for problem, (swaps, places, at_once, thinking, ids) in zip(problems, found, strict=True):
        assert swaps == read_problem(problem)[1]
        assert places == follow_balls(problem)
        assert (at_once, thinking) == (answer_at_once(problem), think_aloud(problem))
        assert ids == tokenizer.encode(problem + thinking)


def test_its_numbers_are_those_of_python(page):
    # fails if the page trains on other problems than the chapter
    found = page.evaluate("[CUPS, BALLS, TRAINED, PAIRS, GUESSES, VOCABULARY, END_ID]")
    assert found == [CUPS, N_BALLS, LONGEST, SWAPS, 60, GameTokenizer().vocab_size, 0]


def test_problems_are_drawn_from_all_there_are(page):
    # fails if a cup or swap is never drawn, or two balls lie under one cup
    drawn = page.evaluate(
        """() => {
          const random = seededRandom(3);
          return Array.from({length: 400}, () => drawProblem(random, 3));
        }"""
    )
    read = [read_problem(problem) for problem in drawn]
    assert {swap for _, swaps in read for swap in swaps} == set(SWAPS)
    assert len({balls for balls, _ in read}) == 60
    assert all(len(set(balls)) == N_BALLS and len(swaps) == 3 for balls, swaps in read)


@pytest.mark.parametrize(
    "text", [":dca.", "BEcdaCDdca:dca.", "BEcda", "BE.", "", "BEcda:", ":dca", "BEcda:cdadca."]
)
def test_the_checker_is_that_of_python(page, text):
    # fails if the page takes another end for the answer than Python does
    assert page.evaluate("(text) => finalAnswer(text)", text) == (final_answer(text) or "")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("BEcdaCDdca:dca.", [(True, True), (True, True)]),
        ("BEcdaCDcda:cda.", [(True, True), (True, False)]),  # does not follow from the step before
        ("CDdcaBEdca:dca.", [(False, True), (False, True)]),  # the swaps in another order
        ("BEcad", [(True, False)]),
        ("BEcdaCDd", [(True, True)]),  # half a step is none
        (":dca.", []),
    ],
)
def test_each_step_of_a_thought_is_checked(page, text, good):
    # fails if a slip passes for right, or a step after a slip is held against the truth instead of
    # against the step before
    found = page.evaluate("(text) => checkThought('cdaBECD=', text)", text)
    assert [(step["copied"], step["follows"]) for step in found] == good
