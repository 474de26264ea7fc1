"""ThinkingLab: what does a model gain that writes its steps before it answers?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, check_text, join_scripts, join_styles

MOST_SWAPS = 10


class ThinkingLab(BookWidget):
    """Two small GPTs of one size learn the shell game in the page, one in each way of answering.

    The game is that of `llm_lib.book.studies.shell_game`, with three balls. One model is trained to
    answer at once, the other to write each swap first and where the balls are after it; both for
    the same seconds, on fresh problems of 1 to 6 swaps. A curve shows how many of other fresh
    problems each gets right, by their number of swaps. Both answer the reader's problem, too. Every
    control is a trait.

    seconds: how long each is trained, 1 to 120; what is measured in between does not count.
    seed: of the first weights and of all problems.
    swaps: how many swaps a problem has that is drawn for the reader, 1 to 10.
    problem: the reader's problem, as "cdaBECD="; "" draws one.
    training: whether the models learn at present (set by the page).
    steps: how many steps each has taken, by "at once" and "thinking" (set by the page).
    right, asked: by the same names and the number of swaps, the first for one swap: how many
        problems were answered right, and how many were put (set by the page).
    answers: what each has written to the problem (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("thinking_lab.js")
    _css = join_styles("thinking_lab.css")

    seconds = t.Int(40).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    swaps = t.Int(5).tag(sync=True, setting=True)
    problem = t.Unicode("").tag(sync=True, setting=True)
    training = t.Bool(False).tag(sync=True)
    steps = t.Dict().tag(sync=True)
    right = t.Dict().tag(sync=True)
    asked = t.Dict().tag(sync=True)
    answers = t.Dict().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "seconds":
            value = check_whole(name, value, 1, 120)
        elif name == "seed":
            value = check_whole(name, value, 0, 2**31)
        elif name == "swaps":
            value = check_whole(name, value, 1, MOST_SWAPS)
        elif name == "problem" and check_text(name, value):
            _check_problem(value)
        super().__setattr__(name, value)


def _check_problem(problem: str) -> None:
    """Raise ValueError unless this is a problem with three balls and at most ten swaps."""
    from llm_lib.book.studies.shell_game import N_BALLS, read_problem  # here: a page needs no study

    balls, swaps = read_problem(problem)
    if len(set(balls)) != N_BALLS or len(balls) != N_BALLS or len(swaps) > MOST_SWAPS:
        raise ValueError(
            f"problem should have {N_BALLS} balls under different cups and at most {MOST_SWAPS} "
            f"swaps; got {problem!r}"
        )
