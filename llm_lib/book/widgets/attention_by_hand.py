"""AttentionByHand: how do queries, keys and values become an output?"""

import re
from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

FEWEST, MOST = 3, 5  # tokens
REACH = 4.0  # no arrow goes further along an axis
MAX_LABEL = 10
CHECKED = ("q", "k", "v", "focus", "temperature", "scaling", "causal", "arrow")
TOKENS = ["fox", "bear", "bear?"]
# Two records and a question: the example that the chapter works out by hand.
QUERIES = [[1.0, 0.0], [1.0, 1.0], [0.5, 1.5]]
KEYS = [[1.5, -0.5], [-0.5, 1.5], [-1.0, -1.0]]
VALUES = [[2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]


class AttentionByHand(BookWidget):
    """Attention of three to five tokens in two dimensions, with arrows to drag and every number.

    The numbers are those of `scaled_dot_product_attention` in `llm_lib.model.attention`. Every
    control is a trait: set it from Python and the page follows, or observe it.

    tokens: three to five labels of at most ten characters. A longer list than before gets arrows of
        length 0 for the new ones, a shorter one drops the last.
    q, k, v: a pair [x, y] for each token, each number from -4 to 4.
    focus: the number of the token that looks, whose steps are written out.
    scaling: whether scores are divided by the square root of 2, the size of a query.
    causal: whether no token may look at a later one.
    temperature: a further divisor of the scores, 0.1 to 5.
    arrow: which arrow the sliders move, "q" (the query of the focus), or "k0", "v2" and so on.
    scores: (T, T), after the divisions and before the mask (set by the page).
    weights: (T, T), a row for each token that looks (set by the page).
    output: (T, 2), the mix of values that each token gets (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("attention_by_hand.js")
    _css = join_styles("attention_by_hand.css")

    tokens = t.List().tag(sync=True, setting=True)
    q = t.List().tag(sync=True, setting=True)
    k = t.List().tag(sync=True, setting=True)
    v = t.List().tag(sync=True, setting=True)
    focus = t.Int(2).tag(sync=True, setting=True)
    scaling = t.Bool(True).tag(sync=True, setting=True)
    causal = t.Bool(True).tag(sync=True, setting=True)
    temperature = t.Float(1.0).tag(sync=True, setting=True)
    arrow = t.Unicode("q").tag(sync=True, setting=True)
    scores = t.List().tag(sync=True)
    weights = t.List().tag(sync=True)
    output = t.List().tag(sync=True)

    def __init__(self, **settings: Any):
        """Show the example of the chapter, changed by the settings given."""
        self._refuse_unknown(settings)
        first = {"tokens": TOKENS, "q": QUERIES, "k": KEYS, "v": VALUES}
        if "tokens" in settings:  # the lists of arrows are judged by it, so it comes first
            first["tokens"] = _checked_tokens(settings["tokens"])
            n = len(first["tokens"])
            first |= {name: _fitted(first[name], n) for name in "qkv"} | {"focus": n - 1}
        super().__init__(**(first | settings))

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "tokens":
            value = _checked_tokens(value)
            n = len(value)
            super().__setattr__(name, value)
            for arrows in "qkv":
                super().__setattr__(arrows, _fitted(getattr(self, arrows), n))
            self.focus = min(self.focus, n - 1)
            self.arrow = self.arrow if int(self.arrow[1:] or 0) < n else "q"
            return
        if name in CHECKED:
            value = _checked(name, value, len(self.tokens))
        super().__setattr__(name, value)


def _fitted(arrows: list, n: int) -> list:
    """Return n arrows: the first of `arrows`, and as many of length 0 as are missing."""
    return [list(arrow) for arrow in arrows[:n]] + [[0.0, 0.0]] * (n - len(arrows))


def _checked_tokens(value: Any) -> list[str]:
    """Return the labels as a list; ValueError or TypeError unless they are three to five."""
    if not isinstance(value, list | tuple) or not all(isinstance(label, str) for label in value):
        raise TypeError(f"tokens should be a list of labels; got {value!r}")
    if not FEWEST <= len(value) <= MOST:
        raise ValueError(f"tokens should be {FEWEST} to {MOST} labels; got {len(value)}")
    if wrong := [label for label in value if not 1 <= len(label.strip()) <= MAX_LABEL]:
        raise ValueError(f"a label has 1 to {MAX_LABEL} characters; got {wrong[0]!r}")
    return list(value)


def _checked(name: str, value: Any, n: int) -> Any:
    """Return the value of a setting for n tokens; ValueError or TypeError unless it is allowed."""
    if name in ("q", "k", "v"):
        if not isinstance(value, list | tuple) or len(value) != n:
            raise ValueError(f"{name} should have a pair of numbers for each of the {n} tokens")
        return [_pair(f"{name}[{i}]", pair) for i, pair in enumerate(value)]
    if name == "focus":
        return check_whole(name, value, 0, n - 1)
    if name == "temperature":
        return check_number(name, value, least=0.1, most=5.0)
    if name in ("scaling", "causal") and not isinstance(value, bool):
        raise TypeError(f"{name} should be True or False; got {value!r}")
    if name == "arrow" and not (
        value == "q" or (isinstance(value, str) and re.fullmatch(f"[kv][0-{n - 1}]", value))
    ):
        raise ValueError(
            f"arrow should be 'q', or k or v and a number up to {n - 1}; got {value!r}"
        )
    return value


def _pair(name: str, value: Any) -> list[float]:
    """Return the arrow as two floats; ValueError or TypeError unless it is a pair in reach."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{name} should be a pair [x, y]; got {value!r}")
    return [float(check_number(name, number, least=-REACH, most=REACH)) for number in value]
