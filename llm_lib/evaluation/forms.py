"""The form of a question: the text that a model goes on from, and what it may go on with.

The same question, choices and model give different scores in different forms. In a *cloze* form
the model sees the question alone, and each choice's own words are scored. In a *letter* form it
sees the choices under letters, and the letters are scored.
"""

from dataclasses import dataclass

from llm_lib.evaluation.tasks import Question

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Form:
    """How a question becomes a prompt.

    prompt: the text, with {question} and, if the choices are shown, {options} in it.
    option: how one choice is shown, with {letter} and {choice}; `between` stands between two.
    letters: whether the letters are scored, and not the choices' own words.
    delimiter: what stands between the prompt and the answer.
    examples: questions that are shown before, with their right answers ("few-shot").
    """

    prompt: str
    option: str = ""
    between: str = "\n"
    letters: bool = False
    delimiter: str = " "
    examples: tuple[Question, ...] = ()

    def context(self, question: Question) -> str:
        r"""Return the text that the model goes on from.

        >>> bees = Question("What do bees make?", ("milk", "honey"), 1)
        >>> FORMS["cloze"].context(bees)
        'Question: What do bees make?\nAnswer:'
        """
        return self.examples_text() + self._ask(question)

    def examples_text(self) -> str:
        """Return what stands before the question: the examples, each with its right answer."""
        shown = (
            self._ask(e) + self.delimiter + self.answers(e)[e.answer] + "\n\n"
            for e in self.examples
        )
        return "".join(shown)

    def answers(self, question: Question) -> tuple[str, ...]:
        """Return what is scored after the prompt: the choices, or their letters.

        >>> FORMS["letter"].answers(Question("What do bees make?", ("milk", "honey"), 1))
        ('A', 'B')
        """
        return tuple(LETTERS[: len(question.choices)]) if self.letters else question.choices

    def _ask(self, question: Question) -> str:
        lettered = zip(LETTERS, question.choices, strict=False)
        options = self.between.join(self.option.format(letter=n, choice=c) for n, c in lettered)
        return self.prompt.format(question=question.question, options=options)


CHAT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"  # SmolLM2's template
FORMS = {
    "cloze": Form("Question: {question}\nAnswer:"),
    "short": Form("Q: {question}\nA:"),
    "bare": Form("{question}"),
    "chat": Form(CHAT.format("{question}") + "The answer is"),
    "listed": Form("Question: {question}\nOptions: {options}\nAnswer:", "{choice}", ", "),
    "letter": Form("Question: {question}\n{options}\nAnswer:", "{letter}. {choice}", letters=True),
    "bracket": Form(
        "{question}\n{options}\nThe answer is (", "({letter}) {choice}", letters=True, delimiter=""
    ),
    "chat-letter": Form(
        CHAT.format("{question}\n{options}\nAnswer with one letter."),
        "{letter}. {choice}",
        letters=True,
        delimiter="",
    ),
}
