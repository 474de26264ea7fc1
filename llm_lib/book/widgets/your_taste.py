"""YourTaste: what becomes of a model that learns from what you like, or from a program's marks?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.small_world import load_words
from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

PROMPT = "Write a story about Mia the fox and a kite."
MOST = 300  # characters of a prompt
MODES = ("clicks", "verifier")
VERIFIERS = ("speech", "short", "facts")


class YourTaste(ModelWidget):
    """A model writes eight answers to a prompt, and learns from what is said of them.

    With "clicks", the reader marks the answers that they like: each one liked and each one not
    liked make a pair, and one step of DPO is taken on all pairs. With "verifier", a program marks
    the eight, and one step of REINFORCE is taken on their advantages in the group, round after
    round. Then the changed model writes anew. Every control is a trait.

    prompt: what is asked; the page puts it into the template of `llm_lib.finetuning`.
    mode: who says what is good, the reader's "clicks" or a "verifier".
    verifier: the program: "speech" counts what is said in quotation marks, "short" wants short
        sentences, "facts" wants the request's animal and object, and no others. With "clicks" it
        only counts, and teaches nothing.
    kl_weight: what it costs to be far from the model as it was, per token; 0 costs nothing.
    beta: DPO's β.
    learning_rate: of each step.
    seed: of what is drawn.
    liked: which of the eight are liked, by place from 0.
    answers: the eight (set by the page).
    moved: how far the last step moved the log probability of each answer that it learned from
        (set by the page).
    round: how many steps are taken (set by the page).
    shares: by round, the mean of what the verifier counts in the eight (set by the page).
    margin: the mean margin of the last step's pairs after it, DPO's β included (set by the page).
    kl: the distance from the model as it was, nats per token of the eight (set by the page).
    working: whether it writes or learns at present (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("your_taste.js")
    _css = join_styles("your_taste.css")

    prompt = t.Unicode(PROMPT).tag(sync=True, setting=True)
    mode = t.Unicode("clicks").tag(sync=True, setting=True)
    verifier = t.Unicode("speech").tag(sync=True, setting=True)
    kl_weight = t.Float(0.0).tag(sync=True, setting=True)
    beta = t.Float(0.1).tag(sync=True, setting=True)
    learning_rate = t.Float(5e-4).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    liked = t.List().tag(sync=True)
    words = t.Dict().tag(sync=True)  # Small World's animals and objects, for "facts"
    answers = t.List().tag(sync=True)
    moved = t.List().tag(sync=True)
    round = t.Int(0).tag(sync=True)
    shares = t.List().tag(sync=True)
    margin = t.Float(0.0).tag(sync=True)
    kl = t.Float(0.0).tag(sync=True)
    working = t.Bool(False).tag(sync=True)

    def __init__(
        self, model: Any = "sprout_tuned", tokenizer: Any = None, prompt: str = PROMPT, **settings
    ):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`."""
        words = load_words()
        self.words = {"kinds": words["kinds"], "objects": words["objects"]}
        super().__init__(model, tokenizer, prompt=prompt, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "prompt":
            check_text(name, value, MOST)
        elif name == "mode":
            check_choice(name, value, MODES)
        elif name == "verifier":
            check_choice(name, value, VERIFIERS)
        elif name == "kl_weight":
            value = float(check_number(name, value, least=0, most=10))
        elif name in ("beta", "learning_rate"):
            most = 1 if name == "beta" else 0.01
            value = float(check_number(name, value, above=0, most=most))
        elif name == "seed":
            value = check_whole(name, value, 0, 2**31)
        elif name == "liked":
            value = sorted({check_whole(name, place, 0, 7) for place in value})
        super().__setattr__(name, value)
