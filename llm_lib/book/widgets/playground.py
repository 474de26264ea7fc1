"""Playground: your own model in every widget."""

import hashlib
from typing import Any, NamedTuple

import traitlets as t
from ipywidgets import Layout

from llm_lib.book.widgets.base import (
    HERE,
    BookWidget,
    ModelWidget,
    Payload,
    check_text,
    join_scripts,
    join_styles,
)
from llm_lib.book.widgets.decoding_lab import DecodingLab
from llm_lib.book.widgets.head_lab import HeadLab
from llm_lib.book.widgets.model_file import is_shipped, model_payload, shipped_payload
from llm_lib.book.widgets.next_token_lab import NextTokenLab
from llm_lib.book.widgets.patch_lab import MOST_LAYERS, PRESETS, PatchLab

TEXT = "By the lake lived Mia, a brave fox. Mia had a"
SHELF = {
    "Sprout": "sprout",
    "Base Sprout": "sprout_base",
    "Tuned Sprout": "sprout_tuned",
    "Preferred Sprout": "sprout_preferred",
    "Rewarded Sprout": "sprout_rewarded",
    "Echo": "echo",
}


class Lab(NamedTuple):
    """A tab: its name, the widget behind it, and the trait that holds what the model reads.

    changes: settings that differ from the widget's own.
    begins: for the book's models, by their refs, settings to begin with.
    most_layers: models with more are not shown, None for any.
    """

    key: str
    name: str
    widget: type[ModelWidget]
    text: str
    changes: dict[str, Any] = {}
    begins: dict[str, dict[str, Any]] = {}
    most_layers: int | None = None

    def script(self) -> dict[str, str]:
        """Return what shows the widget: its script, and its own style without the shared ones."""
        style = HERE / f"{self.widget.__module__.split('.')[-1]}.css"
        return {"script": self.widget._esm, "style": style.read_text("utf-8")}

    def description(self, ref: str) -> dict[str, Any]:
        """Return what the page needs to know of the widget; `ref` names its script."""
        traits = self.widget.class_traits(sync=True)
        own = set(traits) - set(BookWidget.class_traits(sync=True)) - {"model_ref"}
        state = {name: traits[name].default() for name in sorted(own)} | {"finding": ""}
        common = {"key": self.key, "name": self.name, "ref": ref, "text": self.text}
        common |= {"begins": self.begins, "most_layers": self.most_layers}
        return common | {"state": state | self.changes, "settings": self.widget._settings()}


PAIRS = {
    ref: dict(zip(("clean", "corrupted", "layer", "position"), pairs[0][1:], strict=True))
    | {"presets": pairs}
    for ref, pairs in PRESETS.items()
}
LABS = [
    Lab("next", "Next token", NextTokenLab, "prompt", {"n_bars": 6}),
    Lab("heads", "Heads", HeadLab, "text"),
    Lab("decoding", "Decoding", DecodingLab, "prompt"),
    Lab("patching", "Patching", PatchLab, "clean", begins=PAIRS, most_layers=MOST_LAYERS),
]


def shelve(models: dict[str, Any]) -> tuple[list[dict[str, str]], dict[str, Payload]]:
    """Return the shelf of some models, [{"ref": ..., "name": ...}, ...], and their files by ref.

    Raises ValueError or TypeError, saying what is allowed.
    """
    if not isinstance(models, dict) or not models:
        raise ValueError(
            "models should be a dict from names to models, such as {'Mine': (model, tokenizer)}; "
            f"got {models!r:.60}"
        )
    packed = {
        check_text("a model's name", name, 40): model_payload(m) for name, m in models.items()
    }
    return [{"ref": ref, "name": name} for name, (ref, _) in packed.items()], dict(packed.values())


def describe_labs() -> tuple[list[dict[str, Any]], dict[str, Payload]]:
    """Return what a page needs to know of each widget behind a tab, and their files by ref."""
    labs, files = [], {}
    for lab in LABS:
        script = lab.script()
        ref = f"lab-{lab.key}-{hashlib.sha256(str(script).encode()).hexdigest()[:12]}"
        labs.append(lab.description(ref))
        files[ref] = script
    return labs, files


class Playground(BookWidget):
    """Choose a model, or bring the files of your own, and look into it with the book's widgets.

    What `llm_lib.pretrained.save_load.save_model` wrote can be dropped on the page: the folder, its
    three files, or a zip of them; and a GGUF file of a small Llama-like model, such as SmolLM2's.
    It is read in the browser and goes nowhere. In a notebook, one model comes with the widget, and
    each other one once it is chosen.

    text: what the model reads, in each of the widgets.
    chosen: the ref of the model that runs, one of `shelf`; "" for one that the reader has brought.
    lab: which widget is shown, "next", "heads", "decoding" or "patching".
    bring: whether the reader may bring a model.
    finding: what the model is, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("playground.js")
    _css = join_styles("playground.css")

    RENEWED = ("labs",)

    shelf = t.List().tag(sync=True)
    labs = t.List().tag(sync=True)
    text = t.Unicode(TEXT).tag(sync=True, setting=True)
    chosen = t.Unicode().tag(sync=True, setting=True)
    lab = t.Unicode(LABS[0].key).tag(sync=True, setting=True)
    bring = t.Bool(True).tag(sync=True, setting=True)

    @t.default("layout")
    def _layout(self) -> Layout:
        return Layout(min_height="44rem")

    def __init__(self, models: dict[str, Any] | None = None, **settings: Any):
        """Put `models` on the shelf, by the names that the reader sees; the book's if None.

        models: for each name what `llm_lib.book.widgets.model_payload` takes: the name of a shipped
            model, the folder of a saved one, or a pair (model, tokenizer).
        """
        self._refuse_unknown(settings)  # before the work of packing
        self.shelf, files = shelve(SHELF if models is None else models)
        self.labs, scripts = describe_labs()
        settings.setdefault("chosen", self.shelf[0]["ref"])
        for ref, payload in (scripts | files).items():
            self._offer(ref, payload, later=ref in files and ref != settings["chosen"])
        super().__init__(**settings)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state with the labs' scripts of now, and with those the shipped models."""
        labs, files = describe_labs()
        refs = [model["ref"] for model in state["shelf"] if is_shipped(model["ref"])]
        return state | {"labs": labs}, files | {ref: shipped_payload(ref) for ref in refs}

    @t.validate("chosen")
    def _check_chosen(self, proposal: dict) -> str:
        return _one_of("chosen", proposal["value"], [*(m["ref"] for m in self.shelf), ""])

    @t.validate("lab")
    def _check_lab(self, proposal: dict) -> str:
        return _one_of("lab", proposal["value"], [lab.key for lab in LABS])


def _one_of(name: str, value: str, allowed: list[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} should be one of {allowed}; got {value!r}")
    return value
