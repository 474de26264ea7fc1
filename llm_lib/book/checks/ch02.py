"""Checks for the chapter on how a language model is made."""

import math
from collections.abc import Iterator

from llm_lib.book.exercises import Case, exercise


@exercise(
    "02-days",
    hints=[
        "FLOPs: 6 · parameters · tokens.",
        "All devices together do peak_flops · utilization · n_devices FLOPs per second.",
        "A day has 24 · 60 · 60 = 86,400 seconds.",
    ],
    faults={
        "1,000 devices|full speed": (
            "All devices together do peak_flops · utilization · n_devices FLOPs per second."
        ),
    },
    why="More devices shorten the days, but device-hours, and so the bill, stay as they are.",
)
def days() -> Iterator[Case]:
    """Yield cases for `my_days(parameters, tokens, peak_flops, utilization, n_devices)`."""
    cases = {
        "GPT-3 on 1,000 devices": (175e9, 300e9, 312e12, 0.4, 1000),
        "the same on one device": (175e9, 300e9, 312e12, 0.4, 1),
        "a small model on a laptop": (1.2e6, 33e6, 1e11, 0.3, 1),
        "at full speed": (1e9, 2e10, 1e15, 1.0, 8),
    }
    for label, (n, d, peak, share, devices) in cases.items():
        seconds = n * d / peak / share / devices * 6
        yield Case(label, (n, d, peak, share, devices), seconds / (24 * 3600))


@exercise(
    "02-targets",
    hints=[
        "Put prompt and answer in one list. The target of each position is the token after it, so "
        "there is one target fewer than there are tokens.",
        "The last token of the prompt has the first token of the answer as its target, and that "
        "one counts.",
        "So len(prompt) - 1 targets are left out, and then come all tokens of the answer.",
    ],
    faults={
        "the same token": "Leave out by position, not by value: a token can be in both lists.",
        "a prompt of one token": "With one token in the prompt, no target is left out.",
    },
    why="The model reads the question, but is judged by its answer alone.",
)
def targets() -> Iterator[Case]:
    """Yield cases for `my_targets(prompt, answer)`: one target for each token but the last."""
    cases = {
        "the example": ([5, 6], [7, 8]),
        "a longer prompt": ([1, 2, 3, 4], [9, 8]),
        "an answer of one token": ([1, 2, 3, 4], [9]),
        "a prompt of one token": ([5], [7, 8, 9]),
        "the same token in both": ([3, 4], [4, 3]),
    }
    for label, (prompt, answer) in cases.items():
        ids = prompt + answer
        shifted = [t if i + 1 >= len(prompt) else -100 for i, t in enumerate(ids[1:])]
        given = f"{label}: {prompt}, {answer}"
        yield Case(given, (prompt, answer), shifted, unchanged=True)


@exercise(
    "02-preference-loss",
    hints=[
        "How far is the better answer ahead now, and how far for the copy? The gain is the "
        "difference of the two.",
        "Multiply the gain by beta, and put it into 1 / (1 + e^(-x)): that is P.",
        "The loss is -ln P.",
    ],
    faults={
        "beta is 1": "When the better answer becomes likelier, should the loss rise or fall?",
        "became likelier: ": "The gain is multiplied by beta.",
    },
    why="Where the model and its copy agree, the loss is ln 2: a coin toss.",
)
def preference_loss() -> Iterator[Case]:
    """Yield cases for `my_preference_loss(better, worse, better_ref, worse_ref, beta)`."""
    cases = {
        "nothing learned yet": (-3.0, -2.0, -3.0, -2.0, 0.1),
        "both moved alike": (-2.0, -1.0, -3.0, -2.0, 1.0),
        "the better one became likelier, and beta is 1": (-1.0, -2.0, -3.0, -2.0, 1.0),
        "the better one became likelier": (-2.0, -2.0, -3.0, -2.0, 0.5),
        "the worse one became likelier": (-3.0, -1.0, -3.0, -2.0, 0.5),
        "a large beta": (-1.0, -6.0, -3.0, -2.0, 2.0),
    }
    for label, values in cases.items():
        better, worse, better_ref, worse_ref, beta = values
        odds = math.exp(beta * (worse - worse_ref)) / math.exp(beta * (better - better_ref))
        yield Case(f"{label}: {values}", values, math.log1p(odds))
