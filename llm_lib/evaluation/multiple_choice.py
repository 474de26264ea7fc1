"""Multiple choice: a model chooses the answer that it finds most probable, by one of five rules.

Rules have the names that lm-evaluation-harness (Gao et al. 2024) gives them, except for
`acc_per_token`, which it doesn't have. Each divides or shifts the sum of the log probabilities of
an answer's tokens, and the largest value wins.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from llm_lib.arguments import check_choice
from llm_lib.evaluation.forms import FORMS, Form
from llm_lib.evaluation.log_likelihood import continuation_log_probs
from llm_lib.evaluation.tasks import Question
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import Tokenizer

RULES = {
    "acc": "the sum of log p over the answer's tokens",
    "acc_per_token": "the sum divided by the number of tokens",
    "acc_norm": "the sum divided by the number of characters",
    "acc_bytes": "the sum divided by the number of bytes",
    "acc_mutual_info": "the sum, minus what the answer has without its question",
}


@dataclass(frozen=True)
class Choice:
    """What one model gives to the answers of one question.

    log_probs: log p of each token of each answer, after the question.
    unasked: the sum of log p of each answer without its question, or None if it wasn't measured.
    right: the place of the right answer.
    """

    answers: tuple[str, ...]
    log_probs: tuple[tuple[float, ...], ...]
    right: int
    unasked: tuple[float, ...] | None = None

    def values(self, rule: str) -> list[float]:
        """Return a value for each answer, of which the largest wins.

        >>> choice = Choice(("ice", "snow and ice"), ((-3.0,), (-3.0, -0.5, -0.5)), 1)
        >>> choice.values("acc"), choice.values("acc_per_token")
        ([-3.0, -4.0], [-3.0, -1.3333333333333333])
        """
        check_choice("rule", rule, tuple(RULES))
        sums = [sum(each) for each in self.log_probs]
        if rule == "acc_mutual_info":
            if self.unasked is None:
                raise ValueError("acc_mutual_info needs the sums unasked")
            return [s - u for s, u in zip(sums, self.unasked, strict=True)]
        lengths = {
            "acc": [1] * len(sums),
            "acc_per_token": [len(each) for each in self.log_probs],
            "acc_norm": [len(answer) for answer in self.answers],
            "acc_bytes": [len(answer.encode()) for answer in self.answers],
        }
        return [s / n for s, n in zip(sums, lengths[rule], strict=True)]

    def choose(self, rule: str = "acc") -> int:
        """Return the place of the answer that wins; of equal ones, the first."""
        values = self.values(rule)
        return values.index(max(values))

    def is_right(self, rule: str = "acc") -> bool:
        """Whether the right answer wins."""
        return self.choose(rule) == self.right


def answer_choices(
    model: GPT,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    form: Form = FORMS["cloze"],
    *,
    mutual_info: bool = True,
    start_id: int | None = None,
    progress: Callable[[Iterable], Iterable] = iter,
) -> list[Choice]:
    """Return what a model gives to the answers of each question.

    mutual_info: whether the answers are measured without their question, too.
    start_id: the token that stands where the question was, if not the end-of-text token.
    progress: wraps the questions, as `tqdm` does.
    """
    made = []
    for question in progress(questions):
        answers = form.answers(question)
        texts = [form.delimiter + answer for answer in answers]
        told = continuation_log_probs(model, tokenizer, form.context(question), texts)
        unasked = None
        if mutual_info:
            alone = continuation_log_probs(model, tokenizer, "", texts, start_id)
            unasked = tuple(map(sum, alone))
        made.append(Choice(answers, tuple(map(tuple, told)), question.answer, unasked))
    return made


def accuracy(choices: Sequence[Choice], rule: str = "acc") -> float:
    """Return the share of questions whose right answer wins. Raises ValueError without any."""
    if not choices:
        raise ValueError("there are no questions, and so no accuracy")
    return sum(choice.is_right(rule) for choice in choices) / len(choices)
