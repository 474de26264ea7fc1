"""Checks for the chapter “Modern architectures”."""

import math
from collections.abc import Iterator

from llm_lib.book.checks import ch24_predictions  # noqa: F401  (registers them)
from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise


@exercise(
    "24-bytes",
    hints=[
        "Of each key head, a key and a value; with latents, the latent and the rotary numbers.",
        "Times the layers, times 2 bytes.",
    ],
    faults={"latent": "One latent serves as key *and* value, and for all heads: count it once."},
    why="576 numbers instead of 32,768: that is the whole trick.",
)
def bytes_of_a_token() -> Iterator[Case]:
    """Yield cases for `my_bytes(n_layer, n_head, n_kv_head, head_size, latent)`."""
    for label, layers, heads, kv, size, latent in (
        ("all heads with keys", 12, 12, 12, 64, None),
        ("shared keys", 32, 24, 8, 128, None),
        ("a latent", 61, 128, 128, 96, (512, 64)),
    ):
        right = 2 * layers * (2 * kv * size if latent is None else sum(latent))
        mistakes = {
            "that counts heads of queries: the cache holds those of keys": 4
            * layers
            * heads
            * size,
            "a key *and* a value": right // 2,
            "that is of one layer": right // layers,
            "that is half of it: a key and a value, and 2 bytes a number": right // 2,
            "one latent gives key and value: count it once": 2 * right,
        }
        wrong = {said: x for said, x in mistakes.items() if x != right}
        yield Case(label, (layers, heads, kv, size, latent), accept=name_mistakes(right, wrong))


@exercise(
    "24-window",
    hints=[
        "For row i and column j: never j > i.",
        "Of the rest, those with i − j < window, or j < n_sink.",
    ],
    faults={
        "sinks": "The first ones are seen from everywhere, but not from before they are written.",
        "wider": "A window wider than the text is the causal mask alone.",
    },
    why="One line beside the causal mask.",
)
def window() -> Iterator[Case]:
    """Yield cases for `my_window(T, window, n_sink)`."""
    for label, length, width, sinks in (
        ("a window alone", 6, 3, 0),
        ("with two sinks", 7, 2, 2),
        ("wider than the text", 3, 9, 0),
    ):
        right, mistakes = _windows(length, width, sinks)
        wrong = {said: x for said, x in mistakes.items() if x != right}
        yield Case(label, (length, width, sinks), accept=name_mistakes(right, wrong))


def _windows(length: int, w: int, n: int) -> tuple[list, dict[str, list]]:
    """Return the mask of a window of `w` with `n` sinks, and the usual wrong ones."""

    def mask(is_seen) -> list[list[int]]:
        return [[int(is_seen(i, j)) for j in range(length)] for i in range(length)]

    mistakes = {
        "a row sees the future: leave out j > i": mask(lambda i, j: i - j < w or j < n),
        "the window holds the token itself, so it ends at i − j < window": mask(
            lambda i, j: j <= i and (i - j <= w or j < n)
        ),
        "the first `n_sink` tokens are seen from everywhere": mask(lambda i, j: 0 <= i - j < w),
        "sinks are seen by later tokens alone": mask(lambda i, j: j < n or 0 <= i - j < w),
    }
    return mask(lambda i, j: j <= i and (i - j < w or j < n)), mistakes


@exercise(
    "24-route",
    hints=[
        "Sort the experts by their scores, and keep `k`.",
        "e to the score, divided by the sum of those that were kept.",
    ],
    faults={"large": "e to 1,000 is too large: subtract the largest score first."},
    why="Softmax over all, divided by the sum of the best, is softmax over the best.",
)
def route() -> Iterator[Case]:
    """Yield cases for `my_route(scores, k)`."""
    for label, scores, k in (
        ("two of four", [0.5, 2.0, -1.0, 1.5], 2),
        ("three of five", [1.0, -0.5, 0.0, 0.3, 0.9], 3),
        ("large scores", [1000.0, 999.0, 990.0], 2),
    ):
        order = sorted(range(len(scores)), key=lambda i: -scores[i])
        top = max(scores)
        sizes = [math.exp(s - top) for s in scores]

        def pairs(chosen, total, sizes=sizes):
            return [(i, sizes[i] / total) for i in chosen]

        best, worst = order[:k], order[::-1][:k]
        right = pairs(best, sum(sizes[i] for i in best))
        mistakes = {
            "the weights have to add up to 1: divide by their sum": pairs(best, sum(sizes)),
            "those are the worst": pairs(worst, sum(sizes[i] for i in worst)),
            "the best comes first": pairs(best[::-1], sum(sizes[i] for i in best)),
        }
        yield Case(label, (scores, k), accept=name_mistakes(right, mistakes))


