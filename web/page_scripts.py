"""Which scripts a page loads: those that it has something for, and none besides."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from web import inventory, my_file, palette, widget_state
from web.translation import catalogues

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
# scripts of several modules, by the name of what they are joined to
JOINED = {
    "progress.js": HERE / "progress" / "main.js",
    "offline.js": HERE / "offline_reading" / "main.js",
}
# What stands in the head of a page: ours, and none of Sphinx's, since the search is ours too.
IN_HEAD = (
    "frame.js",
    "code_lines.js",
    "book.js",
    "code.js",
    "terms.js",
    "margin.js",
    "print.js",
    *JOINED,
)
STATE = "application/vnd.jupyter.widget-state+json"
MATH = 'class="math'


def static_of(app: Sphinx) -> Path:
    """Return the folder of a build that pages load their styles and scripts from."""
    return Path(app.outdir) / "_static"


def name_of(file: Any) -> str:
    """Return the name of a style sheet or script below _static; "" for one without a file."""
    return str(getattr(file, "filename", None) or "").split("?")[0].removeprefix("_static/")


def needed_scripts(scripts: list[Any], body: str, language: str) -> list[Any]:
    """Drop scripts that the page does not need: those of the theme and of extensions.

    Sphinx asks for MathJax on every page; static/math.js does, where a formula comes near.
    """
    has_math = MATH in body

    def is_needed(script: Any) -> bool:
        name = name_of(script)
        text = getattr(script, "attributes", {}).get("body") or ""
        if text.startswith("window.MathJax"):  # its settings
            return has_math
        if name == catalogues.FILE:
            return language != catalogues.ENGLISH
        kind = getattr(script, "attributes", {}).get("type")
        return kind == STATE or name in IN_HEAD

    return [script for script in scripts if is_needed(script)]


def _take_state(context: dict[str, Any]) -> dict[str, Any]:
    """Remove the widget state from <head> and return its models by id."""
    models: dict[str, Any] = {}
    kept = []
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == STATE:
            models |= json.loads(attributes["body"])["state"]
        else:
            kept.append(script)
    context["script_files"] = kept
    return models


def _script(context: dict[str, Any], name: str, **data: str) -> str:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    attributes = "".join(f" data-{key}='{value}'" for key, value in data.items())
    return f'<script defer src="{context["pathto"]("_static/" + name, 1)}?v={digest}"{attributes}>'


def _add_widgets(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    models = _take_state(context)
    say = catalogues.on_page(pagename)
    context["body"], shown = widget_state.replace_views(context["body"], models, say)
    if not shown:
        return
    name = f"widget-state/{pagename.replace('/', '-')}.js"
    text = widget_state.write(static_of(app), name, shown, models)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    state = f"{context['pathto'](f'_static/{name}', 1)}?v={digest}"
    context["body"] += _script(context, "widgets.js", state=state) + "</script>"


def _add_figures(context: dict[str, Any]) -> None:
    if 'class="llm-figure"' in context["body"]:
        colours = json.dumps(palette.load_palette())
        context["body"] += _script(context, "figure_words.js") + "</script>"
        context["body"] += _script(context, "figure_numbers.js") + "</script>"
        context["body"] += _script(context, "figures.js", dark=colours) + "</script>"


def _add_own_script(context: dict[str, Any], mark: str, name: str, **data: str) -> None:
    """Load a script on a page that has what it works on."""
    if mark in context["body"]:
        context["body"] += _script(context, name, **data) + "</script>"


def _add_my_file(context: dict[str, Any], say: catalogues.Say) -> None:
    """Give the panels of the reader's own file what copies, downloads and unfolds it."""

    def address_of(file: str) -> str:
        return context["pathto"](f"_static/{file}", 1)

    about = context["pathto"](my_file.PAGE)
    context["body"] = my_file.add_tools(context["body"], address_of, about, say)
    _add_own_script(context, my_file.MARK, "my_file.js")


def add_scripts(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Load on a page the scripts that it has something for, below its text."""
    mathjax = context["pathto"]("_static/mathjax/startup.js", 1)
    _add_own_script(context, MATH, "math.js", mathjax=mathjax)
    _add_own_script(context, inventory.CLASS, "inventory.js")
    _add_my_file(context, catalogues.on_page(pagename))
    _add_widgets(app, pagename, context)
    _add_figures(context)
