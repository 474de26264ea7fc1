"""Task files: what is read, and what is told of a line that can't be asked."""

from collections import Counter

import pytest

from llm_lib.evaluation.tasks import OpenQuestion, Passage, Question, read_task

BEES = '{"question": "What do bees make?", "choices": ["milk", "honey"], "answer": 1}'


def test_the_shipped_questions_give_no_letter_away():
    # fails if one place is right more often, a question comes twice, or the right one is longest
    questions = read_task()
    assert len({q.question for q in questions}) == 40
    assert all(len(q.choices) == 4 for q in questions)
    assert Counter(q.answer for q in questions) == dict.fromkeys(range(4), 10)
    longest = sum(len(q.choices[q.answer]) == max(map(len, q.choices)) for q in questions)
    assert longest < 20  # who always takes the longest doesn't pass


def test_each_kind_is_read(tmp_path):
    # fails if a field is lost, an empty line counts, or a field of somebody's own is in the way
    path = tmp_path / "task.jsonl"
    path.write_text(f'{BEES}\n\n{BEES[:-1]}, "from": "us"}}\n')
    assert read_task(path) == [Question("What do bees make?", ("milk", "honey"), 1)] * 2
    path.write_text('{"question": "Who?", "answers": ["Mia", "the fox"]}')
    assert read_task(path) == [OpenQuestion("Who?", ("Mia", "the fox"))]
    path.write_text('{"text": "A café."}', "utf-8")
    assert read_task(path) == [Passage("A café.")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"question": "Who?", "choices": ["a", "b"]', "is not JSON"),
        ("[1, 2]", "must be one JSON object"),
        ('{"question": "Who?"}', "none of the fields 'choices', 'answers' and 'text'"),
        ('{"choices": ["a", "b"], "answer": 0}', "the field 'question' is missing"),
        ('{"question": "Who?", "choices": ["a", "b"]}', "the field 'answer' is missing"),
        ('{"question": "Who?", "choices": ["a", "b"], "answer": 2}', "from 0 to 1, got 2"),
        ('{"question": "Who?", "choices": ["a", "b"], "answer": "b"}', "from 0 to 1, got 'b'"),
        ('{"question": "Who?", "choices": ["a", "b"], "answer": true}', "got True"),
        ('{"question": "Who?", "choices": ["a", "a"], "answer": 0}', "choices must differ"),
        ('{"question": "Who?", "choices": ["a"], "answer": 0}', "two texts or more"),
        ('{"question": "Who?", "choices": "ab", "answer": 0}', "two texts or more, got 'ab'"),
        ('{"question": " ", "choices": ["a", "b"], "answer": 0}', "question must be a text"),
        ('{"question": "Who?", "choices": ["a", 5], "answer": 0}', "got 5"),
        ('{"question": "Who?", "answers": []}', "one text or more"),
        ('{"text": ""}', "text must be a text that is not empty"),
        ('{"text": "another kind"}', "the first line's are those of multiple choice"),
    ],
)
def test_a_line_that_cannot_be_asked_is_named(tmp_path, line, said):
    # fails if a beginner has to look for the line, or it is asked all the same
    path = tmp_path / "task.jsonl"
    path.write_text(f"{BEES}\n\n{line}\n")
    with pytest.raises(ValueError, match=r"task\.jsonl, line 3: ") as error:
        read_task(path)
    assert said in str(error.value)


def test_a_file_without_questions_is_told(tmp_path):
    # fails if an empty task gets a score, or bytes that are no text a traceback of their own
    path = tmp_path / "task.jsonl"
    path.write_text("\n")
    with pytest.raises(ValueError, match="holds no question"):
        read_task(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="is not a text in UTF-8"):
        read_task(path)
