"""RankDial: how few numbers have to change before a model that continues texts answers?"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.widgets.base import ModelWidget, Payload, check_text, join_scripts, join_styles
from llm_lib.book.widgets.model_file import digest, pack_arrays

SHIPPED = {r: f"sprout_base-r{r}" for r in (1, 2, 4, 8, 16)}
ASKED = ("sentiment", "spam", "names", "translate")  # short answers, which a program marks
N_ASKED = 12
SEED = 5140  # none of its prompts is one that the shipped adapters learned from
PROMPT = "Happy or sad? Tobi sat alone by the well and cried."
MOST = 600  # characters of a prompt
Folders = Mapping[int, str | os.PathLike]


class RankDial(ModelWidget):
    """Turn a LoRA adapter up and down beside a base model, and let both answer.

    The page adds strength · (α / r) · B A to the base's weights and writes at once; in the
    background it asks twelve held-out prompts at strengths from 0 to 2. Every control is a trait.

    prompt: what is asked; the page puts it into the template of `llm_lib.finetuning`.
    r: the rank of the adapter, one of those that there are.
    strength: how much of the change counts, 0 (the base model) to 2.
    answers: what [the base, the changed model] wrote, [] while they write (set by the page).
    next_tokens: the likeliest first tokens of both, [[token, probability], ...] each (set by the
        page).
    learned: how many numbers the adapter holds (set by the page).
    changes: by matrix, such as "0.qkv", the size of the change as a share of the weight's: of each,
        the root of the sum of squares (set by the page).
    scores: [[strength, right answers of twelve], ...] for this r, as far as they are measured (set
        by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("rank_dial.js")
    _css = join_styles("rank_dial.css")

    prompt = t.Unicode(PROMPT).tag(sync=True, setting=True)
    r = t.Int(8).tag(sync=True, setting=True)
    strength = t.Float(1.0).tag(sync=True, setting=True)
    adapters_ref = t.Unicode().tag(sync=True)
    prompts = t.List().tag(sync=True)  # [task, prompt, answer]; stories have "" as their answer
    answers = t.List().tag(sync=True)
    next_tokens = t.List().tag(sync=True)
    learned = t.Int(0).tag(sync=True)
    changes = t.Dict().tag(sync=True)
    scores = t.List().tag(sync=True)

    def __init__(
        self,
        model: Any = "sprout_base",
        tokenizer: Any = None,
        adapters: Folders | None = None,
        **settings: Any,
    ):
        """Show `model` (a name, a folder, a pair, or a GPT and `tokenizer`) with its adapters.

        adapters: the name or folder of each by its rank; by default those that the book ships for
        base Sprout.
        """
        self._refuse_unknown(settings)
        if adapters is None:
            adapters = SHIPPED
        self.adapters_ref, payload = adapters_payload(model, adapters)
        self._offer(self.adapters_ref, payload)
        self._ranks = tuple(adapters)
        self.prompts = held_out_prompts()
        settings.setdefault("r", 8 if 8 in self._ranks else self._ranks[0])
        super().__init__(model, tokenizer, **settings)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, its model, and its adapters if they are the book's."""
        state, files = super().renew(state)
        ref, payload = shipped_adapters()
        return state, files | ({ref: payload} if state["adapters_ref"] == ref else {})

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "prompt":
            check_text(name, value, MOST)
        elif name == "r":
            check_choice(name, check_whole(name, value), self._ranks)
        elif name == "strength":
            value = float(check_number(name, value, least=0, most=2))
        super().__setattr__(name, value)


@cache
def shipped_adapters() -> tuple[str, Payload]:
    """Return (ref, payload) of the adapters that the book ships for base Sprout."""
    return adapters_payload("sprout_base", SHIPPED)


def adapters_payload(model: Any, adapters: Folders) -> tuple[str, Payload]:
    """Return (ref, payload) of adapters, which are read beside their base.

    Raises ValueError if there is none, if one belongs to another base, or if they change different
    matrices.
    """
    from llm_lib.finetuning.adapters import adapter_path
    from llm_lib.pretrained.adapter_file import read_adapter  # here: only this widget needs torch
    from llm_lib.pretrained.save_load import load_model

    if not adapters:
        raise ValueError("adapters should have a folder for one rank or more, and is empty")
    named = isinstance(model, str | os.PathLike)
    base = load_model(model)[0] if named else model[0] if isinstance(model, tuple | list) else model
    weights, entries = base.state_dict(), []
    for r, folder in adapters.items():
        path = adapter_path(folder)
        tensors, scales = read_adapter(path, weights)
        if entries and (odd := sorted(scales.keys() ^ entries[0]["scales"].keys())):
            raise ValueError(f"{path} and the first adapter differ in what they change: {odd[0]}")
        if (found := len(tensors[f"{next(iter(scales))}.lora_a"])) != r:
            raise ValueError(f"{path} has rank {found}, not {r}")
        packed = pack_arrays({name: tensor.numpy() for name, tensor in tensors.items()})
        size = path.stat().st_size
        entries.append({"r": r, "scales": scales, "bytes": size, **packed})
    payload = {"adapters": entries}
    return digest(payload), payload


@cache
def held_out_prompts() -> list[list[str]]:
    """Return [task, prompt, answer] of twelve prompts with known answers, and of two stories."""
    from llm_lib.book.small_world.tasks import make_examples  # here: only this widget needs it

    asked = make_examples(ASKED, N_ASKED, seed=SEED, split="held_out")
    stories = make_examples(["story"], 2, seed=SEED, split="held_out")
    return [[e.task, e.prompt, e.answer] for e in asked] + [[e.task, e.prompt, ""] for e in stories]
