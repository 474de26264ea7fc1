"""How a question becomes a number: four answers, scored token by token, and a rule that divides."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

ASKED = (25, 1, 30, 6)  # of the 40 questions: those that the last scene offers
RULES = ("acc", "acc_per_token", "acc_norm")
ITEM = {"question", "choices", "answer", "tokens", "log_probs"}


class QuestionScore(Walkthrough):
    """One question, four answers, and what SmolLM2 gives to each of their tokens.

    It shows what the study `llm_lib.book.studies.evaluating` has measured; see `Walkthrough`.

    items: the questions, the first one through all scenes; each a dict with
        question, choices, answer: as in a task of `llm_lib.evaluation`;
        tokens, log_probs: for each choice its tokens, as texts, and log p of each.
    item: which question the last scene shows.
    rule: the rule of the last scene, "acc", "acc_per_token" or "acc_norm".
    chosen: the answer that wins there (set by the page).
    """

    story = "question-score"
    _esm = join_scripts("stories/question_score.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Question": 1, "Answers": 1, "Token by token": 3, "Sum": 1, "Largest": 1,
        "Per token": 1, "Per character": 1, "Your turn": 1,
    }  # fmt: skip

    items = t.List().tag(sync=True, setting=True)
    item = t.Int(0).tag(sync=True, setting=True)
    rule = t.Unicode("acc").tag(sync=True, setting=True)
    chosen = t.Unicode().tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured, unless it is given other `items`."""
        if "items" not in settings and data is None:
            data = {"items": recorded()}
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "items":
            _check_items(value)
        elif name == "item":
            value = check_whole(name, value, 0, max(0, len(self.items) - 1))
        elif name == "rule":
            check_choice(name, value, RULES)
        super().__setattr__(name, value)


def _check_items(value: Any) -> None:
    """Raise TypeError or ValueError unless these are items as `QuestionScore` has them."""
    if not isinstance(value, list) or not value:
        raise TypeError(f"items should be a list with a dict for each; got {value!r:.80}")
    for i, item in enumerate(value):
        if not isinstance(item, dict) or set(item) != ITEM:
            raise ValueError(f"items[{i}] should have {', '.join(sorted(ITEM))}; got {item!r:.80}")
        lengths = [len(each) for each in item["tokens"]]
        if lengths != [len(each) for each in item["log_probs"]] or len(lengths) != 4:
            raise ValueError(f"items[{i}] needs four answers, with log p of each of their tokens")


def recorded() -> list[dict[str, Any]]:
    """Return four questions with what SmolLM2 gave to the tokens of their answers."""
    from llm_lib.book.studies.evaluating import load_choices, load_tokens  # here: it needs torch
    from llm_lib.evaluation import read_task

    questions, choices, tokens = read_task(), load_choices()["cloze"], load_tokens()
    return [
        {
            "question": questions[i].question,
            "choices": [*questions[i].choices],
            "answer": questions[i].answer,
            "tokens": tokens[i],
            "log_probs": [[round(p, 2) for p in each] for each in choices[i].log_probs],
        }
        for i in ASKED
    ]
