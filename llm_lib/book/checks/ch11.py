"""Checks for the chapter on "Attention Is All You Need"."""

from collections.abc import Callable, Iterator

import numpy as np

from llm_lib.book.checks.compare import lists_like
from llm_lib.book.exercises import Case, exercise, prediction

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
    why="In pre-norm, x is only added to, up to the last norm; in post-norm each sum is rescaled.",
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
        "c": "Then it would translate exactly those sentences well, and it doesn't.",
    },
    hints=["How can you know the next token without having learned anything about the source?"],
    why="Position t had the same token as input and as target, so copying was enough.",
)


@exercise(
    "11-translate",
    hints=[
        "Read the source before the loop. What does the decoder get at its first step?",
        "The decoder gets all that is written so far, with `start` in front, at each step.",
        "Stop in two cases: the best token is `stop`, or `most` tokens are written.",
    ],
    faults={
        "read once": "Is `encode` called in the loop? The memory never changes: read once, before.",
        "without a stop": "What if `stop` never comes? Then `most` ends the loop.",
        "at once": "`stop` is not part of what is returned, even if it is the first token.",
    },
    why="The memory is made once and looked at often; what grows is the decoder's input.",
)
def translate() -> Iterator[Case]:
    """Yield cases for `my_translate(encode, decode, source, start, stop, most)`."""
    cases = {
        "a sentence of three, read once": ([4, 5, 6], 9, 10, [6, 5, 4]),
        "another start token": ([3, 2], 7, 10, [2, 3]),
        "stop at once: nothing is written": ([], 9, 10, []),
        "without a stop within `most`": ([1, 2, 3, 4, 5], 9, 3, [5, 4, 3]),
        "as many as `most`": ([2, 6], 9, 2, [6, 2]),
    }
    for label, (source, start, most, expected) in cases.items():
        encode, decode = _reverser(start)
        label = f"{label}: source {source}, start {start}, stop 8, most {most}"
        yield Case(label, (encode, decode, source, start, 8, most), accept=lists_like(expected))


def _reverser(start: int) -> tuple[Callable, Callable]:
    """Return an encoder and a decoder that write a source backwards, and then 8."""
    read = []

    def encode(source: list[int]) -> tuple[int, ...]:
        read.append(source)
        if len(read) > 1:
            raise RuntimeError("encode was called twice: the source is read once")
        return tuple(source)

    def decode(ids: list[int], memory: tuple[int, ...]) -> list[float]:
        written = [int(i) for i in ids]
        if not written or written[0] != start:
            raise ValueError(f"ids should begin with start, {start}; got {written}")
        rest = memory[::-1][len(written) - 1 :]
        if written[1:] != list(memory[::-1][: len(written) - 1]):
            raise ValueError(f"ids should hold all that is written so far; got {written}")
        best = rest[0] if rest else 8
        return [1.0 if i == best else -0.1 * i for i in range(10)]

    return encode, decode
