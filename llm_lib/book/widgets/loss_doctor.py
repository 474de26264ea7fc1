"""LossDoctor: what is wrong with this training?"""

import math
from functools import cache
from pathlib import Path
from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles
from llm_lib.files import read_json

FILE = Path(__file__).parent.parent / "studies" / "failures.json"
# In the order in which they are shown: the plain ones first.
ORDER = (
    "too_high", "healthy", "too_little_data", "answer_in_input", "not_shuffled",
    "scrambled_targets", "val_in_train", "no_warmup",
)  # fmt: skip
CAUSES = {  # what each looks like, said to a reader who suspects it where it is not
    "healthy": (
        "Nothing is wrong",
        "A healthy run falls fast, then slowly, on both lines, and held-out text costs little "
        "more than training text.",
    ),
    "too_high": (
        "The learning rate is too high",
        "Steps that are too large throw the loss up at the start, above the dotted line. Then it "
        "zigzags down to a high level, and calms only as the rate comes down.",
    ),
    "no_warmup": (
        "No warm-up, in a deep model with post-norm",
        "A spoilt start costs the whole run: after a quick beginning both lines only creep, close "
        "together and without a jump, and end far above a healthy run.",
    ),
    "answer_in_input": (
        "The answer stands in the input",
        "When a model may copy, the loss on both lines runs to almost 0 within some dozen steps. "
        "Stories can't be predicted that well.",
    ),
    "val_in_train": (
        "Held-out text inside the training text",
        "Then the test knows what training knows: the two lines stay together while the model "
        "learns by heart, far below what a healthy run of this length reaches.",
    ),
    "too_little_data": (
        "Too little text: it learns by heart",
        "The lines part: training goes on falling, held-out text turns and rises.",
    ),
    "scrambled_targets": (
        "The targets are mixed up",
        "If each belongs to another position, nothing can be learned but how often each token "
        "comes. Both lines fall to that level, the dash-dotted line, in a few steps, and stay "
        "there from then on.",
    ),
    "not_shuffled": (
        "The text is not shuffled",
        "When another kind of text begins, the training line jumps in the middle of the run.",
    ),
}
LOOK = {  # where to look, in this very curve; no cause is named
    "too_high": "Compare the lines with the dotted one, above all in the first steps.",
    "healthy": "Look at the distance between the lines, and at the end of the solid one.",
    "too_little_data": "Follow the dashed line through the whole run.",
    "answer_in_input": "How low is the end? And how soon does the curve get there?",
    "not_shuffled": "Find the place where the solid line moves in one step, and see when it is.",
    "scrambled_targets": "How do the lines come to the level where they stay, and how flat is it?",
    "val_in_train": "Compare the end of the dashed line with that of a healthy run.",
    "no_warmup": "Look where both lines slow down, and where a healthy run would be by the end.",
}


class LossDoctor(BookWidget):
    """Recorded trainings without their names: choose what went wrong in each.

    The curves were measured by `python -m llm_lib.book.studies.failures`. Every control is a trait.

    case: which training is shown, from 0.
    answers: the cause chosen for each training, "" for none yet; causes are the keys of `causes`.
    table: True while the numbers are shown as a table.
    compare: True while a healthy run, another one than in the cases, is drawn beside each.
    score: how many are right so far (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("loss_doctor.js")
    _css = join_styles("loss_doctor.css")

    cases = t.List(t.Dict()).tag(sync=True)
    causes = t.Dict().tag(sync=True)
    guess_loss = t.Float().tag(sync=True)
    unigram = t.Float().tag(sync=True)
    case = t.Int(0).tag(sync=True, setting=True)
    answers = t.List(t.Unicode()).tag(sync=True, setting=True)
    table = t.Bool(False).tag(sync=True, setting=True)
    compare = t.Bool(True).tag(sync=True, setting=True)
    reference = t.Dict().tag(sync=True)  # the healthy run to compare with
    score = t.Int(0).tag(sync=True)

    def __init__(self, **settings: Any):
        """Show the recorded trainings."""
        cases, guess_loss, self.unigram, self.reference = read_cases()
        settings.setdefault("answers", [""] * len(cases))
        self._n_cases = len(cases)
        self.cases, self.guess_loss = cases, guess_loss
        self.causes = {key: {"label": a, "looks": b} for key, (a, b) in CAUSES.items()}
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "case":
            value = check_whole(name, value, 0, self._n_cases - 1)
        if name == "answers":
            value = self._check_answers(value)
        super().__setattr__(name, value)

    def _check_answers(self, value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or len(value) != self._n_cases:
            raise ValueError(f"answers should be a list of {self._n_cases} causes; got {value!r}")
        for cause in value:
            if cause not in ("", *CAUSES):
                raise ValueError(f'a cause is "" or one of {", ".join(CAUSES)}; got {cause!r}')
        return list(value)


@cache
def read_cases() -> tuple[list[dict[str, Any]], float, float, dict[str, Any]]:
    """Return the recorded curves in the order shown, two landmarks, and a healthy run.

    The landmarks are the losses of a uniform guess, and of knowing the tokens' frequencies alone.
    The healthy run is one with other dice than the curves, to compare them with.

    Raises ValueError, naming the run, if a run is missing or its curves differ in length.
    """
    study = read_json(FILE)
    cases = []
    for name in ORDER:
        curve = study.get("runs", {}).get(name)
        if not curve or len({len(curve[key]) for key in ("step", "train", "val")}) != 1:
            raise ValueError(f"{FILE}: the run {name!r} is missing or not whole")
        cases.append({"cause": name, "look": LOOK[name], **curve})
    guess = math.log(study["model"]["vocab_size"])
    return cases, guess, study["unigram"], study["reference"]
