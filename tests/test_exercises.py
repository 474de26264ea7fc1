"""Tests of the checks: right and wrong answers, and what is said about them."""

import importlib
import pkgutil

import numpy as np
import pytest
import torch

from llm_lib import checks, exercises
from llm_lib.checks.compare import difference, shorten
from llm_lib.exercises import Case, check, exercise, prediction


@pytest.fixture(autouse=True)
def small_exercises(monkeypatch):
    """Register a few exercises for these tests alone, with no failures counted yet."""
    for info in pkgutil.iter_modules(checks.__path__):  # now: a file registers only once
        importlib.import_module(f"llm_lib.checks.{info.name}")
    monkeypatch.setattr(exercises, "_exercises", dict(exercises._exercises))
    monkeypatch.setattr(exercises, "_failures", type(exercises._failures)())

    @exercise("98-double", hints=["first", "second"], why="Twice is twice.")
    def cases():
        yield Case("2", (2,), 4)
        yield Case("a list", ([1],), [1, 1])

    prediction(
        "98-predict",
        "b",
        choices={"a": "it grows", "b": "it falls"},
        feedback={"a": "Look at the sign."},
        why="Because.",
        hints=["think"],
    )
    prediction("98-number", 0.25, why="A quarter.")


def test_a_hint_of_a_case_comes_first():
    # Fails if a case's own hint is lost, comes twice, or stands beside one that is off the point.
    @exercise("98-root", hints=["general"], why="")
    def cases():
        yield Case("4", (4,), 2)
        yield Case("-4", (-4,), None, hint="what of numbers below 0?")
        yield Case("-9", (-9,), None, hint="what of numbers below 0?")

    def count_hints():
        lines = repr(check("98-root", lambda x: abs(x) ** 0.5)).splitlines()
        return [line.split(None, 1)[1] for line in lines if line.startswith("  hint")]

    assert count_hints() == ["what of numbers below 0?"]
    assert count_hints() == ["what of numbers below 0?", "general"]


def test_a_number_in_quotes_is_asked_for_without():
    # Fails if text is compared with a number in silence.
    assert "without quotation marks" in repr(check("98-number", "0.25"))


def test_right_answer():
    # Fails if a right function is refused, or the reason is not told.
    result = check("98-double", lambda x: x * 2)
    assert result
    assert repr(result) == "98-double: right, all 2 cases pass. Twice is twice."


def test_wrong_answer_and_growing_hints():
    # Fails if the report hides input, expectation or result, or hints come all at once.
    lines = repr(check("98-double", lambda x: 4)).splitlines()
    assert lines == [
        "98-double: 1 of 2 cases pass",
        "  passed  2",
        "  failed  a list",
        "          expected a list, got 4",
        "  hint    first",
    ]
    again = check("98-double", lambda x: 4)
    assert not again
    assert repr(again).splitlines()[-2:] == ["  hint    first", "  hint    second"]
    assert check("98-double", lambda x: x * 2)
    assert "second" not in repr(check("98-double", lambda x: 4))  # a right answer starts afresh


def test_error_in_the_readers_function():
    # Fails if a reader sees a traceback, or not the line that failed.
    def broken(x):
        y = x
        return y / 0

    report = repr(check("98-double", broken))
    assert "`return y / 0`, raised ZeroDivisionError: division by zero" in report
    assert "can't be called" in repr(check("98-double", lambda: 1))


@pytest.mark.parametrize("unfinished", [..., lambda x: ..., None])
def test_not_yet_written(unfinished):
    # Fails if a stub counts as a failure.
    def stub(x):
        raise NotImplementedError

    assert repr(check("98-double", unfinished or stub)) == "98-double: waiting for your answer"
    assert not check("98-double")


def test_not_a_function():
    # Fails if a result given instead of the function ends in an error.
    assert "wants your function" in repr(check("98-double", 4))


def test_the_readers_changes_stay_outside():
    # Fails if a function that changes its input spoils later checks.
    arguments = [1]
    exercise("98-change")(lambda: iter([Case("a list", (arguments,), [1, 2])]))
    assert check("98-change", lambda x: x.append(2) or x)
    assert arguments == [1]


