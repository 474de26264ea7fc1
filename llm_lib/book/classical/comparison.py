"""Compares six small models, and any other answerer, on Small World's tasks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_lib.arguments import check_whole
from llm_lib.book.classical.answering import PatternReader
from llm_lib.book.classical.base import TaskModel
from llm_lib.book.classical.labels import BagOfWords, NaiveBayes
from llm_lib.book.classical.names import NameFinder
from llm_lib.book.classical.summary import SentenceRanker, rouge_1
from llm_lib.book.classical.translation import WordTranslator
from llm_lib.book.small_world import OPENINGS, Example, SmallWorld

Answerer = Callable[[list[str]], Sequence[str]]  # from prompts to as many answers

MODELS: dict[str, type[TaskModel]] = {
    "sentiment": BagOfWords,
    "spam": NaiveBayes,
    "translate": WordTranslator,
    "names": NameFinder,
    "summary": SentenceRanker,
    "question": PatternReader,
}


def small_world_examples(
    task: str, n: int, split: str = "train", seed: int = 0
) -> list[tuple[str, Any]]:
    """Return `n` examples (text, answer) of a Small World task, as a model for that task wants it.

    The words that name the task are taken off the text. The answer is a label ("Happy"), a list
    of names, or a sentence.

    Raises ValueError for a task that is not in `MODELS`, an unknown split, or `n` below 1.

    >>> small_world_examples("names", 1, seed=2)
    [('"Hello, Mifos," said Nusol.', ['Mifos', 'Nusol'])]
    """
    return [
        (_without_opening(example.prompt), _read(task, example.answer))
        for example in _examples(task, n, split, seed)
    ]


class SixModels:
    r"""One small model for each of six tasks, each trained on `n` examples of its own task.

    `models` is a dict from the task to its model. Called with prompts in the form
    of Small World, it looks at the opening words of each, gives it to the model whose task that
    is, and writes the answer in the form of Small World. All of that is written by hand: one way
    in and one way out for each task.

    >>> six = SixModels(n=300)
    >>> six(["User: Happy or sad? I like this kite very much.\nBot:"])
    ['Happy.']
    >>> six(["User: Write a story about Mia the fox and a kite.\nBot:"])  # there is no seventh
    ['']
    """

    def __init__(self, n: int = 1000, seed: int = 0):
        self.models = {
            task: model().fit(small_world_examples(task, n, seed=seed))
            for task, model in MODELS.items()
        }

    def __call__(self, prompts: list[str]) -> list[str]:
        """Return one answer for each prompt, "" where no model has one."""
        return [self._answer(prompt) for prompt in prompts]

    def _answer(self, prompt: str) -> str:
        text = prompt.removeprefix("User: ").removesuffix("\nBot:")
        openings = (task for task, words in OPENINGS.items() if text.startswith(words))
        task = next(openings, "question")
        return _write(self.models[task].predict(_without_opening(text)))


@dataclass(frozen=True)
class TaskScore:
    """How good the answers to one task were.

    exact: the share of answers that are right to the letter.
    overlap: the mean share of words in common with the right answer (`rouge_1`).
    """

    exact: float
    overlap: float


def evaluate_tasks(
    answer: Answerer, split: str = "held_out", n: int = 400, seed: int = 1000
) -> dict[str, TaskScore]:
    """Ask an answerer `n` prompts of each of the six tasks, and return its score for each.

    answer: takes a list of prompts and returns a list of answers, of which the first line counts.
        `SixModels()` is one, and so is a language model with its tokenizer:
        `functools.partial(llm_lib.evaluation.complete, model, tokenizer, max_new_tokens=40)`.

    The prompts are those of `llm_lib.evaluation.evaluate_answers` with the same arguments.

    Raises ValueError for an unknown split, `n` below 1, or another number of answers than prompts.
    """
    scores = {}
    for task in MODELS:
        examples = _examples(task, n, split, seed)
        answers = answer([example.question for example in examples])
        if len(answers) != n:
            raise ValueError(
                f"{n} prompts of {task!r} should get {n} answers, but {len(answers)} came"
            )
        pairs = [(a.split("\n")[0], e.answer) for a, e in zip(answers, examples, strict=True)]
        exact = sum(a == right for a, right in pairs) / n
        scores[task] = TaskScore(exact, sum(rouge_1(a, right) for a, right in pairs) / n)
    return scores


def score_table(columns: Mapping[str, Mapping[str, TaskScore]]) -> str:
    """Return a table as text: a line for each task, a column for each of the named results.

    Each field is "exact / overlap", in per cent.

    >>> print(score_table({"six models": {"spam": TaskScore(1.0, 1.0)}}))
    task            six models
    spam           100% / 100%
    """
    tasks = list(dict.fromkeys(task for scores in columns.values() for task in scores))
    width = max(16, *(len(name) + 2 for name in columns))
    lines = ["task      " + "".join(f"{name:>{width}}" for name in columns)]
    for task in tasks:
        fields = [f"{s[task].exact:.0%} / {s[task].overlap:.0%}" for s in columns.values()]
        lines.append(f"{task:10}" + "".join(f"{field:>{width}}" for field in fields))
    return "\n".join(lines)


def _examples(task: str, n: int, split: str, seed: int) -> list[Example]:
    if task not in MODELS:
        raise ValueError(f"task should be one of {', '.join(MODELS)}; got {task!r}")
    check_whole("n", n)
    world = SmallWorld(seed, split)
    return [world.example(task) for _ in range(n)]


def _without_opening(text: str) -> str:
    opening = next((words for words in OPENINGS.values() if text.startswith(words)), "")
    return text.removeprefix(opening)


def _read(task: str, answer: str) -> str | list[str]:
    if task == "names":
        return answer.removesuffix(".").split(", ")
    return answer.removesuffix(".") if task in ("sentiment", "spam") else answer


def _write(answer: str | list[str]) -> str:
    text = ", ".join(answer) if isinstance(answer, list) else answer
    return text if not text or text.endswith((".", "!", "?", '"')) else text + "."
