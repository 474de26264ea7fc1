"""NgramLab: what do counts of the last few words say about the next one?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, check_text, join_scripts, join_styles

MAX_N = 6
MAX_TEXT, MAX_LINE = 20_000, 500
LIMITS = {"k": (0.0001, 1.0)}
UNITS = ("words", "characters")


class NgramLab(BookWidget):
    """Count runs of up to 6 words or characters, predict the next, and see the counts run out.

    The probabilities are those of `llm_lib.before.ngram.NGramModel` with the same n, k and
    interpolate, counted on `text`. Its vocabulary holds all tokens of the text, and one more for
    everything else. Every control is a trait.

    text: what is counted, at most 20,000 characters; if left out, stories of Small World.
    held_out: a line to test the model on, at most 500 characters.
    unit: what is a token, "words" (with punctuation marks) or "characters".
    n: how long the counted runs are, 1 to 6: the last n - 1 tokens predict the next.
    k: how many extra counts every context gets for each token of the vocabulary.
    interpolate: share those out as the next shorter context predicts, not evenly.
    written: the tokens that were written so far; the next one is predicted after them.
    seed: of the draws.
    prediction: the current prediction, [[token, count, probability], ...] for every token of the
        text, the likeliest first (set by the page).
    perplexities: of the held-out line, for n = 1 to 6 (set by the page).
    known: for n = 1 to 6, how many tokens of the held-out line follow a context that the text has
        shown (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("ngram_lab.js")
    _css = join_styles("ngram_lab.css")

    text = t.Unicode().tag(sync=True, setting=True)
    held_out = t.Unicode().tag(sync=True, setting=True)
    unit = t.Unicode("words").tag(sync=True, setting=True)
    n = t.Int(2).tag(sync=True, setting=True)
    k = t.Float(0.001).tag(sync=True, setting=True)
    interpolate = t.Bool(False).tag(sync=True, setting=True)
    written = t.List(t.Unicode()).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    prediction = t.List().tag(sync=True)
    perplexities = t.List(t.Float()).tag(sync=True)
    known = t.List(t.Int()).tag(sync=True)

    def __init__(self, text: str | None = None, held_out: str | None = None, **settings: Any):
        """Count `text`, or stories of Small World, and test on `held_out`, or a story of others."""
        self._refuse_unknown(settings)
        text = " ".join(some_stories("train", 30)) if text is None else text
        held_out = some_stories("held_out", 1)[0][:220] if held_out is None else held_out
        held_out = held_out.rpartition(" ")[0] if len(held_out) == 220 else held_out
        settings.setdefault("written", ["One", "day"] if settings.get("unit") != UNITS[1] else [])
        super().__init__(text=text, held_out=held_out, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in LIMITS:
            low, high = LIMITS[name]
            value = check_number(name, value, least=low, most=high)
        elif name == "n":
            value = check_whole(name, value, 1, MAX_N)
        elif name == "seed":
            value = check_whole(name, value, 0, 2**32 - 1)
        elif name in ("text", "held_out"):
            check_text(name, value, MAX_TEXT if name == "text" else MAX_LINE)
        elif name == "unit" and value not in UNITS:
            raise ValueError(f"unit should be one of {UNITS}; got {value!r}")
        super().__setattr__(name, value)


def some_stories(split: str, n: int) -> list[str]:
    """Return `n` stories of Small World about animals with familiar names."""
    from llm_lib.book.small_world import SmallWorld, load_words  # here: only this widget needs it

    world, names, stories = SmallWorld(0, split), {*load_words()["names"]}, []
    while len(stories) < n:
        story = world.example("story")
        if {story.facts["name"], story.facts["friend"]} <= names:
            stories.append(story.answer)
    return stories
