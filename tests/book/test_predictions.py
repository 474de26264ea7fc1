"""`predict` and its widget, on the Python side: what they show as text, and what they refuse."""

import pytest

from llm_lib.book import exercises
from llm_lib.book.checks.prediction import all_places, kind_of_answer
from llm_lib.book.exercises import Case, exercise, find_exercise, prediction
from llm_lib.book.predictions import predict
from llm_lib.book.widgets import Prediction

CHOICES = {"a": "Nothing.", "b": "All of it."}


def registered():
    """Return all exercises of the book that a value answers."""
    with pytest.raises(ValueError, match="there is no exercise"):
        find_exercise("nothing-like-it")  # looks through all files
    tasks = exercises._exercises.values()
    return [t for t in tasks if not t.cases and not t.name.startswith(("97", "98", "99"))]


def test_every_prediction_of_the_book_can_be_asked():
    # fails when one has no question, or its choices don't fit its answer and its feedback
    tasks = registered()
    assert len(tasks) > 35
    for task in tasks:
        assert task.question, task.name
        asked = predict(task.name)
        assert asked.question == task.question and asked.right is not None
        if asked.kind == "choice":
            wrong = set(task.choices) - {task.answer}
            assert set(task.feedback) <= wrong, task.name


def test_it_shows_its_question_as_text():
    # fails when a notebook without widgets, or nbval, sees less than the question and its choices
    asked = Prediction("What changes?", "a", choices=CHOICES, why="So.", name="97-predict-x")
    text = "Predict first: What changes?\n  a: Nothing.\n  b: All of it."
    assert repr(asked) == text
    assert asked._repr_mimebundle_()[0]["text/plain"] == text
    assert repr(Prediction("Which?", 1, places=["The", "fox"], why="")).endswith("  The | fox")


def test_the_page_can_judge_alone():
    # fails when what the page needs is not in the traits, or not as JSON has it
    prediction("97-predict-pair", (8, 3), question="Which?", why="So.", feedback={(3, 8): "No."},
               hints=["Look."], faults={"second": "The inner one."})  # fmt: skip
    asked = predict("97-predict-pair")
    assert (asked.kind, asked.right, asked.feedback) == ("list", [8, 3], [[[3, 8], "No."]])
    assert (asked.hints, asked.item_hints) == (["Look."], [["Look."], ["The inner one."]])


def test_feedback_by_rule_is_worked_out():
    # fails when a dict that answers for any number says nothing on the page
    said = dict(predict("03-predict-bytes").feedback)
    assert "at least one byte" in said[5] and 12 not in said


def test_code_is_not_predicted():
    # fails when an exercise that asks for a function shows an empty card
    @exercise("97-code")
    def code():
        yield Case("one", (1,), 1)

    with pytest.raises(ValueError, match=r"'97-code' asks for code: check it with check"):
        predict("97-code")


WRONG = [
    ({"answer": None}, "needs an answer: a number, a text, a list of these, one of its choices"),
    ({"answer": "c", "choices": CHOICES}, "should be one of 'a', 'b'; got 'c'"),
    ({"answer": None, "choices": CHOICES}, "should be one of 'a', 'b'; got None"),
    ({"answer": ["a", "q"], "choices": CHOICES}, "should be one of 'a', 'b'"),
    ({"answer": 2, "places": ["x", "y"]}, "should be a place, 0 to 1; got 2"),
    ({"answer": 1, "places": [["x"], ["y"]]}, r"a place, \(0, 0\) to \(1, 0\); got 1"),
    ({"answer": 1, "places": []}, "places should be a list of labels, or of rows"),
    ({"answer": 1, "places": ["x", ["y"]]}, "all be labels, or all rows"),
    ({"answer": [1, 2], "items": ["one"]}, "has 1 items, so its answer is a list of as many"),
    ({"answer": []}, "needs an answer"),
    ({"answer": True}, "needs an answer"),
    ({"answer": "  "}, "needs an answer"),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_an_answer_that_can_not_be_given_is_refused(given, words):
    # fails when a chapter can ask what no reader can answer, or an error that does not say what is
    # allowed
    rest = {key: value for key, value in given.items() if key != "answer"}
    with pytest.raises(ValueError, match=words):
        prediction("97-wrong", given["answer"], why="", **rest)
    assert "97-wrong" not in exercises._exercises
    with pytest.raises(ValueError, match=words):
        Prediction("97-wrong", given["answer"], why="", **rest)


def test_kinds_are_told_apart():
    # fails when a question gets another kind of field
    kinds = [
        kind_of_answer("x", "a", CHOICES),
        kind_of_answer("x", ["a", "b"], CHOICES),
        kind_of_answer("x", 1, places=["x", "y"]),
        kind_of_answer("x", (0, 1), places=[["x", "y"]]),
        kind_of_answer("x", 0.5),
        kind_of_answer("x", "word"),
        kind_of_answer("x", (1, 2)),
    ]
    assert kinds == ["choice", "list", "place", "place", "number", "text", "list"]
    assert all_places(["x", "y"]) == [0, 1]


@pytest.mark.parametrize(
    ("asked", "value", "words"),
    [
        (Prediction("x", "a", choices=CHOICES, why=""), "q", "one of 'a', 'b'; got 'q'"),
        (Prediction("x", 1, why=""), "1", "should be a number; got '1'"),
        (Prediction("x", 1, places=["x", "y"], why=""), 2, "a place, 0 to 1; got 2"),
        (Prediction("x", [1, 2], why=""), [1], "a list of 2 items"),
    ],
)
def test_an_answer_set_from_python_is_checked(asked, value, words):
    # fails when a kernel can set what the page can't show
    with pytest.raises(ValueError, match=words):
        asked.answer = value
    asked.answer = None
