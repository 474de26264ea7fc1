"""How a name reaches the answer: through tokens and layers of a trained model."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

PARTS = {"tokens", "path", "rival", "hops", "heads", "next"}
HOPS = 3


class Relay(Walkthrough):
    """Whose thing it is, handed on from token to token; see `Walkthrough`.

    It shows what was measured: give it `data=follow(model, tokenizer, …)` of
    `llm_lib.interp.heads`.

    n_layer: how many layers the model has.
    questions: for each name that is asked about, a dict with
        tokens: the prompt's tokens, as texts;
        path: the places of the name, the token before its thing, the thing, and the last token;
        rival: the place of the other thing;
        hops: three dicts {layer, head, weights}: where the second, third and last of these look;
        heads: for each head of the last layer, the weights of the last token;
        next: the likeliest next tokens, as [text, probability].
    asked: which of these names is asked about.
    hop: which of the three hops the last scene shows, 0 to 2.
    """

    story = "relay"
    _esm = join_scripts("stories/relay.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Hop 1": 1, "Hop 2": 1, "Hop 3": 1, "Heads": 1, "Output": 1, "Your turn": 1,
    }  # fmt: skip

    n_layer = t.Int().tag(sync=True, setting=True)
    questions = t.Dict().tag(sync=True, setting=True)
    asked = t.Unicode().tag(sync=True, setting=True)
    hop = t.Int(HOPS - 1).tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured; ValueError if it is not given."""
        given = (data if isinstance(data, dict) else {}) | settings
        if data is None or isinstance(data, dict):
            if missing := [name for name in ("n_layer", "questions") if name not in given]:
                raise ValueError(
                    f"the walkthrough 'relay' needs {' and '.join(missing)}: "
                    "give it data=follow(model, tokenizer, …) of llm_lib.interp.heads"
                )
            _check_questions(given["questions"])
            settings.setdefault("asked", given.get("asked", next(iter(given["questions"]))))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "questions":
            _check_questions(value)
        elif name == "n_layer":
            value = check_whole(name, value, 1)
        elif name == "hop":
            value = check_whole(name, value, 0, HOPS - 1)
        elif name == "asked" and self.questions and value not in self.questions:
            raise ValueError(f"asked should be one of {', '.join(self.questions)}; got {value!r}")
        super().__setattr__(name, value)


def _check_questions(value: Any) -> None:
    """Raise TypeError or ValueError unless these are questions as `Relay` has them."""
    if not isinstance(value, dict) or not value:
        raise TypeError(f"questions should be a dict with a dict for each name; got {value!r}")
    for name, question in value.items():
        if not isinstance(question, dict) or set(question) != PARTS:
            raise ValueError(
                f"questions[{name!r}] should be a dict with {', '.join(sorted(PARTS))}; "
                f"got {question!r}"
            )
        _check_question(f"questions[{name!r}]", **question)


def _check_question(of: str, tokens: Any, path: Any, rival: Any, hops: Any, heads: Any, next: Any):
    """Raise ValueError, naming the part, unless one question's parts fit its tokens."""
    if not tokens or not all(isinstance(token, str) for token in tokens):
        raise ValueError(f"{of}: tokens should be a list of texts; got {tokens!r}")
    last = len(tokens) - 1
    if len(path) != HOPS + 1 or list(path) != sorted(set(path)):
        raise ValueError(f"{of}: path should be {HOPS + 1} rising places; got {path!r}")
    for place in [*path, rival]:
        check_whole(f"{of}: a place", place, 0, last)
    if len(hops) != HOPS or any(set(hop) != {"layer", "head", "weights"} for hop in hops):
        raise ValueError(f"{of}: hops should be {HOPS} dicts of layer, head, weights; got {hops!r}")
    for weights in [*(hop["weights"] for hop in hops), *heads]:
        if len(weights) != len(tokens):
            raise ValueError(f"{of}: {len(weights)} weights for {len(tokens)} tokens")
        for weight in weights:
            check_number(f"{of}: a weight", weight, least=0, most=1)
    for _text, p in next:
        check_number(f"{of}: a probability", p, least=0, most=1)
