"""The shell game: three balls lie under five cups, cups are swapped in pairs; where are the balls?

A problem is a text, and so is an answer, one token a character:

    cdaBECD=          the balls 1, 2, 3 lie at the places c, d and a; the cups at B and E are
                      swapped, then those at C and D; where are they?
    :dca.             the answer at once
    BEcdaCDdca:dca.   the same, thought aloud: each swap, and where the balls are after it

A letter names a place, whichever cup stands there: a small one where a ball lies, a capital one
where a cup is moved, a swap's two in the order of the alphabet. A colon ends the thought, as
`</think>` does in large models, and a full stop ends the text. What stands between them is the
answer; the checker looks at nothing else. Three balls can lie in 60 ways, so that a guess is right
once in 60 times, and sixteen guesses hold the right answer in less than a quarter of cases. (One
ball under five cups would be found by nearly any sixteen.)
"""

import itertools
import random
import re

from llm_lib.arguments import check_whole
from llm_lib.tokenizer import CharTokenizer

CUPS = "abcde"
SWAPS = ["".join(pair) for pair in itertools.combinations(CUPS.upper(), 2)]  # AB, AC, … DE
N_BALLS = 3
LONGEST = 6  # swaps of a problem that is trained on
CLOSE, END = ":", "."  # of a thought, and of a text
_PROBLEM = re.compile(r"[a-e]+([A-E]{2})+=")
_ANSWER = re.compile(r":([a-e]+)\.?$")


class GameTokenizer(CharTokenizer):
    """One token per character of the game; the full stop ends a text.

    >>> GameTokenizer().encode(":dca.")
    [1, 6, 5, 3, 0]
    """

    end_id = 0

    def __init__(self) -> None:
        super().__init__(END + CLOSE + "=" + CUPS + CUPS.upper())


def draw_problem(dice: random.Random, n_swaps: int, n_balls: int = N_BALLS) -> str:
    """Return a problem of `n_swaps` swaps, with the balls under different cups.

    Raises ValueError for no swap, or for more balls than there are cups.

    >>> draw_problem(random.Random(0), 2)
    'deaBCCE='
    """
    check_whole("n_swaps", n_swaps)
    check_whole("n_balls", n_balls, 1, len(CUPS))
    balls = "".join(dice.sample(CUPS, n_balls))
    return balls + "".join(dice.choice(SWAPS) for _ in range(n_swaps)) + "="


def read_problem(problem: str) -> tuple[str, list[str]]:
    """Return where the balls lie at first, and the swaps.

    Raises ValueError for a text that is no problem.

    >>> read_problem("cdaBECD=")
    ('cda', ['BE', 'CD'])
    """
    if not _PROBLEM.fullmatch(problem):
        raise ValueError(
            "a problem names the balls' cups, then swaps, then =, as in 'cdaBECD='; "
            f"got {problem!r}"
        )
    swaps = problem.lstrip(CUPS).removesuffix("=")
    balls = problem[: -len(swaps) - 1]
    return balls, [swaps[i : i + 2] for i in range(0, len(swaps), 2)]


def follow_balls(problem: str) -> list[str]:
    """Return where the balls lie after each swap.

    >>> follow_balls("cdaBECD=")
    ['cda', 'dca']
    """
    balls, swaps = read_problem(problem)
    places = []
    for one, other in map(str.lower, swaps):
        balls = balls.translate(str.maketrans(one + other, other + one))
        places.append(balls)
    return places


def answer_at_once(problem: str) -> str:
    """Return the answer alone.

    >>> answer_at_once("cdaBECD=")
    ':dca.'
    """
    return f"{CLOSE}{follow_balls(problem)[-1]}{END}"


def think_aloud(problem: str) -> str:
    """Return the answer with the thought before it: each swap, and where the balls are then.

    >>> think_aloud("cdaBECD=")
    'BEcdaCDdca:dca.'
    """
    swaps = read_problem(problem)[1]
    pairs = zip(swaps, follow_balls(problem), strict=True)
    return "".join(swap + balls for swap, balls in pairs) + answer_at_once(problem)


def final_answer(text: str) -> str | None:
    """Return the cups named behind the colon, or None where there is no such end.

    The full stop may be missing, as `complete` leaves it out.

    >>> final_answer("BEcdaCDdca:dca."), final_answer(":dca"), final_answer("BEcdaCD")
    ('dca', 'dca', None)
    """
    found = _ANSWER.search(text)
    return found and found[1]


def is_right(problem: str, text: str) -> bool:
    """Whether a text ends in the right answer, however it came to it: this is the checker."""
    return final_answer(text) == follow_balls(problem)[-1]


def mark(problem: str, text: str) -> float:
    """Return 1.0 for a text that ends right, else 0.0: the checker, for GRPO."""
    return float(is_right(problem, text))


def is_thought(text: str) -> bool:
    """Whether a text has a thought in it: a swap that was written out.

    >>> is_thought("BEcda:cda."), is_thought(":cda.")
    (True, False)
    """
    return any(letter.isupper() for letter in text)
