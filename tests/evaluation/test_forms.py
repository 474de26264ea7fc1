"""The forms in which a question is put, letter by letter."""

import pytest

from llm_lib.evaluation.forms import FORMS, Form
from llm_lib.evaluation.tasks import Question

BEES = Question("What do bees make?", ("milk", "honey", "wool"), 1)
PROMPTS = {
    "cloze": "Question: What do bees make?\nAnswer:",
    "short": "Q: What do bees make?\nA:",
    "bare": "What do bees make?",
    "chat": "<|im_start|>user\nWhat do bees make?<|im_end|>\n<|im_start|>assistant\nThe answer is",
    "listed": "Question: What do bees make?\nOptions: milk, honey, wool\nAnswer:",
    "letter": "Question: What do bees make?\nA. milk\nB. honey\nC. wool\nAnswer:",
    "bracket": "What do bees make?\n(A) milk\n(B) honey\n(C) wool\nThe answer is (",
    "chat-letter": "<|im_start|>user\nWhat do bees make?\nA. milk\nB. honey\nC. wool\n"
    "Answer with one letter.<|im_end|>\n<|im_start|>assistant\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_what_it_was(name):
    # fails if a form changes by a letter: scores of before could not be compared any more
    assert FORMS[name].context(BEES) == PROMPTS[name]
    letters = name in ("letter", "bracket", "chat-letter")
    assert FORMS[name].answers(BEES) == (("A", "B", "C") if letters else BEES.choices)


def test_examples_stand_before_with_their_answers():
    # fails if an example is shown without its answer, or with a wrong one
    cats = Question("What barks?", ("a dog", "a cat"), 0)
    form = Form("Q: {question}\n{options}\nA:", "{letter} {choice}", letters=True, examples=(cats,))
    shown = "Q: What barks?\nA a dog\nB a cat\nA: A\n\n"
    asked = "Q: What do bees make?\nA milk\nB honey\nC wool\nA:"
    assert form.context(BEES) == shown + asked
    cloze = Form("Q: {question}\nA:", examples=(cats,))
    assert cloze.context(BEES).startswith("Q: What barks?\nA: a dog\n\nQ: What do bees")
