"""What every widget that shows a model has in common."""

import math
from functools import cached_property
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from llm_lib.widgets.model_file import Payload, model_payload, publish_payload

HERE = Path(__file__).parent
ENGINE = ("tensor.js", "gpt.js", "sampling.js", "bpe.js", "tokenizers.js")
SHARED = ("dom.js", "model.js", "tokens.js", "bars.js")


def join_scripts(own: str, *more: str) -> str:
    """Return the engine, the shared parts, `more` of them, and the widget's own file as one script.

    They are plain script files that need no bundler: whoever reads one in a browser's debugger sees
    what stands here.
    """
    engine = [HERE.parent / "engine" / name for name in ENGINE]
    shared = [HERE / "shared" / name for name in (*SHARED, *more)]
    return "\n".join(f.read_text("utf-8") for f in [*engine, *shared, HERE / own])


def join_styles(own: str) -> str:
    """Return the theme, the base style and the widget's own style as one style sheet."""
    files = (HERE / "shared" / "theme.css", HERE / "shared" / "base.css", HERE / own)
    return "\n".join(file.read_text("utf-8") for file in files)


class ModelWidget(anywidget.AnyWidget):
    """A widget around one model. All of the computing happens in the browser.

    model_ref: the name by which the page fetches the model; see `llm_lib.widgets.model_file`.
    finding: what the widget shows at present, in one or two sentences. The browser sets it.
    """

    model_ref = t.Unicode().tag(sync=True)
    finding = t.Unicode().tag(sync=True)
    initial = t.Dict().tag(sync=True)

    def __init__(self, model: Any, tokenizer: Any, **values: Any):
        """Pack the model, publish it where the book is being built, and set the traits in `values`.

        Raises TypeError or ValueError, naming the argument and what is allowed.
        """
        unknown = sorted(set(values) - set(self._settings()))
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no setting {unknown[0]!r}; the settings are "
                + ", ".join(self._settings())
            )
        ref, self._payload = model_payload(model, tokenizer)
        publish_payload(ref, self._payload)
        super().__init__(model_ref=ref)
        for name, value in values.items():
            setattr(self, name, value)
        self.initial = {name: getattr(self, name) for name in self._settings()}  # for Reset
        self.on_msg(self._answer)

    @classmethod
    def _settings(cls) -> list[str]:
        """Return the names of the traits that a reader may set."""
        return [
            name
            for name, trait in cls.class_traits(sync=True, setting=True).items()
            if not name.startswith("_")
        ]

    @cached_property
    def _config(self) -> dict[str, Any]:
        """The config of the model that the widget shows."""
        return self._payload["config"]

    def _answer(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Send the model to the page when it asks for it."""
        if not isinstance(message, dict) or message.get("type") != "model":
            return
        if message.get("ref") == self.model_ref:
            self.send({"type": "model", "ref": self.model_ref, "payload": self._payload})

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"{type(self).__name__}({self._config['n_layer']} layers)"


def between(name: str, value: Any, low: float, high: float) -> float:
    """Return `value` as a float; ValueError or TypeError unless it is a number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} should be a number from {low} to {high}; got {value!r}")
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} should be from {low} to {high}; got {value!r}")
    return float(value)


def whole(name: str, value: Any, low: int, high: int) -> int:
    """Return `value`; ValueError or TypeError unless it is a whole number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} should be a whole number from {low} to {high}; got {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} should be from {low} to {high}; got {value!r}")
    return value


__all__ = ["ModelWidget", "Payload", "between", "join_scripts", "join_styles", "whole"]
