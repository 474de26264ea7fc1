"""Checks for the chapter “Evaluation”."""

import math
from collections import Counter
from collections.abc import Iterator

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
