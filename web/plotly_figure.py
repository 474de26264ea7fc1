"""Renders Plotly's JSON output as a figure that the page draws itself, from a local plotly.js.

Plotly's usual HTML output carries its own 4.8 MB of script a figure, or fetches it from
another site. Here the page holds the figure's JSON only; `static/figures.js` draws it.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from docutils import nodes
from myst_nb.core import render
from sphinx.errors import ExtensionError

PLOTLY = "application/vnd.plotly.v1+json"
DEFAULT_HEIGHT = 450  # plotly's own, in pixels
DEFAULT_WIDTH = 640


def figure_label(figure: dict[str, Any]) -> str:
    """Return the figure's text alternative: ``layout.meta.alt``, else its title.

    >>> figure_label({"layout": {"meta": {"alt": "Loss falls from 6 to 2."}}})
    'Loss falls from 6 to 2.'
    >>> figure_label({"layout": {"title": {"text": "Loss"}}})
    'Figure: Loss'
    """
    layout = figure.get("layout", {})
    meta = layout.get("meta")
    if isinstance(meta, dict) and meta.get("alt"):
        return str(meta["alt"])
    title = layout.get("title") or {}
    text = title.get("text") if isinstance(title, dict) else title
    return f"Figure: {text}" if text else "Interactive figure"


def figure_html(figure: dict[str, Any]) -> str:
    """Return the HTML that `static/figures.js` turns into a drawn figure.

    The box has the figure's final height from the start, so that nothing moves when it is drawn.
    """
    layout = figure.get("layout", {})
    usual = layout.get("template", {}).get("layout", {}).get("height", DEFAULT_HEIGHT)
    height = layout.get("height") or usual
    width = (layout.get("meta") or {}).get("width", DEFAULT_WIDTH)
    body = json.dumps(figure, separators=(",", ":")).replace("</", "<\\/")
    return (
        f'<figure class="llm-figure" style="min-height:{int(height)}px;max-width:{int(width)}px" '
        f'role="group" aria-label="{escape(figure_label(figure))}">'
        f'<script type="{PLOTLY}">{body}</script></figure>'
    )


class PlotlyRenderer:
    """A MyST-NB mime renderer: the first choice for Plotly's JSON, in any output format."""

    mime_priority_overrides = [("*", PLOTLY, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return the figure as raw HTML, or None for anything that is not a Plotly figure."""
        if inline or data.mime_type != PLOTLY:
            return None
        figure = data.content if isinstance(data.content, dict) else json.loads(data.content)
        return [nodes.raw("", figure_html(figure), format="html")]


def register() -> None:
    """Make MyST-NB use `PlotlyRenderer` in this process.

    MyST-NB finds renderers through entry points of installed packages; the book's tools are
    not installed, so the renderer joins MyST-NB's (cached) list directly.
    """
    renderers = render.load_mime_renders()
    if PlotlyRenderer not in renderers:
        renderers.append(PlotlyRenderer)
    if PlotlyRenderer not in render.load_mime_renders():
        raise ExtensionError("this version of myst-nb no longer caches its list of renderers")
