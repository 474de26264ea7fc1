"""What a model learns of a question with its answer: which targets count, and what then happens."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.stories.recorded import RecordedStory

STOPS = (0, 1, 10, 100)


class AnswerMask(RecordedStory):
    """A prompt with its answer as tokens, the loss of each, and what training makes of them.

    It shows what `python -m llm_lib.book.studies.answering` has measured with base Sprout.

    tokens: of the example, as texts; first: the place of the answer's first token.
    runs: four dicts of mask, stop and "after": by the number of steps, the losses of all tokens
        but the first, and what the model says.
    mask: whether the prompt is left out of the loss in the last scene; stop: whether the
        end-of-text token counts; steps: of training: 0, 1, 10 or 100.
    loss: the mean of what counts then (set by the page); says: what the model answers (as well).
    """

    story = "answer-mask"
    study = "answering.json"
    parts = ("tokens", "first", "runs")
    _esm = join_scripts("stories/answer_mask.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Base": 1, "Targets": 1, "Mask": 1, "Losses": 1, "Steps": 3, "No end": 1,
        "Your turn": 1,
    }  # fmt: skip

    tokens = t.List(t.Unicode()).tag(sync=True, setting=True)
    first = t.Int().tag(sync=True, setting=True)
    runs = t.List().tag(sync=True, setting=True)
    mask = t.Bool(True).tag(sync=True, setting=True)
    stop = t.Bool(True).tag(sync=True, setting=True)
    steps = t.Int(10).tag(sync=True, setting=True)
    loss = t.Float().tag(sync=True)
    says = t.Unicode().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("mask", "stop") and not isinstance(value, bool):
            raise TypeError(f"{name} should be True or False; got {value!r}")
        if name == "steps":
            value = check_whole(name, value, 0)
            check_choice(name, value, STOPS)
        elif name == "first":
            value = check_whole(name, value, 1)
        super().__setattr__(name, value)
