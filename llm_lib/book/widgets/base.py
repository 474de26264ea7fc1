"""The base classes of all widgets, with and without a model."""

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
import traitlets as t

from llm_lib.book.widgets.model_file import (
    SITE_FOLDER_VARIABLE,
    Payload,
    is_shipped,
    model_payload,
    publish_payload,
    shipped_payload,
)
from llm_lib.book.widgets.scripts import join_modules

HERE = Path(__file__).parent


def join_scripts(own: str) -> str:
    """Return the widget's own file and the modules that it imports, as the one script it needs.

    See `llm_lib.book.widgets.scripts`. A browser's debugger shows what stands in the files.
    """
    return join_modules(HERE / own)


def join_styles(own: str) -> str:
    """Return the theme, the base style and the widget's own style as one style sheet."""
    files = (HERE / "shared" / "theme.css", HERE / "shared" / "base.css", HERE / own)
    return "\n".join(file.read_text("utf-8") for file in files)


class BookWidget(anywidget.AnyWidget):
    """A widget of the book. All of the computing happens in the browser.

    A subclass tags each trait that a reader may set with `setting=True`. The script finds the
    values that it starts with under `initial`. Anything else that the page needs, a subclass sets
    or offers before it calls this class's `__init__`, which opens the widget in the page: on a
    busy page, what is sent later may come too late.

    finding: what the widget shows now, in one or two sentences; set by the browser.
    """

    finding = t.Unicode().tag(sync=True)
    initial = t.Dict().tag(sync=True)  # the settings that the widget began with, for Reset

    RENEWED: ClassVar[tuple[str, ...]] = ()  # traits that `renew` gives to a saved state

    _files: dict[str, Payload] = {}  # what the page may have, by ref; made anew by `_offer`
    _later: frozenset[str] = frozenset()  # refs of those that it gets only when it asks for them
    _opening = False

    def __init__(self, **values: Any):
        """Set the traits in `values`. Raises TypeError if one is no setting of this widget."""
        self._refuse_unknown(values)
        for name, value in values.items():
            setattr(self, name, value)
        self.initial = {name: getattr(self, name) for name in self._settings()}
        super().__init__()  # opens the widget
        self.on_msg(self._answer)

    def __setattr__(self, name: str, value: Any) -> None:
        # Traits refuse numpy's numbers, which readers need not know about.
        super().__setattr__(name, value.item() if isinstance(value, np.generic) else value)

    def open(self) -> None:
        """Open the widget in the page, and send the files that it offers with it.

        A page that asked for them would wait until the kernel has run all queued cells: only what
        few readers will look at may come later. The saved state never holds the files: the page
        takes them out at once, and programs that record messages, such as `jupyter nbconvert
        --execute`, are told that none are left. Colab is an exception, since its page reads the
        state only once it is complete.
        """
        self._opening = bool(self._files) and not os.environ.get(SITE_FOLDER_VARIABLE)
        super().open()
        if self._opening and "google.colab" not in sys.modules:
            self.comm.send({"method": "update", "state": {"files": {}}, "buffer_paths": []})
        self._opening = False

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return the traits that the page has and, while the widget opens, its files."""
        state = super().get_state(key, drop_defaults)
        if not self._opening:
            return state
        return state | {"files": {r: f for r, f in self._files.items() if r not in self._later}}

    @classmethod
    def _settings(cls) -> list[str]:
        """Return the names of the traits that a reader may set."""
        return [
            name
            for name, trait in cls.class_traits(sync=True, setting=True).items()
            if not name.startswith("_")
        ]

    @classmethod
    def _refuse_unknown(cls, values: dict[str, Any]) -> None:
        """Raise TypeError, naming the settings, if a name in `values` is not one of them."""
        unknown = sorted(set(values) - set(cls._settings()))
        if unknown:
            raise TypeError(
                f"{cls.__name__} has no setting {unknown[0]!r}; the settings are "
                + ", ".join(cls._settings())
            )

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return a state that was saved, as a page needs it now, and the files that the page has.

        A book keeps what a chapter has shown and doesn't run it again to write its page. What such
        a state takes from elsewhere is made anew here: above all the widget's files, by their refs,
        as far as they can be had without running the chapter.
        """
        return state, {}

    def _offer(self, ref: str, payload: Payload, *, later: bool = False) -> None:
        """Offer `payload` to the page by its ref, from Python and as a file of the built book.

        later: in a notebook, send it only when the page asks for it.
        """
        self._files = {**self._files, ref: payload}
        if later:
            self._later |= {ref}
        publish_payload(ref, payload)

    def _answer(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Send a payload to the page when it asks for one that this widget offers."""
        if not isinstance(message, dict) or message.get("type") != "model":
            return
        ref = message.get("ref")
        if isinstance(ref, str) and ref in self._files:
            self.send({"type": "model", "ref": ref, "payload": self._files[ref]})

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"{type(self).__name__}()"


class ModelWidget(BookWidget):
    """A widget around one model.

    model_ref: the name by which the page fetches the model; see `llm_lib.book.widgets.model_file`.
    """

    model_ref = t.Unicode().tag(sync=True)

    def __init__(self, model: Any, tokenizer: Any, **values: Any):
        """Pack the model, publish it where the book is being built, and set the traits in `values`.

        Raises TypeError or ValueError, naming the argument and what is allowed.
        """
        self._refuse_unknown(values)  # before the work of packing
        self.model_ref, self._payload = model_payload(model, tokenizer)
        self._offer(self.model_ref, self._payload)
        super().__init__(**values)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, and the model if it is shipped with the library."""
        ref = state["model_ref"]
        return state, {ref: shipped_payload(ref)} if is_shipped(ref) else {}

    @cached_property
    def _config(self) -> dict[str, Any]:
        """The config of the model that the widget shows."""
        return self._payload["config"]

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"{type(self).__name__}({self._config['n_layer']} layers)"


def check_text(name: str, value: Any, most: int | None = None, instead: str = "") -> str:
    """Return `value`; TypeError unless it is text, ValueError if it has over `most` characters.

    instead: a sentence on what takes longer ones.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} should be text; got {type(value).__name__}")
    if most is not None and len(value) > most:
        said = f"{name} should have at most {most} characters; got {len(value)}. {instead}"
        raise ValueError(said.removesuffix(". "))
    return value


__all__ = [
    "BookWidget",
    "ModelWidget",
    "Payload",
    "check_text",
    "join_scripts",
    "join_styles",
]
