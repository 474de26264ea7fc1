"""How a class is read at a text's last token, and what happens at a column that is no text."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

OWN = Path(__file__).with_suffix(".css")
N_NUMBERS = 4  # of a vector that is drawn
BEHIND = 4  # columns of padding behind the text that were measured
STEPS, RATE = 500, 0.5  # of the head that is trained on all examples
TEXT = {"tokens", "label", "columns"}


class LastToken(Walkthrough):
    """A text, a vector per token, a head on the last one, and padding; see `Walkthrough`.

    It shows what was measured: give it `data=read_columns(model, tokenizer, …)`.

    classes: the names of the two classes.
    texts: the texts that can be read, the first one through all scenes; each a dict with
        tokens: its tokens, as texts;
        label: the number of its class;
        columns: four numbers for each token, and for each of the columns of padding behind it.
    head: the trained head, four weights for each class.
    rate: the learning rate of the first step.
    text, column: which text the last scene reads, and at which of its columns.
    """

    story = "last-token"
    _esm = join_scripts("stories/last_token.js")
    _css = join_styles("walkthrough.css") + OWN.read_text("utf-8")

    SCENES = {
        "Text": 1, "Vectors": 1, "Last token": 1, "Head": 1, "One step": 1, "Trained": 1,
        "Padding": 2, "Your turn": 1,
    }  # fmt: skip

    classes = t.List().tag(sync=True, setting=True)
    texts = t.List().tag(sync=True, setting=True)
    head = t.List().tag(sync=True, setting=True)
    rate = t.Float(0.2).tag(sync=True, setting=True)
    text = t.Int(0).tag(sync=True, setting=True)
    column = t.Int().tag(sync=True, setting=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured; ValueError if it is not given."""
        given = (data if isinstance(data, dict) else {}) | settings
        if data is None or isinstance(data, dict):
            needed = ("classes", "texts", "head")
            if missing := [name for name in needed if name not in given]:
                raise ValueError(
                    f"the walkthrough 'last-token' needs {', '.join(missing)}: give it "
                    "data=read_columns(model, tokenizer, …)"
                )
            _check_texts(given["texts"])
            place = check_whole("text", given.get("text", 0), 0, len(given["texts"]) - 1)
            first = given["texts"][place]
            settings.setdefault("column", given.get("column", len(first["tokens"]) - 1))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "texts":
            _check_texts(value)
        elif name == "head":
            value = check_matrix(name, value, (2, N_NUMBERS), 1e6)
        elif name == "rate":
            value = check_number(name, value, above=0)
        elif name == "classes" and len(value) != 2:
            raise ValueError(f"classes should be 2 names; got {value!r}")
        elif name == "text":
            value = check_whole(name, value, 0, max(0, len(self.texts) - 1))
        elif name == "column":
            value = check_whole(name, value, 0)
        super().__setattr__(name, value)


def _check_texts(value: Any) -> None:
    """Raise TypeError or ValueError unless these are texts as `LastToken` has them."""
    if not isinstance(value, list) or not value:
        raise TypeError(f"texts should be a list with a dict for each text; got {value!r:.80}")
    for i, text in enumerate(value):
        if not isinstance(text, dict) or set(text) != TEXT:
            raise ValueError(f"texts[{i}] should have {', '.join(sorted(TEXT))}; got {text!r:.80}")
        n = len(text["tokens"]) + BEHIND
        check_matrix(f"texts[{i}]: columns", text["columns"], (n, N_NUMBERS), 1e6)
        check_whole(f"texts[{i}]: label", text["label"], 0, 1)


def read_columns(
    model: Any,
    tokenizer: Any,
    texts: Sequence[tuple[str, str]],
    examples: Sequence[tuple[str, str]],
    classes: Sequence[str],
    layer: int,
) -> dict[str, Any]:
    """Return what `Walkthrough("last-token")` shows of a model that reads `texts`.

    texts, examples: pairs of a text and its class. Of the stream behind `layer` blocks, four
    numbers are kept, `numbers`: those in which the two classes of the examples differ most. The
    head is trained on the examples. Behind each text, columns of the end-of-text token are read.
    """
    import torch  # here, as widgets load without it

    from llm_lib.finetuning import encode_labels, read_features

    with torch.no_grad():
        features = read_features(model, [text for text, _ in examples], tokenizer, layer)
        y = encode_labels([label for _, label in examples], classes)
        apart = features[y == 0].mean(dim=0) - features[y == 1].mean(dim=0)
        numbers = (apart / features.std(dim=0)).abs().topk(N_NUMBERS).indices
        rows = []
        for text, label in texts:
            tokens, stream = _read_padded(model, tokenizer, text, layer)
            columns = [[round(v, 2) for v in row] for row in stream[:, numbers].tolist()]
            place = encode_labels([label], classes).item()
            rows.append({"tokens": tokens, "label": place, "columns": columns})
        head = _train_head(features[:, numbers], y)
    head = [[round(w, 2) for w in row] for row in head.tolist()]
    return {"classes": [*classes], "texts": rows, "head": head}


def _read_padded(model: Any, tokenizer: Any, text: str, layer: int) -> tuple[list[str], Any]:
    """Return the tokens of a text and the stream (T + BEHIND, C) of them and the padding."""
    import torch

    from llm_lib.tokenizer import END_OF_TEXT

    ids = tokenizer.encode(text)
    padded = [*ids, *[tokenizer.special_tokens[END_OF_TEXT]] * BEHIND]
    _, seen = model.run_with_cache(torch.tensor([padded]))
    return [tokenizer.decode([i]) for i in ids], seen.stream[layer][0]


def _train_head(x: Any, y: Any) -> Any:
    """Return the weights (2, 4) of a head after many steps of gradient descent from 0."""
    import torch

    right = torch.nn.functional.one_hot(y, 2).float()
    head = torch.zeros(2, N_NUMBERS)
    for _ in range(STEPS):
        head -= RATE * ((x @ head.T).softmax(dim=-1) - right).T @ x / len(x)
    return head
