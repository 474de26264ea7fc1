"""Checks for the chapter on how a language model is made."""

import math
from collections.abc import Iterator

from llm_lib.exercises import Case, exercise, prediction

prediction(
    "02-predict-tokens",
    "doubles",
    question="What happens to the number of tokens that it reads?",
    choices={
        "halves": "It halves.",
        "same": "It stays the same.",
        "doubles": "It doubles.",
    },
    feedback={
        "halves": "Each token is now cheaper to train on, so the same budget buys more of them.",
        "same": "Then the training would take only half of the operations. They were to stay.",
    },
    hints=["Operations are about 6 · N · D. If N is halved and the product stays, what is D?"],
    why="6 · N · D stays the same, so half of N means twice D.",
)


@exercise(
    "02-days",
    hints=[
        "Operations: 6 · parameters · tokens.",
        "All devices together do peak_flops · utilization · n_devices operations a second.",
        "A day has 24 · 60 · 60 = 86,400 seconds.",
    ],
    faults={
        "1,000 devices|full speed": (
            "All devices together do peak_flops · utilization · n_devices operations a second."
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


prediction(
    "02-explain-forgetting",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The tokenizer changed, so old texts are read wrongly.",
        "b": (
            "The parameters were moved for the new texts only, and nothing held what served the "
            "old ones."
        ),
        "c": "200 examples are too few to change a model at all.",
    },
    feedback={
        "a": "Fine-tuning does not touch the tokenizer: the ids of a text stay what they were.",
        "c": "It is perfect on the 200, so the model did change.",
    },
    hints=["All parameters serve all tasks. What does a step for one task do to the others?"],
    why="It is called catastrophic forgetting.",
)


@exercise(
    "02-targets",
    hints=[
        "Put prompt and answer in one list. The inputs are all but its last token.",
        "The target of a place is the token after it. The last token of the prompt has as its "
        "target the first of the answer, and that one counts.",
        "So len(prompt) - 1 targets are left out, and then come all tokens of the answer.",
    ],
    why="The model reads the question, but is judged by its answer alone.",
)
def targets() -> Iterator[Case]:
    """Yield cases for `my_targets(prompt, answer)`: two lists, inputs and targets."""
    cases = {
        "the example": ([5, 6], [7, 8]),
        "a prompt of one token": ([5], [7, 8, 9]),
        "an answer of one token": ([1, 2, 3, 4], [9]),
        "the same token in both": ([3, 3], [3, 3]),
    }
    for label, (prompt, answer) in cases.items():
        ids = prompt + answer
        shifted = [t if i + 1 >= len(prompt) else -100 for i, t in enumerate(ids[1:])]
        given = f"{label}: {prompt}, {answer}"
        yield Case(given, (prompt, answer), (ids[:-1], shifted), unchanged=True)


@exercise(
    "02-preference-loss",
    hints=[
        "The reward of an answer is beta times (its log-probability minus that of the copy).",
        "Take the better answer's reward minus the worse one's, and call it ahead.",
        "P = 1 / (1 + e^(-ahead)), and the loss is -ln P.",
    ],
    why="Where the model and its copy agree, the loss is ln 2: a coin toss.",
)
def preference_loss() -> Iterator[Case]:
    """Yield cases for `my_preference_loss(better, worse, better_ref, worse_ref, beta)`."""
    cases = {
        "nothing learned yet": (-3.0, -2.0, -3.0, -2.0, 0.1),
        "the better one became likelier": (-2.0, -2.0, -3.0, -2.0, 0.5),
        "the worse one became likelier": (-3.0, -1.0, -3.0, -2.0, 0.5),
        "both moved alike": (-2.0, -1.0, -3.0, -2.0, 1.0),
        "a large beta": (-1.0, -6.0, -3.0, -2.0, 2.0),
    }
    for label, values in cases.items():
        better, worse, better_ref, worse_ref, beta = values
        odds = math.exp(beta * (worse - worse_ref)) / math.exp(beta * (better - better_ref))
        yield Case(f"{label}: {values}", values, math.log1p(odds))
