"""Finds the class of a stored widget, which has what is not stored: its script, style and files."""

from __future__ import annotations

import importlib
from typing import Any

from llm_lib.book.widgets.model_file import Payload

Models = dict[str, dict[str, Any]]


def class_of(state: dict[str, Any]) -> Any:
    """Return the class of a widget of the book from its state; None for any other's."""
    module, _, name = str(state.get("_anywidget_id", "")).rpartition(".")
    if not module.startswith("llm_lib."):
        return None
    return getattr(importlib.import_module(module), name)


def renew(model: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
    """Return a stored model as a page needs it, and the files that the page may ask for, by ref."""
    cls = class_of(model["state"])
    if cls is None:
        return model, {}
    state, files = cls.renew(model["state"])
    return model | {"state": state | {"_esm": cls._esm, "_css": cls._css}}, files


def files_without_a_run(widgets: Models) -> set[str]:
    """Return the refs of the files that widgets ask for and that their classes can make."""
    return {ref for model in widgets.values() for ref in renew(model)[1]}
