"""Checks for the chapter on "Attention Is All You Need"."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from llm_lib.checks.compare import as_list, difference, lists_like, number_near
from llm_lib.exercises import Case, exercise, prediction


@exercise(
    "11-warmup-rate",
    hints=[
        "Take equation 3 without its factor in front. How high is it at s = w?",
        "Scale both parts so that they are 1 at s = w. The smaller of the two counts, as before.",
        "Scaled, one part is a fraction of w steps; the other is the root of such a fraction.",
    ],
    why="So width and warm-up only set how high the top is; the shape is the same for all.",
    tolerance=1e-6,
)
def warmup_rate() -> Iterator[Case]:
    """Yield cases for `my_warmup_rate(step, top, warmup_steps)`: equation 3 with a given top."""
    for label, step, top, warmup in (
        ("the first step", 1, 1e-3, 4000),
        ("halfway up", 2000, 1e-3, 4000),
        ("the top", 4000, 7e-4, 4000),
        ("four times as far", 16000, 1e-3, 4000),
        ("a short warm-up", 30, 0.5, 25),
    ):
        expected = top * step / warmup if step < warmup else top * float(np.sqrt(warmup / step))
        label = f"{label}: step {step}, top {top}, warmup_steps {warmup}"
        yield Case(label, (step, top, warmup), accept=number_near(expected))


prediction(
    "11-predict-shape",
    "b",
    question="What is the shape of one head's weights in *cross-attention*?",
    choices={"a": "(5, 5)", "b": "(5, 7)", "c": "(7, 5)", "d": "(7, 7)"},
    feedback={
        "a": "That is the decoder's self-attention: there, both sides are the target.",
        "c": "Rows belong to those who ask. Who asks here?",
        "d": "That is the encoder's self-attention: there, both sides are the source.",
    },
    hints=["A row for each query, a column for each key. From which side do queries come?"],
    why="Five queries come from the target, seven keys from the source.",
)


@exercise(
    "11-smooth-labels",
    hints=[
        "By how many is epsilon shared? Does the right token belong to them?",
        "Check that your numbers sum to 1.",
        "Work out V = 4, epsilon = 0.1 on paper, and compare with the example in the text.",
    ],
    why="This is what torch's cross_entropy does with label_smoothing.",
)
def smooth_labels() -> Iterator[Case]:
    """Yield cases for `my_smooth_labels(target, vocab_size, epsilon)`: V probabilities."""
    for target, size, epsilon in ((2, 5, 0.1), (0, 4, 0.2), (3, 4, 0.0), (1, 2, 1.0)):
        expected = [epsilon / size + (1 - epsilon) * (i == target) for i in range(size)]
        label = f"target {target}, vocab_size {size}, epsilon {epsilon}"
        yield Case(label, (target, size, epsilon), accept=lists_like(expected))


@exercise(
    "11-add-and-norm",
    hints=[
        "Write the loop for one part first. Which x does the second part get?",
    ],
    faults={
        "norm_first=False": (
            "Post-norm: the norm comes last, over the sum. Then the next part begins."
        ),
        "norm_first=True": (
            "Pre-norm: what goes into a part is normalised, x itself is not. And after the last "
            "part?"
        ),
    },
    why="In pre-norm, x is only added to, up to the last norm; in post-norm each sum is normed.",
)
def add_and_norm() -> Iterator[Case]:
    """Yield cases for `my_stack(x, parts, norm, norm_first)`, with plain functions."""

    def double(x):
        return 2 * x

    def plus_one(x):
        return x + 1

    def square(x):
        return x * x

    # No norm here is linear and a shift at once: each order gives another number.
    for words, parts, norm in (
        ("one part, which doubles; the norm adds 1", [double], plus_one),
        ("one part, which adds 1; the norm doubles", [plus_one], double),
        ("two parts, double and add 1; the norm squares", [double, plus_one], square),
    ):
        for norm_first in (False, True):
            x = np.array([1.0, -3.0])
            for part in parts:
                x = x + part(norm(x)) if norm_first else norm(x + part(x))
            expected = norm(x) if norm_first else x
            label = f"x = [1, -3], {words}, norm_first={norm_first}"
            arguments = (np.array([1.0, -3.0]), parts, norm, norm_first)
            yield Case(label, arguments, expected)
    yield Case("no parts, post-norm: nothing happens", (2.5, [], double, False), 2.5)


prediction(
    "11-explain-shift",
    "a",
    question="What happened?",
    choices={
        "a": "The decoder was given the token that it had to predict.",
        "b": "The encoder has no causal mask.",
        "c": "It has learned the training sentences by heart.",
    },
    feedback={
        "b": "An encoder needs none: the whole source is known before the first word is written.",
        "c": "Then it would translate just those sentences well, and it does not.",
    },
    hints=["How can one know the next token without having learned anything about the source?"],
    why="Position t held token t as input and as target: to copy it is enough.",
)


@exercise(
    "11-beam-step",
    hints=[
        "Go through all beams and all tokens: each pair is a candidate with one token more.",
        "A candidate's total is the beam's total plus the log-probability of the token.",
        "Sort by the total, the largest first, and keep n_beams. One beam may give several.",
    ],
    why="All beams compete together: a good one may leave no room for the children of another.",
)
def beam_step() -> Iterator[Case]:
    """Yield cases for `my_beam_step(beams, log_probs, n_beams)`."""
    table = [[-0.1, -2.5, -3.0], [-0.5, -1.5, -1.2]]
    cases = {
        "one beam, one kept": ([([4], -0.3)], table[:1], 1),
        "one beam, two kept": ([([4], -0.3)], table[1:], 2),
        "both children of one beam win": ([([1], -0.2), ([2], -5.0)], [table[1], table[0]], 2),
        "each beam gives one": ([([1, 0], -1.0), ([2, 2], -1.1)], table, 2),
        "three kept, from both beams": ([([1], -0.2), ([2], -0.5)], table, 3),
        "the worse beam overtakes": ([([0], -0.1), ([7], -0.4)], [[-3, -4, -5], table[0]], 1),
    }
    for label, (beams, log_probs, n_beams) in cases.items():
        candidates = [
            ([*ids, token], total + value)
            for (ids, total), row in zip(beams, log_probs, strict=True)
            for token, value in enumerate(row)
        ]
        best = sorted(candidates, key=lambda pair: -pair[1])[:n_beams]
        label = f"{label}: beams {beams}, log_probs {log_probs}, n_beams {n_beams}"
        given = (beams, log_probs, n_beams)
        yield Case(label, given, accept=_same_beams(best), unchanged=True)


def _same_beams(expected: list) -> Callable[[Any], str | None]:
    """Accept the expected pairs, as tuples or lists, with ids and totals of any number type."""

    def accept(got: Any) -> str | None:
        if not isinstance(got, list | tuple):
            return f"expected a list of pairs (ids, total), got {got!r:.60}"
        try:
            pairs = [([int(as_list(i)) for i in as_list(ids)], float(total)) for ids, total in got]
        except (TypeError, ValueError):
            return f"each beam should be a pair (ids, total); got {got!r:.60}"
        if len(pairs) != len(expected):
            return f"expected {len(expected)} beams, got {len(pairs)}"
        for place, (want, have) in enumerate(zip(expected, pairs, strict=True), start=1):
            if want[0] != have[0]:
                return f"beam {place}: ids should be {want[0]}, got {have[0]}"
            if problem := difference(want[1], have[1]):
                return f"beam {place}, total: {problem}"
        return None

    return accept
