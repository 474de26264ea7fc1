"""From logits to a token: temperature, softmax, a filter, and the draw."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix, check_number
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

FILTERS = ("none", "top-k 4", "top-p 0.9", "min-p 0.1")
PARTS = {"text", "words", "logits"}
LEAST = 9  # tokens that a place needs: eight are shown, and the others together


class TokenDraw(Walkthrough):
    """How logits become one token; see `Walkthrough`.

    It shows a model's own logits: give it `data=next_tokens(model, tokenizer, texts)` of
    `llm_lib.book.measured.generation`.

    places: by name, dicts of
        text: what the model has read;
        words: its likeliest next tokens, as texts;
        logits: of all tokens, the largest first.
    place: the one that the scenes show.
    temperature: 0 to 3; filter: one of "none", "top-k 4", "top-p 0.9", "min-p 0.1"; luck: [[u]], a
        number from 0 to 0.99: what the last scene draws with.
    """

    story = "token-draw"
    _esm = join_scripts("stories/token_draw.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Logits": 1, "Softmax": 1, "Temp.": 2, "Top-k": 1, "Top-p": 1, "Min-p": 1,
        "Rescale": 1, "Draw": 1, "Append": 1, "Your turn": 1,
    }  # fmt: skip

    places = t.Dict().tag(sync=True, setting=True)
    place = t.Unicode().tag(sync=True, setting=True)
    temperature = t.Float(1.5).tag(sync=True, setting=True)
    filter = t.Unicode("none").tag(sync=True, setting=True)
    luck = t.List([[0.75]]).tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show the places that are given; ValueError if there are none."""
        if data is None or isinstance(data, dict):
            given = (data or {}) | settings
            if "places" not in given:
                raise ValueError(
                    "the walkthrough 'token-draw' needs places: give it data=next_tokens(model, "
                    "tokenizer, texts) of llm_lib.book.measured.generation"
                )
            _check_places(given["places"])
            settings.setdefault("place", given.get("place", next(iter(given["places"]))))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "places":
            _check_places(value)
        elif name == "place" and self.places and value not in self.places:
            raise ValueError(f"place should be one of {', '.join(self.places)}; got {value!r}")
        elif name == "temperature":
            value = float(check_number(name, value, least=0, most=3))
        elif name == "filter":
            check_choice(name, value, FILTERS)
        elif name == "luck":
            value = check_matrix(name, value, (1, 1), 0.99)
            check_number("luck[0][0]", value[0][0], least=0)
        super().__setattr__(name, value)


def _check_places(value: Any) -> None:
    """Raise TypeError or ValueError, naming the part, unless these are places."""
    if not isinstance(value, dict) or not value:
        raise TypeError(f"places should be a dict with a dict for each name; got {value!r}")
    for name, place in value.items():
        if not isinstance(place, dict) or set(place) != PARTS:
            raise ValueError(f"places[{name!r}] should be a dict with {', '.join(sorted(PARTS))}")
        words, logits = place["words"], place["logits"]
        if not LEAST <= len(words) <= len(logits):
            raise ValueError(
                f"places[{name!r}] should have at least {LEAST} words, and a logit for each; "
                f"got {len(words)} words, {len(logits)} logits"
            )
        if list(logits) != sorted(logits, reverse=True):
            raise ValueError(f"places[{name!r}]: the largest logit should come first")
