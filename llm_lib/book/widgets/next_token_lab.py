"""NextTokenLab: what comes next?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import check_text, join_scripts, join_styles
from llm_lib.book.widgets.recorded import RecordedWidget

LISTED = 25  # tokens that are kept with a page: as many as "Show more" shows


class NextTokenLab(RecordedWidget):
    """Type a prompt, see which tokens the model expects next, and let it write on.

    Every control is a trait: set it from Python and the page follows, or observe it.

    prompt: the text so far.
    temperature: 0 (always the top token) to 2; 1 leaves the model's probabilities as they are.
    top_k: how many of the top tokens may be chosen; 0 means all.
    top_p: choose among the fewest top tokens that hold this much probability; 1 means all.
    seed: the same seed and prompt give the same text.
    n_bars: how many tokens are listed, 1 to 50.
    show_ids: also show each token's number.
    recorded, run: show recorded runs of SmolLM2 in Sprout's place, and which; see `RecordedWidget`.
    writing: True while the model writes on; set it to start or stop.
    first_look: what follows the prompt, kept with the page; see `wait` (set when it is made).
    token_ids: the ids of the prompt as the model sees them (set by the page).
    probabilities: the listed tokens, [[token, before, after the controls], ...] (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "next_tokens"

    _esm = join_scripts("next_token_lab.js")
    _css = join_styles("next_token_lab.css")

    prompt = t.Unicode().tag(sync=True, setting=True)
    temperature = t.Float(1.0).tag(sync=True, setting=True)
    top_k = t.Int(0).tag(sync=True, setting=True)
    top_p = t.Float(1.0).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    n_bars = t.Int(10).tag(sync=True, setting=True)
    show_ids = t.Bool(False).tag(sync=True, setting=True)
    writing = t.Bool(False).tag(sync=True)
    token_ids = t.List(t.Int()).tag(sync=True)
    probabilities = t.List().tag(sync=True)
    history = t.List().tag(sync=True)
    first_look = t.Dict().tag(sync=True)

    def __init__(
        self,
        model: Any = "sprout",
        tokenizer: Any = None,
        prompt: str = "",
        *,
        wait: bool = False,
        choice: bool = True,
        **settings: Any,
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`.

        wait: a page of the book shows the probabilities after `prompt` at once, and fetches the
            model itself only when a reader touches the widget. Only for a shipped model's name,
            and without a recorded run beside it.
        choice: offer the recorded run, where the model is Sprout.
        """
        check_text("prompt", prompt)
        if wait:
            self.first_look = first_look(model, prompt)
        super().__init__(model, tokenizer, choice=choice and not wait, prompt=prompt, **settings)

    @t.validate("temperature", "top_p")
    def _check_number(self, proposal: dict) -> float:
        high = {"temperature": 2, "top_p": 1}[proposal["trait"].name]
        return check_number(proposal["trait"].name, proposal["value"], least=0, most=high)

    @t.validate("top_k", "seed", "n_bars")
    def _check_whole(self, proposal: dict) -> int:
        name = proposal["trait"].name
        low, high = {
            "top_k": (0, self._config["vocab_size"]),
            "seed": (0, 2**32 - 1),
            "n_bars": (1, 50),
        }[name]
        return check_whole(name, proposal["value"], low, high)


def first_look(name: str, prompt: str) -> dict[str, Any]:
    """Return what a page needs to show the probabilities after `prompt` without its model.

    Raises ValueError unless `name` is that of a shipped model, and the prompt fits its context.
    """
    import torch  # here: only the landing page needs it

    from llm_lib.pretrained.save_load import load_model

    if not isinstance(name, str):
        raise ValueError(f"wait needs the name of a shipped model; got {type(name).__name__}")
    model, tokenizer = load_model(name)
    ids = tokenizer.encode(prompt)
    room = model.config.context_length
    if not 0 < len(ids) < room:
        raise ValueError(f"wait needs a prompt of 1 to {room - 1} tokens; it has {len(ids)}")
    with torch.no_grad():
        p = model(torch.tensor([ids]))[0, -1].softmax(0)
    top = p.topk(LISTED)
    return {
        "prompt": prompt,
        "ids": ids,
        "labels": [tokenizer.decode([i]) for i in ids],
        "next": [
            [i, tokenizer.decode([i]), round(x, 6)]
            for x, i in zip(top.values.tolist(), top.indices.tolist(), strict=True)
        ],
        "vocab_size": tokenizer.vocab_size,
        "context_length": room,
    }
