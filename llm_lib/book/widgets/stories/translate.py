"""A trained translator at work, token by token, inside the drawing of its architecture."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

NEEDED = ("texts", "n_layer", "n_embd", "vocab_size")
PARTS = {"sentence", "source", "right", "memory", "encoder", "runs"}
RUN = {"words", "next", "p", "back", "across"}
LONGEST = 9  # tokens that are written at most


class Translate(Walkthrough):
    """A sentence is read once and translated token by token; see `Walkthrough`.

    It shows what was measured: give it `data=follow_translation(model, sentences)` of
    `llm_lib.book.translation.followed`, where the parts are described.

    texts: what happens with each sentence, and what if a token is left out.
    gloss: what a token of the translation means, in a word; may be empty.
    n_layer, n_embd, vocab_size: of the model.
    text: which of the sentences is shown, from 0.
    pin: which token of the translation is left out, and the next one pinned there; -1 for none.
    written: the tokens of the translation (set by the page).
    """

    story = "translate"
    _esm = join_scripts("stories/translate.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Encode": 3, "Start": 1, "Look": 1, "Choose": 1, "Feed back": 1,
        "Go on": LONGEST - 2, "Map": 1, "Your turn": 1,
    }  # fmt: skip

    texts = t.List().tag(sync=True, setting=True)
    gloss = t.Dict().tag(sync=True, setting=True)
    n_layer = t.Int(1).tag(sync=True, setting=True)
    n_embd = t.Int(1).tag(sync=True, setting=True)
    vocab_size = t.Int(1).tag(sync=True, setting=True)
    text = t.Int(0).tag(sync=True, setting=True)
    pin = t.Int(-1).tag(sync=True, setting=True)
    written = t.List(t.Unicode()).tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured; ValueError if it is not given, or does not fit together."""
        if data is None or isinstance(data, dict):
            given = (data or {}) | settings
            if missing := [name for name in NEEDED if name not in given]:
                raise ValueError(
                    f"the walkthrough 'translate' needs {', '.join(missing)}: give it "
                    "data=follow_translation(model, sentences) of llm_lib.book.translation.followed"
                )
            _check_texts(given["texts"])
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "texts":
            _check_texts(value)
        elif name == "text" and self.texts:
            value = check_whole(name, value, 0, len(self.texts) - 1)
        elif name == "pin" and self.texts:
            value = check_whole(name, value, -1, LONGEST - 1)
        elif name in ("n_layer", "n_embd", "vocab_size"):
            value = check_whole(name, value, 1)
        super().__setattr__(name, value)


def _check_texts(value: Any) -> None:
    """Raise TypeError or ValueError unless these are texts as `Translate` has them."""
    if not isinstance(value, list | tuple) or not value:
        raise TypeError(f"texts should be a list of dicts, one or more; got {value!r:.60}")
    for i, text in enumerate(value):
        if not isinstance(text, dict) or set(text) != PARTS:
            raise ValueError(f"texts[{i}] should be a dict with {', '.join(sorted(PARTS))}")
        n = len(text["source"])
        for name in ("memory", "encoder"):
            _check_rows(f"texts[{i}]: {name}", text[name], n)
        if "" not in text["runs"]:
            raise ValueError(f"texts[{i}]: runs should hold what was written freely, under ''")
        for name, run in text["runs"].items():
            _check_run(f"texts[{i}]: runs[{name!r}]", run, n)


def _check_run(of: str, run: Any, n_source: int) -> None:
    """Raise ValueError, naming the part, unless a run fits its source."""
    if not isinstance(run, dict) or set(run) != RUN:
        raise ValueError(f"{of} should be a dict with {', '.join(sorted(RUN))}")
    n = len(run["words"])
    if not 1 <= n <= LONGEST:
        raise ValueError(f"{of} should have 1 to {LONGEST} words; got {n}")
    for name in ("next", "p", "back", "across"):
        _check_rows(f"{of}: {name}", run[name], n)
    for weights in run["across"]:
        if len(weights) != n_source:
            raise ValueError(f"{of}: {len(weights)} weights for {n_source} tokens of the source")
    for share in [*run["p"], *(w for weights in run["across"] for w in weights)]:
        check_number(f"{of}: a weight or probability", share, least=0, most=1)


def _check_rows(of: str, rows: Any, n: int) -> None:
    """Raise ValueError unless there are n rows."""
    if len(rows) != n:
        raise ValueError(f"{of} should have {n} rows; got {len(rows)}")
