"""A draft of several tokens, checked in one pass of the model."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_number
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

N = 4  # tokens of a draft
PARTS = {"token", "q", "p", "sum", "left"}
NEEDED = ("text", "drafts", "next")


class Draft(Walkthrough):
    """Speculative decoding: which tokens of a draft are accepted; see `Walkthrough`.

    It shows what was measured: give it `data=checked_draft(model, drafter, tokenizer, text, draft)`
    of `llm_lib.book.measured.generation`.

    text: what is there.
    drafts: for each of four drafted tokens a dict of token, q and p, its probabilities under the
        drafter and the model, sum, that of max(0, p - q) over all tokens, and left, the tokens for
        which that is largest as [text, q, p].
    next: the likeliest tokens after the whole draft, as [text, probability].
    luck: [[u, u, u, u]], a random number from 0 to 0.99 for each drafted token.
    """

    story = "draft"
    _esm = join_scripts("stories/draft.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Draft": 1, "One pass": 1, "Check": N, "Replace": 2, "Result": 1, "Your turn": 1,
    }  # fmt: skip

    text = t.Unicode().tag(sync=True, setting=True)
    drafts = t.List(t.Dict()).tag(sync=True, setting=True)
    next = t.List().tag(sync=True, setting=True)
    luck = t.List([[0.3, 0.6, 0.4, 0.5]]).tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured; ValueError if it is not given, or is not four drafted tokens."""
        if data is None or isinstance(data, dict):
            given = (data or {}) | settings
            if missing := [name for name in NEEDED if name not in given]:
                raise ValueError(
                    f"the walkthrough 'draft' needs {', '.join(missing)}: give it "
                    "data=checked_draft(model, drafter, tokenizer, text, draft) of "
                    "llm_lib.book.measured.generation"
                )
            _check_drafts(given["drafts"])
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "luck":
            value = check_matrix(name, value, (1, N), 0.99)
            for i, number in enumerate(value[0]):
                check_number(f"luck[0][{i}]", number, least=0)
        super().__setattr__(name, value)


def _check_drafts(drafts: Any) -> None:
    """Raise ValueError, naming the part, unless these are drafted tokens."""
    if len(drafts) != N:
        raise ValueError(f"drafts should be {N} tokens; got {len(drafts)}")
    for i, each in enumerate(drafts):
        if set(each) != PARTS:
            raise ValueError(f"drafts[{i}] should have {', '.join(sorted(PARTS))}; got {each!r}")
        check_number(f"drafts[{i}]: p", each["p"], least=0, most=1)
        check_number(f"drafts[{i}]: q", each["q"], least=0, most=1)
