"""DecodingLab: what does each knob do to the next token, and to many texts?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import check_text, join_scripts, join_styles
from llm_lib.book.widgets.recorded import RecordedWidget

RANGES = {
    "temperature": (0, 2),
    "top_p": (0.05, 1),
    "min_p": (0, 1),
    "repetition_penalty": (1, 2),
}
WHOLE_RANGES = {
    "seed": (0, 2**32 - 1),
    "n_samples": (1, 12),
    "n_tokens": (1, 150),
    "n_bars": (1, 20),
}


class DecodingLab(RecordedWidget):
    """Turn every knob of decoding: see each stage reshape the next token, and write many texts.

    The stages come in the order of `llm_lib.generation`. Every control is a trait: set it from
    Python and the page follows, or observe it.

    prompt: the text that is continued.
    temperature: 0 (always the top token) to 2; 1 leaves the model's probabilities as they are.
    top_k: how many of the top tokens may be chosen; 0 means all.
    top_p: choose among the fewest top tokens that hold this much probability; 1 means all.
    min_p: choose among tokens with at least this share of the top one's probability; 0 means all.
    repetition_penalty: above 1, tokens that are already in the text become less likely.
    seed: the same seed gives each text the same random numbers, whatever the knobs say.
    n_samples, n_tokens: how many texts are written, 1 to 12, and how long they get, 1 to 150.
    n_bars: how many tokens each stage lists, 1 to 20.
    recorded, run: show recorded runs of SmolLM2 in Sprout's place, and which; see `RecordedWidget`.
    writing: True while texts are written; set it to start or stop.
    stages: what each stage gives, [{name, left, tokens: [[token, probability, cut by], ...]}, ...]
        (set by the page).
    samples, before: the texts written last, and those before the last change: {knobs, texts:
        [{text, ids, log_probability}, ...]} (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "decoding"

    _esm = join_scripts("decoding_lab.js")
    _css = join_styles("decoding_lab.css")

    prompt = t.Unicode().tag(sync=True, setting=True)
    temperature = t.Float(1.0).tag(sync=True, setting=True)
    top_k = t.Int(0).tag(sync=True, setting=True)
    top_p = t.Float(1.0).tag(sync=True, setting=True)
    min_p = t.Float(0.0).tag(sync=True, setting=True)
    repetition_penalty = t.Float(1.0).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    n_samples = t.Int(6).tag(sync=True, setting=True)
    n_tokens = t.Int(40).tag(sync=True, setting=True)
    n_bars = t.Int(7).tag(sync=True, setting=True)
    writing = t.Bool(False).tag(sync=True)
    stages = t.List().tag(sync=True)
    samples = t.Dict().tag(sync=True)
    before = t.Dict().tag(sync=True)

    def __init__(
        self, model: Any = "sprout", tokenizer: Any = None, prompt: str = "", **settings: Any
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`."""
        check_text("prompt", prompt)
        super().__init__(model, tokenizer, prompt=prompt, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in RANGES:
            low, high = RANGES[name]
            value = check_number(name, value, least=low, most=high)
        elif name == "top_k":
            value = check_whole(name, value, 0, self._config["vocab_size"])
        elif name in WHOLE_RANGES:
            value = check_whole(name, value, *WHOLE_RANGES[name])
        super().__setattr__(name, value)
