"""TableTrainer: what does training do to the rows of an embedding table?"""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

SIZES = (2, 4, 8, 16)
GROUPS = {"animals": "kinds", "things": "objects", "places": "places"}  # the words that are drawn
N_STORIES = 600


class TableTrainer(BookWidget):
    """An embedding table is trained in the page, on the next words of 600 stories.

    The model is the smallest there is: a word's row is looked up, and its dot products with the
    rows of a second table are the scores of the next word. Adam trains both at rate 0.02, on 128
    pairs of neighbouring words a step. Each person of the stories is called Mia. Every control is a
    trait.

    words: the three that are watched; the first is compared with the other two.
    size: how many numbers a row has: 2, 4, 8 or 16.
    steps: how many a run takes, 10 to 5000.
    seed: of the first rows, and of the batches.
    step, loss: how many steps are taken, and the mean loss of all pairs then (set by the page).
    cosines: of the first word with the second and with the third, and the mean of random pairs
        (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("table_trainer.js")
    _css = join_styles("table_trainer.css")

    data = t.Dict().tag(sync=True)
    words = t.List(t.Unicode(), ["fox", "wolf", "kite"]).tag(sync=True, setting=True)
    size = t.Int(16).tag(sync=True, setting=True)
    steps = t.Int(1500).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    step = t.Int(0).tag(sync=True)
    loss = t.Float(0.0).tag(sync=True)
    cosines = t.List().tag(sync=True)

    def __init__(self, **settings: Any):
        """Count the stories' pairs, and set the traits in `settings`."""
        self.data = count_neighbours()
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "size":
            check_choice(name, value, SIZES)
        elif name == "steps":
            value = check_whole(name, value, 10, 5000)
        elif name == "seed":
            value = check_whole(name, value, 0, 2**31)
        elif name == "words":
            value = _check_words(value, self.data["words"])
        super().__setattr__(name, value)


def _check_words(value: Any, known: list[str]) -> list[str]:
    """Return three different words of the stories; TypeError or ValueError otherwise."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"words should be a list of three words; got {type(value).__name__}")
    if len(value) != 3 or len(set(value)) != 3:
        raise ValueError(f"words should be three different words; got {value!r}")
    for word in value:
        if word not in known:
            raise ValueError(f"words should occur in the stories, such as 'fox'; got {word!r}")
    return list(value)


@cache
def count_neighbours(n_stories: int = N_STORIES) -> dict[str, Any]:
    """Return the words of some stories, and how often which word follows which.

    "words" are sorted by how often they occur; "pairs" holds a word's place there, that of the next
    word, and how often they meet, for each pair in turn, sorted; "groups" are lists of words.
    """
    from llm_lib.book.small_world import SmallWorld, load_words

    world, texts = SmallWorld(0, "train"), []
    for _ in range(n_stories):
        story = world.example("story")
        people = "|".join(re.escape(story.facts[who]) for who in ("name", "friend"))
        text = re.sub(rf"\b({people})\b", "Mia", story.answer).lower()
        texts.append([".", *re.findall(r"[a-z']+|[.,!?]", text)])
    words = [word for word, _ in Counter(w for text in texts for w in text).most_common()]
    place = {word: i for i, word in enumerate(words)}
    pairs = Counter((place[a], place[b]) for text in texts for a, b in pairwise(text))
    lists = load_words()
    groups = {name: [w for w in lists[key] if w in place] for name, key in GROUPS.items()}
    flat = [number for pair, n in sorted(pairs.items()) for number in (*pair, n)]
    return {"words": words, "pairs": flat, "groups": groups}
