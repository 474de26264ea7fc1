"""A model tries, a program marks what it tried, and one step makes the better answers likelier."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

SIZE, MOST = 8, 3  # answers of a group, and how many of them may differ
PASSAGE = "Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum."
QUESTION, RIGHT = "Who had the kite?", "The one with the kite was Mia."
EASY = ("Happy or sad? The day at the lake was wonderful.", "Happy.")
PARTS = {"text", "p"}


class GroupOfAnswers(Walkthrough):
    """GRPO's step on one prompt: draw, mark, compare, learn; see `Walkthrough`.

    It shows what was measured: tuned Sprout on who had the kite, unless it is given
    `data=measure_group(model, tokenizer)`.

    passage, question: what is asked.
    answers: a dict of text and p, its probability, for each different answer that was drawn.
    draws: which answer each of the eight is.
    marks: [[1, 0]], the mark of each different answer, 0 or 1: that of the last scene.
    right: the marks that a program gave.
    after: from marks, as "10", to the probability of each answer after one step on them.
    easy: a prompt that is always answered right, as a dict of prompt, text and p, before the step
        and, since that step changes nothing, after it.
    """

    story = "group-of-answers"
    _esm = join_scripts("stories/group_of_answers.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Question": 1, "Draw": 1, "Marks": 1, "Advantages": 2, "One step": 2, "All alike": 2,
        "Your turn": 1,
    }  # fmt: skip

    passage = t.Unicode(PASSAGE).tag(sync=True, setting=True)
    question = t.Unicode(QUESTION).tag(sync=True, setting=True)
    answers = t.List(t.Dict()).tag(sync=True, setting=True)
    draws = t.List().tag(sync=True, setting=True)
    right = t.List().tag(sync=True, setting=True)
    marks = t.List().tag(sync=True, setting=True)
    after = t.Dict().tag(sync=True, setting=True)
    easy = t.Dict().tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured, or else what tuned Sprout does."""
        if "answers" not in settings and data is None:
            from llm_lib.pretrained.save_load import load_model  # here: only this story needs it

            data = measure_group(*load_model("sprout_tuned"))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "answers":
            _check_answers(value)
        elif name == "draws":
            if not isinstance(value, list) or len(value) != SIZE:
                raise ValueError(f"draws should be a list of {SIZE} places; got {value!r}")
            value = [check_whole("each of draws", place, 0, MOST - 1) for place in value]
        elif name == "marks":
            value = _check_marks(value)
        super().__setattr__(name, value)


def measure_group(
    model: Any,
    tokenizer: Any,
    passage: str = PASSAGE,
    question: str = QUESTION,
    right: str = RIGHT,
    *,
    seed: int = 10,
    learning_rate: float = 1e-5,
) -> dict[str, Any]:
    """Return what `Walkthrough("group-of-answers")` shows of a model.

    Eight answers are drawn, and a step of GRPO is made from the same weights for each way in which
    the different answers could be marked. Raises ValueError if the eight do not hold two or three
    different answers: try another seed then.
    """
    prompt = f"{passage} {question}"
    texts, draws = _draw(model, tokenizer, prompt, right, seed)
    chances = _probabilities(model, tokenizer, prompt, texts)
    after = {
        "".join(map(str, marks)): _after_step(
            model, tokenizer, prompt, texts, [marks[place] for place in draws], draws, learning_rate
        )
        for marks in product((0, 1), repeat=len(texts))
    }
    marks = [int(text == right) for text in texts]
    [p] = _probabilities(model, tokenizer, EASY[0], EASY[1:])
    return {
        "passage": passage,
        "question": question,
        "answers": [{"text": text, "p": p} for text, p in zip(texts, chances, strict=True)],
        "draws": draws,
        "right": marks,
        "marks": [list(marks)],
        "after": after,
        "easy": {"prompt": EASY[0], "text": EASY[1], "p": p},
    }


def _draw(model: Any, tokenizer: Any, prompt: str, right: str, seed: int) -> tuple:
    """Return the different answers among eight, the right one first, and which each of them is."""
    from llm_lib.finetuning.rollouts import RolloutSettings, answer_text, draw_answers

    settings = RolloutSettings(SIZE, 24, seed=seed)
    [group] = draw_answers(model, [prompt], tokenizer, settings)
    written = [answer_text(row, tokenizer) for row in group]
    texts = sorted(set(written), key=lambda text: (text != right, text))
    if not 2 <= len(texts) <= MOST:
        raise ValueError(
            f"the eight answers should be two or three different ones; with seed {seed} they are "
            f"{texts}"
        )
    return texts, [texts.index(text) for text in written]


def _rows(tokenizer: Any, prompt: str, texts: Sequence[str]) -> tuple:
    from llm_lib.finetuning.sft import collate, encode_answered

    return collate([encode_answered(prompt, text, tokenizer) for text in texts])


def _probabilities(model: Any, tokenizer: Any, prompt: str, texts: Sequence[str]) -> list[float]:
    """Return the probability of each whole answer."""
    import torch

    from llm_lib.finetuning.dpo import answer_log_prob

    with torch.no_grad():
        logs = answer_log_prob(model, *_rows(tokenizer, prompt, texts))
    return [round(p, 6) for p in logs.exp().tolist()]


def _after_step(
    model: Any,
    tokenizer: Any,
    prompt: str,
    texts: Sequence[str],
    marks: Sequence[int],
    draws: Sequence[int],
    rate: float,
) -> list[float]:
    """Return the probability of each answer after one step on the marks of the eight."""
    import copy

    import torch

    from llm_lib.finetuning.grpo import group_advantages, policy_loss
    from llm_lib.finetuning.rollouts import token_log_probs
    from llm_lib.training.config import TrainingConfig
    from llm_lib.training.loop import fit

    learner = copy.deepcopy(model).requires_grad_(True)
    x, y = _rows(tokenizer, prompt, [texts[place] for place in draws])
    advantages = group_advantages(torch.tensor(marks))

    def loss_at(part: Any, index: int) -> Any:
        log_probs = token_log_probs(part, x, y)
        return policy_loss(log_probs, log_probs.detach(), advantages, y >= 0)

    config = TrainingConfig(
        steps=1, learning_rate=rate, warmup_steps=0, weight_decay=0, progress=False
    )
    fit(learner, loss_at, config)
    return _probabilities(learner, tokenizer, prompt, texts)


def _check_answers(value: Any) -> None:
    if not isinstance(value, list) or not 2 <= len(value) <= MOST:
        raise ValueError(f"answers should be two or three different ones; got {value!r}")
    for i, answer in enumerate(value):
        if not isinstance(answer, dict) or set(answer) != PARTS:
            raise ValueError(f"answers[{i}] should have p, text; got {answer!r}")
        check_number(f"answers[{i}]: p", answer["p"], least=0, most=1)


def _check_marks(value: Any) -> list[list[int]]:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], list):
        raise ValueError(f"marks should be a row of two or three marks; got {value!r}")
    for mark in value[0]:
        check_choice("a mark", mark, (0, 1))
    return [[int(mark) for mark in value[0]]]
