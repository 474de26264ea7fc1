"""Checks for the chapter on scaling laws."""

import math
from collections.abc import Callable, Iterator

from llm_lib.book.checks.compare import as_list, name_mistakes, number_near
from llm_lib.book.exercises import Case, exercise


def _forecast(
    n_1: float, loss_1: float, n_2: float, loss_2: float, n_3: float
) -> Callable[[object], str | None]:
    """Return a judge of a forecast, which names laws that are no power laws."""
    x_1, x_2, x_3 = (math.log(n) for n in (n_1, n_2, n_3))
    share = (x_3 - x_1) / (x_2 - x_1)
    right = loss_1 * (loss_2 / loss_1) ** share
    mistakes = {
        "this is a straight line on plain axes: take logarithms of sizes and losses": (
            loss_1 + (loss_2 - loss_1) * (n_3 - n_1) / (n_2 - n_1)
        ),
        "the size has a logarithm here and the loss has none: a power law needs both": (
            loss_1 + (loss_2 - loss_1) * share
        ),
        "the loss has a logarithm here and the size has none: a power law needs both": (
            loss_1 * (loss_2 / loss_1) ** ((n_3 - n_1) / (n_2 - n_1))
        ),
    }
    named, near = name_mistakes(right, mistakes), number_near(right)
    return lambda got: near(got) and (named(as_list(got)) or near(got))


@exercise(
    "14-forecast",
    hints=[
        "alpha says how fast ln(loss) falls with ln(size). Two points give it.",
        "alpha = ln(loss_1 / loss_2) / ln(n_2 / n_1). Then go on from either point.",
    ],
    why="Two runs are enough for a line, and too few to know whether it is one.",
)
def forecast() -> Iterator[Case]:
    """Yield cases for `my_forecast(n_1, loss_1, n_2, loss_2, n_3)`."""
    for label, given in (
        ("twice the size, half the loss, once more", (100, 4.0, 200, 2.0, 400)),
        ("ten times larger takes a tenth off", (1e6, 4.0, 1e7, 3.6, 1e9)),
        ("sizes that are not in order", (1e7, 3.0, 1e6, 3.5, 5e7)),
        ("no gain at all", (1e6, 2.0, 1e7, 2.0, 1e8)),
    ):
        yield Case(f"{label}: {given}", given, accept=_forecast(*given))


def _law(a: float, alpha: float, b: float, beta: float) -> Callable[[float, float], float]:
    return lambda n, d: 1 + a / n**alpha + b / d**beta


@exercise(
    "14-best-size",
    hints=[
        "How many tokens does the budget pay for, if the model has n parameters?",
        "A run costs 6 · n · d, so d = budget / (6 · n). Compare loss(n, d) for all sizes.",
    ],
    faults={
        "out of order": "The best size may stand anywhere in the list: compare losses, not places.",
        "six": "Is the 6 of 6ND there? Without it you count on six times the tokens.",
    },
    why="Another law changes the answer, and not the way to find it.",
)
def best_size() -> Iterator[Case]:
    """Yield cases for `my_best_size(budget, sizes, loss)`."""
    sizes = [1e7, 1e8, 1e9, 1e10, 1e11]
    both, text = _law(480, 0.35, 2100, 0.37), _law(480, 0.35, 21000, 0.37)
    close = [6e8, 1.2e9, 2.4e9, 4.8e9]
    for label, budget, given, law in (
        ("a middle size", 1e21, sizes, both),
        ("more money", 1e24, sizes, both),
        ("a law in which text matters more", 1e21, sizes, text),
        ("out of order", 1e21, [1e11, 1e9, 1e7, 1e10, 1e8], both),
        ("where the six decides", 3e20, close, both),
    ):
        best = min(given, key=lambda n, law=law, budget=budget: law(n, budget / (6 * n)))
        yield Case(label, (budget, given, law), accept=number_near(best))


def _floor_case(label: str, floor: float, a: float, alpha: float, floors: list[float]) -> Case:
    sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000]
    losses = [floor + a / n**alpha for n in sizes]
    return Case(f"{label}, floors {floors}", (sizes, losses, floors), accept=number_near(floor))


@exercise(
    "14-fit-floor",
    hints=[
        "For each floor E, take ln(loss - E) and ln(size). With the right E they lie on a line.",
        (
            "Fit the line of least squares (np.polyfit(x, y, 1)). floor + exp(line) is the law: "
            "add up its squared distances from the losses. The smallest sum wins."
        ),
    ],
    faults={
        "noise": (
            "These points lie on no line exactly. Measure the distances in the loss, from "
            "E + exp(line): in ln(loss - E) they shrink when E does, and the lowest floor wins."
        ),
        "above|equal to": "A floor that is not below every loss has no logarithm: leave it out.",
    },
    why="The same points, with another floor, give another exponent: always ask which was assumed.",
)
def fit_floor() -> Iterator[Case]:
    """Yield cases for `my_fit_floor(sizes, losses, floors)`: the floor that fits best."""
    yield _floor_case("no floor", 0.0, 20.0, 0.2, [0.0, 0.5, 1.0])
    yield _floor_case("a floor of 1.5", 1.5, 20.0, 0.3, [0.0, 0.75, 1.5])
    yield _floor_case("not the last of the list", 1.0, 30.0, 0.34, [1.2, 1.0, 0.5, 0.0])
    yield _floor_case("one floor above some losses", 0.5, 8.0, 0.25, [1.0, 0.5, 0.0])
    yield _floor_case("one floor above all losses", 0.5, 8.0, 0.25, [2.0, 0.5, 0.0])
    yield _floor_case("one floor equal to the lowest loss", 0.5, 250.0, 0.5, [0.75, 0.5, 0.0])
    noisy = [2.32, 1.91, 1.62, 1.38, 1.25], [0.0, 0.5, 1.0]  # 1 + 30 / n**0.34, and noise of 0.03
    sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000]
    yield Case(f"noise, floors {noisy[1]}", (sizes, *noisy), accept=number_near(1.0))
