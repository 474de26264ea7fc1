"""How a model is made: random numbers, then three trainings, and one question after each."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.stories.recorded import RecordedStory


class ThreeTrainings(RecordedStory):
    """What one network answers after pretraining, fine-tuning and preference tuning.

    Without settings it shows what `python -m llm_lib.book.studies.stages` has measured.

    parameters, vocab_size: of the network.
    texts: "plain" and "example", lists of [token, whether its loss counts].
    stages: by name ("random", "base", "tuned 1", …, "preferred"), dicts of
        right: for how many of 30 new words the answer begins as it should;
        asked: for each word, what comes "next" (token to probability), the probabilities of
        "whole" answers, and what the model "says".
    asked: the word that the last scene asks about; moment: the stage at which it does.
    """

    story = "three-trainings"
    study = "stages.json"
    parts = ("parameters", "vocab_size", "texts", "stages")
    _esm = join_scripts("stories/three_trainings.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Question": 1, "Random": 1, "Text": 1, "Base": 1, "Examples": 1, "Tuned": 4, "Pairs": 1,
        "Preferred": 2, "Your turn": 1,
    }  # fmt: skip

    parameters = t.Int().tag(sync=True, setting=True)
    vocab_size = t.Int().tag(sync=True, setting=True)
    texts = t.Dict().tag(sync=True, setting=True)
    stages = t.Dict().tag(sync=True, setting=True)
    asked = t.Unicode("drum").tag(sync=True, setting=True)
    moment = t.Unicode("base").tag(sync=True, setting=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("parameters", "vocab_size"):
            value = check_whole(name, value, 1)
        elif name == "asked" and self.stages:
            check_choice(name, value, tuple(self.stages["base"]["asked"]))
        elif name == "moment" and self.stages:
            check_choice(name, value, tuple(self.stages))
        super().__setattr__(name, value)