@exercise(
    "24-balance",
    hints=[
        "For each expert: the share of tokens that it got, times its mean probability.",
        "Add these up, and multiply by the number of experts.",
    ],
    faults={"nobody": "An expert that got no token has the share 0."},
    why="It is 1 if all are used alike, and E if one gets all and is sure of it.",
)
def balance() -> Iterator[Case]:
    """Yield cases for `my_balance(probabilities, chosen)`."""
    for label, p, chosen in (
        ("three experts", [[0.5, 0.3, 0.2], [0.6, 0.1, 0.3], [0.1, 0.2, 0.7]], [0, 0, 2]),
        ("nobody asks the first", [[0.2, 0.8], [0.4, 0.6], [0.3, 0.7]], [1, 1, 1]),
    ):
        n, experts = len(chosen), len(p[0])
        share = [chosen.count(i) / n for i in range(experts)]
        mean = [sum(row[i] for row in p) / n for i in range(experts)]
        products = sum(a * b for a, b in zip(share, mean, strict=True))
        right = experts * products
        mistakes = {
            "multiply by the number of experts": products,
            "shares of tokens alone have no gradient: one factor is the mean probability": (
                experts * sum(a * a for a in share)
            ),
            "one factor is the share of tokens that were sent there": (
                experts * sum(a * a for a in mean)
            ),
            "divide by the number of tokens": right * n,
        }
        wrong = {said: x for said, x in mistakes.items() if abs(x - right) > 1e-6}
        yield Case(label, (p, chosen), accept=name_mistakes(right, wrong))


def _delta(q, k, v, alpha, beta, rule: str = "") -> list[float]:
    """Return the outputs of one head with values of one number; `rule` names a mistake."""
    state, out = [0.0] * len(k[0]), []
    for t, key in enumerate(k):
        faded = state if rule == "never fades" else [alpha[t] * s for s in state]
        asked = state if rule == "asked before it fades" else faded
        told = 0.0 if rule == "adds" else sum(a * s for a, s in zip(key, asked, strict=True))
        new = (1.0 if rule == "full strength" else beta[t]) * (v[t] - told)
        written = [s + a * new for s, a in zip(faded, key, strict=True)]
        read = state if rule == "read too early" else written
        out.append(sum(a * s for a, s in zip(q[t], read, strict=True)))
        state = written
    return out


@exercise(
    "24-delta",
    hints=[
        "The memory is a list of D numbers. Each token: fade, ask (key · memory), write, read.",
        "Write: memory + key · beta · (value − what it said).",
    ],
    faults={"twice": "The second value replaces the first: subtract what the memory says."},
    why="A line that asks before it writes is what sets it apart from a sum.",
)
def delta() -> Iterator[Case]:
    """Yield cases for `my_delta(q, k, v, alpha, beta)`."""
    said = {
        "never fades": "the memory has to fade to alpha of itself first",
        "asked before it fades": "ask the memory after it has faded",
        "adds": "that adds up: subtract what the memory says of the key",
        "full strength": "the difference counts beta times",
        "read too early": "read after writing: a token sees itself",
    }
    for label, q, k, v, alpha, beta in (
        ("the same key twice", [[1, 0], [1, 0]], [[1, 0], [1, 0]], [5, 7], [1, 1], [1, 1]),
        (
            "three keys that overlap",
            [[1.0, 0.5], [0.2, 1.0], [1.0, 1.0]],
            [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]],
            [2.0, -1.0, 3.0],
            [1.0, 0.9, 0.5],
            [1.0, 0.5, 0.7],
        ),
    ):
        case = (q, k, v, alpha, beta)
        right = _delta(*case)
        found = {words: _delta(*case, rule) for rule, words in said.items()}
        wrong = {words: x for words, x in found.items() if x != right}
        yield Case(label, case, accept=name_mistakes(right, wrong))
