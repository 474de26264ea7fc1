"""Checks for the chapter “Preferences and rewards”."""

import math
from collections.abc import Callable, Iterator
from itertools import combinations

import torch
from torch import Tensor

from llm_lib.book.checks import ch22_predictions  # noqa: F401  (registers them)
from llm_lib.book.checks.compare import as_list, name_mistakes
from llm_lib.book.exercises import Case, exercise


def _judge(expected: object, mistakes: dict[str, object]) -> Callable[[object], str | None]:
    """Return a judge of numbers, tensors too, that names the usual faults."""
    compare = name_mistakes(expected, mistakes)
    return lambda got: compare(as_list(got))


def _log_probs(ids: list[int], sure: float) -> Tensor:
    """Return log probabilities (T, 5), by which the next of these ids has `sure` of the logit."""
    logits = torch.arange(len(ids) * 5).view(len(ids), 5).remainder(3).float()
    logits[range(len(ids) - 1), ids[1:]] += sure
    return logits.log_softmax(dim=-1)


@exercise(
    "22-grpo",
    hints=[
        "First the advantages: mark less mean, over the standard deviation (over n − 1).",
        "Multiply each advantage by its log p, add up, divide by `n_tokens`, and turn the sign.",
    ],
    faults={
        "alike": "What is 0 / 0? A group that agrees says nothing: return 0.",
    },
    why="Lowering it raises log p of the answers above their group’s mean, and lowers the others.",
)
def grpo() -> Iterator[Case]:
    """Yield cases for `my_grpo_loss(marks, log_ps, n_tokens)`: the loss of one group."""
    for label, marks, log_ps, n_tokens in (
        ("three of eight right", [1, 0, 1, 0, 0, 1, 0, 0], [-3.1, -1.2, -2.9, -1.0] * 2, 64),
        ("marks of another scale", [10.0, 20.0, 40.0], [-5.0, -2.0, -4.0], 12),
        ("all alike, right", [1, 1, 1, 1], [-2.0, -1.0, -3.0, -2.5], 20),
        ("all alike, a mean that is rounded", [0.1, 0.1, 0.1], [-2.0, -1.0, -3.0], 9),
    ):
        n, mean = len(marks), sum(marks) / len(marks)
        if len(set(marks)) == 1:
            yield Case(label, (marks, log_ps, n_tokens), 0.0)
            continue
        spread = math.sqrt(sum((m - mean) ** 2 for m in marks) / (n - 1))
        pairs = [*zip(marks, log_ps, strict=True)]
        right = -sum((m - mean) / spread * log_p for m, log_p in pairs) / n_tokens
        mistakes = {
            "the sign is turned round: a lower loss must make the better answers likelier": -right,
            "divide the squares by n − 1, as torch’s `std` does": right * math.sqrt(n / (n - 1)),
            "the mean is taken away, but not yet divided by the deviation": right * spread,
            "that divides by the variance: take its root": right / spread,
            "those are the marks: how far is each from its group’s mean?": (
                -sum(m * log_p for m, log_p in pairs) / n_tokens
            ),
            "divide by the number of tokens, not of answers": right * n_tokens / n,
            "still to be divided by the number of tokens": right * n_tokens,
        }
        yield Case(label, (marks, log_ps, n_tokens), accept=_judge(right, mistakes))


@exercise(
    "22-answer",
    hints=[
        "Row t of `log_probs` is about the token after it: `ids[t + 1]`.",
        "Add `log_probs[t][ids[t + 1]]` for each t with t + 1 at or after `n_prompt`.",
    ],
    why="An answer’s probability is a product over its tokens, so its logarithm is a sum.",
)
def answer() -> Iterator[Case]:
    """Yield cases for `my_answer_log_prob(log_probs, ids, n_prompt)`."""
    for label, ids, n_prompt, sure in (
        ("an answer of three tokens", [1, 4, 2, 0, 3], 2, 1.0),
        ("an answer of one token", [3, 1, 2], 2, 2.0),
        ("a longer prompt", [0, 2, 2, 4, 1, 3], 4, 0.5),
    ):
        rows = _log_probs(ids, sure)
        each = [rows[t, ids[t + 1]].item() for t in range(len(ids) - 1)]
        said = each[n_prompt - 1 :]
        here = [rows[t, ids[t]].item() for t in range(n_prompt, len(ids))]
        mistakes = {
            "the tokens of the prompt are counted, too: nobody prefers a prompt": sum(each),
            "that is one token too few: the first token of the answer is predicted by the last "
            "row of the prompt": sum(said[1:]),
            "row t is about the token after it, not about token t itself": sum(here),
        }
        if len(said) > 1:
            mistakes["a mean, where a sum is wanted: it forgets how long the answer is"] = sum(
                said
            ) / len(said)
        yield Case(label, (rows, ids, n_prompt), accept=_judge(sum(said), mistakes))


