"""WhereTheAnswerSits: at which layer and position of a model can the answer be read?"""

import base64
from functools import cache
from pathlib import Path
from typing import Any

import traitlets as t
from safetensors.numpy import load_file

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.studies.answer_questions import N_TEST, questions_of
from llm_lib.book.widgets.base import BookWidget, Payload, join_scripts, join_styles
from llm_lib.book.widgets.model_file import digest
from llm_lib.files import read_json

FILE = Path(__file__).parent.parent / "studies" / "answer_features.json"
CHOICES = {
    "layer": (0, 5, 10, 15, 20, 25, 30),
    "position": ("first", "middle", "last", "mean"),
    "examples": (8, 16, 32, 64, 128, 320),
    "padding": (0, 1, 2, 4, 8),
}


class WhereTheAnswerSits(BookWidget):
    """Train a probe in the page on what SmolLM2 holds of questions, at one layer and position.

    The model is frozen: its numbers for 320 questions to learn from and 200 for the test were
    recorded by
    `python -m llm_lib.book.studies.answer_features`. A probe, multinomial logistic regression, says
    which of six kinds of answer a question asks for. Every control is a trait: set it from Python
    and the page follows, or observe it.

    layer: how many of the 30 blocks the features have behind them: 0, 5, 10, 15, 20, 25 or 30.
    position: the "first", "middle" or "last" token of each text, or the "mean" of all of them.
    examples: how many questions the probe learns from: 8, 16, 32, 64, 128 or 320.
    draw: which ones, a seed.
    padding: how many columns behind the last token the trained probe is made to read, as in a
        batch that is filled up on the right: 0, 1, 2, 4 or 8. Other positions know no padding.
    question: the test question whose probabilities are shown, from 0 to 199.
    accuracy: the share of the test questions that the probe gets right (set by the page).
    guess: that of always saying the commonest class of the examples (set by the page).
    map: the accuracies of all places, a row for each layer and a column for each position, once all
        are worked out (set by the page).
    confusion: how often each class, a row, was taken for each, a column (set by the page).
    verdict: of the question shown, its "text", its "label" and the "probabilities" of the six
        classes (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("where_the_answer_sits.js")
    _css = join_styles("where_the_answer_sits.css")

    layer = t.Int(0).tag(sync=True, setting=True)
    position = t.Unicode("last").tag(sync=True, setting=True)
    examples = t.Int(320).tag(sync=True, setting=True)
    draw = t.Int(0).tag(sync=True, setting=True)
    padding = t.Int(0).tag(sync=True, setting=True)
    question = t.Int(0).tag(sync=True, setting=True)
    ref = t.Unicode().tag(sync=True)
    accuracy = t.Float(0.0).tag(sync=True)
    guess = t.Float(0.0).tag(sync=True)
    map = t.List().tag(sync=True)
    confusion = t.List().tag(sync=True)
    verdict = t.Dict().tag(sync=True)

    def __init__(self, **settings: Any):
        """Open the widget with these settings; see the class."""
        self._refuse_unknown(settings)
        payload, self.ref = _features()
        self._offer(self.ref, payload)
        super().__init__(**settings)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, and the record that it shows."""
        payload, ref = _features()
        return state, {ref: payload} if state["ref"] == ref else {}

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in CHOICES:
            check_choice(name, value, CHOICES[name])
        elif name == "draw":
            value = check_whole(name, value, 0, 2**31)
        elif name == "question":
            value = check_whole(name, value, 0, N_TEST - 1)
        super().__setattr__(name, value)


@cache
def _features() -> tuple[Payload, str]:
    """Return what the page fetches, and its ref: the record of the study, with its numbers."""
    payload = read_json(FILE)
    payload |= questions_of(payload)
    tensors = load_file(FILE.with_suffix(".safetensors"))
    for kind, name in (("text", "text"), ("behind", "behind_end")):
        layers, positions, texts, half = tensors[kind].shape
        payload[name] = {
            "shape": [layers, positions, texts, 2 * half],
            "data": base64.b64encode(tensors[kind].tobytes()).decode("ascii"),
            "scale": [float(f"{x:.6g}") for x in tensors[f"{kind}_scale"].flatten().tolist()],
        }
    return payload, digest(payload)
