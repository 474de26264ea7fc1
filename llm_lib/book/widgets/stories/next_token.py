"""How a language model writes: probabilities for the next token, a draw, and again."""

from collections.abc import Sequence
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

TEXT = "By the lake lived Mia, a brave fox. Mia had a"
DRAWS = (0.57, 0.4, 0.28, 0.6)  # the random numbers of the turns
COVERED, LISTED = 0.99, 150  # so much probability is listed by name, by at most so many tokens
CHOICES = ("draw", "likeliest")
TURN = {"likeliest", "draw", "picked", "p"}


class NextToken(Walkthrough):
    """Text, tokens, probabilities, a draw, a longer text, and again; see `Walkthrough`.

    It shows what was measured: Sprout on "By the lake lived Mia …", unless it is given
    `data=write_turns(model, tokenizer, text, draws)`.

    parameters, vocab_size: of the model, which is called `model_name`.
    tokens: those of the text, as [id, text].
    turns: four dicts with
        likeliest: the likeliest next tokens, as [text, probability], the likeliest first;
        draw: the random number, from 0 to 1;
        picked, p: the token into whose part it falls, and its probability.
    draw: [[u]], the random number of the last scene; it belongs to the first turn.
    choose: in the last scene, "draw" a token by that number, or take the "likeliest".
    picked: the token of the last scene (set by the page).
    """

    story = "next-token"
    _esm = join_scripts("stories/next_token.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Tokens": 1, "Model": 1, "Probabilities": 1, "Draw": 1, "Append": 1,
        "Again": 3, "Your turn": 1,
    }  # fmt: skip

    model_name = t.Unicode("Sprout").tag(sync=True, setting=True)
    parameters = t.Int().tag(sync=True, setting=True)
    vocab_size = t.Int().tag(sync=True, setting=True)
    tokens = t.List().tag(sync=True, setting=True)
    turns = t.List().tag(sync=True, setting=True)
    draw = t.List([[DRAWS[0]]]).tag(sync=True, setting=True)
    choose = t.Unicode("draw").tag(sync=True, setting=True)
    picked = t.Unicode().tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured, or else what Sprout does."""
        if not settings.keys() & {"tokens", "turns"} and data is None:
            from llm_lib.pretrained.save_load import load_model  # here: only this story needs it

            data = write_turns(*load_model("sprout"))
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "turns":
            _check_turns(value, len(self._again()) + 1)
        elif name == "draw":
            value = check_matrix(name, value, (1, 1), 1.0)
            check_number("draw", value[0][0], least=0, most=1)
        elif name == "choose":
            check_choice(name, value, CHOICES)
        elif name in ("parameters", "vocab_size"):
            value = check_whole(name, value, 1)
        super().__setattr__(name, value)

    @classmethod
    def _again(cls) -> range:
        """Return the turns after the first, each a step of one scene."""
        return range(1, cls.SCENES["Again"] + 1)


def write_turns(
    model: Any, tokenizer: Any, text: str = TEXT, draws: Sequence[float] = DRAWS
) -> dict[str, Any]:
    """Return what `Walkthrough("next-token")` shows of a model that writes on.

    draws: a random number from 0 to 1 for each token that is written. All tokens lie side by side
    on a line of length 1, the likeliest first, each as long as its probability; the number says
    where on that line the token is.
    """
    import torch  # here, as widgets load without it

    ids = tokenizer.encode(text)
    data = {
        "parameters": model.count_parameters(),
        "vocab_size": tokenizer.vocab_size,
        "tokens": [[i, tokenizer.decode([i])] for i in ids],
        "turns": [],
        "draw": [[draws[0]]],
    }
    for draw in draws:
        check_number("a draw", draw, least=0, most=1)
        with torch.no_grad():
            p = model(torch.tensor([ids]))[0, -1].double().softmax(dim=-1)
        p, order = p.sort(descending=True)
        ends = p.cumsum(dim=0)
        place = min(int((ends <= draw).sum()), len(p) - 1)
        n = min(LISTED, max(6, place + 1, int((ends < COVERED).sum()) + 1))
        names = [tokenizer.decode([i]) for i in order[: max(n, place + 1)].tolist()]
        data["turns"].append(
            {
                "likeliest": [
                    [name, round(x, 6)] for name, x in zip(names, p[:n].tolist(), strict=False)
                ],
                "draw": draw,
                "picked": names[place],
                "p": round(p[place].item(), 6),
            }
        )
        ids = [*ids, int(order[place])]
    return data


def _check_turns(value: Any, n: int) -> None:
    """Raise TypeError or ValueError unless these are turns as `NextToken` has them."""
    if not isinstance(value, list) or not all(isinstance(turn, dict) for turn in value):
        raise TypeError(f"turns should be a list of {n} dicts; got {value!r}")
    if len(value) != n:
        raise ValueError(f"turns should be {n} dicts; got {len(value)}")
    for k, turn in enumerate(value):
        if set(turn) != TURN:
            raise ValueError(f"turns[{k}] should have {', '.join(sorted(TURN))}; got {turn!r}")
        for _text, p in turn["likeliest"]:
            check_number(f"turns[{k}]: a probability", p, least=0, most=1)
        check_number(f"turns[{k}]: draw", turn["draw"], least=0, most=1)
