"""MergeStepper: how does byte pair encoding build its vocabulary?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, check_text, join_scripts, join_styles

PATTERNS = ("gpt2", "cl100k", "o200k")  # the names in llm_lib.bpe.PATTERNS
MAX_TEXT, MAX_MERGES = 5000, 500  # what a page can answer at once, even on a phone


class MergeStepper(BookWidget):
    """Watch byte pair encoding learn from a text, one merge at a time, forward and back.

    The merges and ids are those of `llm_lib.bpe.BPETokenizer.train(text, 256 + step,
    pattern=pattern)`. Every control is a trait: set it from Python and the page follows, or observe
    it.

    text: what the merges are learned from, at most 5000 characters.
    pattern: what cuts the text into chunks: "gpt2", "cl100k" or "o200k".
    max_merges: how many merges there are to step through, 1 to 500.
    step: how many merges are done. The page lowers it where the text has no more pairs to merge.
    playing: True while the page steps forward by itself; set it to start or stop.
    merges: the merges done, [[left, right], ...], bytes in hex as in a tokenizer's JSON file (set
        by the page).
    token_ids: the ids of the text after them (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("merge_stepper.js")
    _css = join_styles("merge_stepper.css")

    text = t.Unicode().tag(sync=True, setting=True)
    pattern = t.Unicode("gpt2").tag(sync=True, setting=True)
    max_merges = t.Int(60).tag(sync=True, setting=True)
    step = t.Int(0).tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True)
    merges = t.List().tag(sync=True)
    token_ids = t.List(t.Int()).tag(sync=True)

    def __init__(
        self, text: str = "", *, pattern: str = "gpt2", max_merges: int = 60, **settings: Any
    ):
        """Learn up to `max_merges` merges from `text`, starting at merge `step`."""
        super().__init__(text=text, pattern=pattern, max_merges=max_merges, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        super().__setattr__(name, self._checked(name, value))

    def _checked(self, name: str, value: Any) -> Any:
        """Return the value of a setting; ValueError or TypeError unless it is allowed."""
        if name == "text":
            return check_text(name, value, MAX_TEXT, "BPETokenizer.train takes any length")
        if name == "pattern" and value not in PATTERNS:
            raise ValueError(f"pattern should be one of {PATTERNS}; got {value!r}")
        if name == "max_merges":
            return check_whole(name, value, 1, MAX_MERGES)
        if name == "step":
            return check_whole(name, value, 0, self.max_merges)
        return value

    @t.observe("max_merges")
    def _lower_step(self, change: dict) -> None:
        self.step = min(self.step, change["new"])
