"""Checks for the chapter on scaling laws."""

from collections.abc import Iterator

from llm_lib.checks.compare import number_near
from llm_lib.exercises import Case, exercise


def _floor_case(label: str, floor: float, a: float, alpha: float, floors: list[float]) -> Case:
    sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000]
    losses = [floor + a / n**alpha for n in sizes]
    return Case(f"{label}, floors {floors}", (sizes, losses, floors), accept=number_near(floor))


@exercise(
    "14-fit-floor",
    hints=[
        "For each floor E, take ln(loss - E) and ln(size). With the right E they lie on a line.",
        (
            "Fit the line of least squares (np.polyfit(x, y, 1)) and add up the squared "
            "distances from it. The smallest sum wins."
        ),
    ],
    faults={
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
