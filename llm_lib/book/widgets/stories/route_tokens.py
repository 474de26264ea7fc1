"""A mixture of experts routes: one word through two of four, a sentence, and what balance does."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.stories.recorded import RecordedStory


class RouteTokens(RecordedStory):
    """One word's way through a router and two of four experts, and the shares of a whole text.

    It shows what `llm_lib.book.studies.four_experts` has measured; see `Walkthrough`.

    words: a sentence, word by word.
    vectors: what the router reads of each word, all of one length.
    router: the router's weights, one row for each expert.
    outputs: for each word, what each expert would make of it.
    shares: "none" and "loss", without a balance loss and with one: for each seed which share of
        the words each expert read, by the number of steps.
    seed: which of these is shown.
    n_hidden: how wide an expert is inside.
    word: the word of the last scene; the first scenes follow the third from the end.
    k: how many experts read it there.
    chosen: their numbers, from 1, the first choice first (set by the page).
    """

    story = "route-tokens"
    study = "four_experts.json"
    parts = ("words", "vectors", "router", "outputs", "shares", "seed", "n_hidden")
    _esm = join_scripts("stories/route_tokens.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Word": 1, "Router": 2, "Top two": 1, "Sum": 2, "Sentence": 1, "Left alone": 3,
        "Balance": 1, "Cost": 1, "Your turn": 1,
    }  # fmt: skip

    words = t.List().tag(sync=True, setting=True)
    vectors = t.List().tag(sync=True, setting=True)
    router = t.List().tag(sync=True, setting=True)
    outputs = t.List().tag(sync=True, setting=True)
    shares = t.Dict().tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    n_hidden = t.Int(16).tag(sync=True, setting=True)
    word = t.Int(2).tag(sync=True, setting=True)
    k = t.Int(2).tag(sync=True, setting=True)
    chosen = t.List().tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured, or `data` in its place."""
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "words" and (not isinstance(value, list) or len(value) < 3):
            raise ValueError(f"words should be a list of three or more; got {value!r:.80}")
        if name == "word":
            value = check_whole(name, value, 0, max(0, len(self.words) - 1))
        elif name == "k":
            value = check_whole(name, value, 1, max(1, len(self.router)))
        super().__setattr__(name, value)