@exercise(
    "22-dpo",
    hints=[
        "For each pair: how much has each answer gained over the reference?",
        "margin = β · ((chosen − ref_chosen) − (rejected − ref_rejected)); −log σ(margin); mean.",
    ],
    why="Four numbers a pair, and the whole of DPO.",
)
def dpo() -> Iterator[Case]:
    """Yield cases for `my_dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta)`."""

    def loss(margins: list[float]) -> float:
        return sum(math.log1p(math.exp(-m)) for m in margins) / len(margins)

    for label, columns, beta in (
        ("one pair", ([-3.5], [-3.2], [-4.0], [-3.0]), 0.5),
        ("two pairs", ([-1.0, -9.0], [-2.5, -7.0], [-2.0, -8.0], [-2.0, -7.5]), 0.2),
    ):
        margins = [beta * ((c - rc) - (r - rr)) for c, r, rc, rr in zip(*columns, strict=True)]
        free = [beta * (c - r) for c, r, _, _ in zip(*columns, strict=True)]
        mistakes = {
            "the sign is turned round: this makes the worse answer likelier": loss(
                [-m for m in margins]
            ),
            "the reference is missing: an answer’s gain counts, not how likely it is": loss(free),
            "β is missing": loss([m / beta for m in margins]),
            "β belongs to the margin, not to the loss": beta * loss([m / beta for m in margins]),
        }
        if len(margins) > 1:
            mistakes["a sum over the pairs, where their mean is wanted"] = 2 * loss(margins)
        yield Case(label, (*columns, beta), accept=_judge(loss(margins), mistakes))


@exercise(
    "22-kl",
    hints=[
        "First log r = log q − log p, where q is the reference.",
        "Then r − log r − 1 for each token.",
    ],
    why="Never below 0 for any token, and in the mean over draws exactly the divergence.",
)
def kl() -> Iterator[Case]:
    """Yield cases for `my_kl(log_p, log_q)`: two lists to a list."""
    for label, p, q in (
        ("three tokens", [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]),
        ("far apart", [0.9, 0.05], [0.2, 0.6]),
    ):
        log_p, log_q = ([math.log(x) for x in row] for row in (p, q))
        ratios = [b / a for a, b in zip(p, q, strict=True)]
        turned = [a / b for a, b in zip(p, q, strict=True)]
        mistakes = {
            "model and reference are exchanged: r is the reference over the model": [
                r - math.log(r) - 1 for r in turned
            ],
            "that is log p − log q alone: right in the mean, but noisy and often below 0": [
                -math.log(r) for r in ratios
            ],
            "the − 1 is missing: equal probabilities should give 0": [
                r - math.log(r) for r in ratios
            ],
        }
        right = [r - math.log(r) - 1 for r in ratios]
        yield Case(label, (log_p, log_q), accept=_judge(right, mistakes))


@exercise(
    "22-pass",
    hints=[
        "Count choices of k answers among n that hold no right one: `math.comb(n - right, k)`.",
        "1 − comb(n − right, k) / comb(n, k).",
    ],
    faults={
        "none right|all right": "Which choices of k hold no right answer when none, or all, are?",
    },
    why="Each set of k of the n draws is counted once, and none is drawn twice.",
)
def passes() -> Iterator[Case]:
    """Yield cases for `my_pass_at_k(n, right, k)`."""
    for label, n, right, k in (
        ("one of four, two tries", 4, 1, 2),
        ("three of ten, five tries", 10, 3, 5),
        ("none right", 6, 0, 3),
        ("all right", 6, 6, 3),
        ("more tries than wrong answers", 5, 3, 4),
    ):
        answers = [True] * right + [False] * (n - right)
        choices = [*combinations(answers, k)]
        expected = sum(map(any, choices)) / len(choices)
        mistakes = {
            "1 − (1 − right/n)^k is biased: it may draw the same answer more than once": (
                1 - (1 - right / n) ** k
            ),
            "that is the share that fails": 1 - expected,
            "that is pass@1": right / n,
        }
        wrong = {said: x for said, x in mistakes.items() if abs(x - expected) > 1e-3}
        yield Case(label, (n, right, k), accept=_judge(expected, wrong))
