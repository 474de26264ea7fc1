"""TinyNetwork: what is a neural network?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

DATA = ("groups", "xor", "ring")
SIZES = ((3, 2), (1, 3))  # of the weight matrices, as torch.nn.Linear has them: rows are units
LARGEST = 10.0  # of a weight or bias
# A start from which gradient descent learns each of the three data sets.
WEIGHTS = [[[0.7, 0.2], [-0.4, 0.9], [0.5, -0.5]], [[-0.5, -0.5, 0.8]]]
BIASES = [[0.0, -0.4, 0.7], [0.4]]


class TinyNetwork(BookWidget):
    """A network of two inputs, three hidden units (tanh) and one output (sigmoid), to play with.

    Each weight and bias can be dragged on the drawing or moved with a slider; the plane beside it
    shows the output for every pair of inputs, and "Learn" runs gradient descent in the page.
    Every control is a trait.

    data: which points to tell apart, "groups", "xor" or "ring".
    weights: two matrices as lists of rows, (3, 2) and (1, 3), as `torch.nn.Linear` has them.
    biases: two lists, of 3 and of 1.
    point: the two inputs that flow through the drawing, each from -2 to 2.
    unit: whose sum is written out, 0 to 2 for a hidden unit, 3 for the output.
    learning_rate: how far a step goes along the gradient, 0.01 to 5.
    seed: the seed from which "Shuffle" draws its next weights.
    learning: True while the page takes step after step; set it to start or stop.
    steps: how many steps were taken since the start (set by the page).
    points: the data, [[x1, x2, class], ...] with class 0 or 1 (set by the page).
    values: [h1, h2, h3, output] for the chosen point (set by the page).
    gradients: slopes of the loss, [weights, biases] in the shapes of those (set by the page).
    loss: mean of -ln p of the right class over all points, in nats (set by the page).
    accuracy: share of points on the right side, 0 to 1 (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("tiny_network.js")
    _css = join_styles("tiny_network.css")

    data = t.Unicode("groups").tag(sync=True, setting=True)
    weights = t.List().tag(sync=True, setting=True)
    biases = t.List().tag(sync=True, setting=True)
    point = t.List(t.Float()).tag(sync=True, setting=True)
    unit = t.Int(0).tag(sync=True, setting=True)
    learning_rate = t.Float(0.5).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    learning = t.Bool(False).tag(sync=True)
    steps = t.Int(0).tag(sync=True)
    points = t.List().tag(sync=True)
    values = t.List(t.Float()).tag(sync=True)
    gradients = t.List().tag(sync=True)
    loss = t.Float(0.0).tag(sync=True)
    accuracy = t.Float(0.0).tag(sync=True)

    def __init__(self, **settings: Any):
        """Show the network with the settings that are given, and a fixed start for all others."""
        start = {"weights": WEIGHTS, "biases": BIASES, "point": [1.0, -1.0]}
        super().__init__(**{**start, **settings})

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "data" and value not in DATA:
            raise ValueError(f"data should be one of {DATA}; got {value!r}")
        if name == "learning_rate":
            value = check_number(name, value, least=0.01, most=5)
        elif name in ("unit", "seed"):
            value = check_whole(name, value, 0, 3 if name == "unit" else 2**32 - 1)
        elif name == "point":
            value = _numbers(name, value, 2, 2.0)
        elif name == "weights":
            value = _layers(name, value, SIZES)
        elif name == "biases":
            value = _layers(name, value, tuple((rows,) for rows, _ in SIZES))
        super().__setattr__(name, value)


def _plain(value: Any) -> Any:
    """Return arrays and tensors as lists."""
    return value.tolist() if hasattr(value, "tolist") else value


def _numbers(name: str, value: Any, n: int, limit: float) -> list[float]:
    """Return `value` as a list of `n` numbers, none beyond `limit` on either side."""
    value = _plain(value)
    if not isinstance(value, list | tuple) or len(value) != n:
        raise ValueError(f"{name} should be a list of {n} numbers; got {value!r:.80}")
    return [
        float(check_number(f"{name}[{i}]", v, least=-limit, most=limit))
        for i, v in enumerate(map(_plain, value))
    ]


def _layers(name: str, value: Any, sizes: tuple) -> list:
    """Return `value` as nested lists of the given sizes, one for each layer."""
    if not isinstance(value, list | tuple) or len(value) != len(sizes):
        shapes = " and ".join(str(size) for size in sizes)
        raise ValueError(f"{name} should be a list of two parts, {shapes}; got {value!r:.80}")
    layers = []
    for i, (part, size) in enumerate(zip(map(_plain, value), sizes, strict=True)):
        here = f"{name}[{i}]"
        if len(size) == 1:
            layers.append(_numbers(here, part, size[0], LARGEST))
            continue
        if not isinstance(part, list | tuple) or len(part) != size[0]:
            raise ValueError(f"{here} should be a list of {size[0]} rows; got {part!r:.80}")
        rows = [_numbers(f"{here}[{j}]", row, size[1], LARGEST) for j, row in enumerate(part)]
        layers.append(rows)
    return layers
