"""Widgets on a page without a kernel: where they stand, and the state they start from.

MyST-NB puts the state of all widgets (maybe megabytes) into <head>, where it holds up the
first paint. Here it goes to a script file of its own, which `static/widgets.js` loads when a
widget comes near the screen, and each source to another, named by its hash, so that a reader
fetches it once for all pages; scripts, because a page opened from disk may not fetch JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from llm_lib.book.widgets.model_file import publish_payload
from llm_lib.files import atomic_write
from web import question_text
from web.outputs.classes import renew
from web.slim_script import slim_script
from web.translation.catalogues import Say, english

VIEW = re.compile(
    r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>', re.DOTALL
)
REFERENCE = re.compile(r"IPY_MODEL_(\w+)")
SOURCES = "widget-sources"
SHARED = ("_esm", "_css")  # the same source in every instance of a widget
DEFAULT_HEIGHT = "420px"
NEEDS_KERNEL = "This {} needs a running kernel: open the chapter in Jupyter or Colab to use it."


def _is_anywidget(model: dict[str, Any] | None) -> bool:
    return bool(model) and "_esm" in model["state"]


def _reserved_height(model: dict[str, Any], models: dict[str, Any]) -> str:
    """Return the height to keep free: the widget's own `layout.min_height` or `layout.height`."""
    found = REFERENCE.fullmatch(str(model["state"].get("layout", "")))
    layout = models.get(found[1], {}).get("state", {}) if found else {}
    height = layout.get("min_height") or layout.get("height") or DEFAULT_HEIGHT
    return height if re.fullmatch(r"[\d.]+(px|rem|em|vh)", height) else DEFAULT_HEIGHT


def placeholder(model_id: str, models: dict[str, Any], say: Say = english) -> str:
    """Return the HTML that stands where a widget will be mounted, or why none will be."""
    model = models.get(model_id)
    if not _is_anywidget(model):
        name = model["model_name"].removesuffix("Model") if model else "control"
        return f'<p class="llm-needs-kernel">{say(NEEDS_KERNEL, escape(name))}</p>'
    if "question" in model["state"] and "why" in model["state"]:
        return question_text.placeholder(model_id, model["state"], say)
    return (
        f'<div class="llm-mount" data-model="{escape(model_id)}" '
        f'style="min-height:{_reserved_height(model, models)}">'
        f"<noscript>{say('This widget needs JavaScript.')}</noscript></div>"
    )


def _needed(shown: list[str], models: dict[str, Any]) -> dict[str, Any]:
    """Return the anywidgets among `shown`, and every anywidget that those refer to."""
    needed: dict[str, Any] = {}
    queue = list(shown)
    while queue:
        model_id = queue.pop()
        if model_id not in needed and _is_anywidget(models.get(model_id)):
            needed[model_id] = models[model_id]
            queue += REFERENCE.findall(json.dumps(models[model_id]["state"]))
    return needed


def scripts(shown: list[str], models: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the page's state file, and the sources that it names, each once.

    The widgets' files, such as models, are published on the way.
    """
    sources: dict[str, str] = {}
    slim = {}
    for model_id, model in sorted(_needed(shown, models).items()):
        model, files = renew(model)
        for ref, payload in files.items():
            publish_payload(ref, payload)
        state = dict(model["state"])
        for key in SHARED:
            if state.get(key):
                source = without_comments(state[key]) if key == "_esm" else state[key]
                name = hashlib.sha256(source.encode()).hexdigest()[:12]
                sources[name] = source
                state[key] = name
        slim[model_id] = {"state": state, "buffers": model.get("buffers", [])}
    body = json.dumps({"models": slim}, separators=(",", ":"))
    return f"window.__llmWidgetState = {body};\n", sources


@lru_cache  # most pages show the same widgets
def without_comments(script: str) -> str:
    """Return a script without comments and indentation: a third less to fetch.

    In a notebook it stays as it was written, to be read and debugged.
    """
    return slim_script(script)


def write(static: Path, name: str, shown: list[str], models: dict[str, Any]) -> str:
    """Write the state file `name` of a page into `static`, and its sources; return its text."""
    state, sources = scripts(shown, models)
    texts = {f"{SOURCES}/{key}.js": _source_script(key, text) for key, text in sources.items()}
    for file, text in {name: state, **texts}.items():
        path = static / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as out:  # pages that share a source may be written at once
            out.write(text)
    return state


def _source_script(key: str, text: str) -> str:
    return f"(window.__llmSources ??= {{}})[{json.dumps(key)}] = {json.dumps(text)};\n"


def replace_views(body: str, models: dict[str, Any], say: Say = english) -> tuple[str, list[str]]:
    """Return the page's body with placeholders for widget views, and the ids of shown models."""
    shown: list[str] = []

    def swap(match: re.Match[str]) -> str:
        shown.append(json.loads(match[1])["model_id"])
        return placeholder(shown[-1], models, say)

    return VIEW.sub(swap, body), shown