def test_several_right_answers():
    # Fails if a case with a rule of its own is compared with one value.
    rule = Case("any even", (), accept=lambda got: None if got % 2 == 0 else f"{got} is odd")
    exercise("98-even")(lambda: iter([rule]))
    assert check("98-even", lambda: 8)
    assert "9 is odd" in repr(check("98-even", lambda: 9))


def test_predictions():
    # Fails if the right choice is refused, or a wrong one gets no help.
    assert check("98-predict", " B ")
    assert "Because." in repr(check("98-predict", "b"))
    report = repr(check("98-predict", "a"))
    assert "Look at the sign." in report
    assert "think" in report
    assert "it falls" not in report
    assert "choose one of" in repr(check("98-predict", "c"))
    assert check("98-number", 0.25001)
    for wrong in (0.3, "a", None, [1], np.zeros(3), object):
        assert not check("98-number", wrong)


def test_unknown_names():
    # Fails if a mistyped name gives no way on.
    with pytest.raises(ValueError, match="did you mean '98-double'"):
        check("98-duoble", 1)
    with pytest.raises(ValueError, match="did you mean '09-split-heads'"):
        check("09-splitheads", 1)
    with pytest.raises(ValueError, match="there are"):
        check("zzz", 1)


def test_html_is_escaped():
    # Fails if text of the reader's becomes markup.
    page = check("98-double", lambda x: "<script>")._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "98-double" in page


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (1, 1.0, None),
        (1, True, "got True"),
        (True, 1, "expected True"),
        (0.5, torch.tensor(0.5), None),
        (float("nan"), float("nan"), None),
        ("a", "b", "'a'"),
        ([1, [2.0]], [1, [2.00001]], None),
        ([1, 2], (1, 2), None),
        ([1, 2], [1], "2 values, got 1"),
        ({"a": 1}, {"a": 2}, "at key 'a'"),
        ({"a": 1}, {}, "missing"),
        ({}, {"a": 1}, "should not be"),
        (torch.zeros(2, 3), torch.zeros(2, 3), None),
        (torch.zeros(2, 3), np.zeros((2, 3)), None),
        (torch.zeros(2, 3), torch.zeros(3, 2), r"(2, 3), got shape (3, 2)"),
        (torch.zeros(2), [0, 0], "got a list"),
        (torch.tensor([0.0, 1.0]), torch.tensor([0.0, 2.0]), "at [1] expected 1, got 2 (1 of 2"),
        (torch.tensor(True), torch.tensor(False), "expected 1, got 0"),
        (torch.zeros(0), torch.zeros(0), None),
        (None, 0, "expected None"),
    ],
)
def test_differences(expected, got, words):
    # Fails if equal answers are refused, unequal ones taken, or the difference is not named.
    found = difference(expected, got)
    assert found is None if words is None else words in found


def test_short_forms():
    # Fails if a report can hold a wall of numbers.
    assert shorten(torch.zeros(100, 3)) == "shape (100, 3)"
    assert shorten([0] * 1000).endswith("...")
    assert len(shorten([0] * 1000)) == 80
    assert shorten(len) == "the function len"
    assert shorten(1 / 3) == "0.3333"


def test_split_and_merge_heads():
    # Fails if the checks of chapter 9 refuse torch's own way, or take a view that mixes tokens.
    def split(x, n_head):
        return x.unflatten(-1, (n_head, -1)).movedim(2, 1)

    def merge(x):
        return x.movedim(1, 2).flatten(2)

    assert check("09-split-heads", split)
    assert check("09-merge-heads", merge)
    wrong = check("09-split-heads", lambda x, n: x.reshape(len(x), n, x.shape[1], x.shape[2] // n))
    assert not wrong
    assert "the shape is right" in repr(wrong)
    assert not check("09-merge-heads", lambda x: x.reshape(len(x), x.shape[2], -1))


def test_a_score_may_be_a_number_or_a_tensor():
    # Fails if a right score is refused for its type, or a wrong one passes.
    def score(weights):
        return sum(weights[t, t - 1] for t in range(1, len(weights))) / (len(weights) - 1)

    assert check("09-previous-token", score)
    assert check("09-previous-token", lambda weights: score(weights).item())
    assert not check("09-previous-token", lambda weights: score(weights.T).item())
