"""From text to ids and back: characters, code points, bytes, tokens, ids."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

MOST_BYTES = 12
# texts as GPT-2 cuts them: each token's id, and its bytes in hex
GPT2 = [
    ["café 凧", [[66, "63"], [1878, "6166"], [2634, "c3a9"], [10263, "20e5"], [229, "87"],
                 [100, "a7"]]],
    ["strawberry", [[301, "7374"], [1831, "726177"], [8396, "6265727279"]]],
    [" strawberry", [[41236, "2073747261776265727279"]]],
    ["змей", [[140, "d0"], [115, "b7"], [43108, "d0bc"], [16843, "d0b5"], [140, "d0"],
              [117, "b9"]]],
    ["naïve 🙂", [[2616, "6e61"], [38776, "c3af7665"], [32485, "20f09f9982"]]],
    ["2019 + 7", [[23344, "32303139"], [1343, "202b"], [767, "2037"]]],
]  # fmt: skip


class RoundTrip(Walkthrough):
    """A text on its way to a model's numbers, and back; see `Walkthrough`.

    cuts: texts as a tokenizer cuts them, `[[text, [[id, bytes in hex], …]], …]`, each of at most 12
        bytes; GPT-2's if not given.
    text: which of them is shown.
    keep: how many of its ids are decoded in the last scene, 1 to 12; all, if it has fewer.
    token_ids: the ids of the text (set by the page).
    decoded: the text that the kept ids give (set by the page).
    """

    story = "round-trip"
    _esm = join_scripts("stories/round_trip.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Letters": 1, "Unicode": 1, "Bytes": 1, "Tokens": 1, "Token ids": 1, "Back": 1,
        "Cut short": 2, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"cuts": GPT2}

    cuts = t.List().tag(sync=True, setting=True)
    text = t.Unicode().tag(sync=True, setting=True)
    keep = t.Int(MOST_BYTES).tag(sync=True, setting=True)
    token_ids = t.List(t.Int()).tag(sync=True)
    decoded = t.Unicode().tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show the first of the texts, unless another is named."""
        given = self.FIRST | (data if isinstance(data, dict) else {}) | settings
        if data is None or isinstance(data, dict):
            _check_cuts(given["cuts"])
            settings.setdefault("text", given.get("text", given["cuts"][0][0]))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "cuts":
            _check_cuts(value)
        elif name == "keep":
            value = check_whole(name, value, 1, MOST_BYTES)
        elif name == "text" and self.cuts:
            check_choice(name, value, tuple(text for text, _ in self.cuts))
        super().__setattr__(name, value)


def _check_cuts(value: Any) -> None:
    """Raise TypeError or ValueError unless these are texts with their tokens, none too long."""
    if not isinstance(value, list | tuple) or not value:
        raise TypeError(f"cuts should be a list of [text, tokens]; got {value!r}")
    for cut in value:
        try:
            text, tokens = cut
            data = b"".join(bytes.fromhex(part) for _, part in tokens)
            ids = [check_whole("an id", number) for number, _ in tokens if number]
            size = len(text.encode("utf-8"))
        except (TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                f"a cut should be [text, [[id, bytes in hex], ...]]; got {cut!r} ({error})"
            ) from None
        if data != text.encode("utf-8") or not ids:
            raise ValueError(f"the tokens of {text!r} should hold its bytes, {text.encode().hex()}")
        if size > MOST_BYTES:
            raise ValueError(f"a text should have at most {MOST_BYTES} bytes; {text!r} has {size}")
