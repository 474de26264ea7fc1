"""What `check` and `predict` note, and the file that the book's pages take in."""

import json
import os

import pytest

from llm_lib.book import progress
from llm_lib.book.exercises import Case, check, exercise, prediction
from llm_lib.book.predictions import predict
from llm_lib.book.progress import better, read_progress, record, record_unfinished, save_progress


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(progress, "_checked", {})
    monkeypatch.setattr(progress, "_unfinished", {})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.json"


def test_what_was_checked_is_written(path):
    # fails when a result is lost, or the format is another than the page's (web/progress/store.js)
    @exercise("97-double")
    def double():
        yield Case("two", (2,), 4)
        yield Case("three", (3,), 6)

    prediction("97-number", 4, why="So it is.")
    check("97-double", lambda x: 4)
    check("97-number", 4)
    assert save_progress(path) == path
    assert json.loads(path.read_text()) == {
        "format": "llm-from-scratch-progress",
        "version": 1,
        "exercises": {
            "97-double": {"state": "tried", "passed": 1, "total": 2},
            "97-number": {"state": "solved"},
        },
    }


def test_what_is_no_answer_is_not_noted(path):
    # fails when a cell that waits for code, or a letter that is no choice, counts as tried
    prediction("97-choice", "a", choices={"a": "yes", "b": "no"}, why="")
    check("97-choice")
    check("97-choice", "q")
    with pytest.raises(ValueError, match="nothing was checked yet"):
        save_progress(path)
    assert not path.exists()


def test_a_better_result_stays():
    # fails when a later mistake takes a solved exercise back
    solved, three = {"state": "solved"}, {"state": "tried", "passed": 3, "total": 5}
    assert better(solved, three) == solved
    assert better(three, {"state": "tried", "passed": 1, "total": 5}) == three
    assert better(three, solved) == solved
    record("97-x", "solved")
    record("97-x", "tried")
    assert progress._checked["97-x"] == solved


def test_the_folded_solution_is_not_the_readers(monkeypatch):
    # fails when "Run all", which runs the solutions too, marks every exercise as solved
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    record_unfinished("97-x")
    record("97-x", "solved", began=101.0)
    assert progress._checked["97-x"]["state"] == "shown"
    record("97-x", "solved", began=130.0)
    assert progress._checked["97-x"]["state"] == "solved"


def test_a_file_grows(path):
    # fails when the second chapter's notebook overwrites what the first has written
    record("97-a", "solved")
    save_progress(path)
    pages = {"chapters/01_x": {"read": ["a"], "sections": 3}}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"pages": pages}))
    progress._checked.clear()
    record("97-a", "tried")
    record("97-b", "tried")
    save_progress(path)
    data = read_progress(path)
    assert data["exercises"] == {"97-a": {"state": "solved"}, "97-b": {"state": "tried"}}
    assert data["pages"] == pages


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not a JSON file"),
        ("[]", "should hold one JSON object"),
        ("{}", "is no file of progress"),
        ('{"format": "llm-from-scratch-progress", "version": 7}', "version 7.* reads 1"),
        (
            '{"format": "llm-from-scratch-progress", "version": 1, "exercises": {"a": {}}}',
            "'a' should have a state, one of tried, shown, solved",
        ),
    ],
)
def test_another_file_is_left_alone(path, text, words):
    # fails when some other file of the reader's is overwritten
    path.write_text(text)
    record("97-a", "solved")
    with pytest.raises(ValueError, match=words):
        save_progress(path)
    assert path.read_text() == text


def test_it_is_written_whole_or_not_at_all(path, monkeypatch):
    # fails when a full disk leaves half a file
    record("97-a", "solved")
    save_progress(path)
    before = path.read_text()
    record("97-b", "solved")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save_progress(path)
    assert path.read_text() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_prediction_in_a_notebook_is_noted(path):
    # fails when what the page sets does not reach the file
    prediction("97-ask", "a", choices={"a": "yes", "b": "no"}, why="", question="Is it?")
    asked = predict("97-ask")
    assert progress._checked == {}
    asked.state = "solved"
    assert progress._checked == {"97-ask": {"state": "solved"}}
