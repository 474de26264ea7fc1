"""FourSwitches: which heads of a real model decide to whom John gave the drink?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.study_widget import StudyWidget

SENTENCES = ("John", "Tom", "secret")
FOUR = ("23.3", "29.1", "20.0", "19.2")


class FourSwitches(StudyWidget):
    """Exchange heads of SmolLM2 at the end of *When Mary and John … John gave a drink to*.

    A head that is exchanged gives, at the last word, what it gave where Mary gives the drink. All
    sixteen ways to do that with four heads were recorded, by
    `python -m llm_lib.book.studies.real_english.names`, whose `switch_run` does the same for other
    sentences. Every control is a trait: set it from Python and the page follows, or observe it.

    sentence: "John", who gives the drink; "Tom", of another kind; "secret", where it is weak.
    exchanged: some of "23.3", "29.1", "20.0" and "19.2".
    look: the head whose row is drawn.
    one: whether head 23.3 and the sentence are shown alone, for a first look.
    next: the probabilities of both names (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "names"
    _esm = join_scripts("four_switches.js")
    _css = join_styles("four_switches.css")

    sentence = t.Unicode("John").tag(sync=True, setting=True)
    exchanged = t.List(t.Unicode()).tag(sync=True, setting=True)
    look = t.Unicode("23.3").tag(sync=True, setting=True)
    one = t.Bool(False).tag(sync=True, setting=True)
    next = t.Dict().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "sentence":
            check_choice(name, value, SENTENCES)
        elif name == "look":
            check_choice(name, value, FOUR)
        elif name == "exchanged":
            value = _check_heads(value)
        super().__setattr__(name, value)


def _check_heads(value: Any) -> list[str]:
    """Return a list of heads that were recorded together; TypeError or ValueError otherwise."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"exchanged should be a list of heads; got {type(value).__name__}")
    heads = list(value)
    if not (set(heads) <= set(FOUR) and len(set(heads)) == len(heads)):
        raise ValueError(f"exchanged should be some of {', '.join(FOUR)}; got {value!r}")
    return heads
