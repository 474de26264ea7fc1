"""The questions whose features are on record: the package's own, and no others."""

import pytest

from llm_lib.book.studies import answer_questions
from llm_lib.book.studies.answer_questions import mark_questions, pick_questions, questions_of


def test_a_record_gets_its_own_questions():
    # fails if their order, a label or a text is not what was marked
    train, test = pick_questions(4, 3)
    mark = mark_questions(train, test)
    others = [(train[::-1], test), (test, train), ([(text, "human") for text, _ in train], test)]
    assert mark not in [mark_questions(*parts) for parts in others]
    train, test = pick_questions()
    found = questions_of({"questions": mark_questions(train, test), "command": ""})
    assert found == {"train": train, "test": test}


def test_other_questions_than_the_recorded_are_refused(monkeypatch):
    # fails if the features of one text are shown beside another text
    record = {"questions": mark_questions(*pick_questions()), "command": "python -m some.study"}
    monkeypatch.setattr(answer_questions, "load_labelled", lambda _: [("Who ?", "human")] * 9)
    with pytest.raises(ValueError, match=r"of other questions.*`python -m some.study`"):
        questions_of(record)
