"""The study of forms and rules: what is on file is whole, and agrees with the harness."""

import math

import pytest
import torch

from llm_lib.book.studies import evaluating
from llm_lib.book.studies.evaluating import (
    ALL_FORMS,
    EXAMPLES,
    JUDGE,
    LONG,
    ask,
    judge,
    load_choices,
    load_harness,
    load_judge,
    load_tokens,
)
from llm_lib.evaluation import Question, read_task
from llm_lib.pretrained.save_load import load_model

RULES = ("acc", "acc_norm", "acc_bytes", "acc_mutual_info")


def test_all_questions_are_the_harness_s_to_the_last():
    # fails if one of 40 questions is marked otherwise by one of four rules, or a sum is another
    theirs, ours = load_harness()["questions"], load_choices()["cloze"]
    assert len(theirs) == len(ours) == 40
    for row, choice in zip(theirs, ours, strict=True):
        assert [math.fsum(each) for each in choice.log_probs] == pytest.approx(
            row["asked"], abs=2e-3
        )
        assert choice.unasked == pytest.approx(row["unasked"], abs=2e-3)
        assert {rule: int(choice.is_right(rule)) for rule in RULES} == row["right"]


def test_each_form_has_each_answer():
    # fails if an answer is lost, or a letter is scored as two tokens
    choices, questions = load_choices(), read_task()
    assert choices.keys() == ALL_FORMS.keys()
    for name, found in choices.items():
        assert [c.right for c in found] == [q.answer for q in questions]
        assert all(len(c.log_probs) == len(c.unasked) == 4 for c in found)
        assert all(math.isfinite(p) and p <= 0 for c in found for row in c.log_probs for p in row)
        assert ALL_FORMS[name].letters == (found[0].answers == ("A", "B", "C", "D"))


def test_the_tokens_are_those_that_were_scored():
    # fails if the film shows pieces that the model did not read
    for q, cut, choice in zip(read_task(), load_tokens(), load_choices()["cloze"], strict=True):
        assert ["".join(tokens) for tokens in cut] == [f" {answer}" for answer in q.choices]
        assert [len(tokens) for tokens in cut] == [len(each) for each in choice.log_probs]


def test_examples_are_not_asked():
    # fails if the few-shot form tells an answer, or favours a letter
    asked = {q.question for q in read_task()}
    assert not asked & {e.question for e in EXAMPLES}
    assert sorted(e.answer for e in EXAMPLES) == [0, 1, 2, 3]


def test_a_study_of_one_question_is_what_is_on_file_for_a_letter(monkeypatch):
    # fails if the code on file does not make the file
    on_file = load_choices()["letter"][0]
    monkeypatch.setattr(evaluating, "ALL_FORMS", {"letter": ALL_FORMS["letter"]})
    found = ask(*load_model("smollm2"), read_task()[:1])["letter"][0]
    assert [sum(each) for each in found["log_probs"]] == pytest.approx(
        [sum(each) for each in on_file.log_probs], abs=2e-3
    )


class Follower(torch.nn.Module):
    """Prefers the letter A by a fixed amount, whatever it reads."""

    def __init__(self, a, b, vocab_size):
        super().__init__()
        self.place = torch.nn.Parameter(torch.zeros(1))
        self.a, self.b, self.vocab_size = a, b, vocab_size
        self.config = type("Config", (), {"context_length": 4096})

    def forward(self, ids, padding=None, logits_to_keep=1):
        logits = torch.zeros(len(ids), logits_to_keep, self.vocab_size)
        logits[..., self.a] = 3.0
        return logits


def test_a_judge_that_says_a_always_is_seen_as_one():
    # fails if the second order is not turned round, or odds have the wrong sign
    tokenizer = load_model("smollm2")[1]
    a, b = tokenizer.encode("A")[0], tokenizer.encode("B")[0]
    model = Follower(a, b, tokenizer.vocab_size)
    found = judge(model, tokenizer, [Question("What barks?", ("cat", "dog"), 1)])
    assert found.keys() == {"wrong", "same", "long"}
    for odds in found.values():
        assert odds == [[pytest.approx(3.0)] * 2]


def test_what_the_judge_said_is_whole():
    # fails if a pair is lost; the same answer twice has one order
    judged = load_judge()
    assert {name: len(odds) for name, odds in judged.items()} == dict.fromkeys(judged, 40)
    assert all(a == b for a, b in judged["same"])
    assert "{a}" in JUDGE and "{b}" in JUDGE and LONG.count("{}") == 1
