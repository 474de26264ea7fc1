"""The picture of the three trainings: its answers are on record, or the reader's own."""

import pytest

from llm_lib.book.pictures import show_picture
from llm_lib.book.studies.stages import load_stages


def test_the_answers_are_those_on_record():
    # fails when the picture tells of a training that ended otherwise
    words = show_picture("stages").words
    for stage in ("base", "tuned 60", "preferred"):
        said = load_stages()["stages"][stage]["asked"]["bear"]["says"].splitlines()[0]
        assert f"“{said}”" in words
    assert "1,180,800 numbers" in words


def test_questions_of_ones_own_each_have_a_row():
    # fails when a question or one of its answers is lost, in one of the two drawings
    answers = {"Is it cold?": ["The end.", "Yes.", "Yes, it is."], "Why?": ["a", "b", "c"]}
    picture = show_picture("stages", answers=answers)
    html = picture._repr_html_()
    for question, said in answers.items():
        assert f"“{question}”" in picture.words
        for text in (question, *said):
            assert html.count(text) >= 2


@pytest.mark.parametrize("answers", [{}, {"Why?": ["a", "b"]}])
def test_each_question_needs_three_answers(answers):
    # fails when a column stays empty
    with pytest.raises(ValueError, match="answers should have 3 for each question"):
        show_picture("stages", answers=answers)
