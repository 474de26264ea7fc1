"""One row of self-attention: how the answer gets from a record to the question."""

import re
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

ANIMALS, THINGS = ("fox", "bear", "owl"), ("kite", "drum", "lamp")
T, C, D = 4, 6, 4  # tokens, numbers of a vector, numbers of a query
REACH = 9.0  # no number is further from 0
TOKENS = ["fox: kite", "bear: drum", "owl: lamp", "bear: ?"]
PANELS = ("x", "w_q", "w_k", "w_v")
SHAPES = {"x": (T, C), "w_q": (C, D), "w_k": (C, D), "w_v": (C, len(THINGS))}


def _vector(token: str) -> list[float]:
    """Return six numbers for a token: 1 for its animal, and for its thing if it has one."""
    return [float(name in re.findall(r"\w+", token)) for name in ANIMALS + THINGS]


_PICK_ANIMAL = [[float(c == j) for j in range(3)] for c in range(C)]
_PICK_THING = [[float(c == j + 3) for j in range(3)] for c in range(C)]
W_Q = [[5 * n for n in [*row, float(c < 3)]] for c, row in enumerate(_PICK_ANIMAL)]
W_K = [[*row, float(c >= 3)] for c, row in enumerate(_PICK_ANIMAL)]
W_V = _PICK_THING


class AttentionRow(Walkthrough):
    """One row of self-attention over four tokens, number by number; see `Walkthrough`.

    tokens: four of them, each an animal (fox, bear, owl) and a thing (kite, drum, lamp), or "?"
        where there is none: "bear: drum", "bear: ?". Setting them sets x to their vectors.
    x: (4, 6), a vector for each token: three numbers for the animals and three for the things.
    w_q, w_k: (6, 4), w_v: (6, 3), the matrices that make queries, keys and values.
    row: which token asks, 0 to 3.
    panel: which numbers can be changed in the last scene: "x", "w_q", "w_k" or "w_v".
    weights: (4,), what the row gives to each token (set by the page).
    output: (3,), the mix of values that it gets (set by the page).

    Matrices are lists, arrays or tensors of numbers from -9 to 9.
    """

    story = "attention-row"
    _esm = join_scripts("stories/attention_row.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Idea": 2, "Vectors": 1, "Matrices": 3, "q, k, v": 1, "Products": 4, "Scale": 2,
        "Mask": 2, "Softmax": 2, "Mix": 3, "Output": 1, "Your turn": 1,
    }  # fmt: skip

    FIRST = {"tokens": TOKENS, "w_q": W_Q, "w_k": W_K, "w_v": W_V}

    tokens = t.List(t.Unicode()).tag(sync=True, setting=True)
    x = t.List().tag(sync=True, setting=True)
    w_q = t.List().tag(sync=True, setting=True)
    w_k = t.List().tag(sync=True, setting=True)
    w_v = t.List().tag(sync=True, setting=True)
    row = t.Int(T - 1).tag(sync=True, setting=True)
    panel = t.Unicode("x").tag(sync=True, setting=True)
    weights = t.List().tag(sync=True)
    output = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "tokens":
            value = _checked_tokens(value)
            super().__setattr__("x", [_vector(token) for token in value])
        elif name in SHAPES:
            value = check_matrix(name, value, SHAPES[name], REACH)
        elif name == "row":
            value = check_whole(name, value, 0, T - 1)
        elif name == "panel":
            check_choice(name, value, PANELS)
        super().__setattr__(name, value)


def _checked_tokens(value: Any) -> list[str]:
    """Return the tokens as a list; ValueError or TypeError unless they are four of those known."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"tokens should be a list of {T} texts like 'bear: drum'; got {value!r}")
    if len(value) != T:
        raise ValueError(f"tokens should be {T} texts; got {len(value)}")
    form = rf"({'|'.join(ANIMALS)}): ({'|'.join(THINGS)}|\?)"
    for token in value:
        if not re.fullmatch(form, token):
            raise ValueError(
                f"a token is an animal ({', '.join(ANIMALS)}) and a thing ({', '.join(THINGS)}, or "
                f"?), as in 'bear: drum'; got {token!r}"
            )
    return list(value)
