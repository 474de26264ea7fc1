"""TrainLab: what does a small GPT learn, trained in this page on a text of your own?"""

import random
import re
from functools import cache
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, Payload, check_text, join_scripts, join_styles
from llm_lib.book.widgets.model_file import digest

CHOICES = {
    "data": ("names", "many names", "small world", "own"),
    "tokens": ("characters", "bpe"),
    "size": ("", "10k", "27k", "100k", "200k"),
    "fault": ("", "rate", "mask", "targets", "order"),
}
# The least and most of each; 0 is allowed besides where the data and the size decide.
LIMITS = {
    "n_layer": (1, 6),
    "n_head": (1, 8),
    "n_embd": (8, 128),
    "context_length": (8, 128),
    "batch_size": (1, 64),
    "steps": (1, 100_000),
    "seed": (0, 2**32 - 1),
}
SIZES = ("n_layer", "n_head", "n_embd", "context_length")
MAX_TEXT = 500_000
N_SENTENCES, N_STORIES = 3000, 1500


class TrainLab(BookWidget):
    """Train a small GPT in the page: watch its loss, its writing and its heads, and break it.

    The reader chooses what it reads and how large it is, trains, pauses and goes on, saves the
    model as `llm_lib.pretrained.save_load.load_model` reads it, and can load one back. Nothing
    leaves the page. Every control is a trait.

    data: what it reads: 800 made-up "names", 8,000 ("many names"), sentences of "small world", or
        "own", the reader's `text`. The last tenth of it is held out.
    text: a text of one's own, at most 500,000 characters.
    tokens: one token for each of the "characters", or a small "bpe" learned in the page.
    size: about how many parameters: "10k", "27k", "100k" or "200k"; "" is as large as suits the
        text and the device.
    n_layer, n_head, n_embd, context_length: what differs from that size, 0 for nothing. The heads
        share n_embd evenly.
    learning_rate: the highest, after the warm-up; it falls along a cosine.
    batch_size: how many windows a step reads.
    steps: how many steps Train takes.
    seed: of the first weights and the order of the windows.
    fault: what is broken on purpose: "rate" (30 times too high), "mask" (none), "targets" (two
        tokens ahead), "order" (windows not shuffled), or "" for nothing.
    small: a small version with one button, for names alone.
    step: how many steps are done (set by the page).
    losses: [training, held-out, lowest held-out] at present (set by the page).
    baselines: the held-out loss of a uniform guess, of the tokens' frequencies, and of a bigram
        (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("train_lab.js")
    _css = join_styles("train_lab.css")

    data = t.Unicode("names").tag(sync=True, setting=True)
    text = t.Unicode().tag(sync=True, setting=True)
    tokens = t.Unicode("characters").tag(sync=True, setting=True)
    size = t.Unicode().tag(sync=True, setting=True)
    n_layer = t.Int(0).tag(sync=True, setting=True)
    n_head = t.Int(0).tag(sync=True, setting=True)
    n_embd = t.Int(0).tag(sync=True, setting=True)
    context_length = t.Int(0).tag(sync=True, setting=True)
    learning_rate = t.Float(0.01).tag(sync=True, setting=True)
    batch_size = t.Int(16).tag(sync=True, setting=True)
    steps = t.Int(2000).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    fault = t.Unicode().tag(sync=True, setting=True)
    small = t.Bool(False).tag(sync=True, setting=True)
    sentences_ref = t.Unicode().tag(sync=True)  # of the sentences of Small World
    step = t.Int(0).tag(sync=True)
    losses = t.List().tag(sync=True)
    baselines = t.List().tag(sync=True)

    def __init__(self, data: str = "names", **settings: Any):
        """Begin with `data` to read; the reader may choose others."""
        self._refuse_unknown(settings)
        if not settings.get("small"):
            self.sentences_ref, payload = sentences_payload()
            self._offer(self.sentences_ref, payload)
        super().__init__(data=data, **settings)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, and the sentences of Small World if it shows them."""
        if not state["sentences_ref"]:
            return state, {}
        ref, payload = sentences_payload()
        return state, {ref: payload} if state["sentences_ref"] == ref else {}

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in CHOICES:
            check_choice(name, value, CHOICES[name])
        elif name in LIMITS and not (name in SIZES and value == 0 and value is not False):
            value = check_whole(name, value, *LIMITS[name])
        elif name == "learning_rate":
            value = float(check_number(name, value, above=0, most=1))
        elif name == "text":
            check_text(name, value, MAX_TEXT)
        super().__setattr__(name, value)


@cache
def sentences_payload() -> tuple[str, Payload]:
    """Return (ref, payload) of the sentences that "small world" is: different ones, in one order.

    They are those of stories about animals with familiar names: few words, which a small model can
    learn in a minute.
    """
    from llm_lib.book.small_world import SmallWorld, load_words  # here: only this widget needs it

    world, names = SmallWorld(0), {*load_words()["names"]}
    sentences: dict[str, None] = {}
    for _ in range(N_STORIES):
        story = world.example("story")
        if {story.facts["name"], story.facts["friend"]} <= names:
            found = re.findall(r'["A-Z][^.!?]*[.!?]"?', story.answer)
            sentences |= dict.fromkeys(line for line in found if line.count('"') % 2 == 0)
    chosen = random.Random(0).sample([*sentences], N_SENTENCES)
    payload = {"lines": chosen}
    return digest(payload), payload
