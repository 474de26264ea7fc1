"""Checks for the chapter “Evaluation”."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from llm_lib.book.checks import ch23_predictions  # noqa: F401  (registers them)
from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise


@exercise(
    "23-choose",
    hints=[
        "Each answer's value: the sum of its log probabilities over its number of characters.",
        "The place of the largest: `values.index(max(values))`.",
    ],
    why="A rule is a line of code; which one it is can decide the score.",
)
def choose() -> Iterator[Case]:
    """Yield cases for `my_choose(log_probs, answers)`."""
    for label, log_probs, answers in (
        ("one token each", [[-4.0], [-5.0], [-9.0]], ["six", "eight", "ten"]),
        ("answers of several tokens", [[-3.0], [-1.0, -4.0]], ["ox", "a red kite"]),
        ("more tokens, but as many characters", [[-2.0, -2.0], [-1.0, -2.0]], ["abcd", "efgh"]),
        ("equal ones", [[-6.0], [-3.0], [-6.0]], ["abcdef", "abc", "abcdef"]),
    ):
        sums = [sum(each) for each in log_probs]
        by_letters = [s / len(a) for s, a in zip(sums, answers, strict=True)]
        by_tokens = [s / len(each) for s, each in zip(sums, log_probs, strict=True)]
        right = by_letters.index(max(by_letters))
        last = len(answers) - 1 - by_letters[::-1].index(max(by_letters))
        mistakes = {
            "that is the largest sum: divide it by the answer's length": sums.index(max(sums)),
            "that divides by tokens: `acc_norm` counts characters": by_tokens.index(max(by_tokens)),
            "that is the smallest value: log probabilities are below 0": by_letters.index(
                min(by_letters)
            ),
            "of equal values, the first wins": last,
        }
        wrong = {said: place for said, place in mistakes.items() if place != right}
        yield Case(label, (log_probs, answers), accept=name_mistakes(right, wrong))


@exercise(
    "23-paired",
    hints=[
        "Subtract mark by mark first. The rest is the standard error of those differences.",
        "Their standard deviation, with n − 1, divided by √n.",
    ],
    faults={"alike": "Two lists that always agree have the error 0."},
    why="What is hard for both cancels before anything is squared.",
)
def paired() -> Iterator[Case]:
    """Yield cases for `my_paired_error(a, b)`."""
    for label, a, b in (
        ("five questions", [1, 1, 0, 1, 0], [1, 0, 0, 1, 1]),
        ("marks between 0 and 1", [0.9, 0.4, 0.5, 0.8], [0.7, 0.1, 0.6, 0.2]),
        ("always alike", [1, 0, 1], [1, 0, 1]),
    ):
        gaps = [x - y for x, y in zip(a, b, strict=True)]
        right = _error(gaps)
        n = len(gaps)
        mistakes = {
            "that is the unpaired error: subtract question by question first": math.hypot(
                _error(a), _error(b)
            ),
            "that is the standard deviation: divide by √n": right * math.sqrt(n),
            "divide the squares by n − 1": right * math.sqrt((n - 1) / n),
            "that is the variance of the mean: take its root": right**2,
        }
        wrong = {said: x for said, x in mistakes.items() if abs(x - right) > 1e-3}
        yield Case(label, (a, b), accept=name_mistakes(right, wrong))


def _error(values: list[float]) -> float:
    n, mean = len(values), sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n)


@exercise(
    "23-f1",
    hints=[
        "How many words do both have? A word that comes twice in only one of them counts once.",
        "F1 = 2 · shared / (words of the answer + words of the reference).",
    ],
    faults={"in common": "Without a shared word F1 is 0: does something divide by 0?"},
    why="2PR / (P + R) is twice the shared words over all words.",
)
def f1() -> Iterator[Case]:
    """Yield cases for `my_f1(answer, reference)`."""
    for label, answer, reference in (
        ("half of it", "armstrong", "neil armstrong"),
        ("more than asked", "it was neil armstrong in 1969", "neil armstrong"),
        ("a word too often", "bye bye bye", "bye bye"),
        ("nothing in common", "buzz aldrin", "neil armstrong"),
        ("the same", "honey", "honey"),
    ):
        said, wanted = answer.split(), reference.split()
        shared = sum((Counter(said) & Counter(wanted)).values())
        right = 2 * shared / (len(said) + len(wanted))
        precision, recall = shared / len(said), shared / len(wanted)
        once = len(set(said) & set(wanted))
        every = sum(word in wanted for word in said)
        mistakes = {
            "that is the precision alone": precision,
            "that is the recall alone": recall,
            "that is the plain mean of precision and recall": (precision + recall) / 2,
            "a word counts as often as both have it, and not once": (
                2 * once / (len(set(said)) + len(set(wanted)))
            ),
            "a word counts as often as *both* have it": 2 * every / (len(said) + len(wanted)),
        }
        wrong = {what: x for what, x in mistakes.items() if abs(x - right) > 1e-3}
        yield Case(label, (answer, reference), accept=name_mistakes(right, wrong))


@exercise(
    "23-bits",
    hints=[
        "The surprise in nats is minus the sum; ln 2 nats are a bit.",
        'The bytes are `len(text.encode("utf-8"))`.',
    ],
    faults={"more bytes": "Does é count as one? In UTF-8 it has two bytes."},
    why="Nothing in it depends on how the text was cut.",
)
def bits() -> Iterator[Case]:
    """Yield cases for `my_bits_per_byte(log_probs, text)`."""
    for label, log_probs, text in (
        ("four letters, two tokens", [-math.log(4), -math.log(16)], "kite"),
        ("a letter of more bytes", [-1.0, -2.5, -0.5], "café"),
    ):
        nats, n_bytes = -sum(log_probs), len(text.encode())
        right = nats / math.log(2) / n_bytes
        mistakes = {
            "that is in nats: divide by ln 2": nats / n_bytes,
            "that is per token": nats / math.log(2) / len(log_probs),
            "that is per character: count the bytes of UTF-8": nats / math.log(2) / len(text),
            "the sign: a surprise is above 0": -right,
            "that is a perplexity": math.exp(nats / len(log_probs)),
        }
        wrong = {what: x for what, x in mistakes.items() if abs(x - right) > 1e-3}
        yield Case(label, (log_probs, text), accept=name_mistakes(right, wrong))


@exercise(
    "23-bootstrap",
    hints=[
        "Draw places, not marks: the same places for both models, as many as there are questions.",
        "Draw with replacement: `random.choices` does, `random.sample` does not.",
        "Sort the mean differences; 2.5 % lie below the lower end, 2.5 % above the upper.",
    ],
    why="Both models stay on the same questions in every draw, so what is hard for both cancels.",
)
def bootstrap() -> Iterator[Case]:
    """Yield cases for `my_bootstrap(a, b, rounds)`."""
    for label, seed, shared in (("200 questions", 0, 0.8), ("200 others", 1, 0.6)):
        a, b = _marks(200, seed, shared)
        yield Case(label, (a, b, 2000), accept=_judge_interval(a, b))


def _marks(n: int, seed: int, shared: float) -> tuple[list[float], list[float]]:
    """Return marks from 0 to 1 of two models; how hard a question is, is shared by so much."""
    dice = random.Random(seed)
    hard = [dice.random() for _ in range(n)]
    a, b = ([shared * h + (1 - shared) * dice.random() for h in hard] for _ in range(2))
    return a, b


def _judge_interval(a: list[float], b: list[float]) -> Callable[[Any], str | None]:
    """Return a judge of intervals: by their middle and their width, since draws differ."""
    gaps = [x - y for x, y in zip(a, b, strict=True)]
    mean, half = sum(gaps) / len(gaps), 1.96 * _error(gaps)
    apart = 1.96 * math.hypot(_error(a), _error(b))
    known = {
        "it is as wide as if each model had questions of its own: draw the places once for both": (
            apart / half
        ),
        "it is too narrow: 2.5 % of draws lie below it, 2.5 % above, not 5 %": 1.645 / 1.96,
        "that is one standard error to each side: an interval of 95 % is nearly twice as wide": (
            1 / 1.96
        ),
    }

    def accept(got: Any) -> str | None:
        low, high = got
        if not low <= high:
            return f"the lower end comes first, got {low:.3f} and {high:.3f}"
        if high - low < 1e-6:
            return "each draw was the same: draw with replacement"
        if abs((low + high) / 2 - mean) > 0.3 * half:
            return f"its middle should be near {mean:.3f}, got {low:.3f} to {high:.3f}"
        width = (high - low) / 2 / half
        if abs(width - 1) < 0.085:
            return None
        said, nearest = min(known.items(), key=lambda pair: abs(pair[1] - width))
        if abs(nearest - width) < 0.085 * nearest:
            return said
        return f"it should reach {half:.3f} to each side or so, got {(high - low) / 2:.3f}"

    return accept
