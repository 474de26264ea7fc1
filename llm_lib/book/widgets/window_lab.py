"""WindowLab: how does a row of tokens become windows and batches?

Vocabularies travel to the page as in `TokenizerLab`.
"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import (
    BookWidget,
    Payload,
    check_text,
    join_scripts,
    join_styles,
)
from llm_lib.book.widgets.tokenizer_lab import collect_payloads, renew_vocabularies

TEXT = "The fox was under the old tree. The bird was in the tree, and the fox was waiting."
MAX_TEXT, MAX_TOKENIZERS = 2000, 6  # what a page can lay out at once, even on a phone
LIMITS = {  # the lowest and highest value of each setting
    "context_length": (1, 32),
    "stride": (1, 32),
    "batch_size": (1, 16),
    "seed": (0, 2**32 - 1),
    "epoch": (0, 999),
    "step": (0, 100_000),
}
DEFAULTS = {"Words": "words", "Characters": "characters", "BPE (Sprout)": "sprout"}


class WindowLab(BookWidget):
    """See windows slide over a text: what is input, what is target, and what is left out.

    The windows are those of `llm_lib.dataset.TokenDataset(ids, context_length, stride)`, and the
    batches those of `create_dataloader` with the same settings. Every control is a trait: set it
    from Python and the page follows, or observe it. All counts begin at 0, as in Python.

    text: what is cut, at most 2,000 characters. Special tokens in it, such as "<|endoftext|>", are
        read as such.
    cut: the label of the tokenizer in use.
    context_length, stride: how long a window is, and how far apart two windows start.
    batch_size: how many windows a batch holds.
    shuffle: show the windows in random order, which `seed` and `epoch` decide.
    drop_last: leave out the last windows of an epoch if they don't fill a batch.
    step: which window is looked at: its place in the order of this epoch. The page lowers it
        where there are fewer windows.
    playing: True while the page goes on by itself; set it to start or stop.
    token_ids: the ids of the text, or None where the tokenizer can't write it (set by the page).
    plan: what is made of them (set by the page): `windows`, how many there are; `order`, in which
        they are shown; `batches`, lists of windows; `left_out`, the windows in no batch;
        `as_input` and `as_target`, how often each token is one in the batches; `batch_bytes`,
        what a batch takes, whose inputs and targets share their memory.
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("window_lab.js")
    _css = join_styles("window_lab.css")

    text = t.Unicode().tag(sync=True, setting=True)
    cut = t.Unicode().tag(sync=True, setting=True)
    context_length = t.Int(4).tag(sync=True, setting=True)
    stride = t.Int(4).tag(sync=True, setting=True)
    batch_size = t.Int(2).tag(sync=True, setting=True)
    shuffle = t.Bool(False).tag(sync=True, setting=True)
    drop_last = t.Bool(True).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    epoch = t.Int(0).tag(sync=True, setting=True)
    step = t.Int(0).tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True)
    vocabularies = t.List().tag(sync=True)  # {label, ref}, or {label, problem} in words
    token_ids = t.List(allow_none=True).tag(sync=True)
    plan = t.Dict().tag(sync=True)

    def __init__(self, text: str = TEXT, tokenizer: Any = None, **settings: Any):
        """Show `text` cut by `tokenizer`.

        tokenizer: one of llm_lib's, or the name of a ready one: "characters" and "words" (those of
            the Bible in Basic English), "gpt2", or a shipped model, such as "sprout". A dict from
            label to tokenizer lets the reader choose; None means words, characters and "sprout".

        Raises ModuleNotFoundError, with the command that installs it, if the package behind a name
        is missing; without `tokenizer`, the widget then offers the others and says so.
        """
        self._refuse_unknown(settings)
        vocabularies, files = _collect(tokenizer)
        self._labels = [entry["label"] for entry in vocabularies]
        self.vocabularies = vocabularies
        for ref, payload in files.items():
            self._offer(ref, payload)
        super().__init__(text=text, **{"cut": self._labels[0], **settings})

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, and those of its vocabularies that are ready ones."""
        return state, renew_vocabularies(state)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in LIMITS:
            value = check_whole(name, value, *LIMITS[name])
        elif name == "text":
            check_text(name, value, MAX_TEXT, "TokenDataset takes any length")
        elif name == "cut" and value not in self._labels:
            raise ValueError(f"cut should be one of {self._labels}; got {value!r}")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"WindowLab({', '.join(self._labels)})"


def _collect(tokenizer: Any) -> tuple[list[dict[str, str]], dict[str, Payload]]:
    """Return what the page is told about each tokenizer, and the payloads by ref."""
    if tokenizer is None:
        wanted = DEFAULTS
    elif isinstance(tokenizer, dict):
        wanted = tokenizer
    else:
        wanted = {tokenizer if isinstance(tokenizer, str) else "tokenizer": tokenizer}
    good = all(isinstance(label, str) and label.strip() for label in wanted)
    if not good or not 1 <= len(wanted) <= MAX_TOKENIZERS:
        raise ValueError(
            f"tokenizer should be one, or a dict of 1 to {MAX_TOKENIZERS}, each under a label; "
            f"got the labels {list(wanted)}"
        )
    return collect_payloads(wanted, asked_for=tokenizer is not None)
