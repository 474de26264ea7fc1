"""ScoringRules: how many of 40 questions are right, by their form and by the rule that counts?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

RULES = ("acc", "acc_per_token", "acc_norm", "acc_bytes", "acc_mutual_info")
NAMES = {  # of the forms, as they stand in the menu and in the chapter's chart
    "cloze": "Question: … Answer:",
    "short": "Q: … A:",
    "chat": "chat: The answer is",
    "bare": "the question alone",
    "listed": "listed, words scored",
    "letter": "listed, A. B. C. D.",
    "bracket": "listed, (A) (B) (C) (D)",
    "letter-4": "listed, four examples",
    "chat-letter": "listed, chat, a letter",
}


class ScoringRules(BookWidget):
    """One model, 40 questions, and the scores that each form and each rule gives it.

    It shows what was measured: SmolLM2 on the 40 questions of `llm_lib.evaluation`, unless it is
    given other `data`. Every control is a trait.

    form: in which form the questions are put, one of those in `data`.
    rule: what counts, named as `llm_lib.evaluation.RULES`.
    question: which question is looked at, from 0.
    data: what is shown: {"questions": a list of {"question", "choices", "answer"}, "forms": for
        each form its "name", the fields of `llm_lib.evaluation.Form` (its examples as a text), and
        for each question the "sums" of log p of its answers, their numbers of "tokens", and the
        sums "unasked"}.
    chosen: which answer wins, for each question (set by the page).
    right: how many of them are right (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("scoring_rules.js")
    _css = join_styles("scoring_rules.css")

    data = t.Dict().tag(sync=True)
    form = t.Unicode("cloze").tag(sync=True, setting=True)
    rule = t.Unicode("acc").tag(sync=True, setting=True)
    question = t.Int(0).tag(sync=True, setting=True)
    chosen = t.List().tag(sync=True)
    right = t.Int().tag(sync=True)

    def __init__(self, *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what is on file, or `data`."""
        self.data = recorded() if data is None else data
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "data" and (not isinstance(value, dict) or not value.get("questions")):
            raise ValueError(f"data should have questions and forms; got {value!r:.80}")
        if name == "form":
            check_choice(name, value, tuple(self.data["forms"]))
        elif name == "rule":
            check_choice(name, value, RULES)
        elif name == "question":
            value = check_whole(name, value, 0, len(self.data["questions"]) - 1)
        super().__setattr__(name, value)


def recorded() -> dict[str, Any]:
    """Return what SmolLM2 gave to the answers, from `llm_lib.book.studies.evaluating`."""
    from llm_lib.book.studies.evaluating import ALL_FORMS, load_choices  # here: it needs torch
    from llm_lib.evaluation import read_task

    questions, forms = read_task(), {}
    recordings = load_choices()
    for name in NAMES:
        choices, form = recordings[name], ALL_FORMS[name]
        forms[name] = {
            "name": NAMES[name],
            "prompt": form.prompt,
            "option": form.option,
            "between": form.between,
            "letters": form.letters,
            "examples": form.examples_text(),
            "sums": [[round(sum(each), 4) for each in c.log_probs] for c in choices],
            "tokens": [[len(each) for each in c.log_probs] for c in choices],
            "unasked": [list(c.unasked) for c in choices],
        }
    asked = [
        {"question": q.question, "choices": [*q.choices], "answer": q.answer} for q in questions
    ]
    return {"questions": asked, "forms": forms}
