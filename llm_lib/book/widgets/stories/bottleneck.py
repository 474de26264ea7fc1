"""A sentence through one vector, and with a look back at all states of a trained network."""

from typing import Any

import traitlets as t

from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

SHORTEST, LONGEST = 2, 8  # words of a sentence
PARTS = ("words", "english", "lumi", "one_state", "attention")
NETWORKS = ("one_state", "attention")
LOOK = {f"attention.{part}.weight" for part in ("query", "key", "score")}
NAMES = {
    f"{cell}.{part}"
    for cell in ("forwards", "backwards", "decoder")
    for part in ("input_weight", "state_weight", "bias")
} | {"read.weight", "write.weight", "head.weight", "head.bias"}


class Bottleneck(Walkthrough):
    """Two trained networks translate a sentence; see `Walkthrough`.

    It computes with the weights that it is given: `data=load_translators()` of
    `llm_lib.book.studies.bottleneck`.

    words: the sentence, 2 to 8 words out of `english`.
    english, lumi: the words of both languages, each with its translation at the same place.
    one_state, attention: the weights of an `RNNTranslator` without and with attention, as lists by
        their names in `state_dict`.
    written, looked: what the two networks write (set by the page).
    weights: the weights of the second, a row for each word written (set by the page).
    fade: what is left of the first word in each state of the first network (set by the page).
    """

    story = "bottleneck"
    _esm = join_scripts("stories/bottleneck.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Read": LONGEST, "Fade": 1, "Hand over": 1, "Write": LONGEST, "Keep all": 1,
        "Look back": LONGEST, "Weights": 1, "Your turn": 1,
    }  # fmt: skip

    words = t.List(t.Unicode()).tag(sync=True, setting=True)
    english = t.List(t.Unicode()).tag(sync=True, setting=True)
    lumi = t.List(t.Unicode()).tag(sync=True, setting=True)
    one_state = t.Dict().tag(sync=True)
    attention = t.Dict().tag(sync=True)
    written = t.List(t.Unicode()).tag(sync=True)
    looked = t.List(t.Unicode()).tag(sync=True)
    weights = t.List().tag(sync=True)
    fade = t.List(t.Float()).tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show two networks; ValueError if they are not given."""
        given = (data if isinstance(data, dict) else {}) | settings
        if data is None or isinstance(data, dict):
            if missing := [name for name in PARTS if name not in given]:
                raise ValueError(
                    f"the walkthrough 'bottleneck' needs {', '.join(missing)}: "
                    "give it data=load_translators() of llm_lib.book.studies.bottleneck"
                )
            _check_languages(given["english"], given["lumi"])
            self._known = list(given["english"])
            # No settings, so that the page does not get them a second time, for Reset.
            self.one_state, self.attention = given["one_state"], given["attention"]
            data = {name: value for name, value in given.items() if name not in NETWORKS}
            settings = {}
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "words":
            value = _checked_words(value, self._known)
        elif name in NETWORKS:
            _check_weights(name, value, NAMES | (LOOK if name == "attention" else set()))
        super().__setattr__(name, value)


def _check_languages(english: Any, lumi: Any) -> None:
    """Raise TypeError or ValueError unless these are two lists of words, equally long."""
    for name, words in (("english", english), ("lumi", lumi)):
        if not isinstance(words, list | tuple) or not all(isinstance(w, str) for w in words):
            raise TypeError(f"{name} should be a list of words; got {words!r}")
    if len(english) != len(lumi):
        raise ValueError(
            f"english and lumi should have as many words; got {len(english)} and {len(lumi)}"
        )


def _checked_words(value: Any, known: list[str]) -> list[str]:
    """Return the words as a list; TypeError or ValueError unless they are a sentence of `known`."""
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"words should be a list of {SHORTEST} to {LONGEST} words; got {value!r}")
    if not SHORTEST <= len(value) <= LONGEST:
        raise ValueError(f"words should be {SHORTEST} to {LONGEST} words; got {len(value)}")
    if strange := [word for word in value if word not in known]:
        raise ValueError(f"a word should be one of {', '.join(known)}; got {strange[0]!r}")
    return list(value)


def _check_weights(name: str, value: Any, names: set[str]) -> None:
    """Raise TypeError or ValueError unless this is a dict with lists of numbers of these names."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} should be a dict of weights; got {type(value).__name__}")
    if set(value) != names:
        wrong = ", ".join(sorted(set(value) ^ names))
        raise ValueError(f"{name} should have weights of the names in state_dict; wrong: {wrong}")
