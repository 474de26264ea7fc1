"""Figures of what SmolLM2 makes of real English, from plain lists."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from llm_lib.book.plot_style import COLOURS, MUTED

__all__ = ["plot_borders"]

ROW = 88  # pixels: one wording's reviews


def plot_borders(
    wordings: Mapping[str, Mapping[str, Any]], labels: Sequence[int], title: str
) -> go.Figure:
    """Draw reviews as ticks by their score, positive ones on top: three lines for each wording.

    wordings: from a name to `scores`, and to `free`, those of texts that say nothing. Left of 0
    the model says negative; a diamond below the ticks stands at the mean of `free`.
    """
    figure, rows = go.Figure(), list(wordings)
    for label, name, up in ((1, "people say positive", 0.24), (0, "people say negative", -0.02)):
        at = [
            (score, -row + up)
            for row, wording in enumerate(rows)
            for score, truth in zip(wordings[wording]["scores"], labels, strict=True)
            if truth == label
        ]
        look = {
            "symbol": "line-ns-open",
            "size": 20,
            "opacity": 0.65,
        }  # where many lie, it is darker
        _add_marks(figure, at, name, COLOURS[2 if label else 5], 1.25, look)
    borders = [sum(wordings[name]["free"]) / len(wordings[name]["free"]) for name in rows]
    at = [(border, -row - 0.25) for row, border in enumerate(borders)]
    look = {"symbol": "diamond-open", "size": 12}
    _add_marks(figure, at, "texts that say nothing", COLOURS[0], 2, look)
    figure.add_vline(x=0, line={"color": MUTED, "dash": "dot"})
    figure.update_yaxes(tickvals=[-row for row in range(len(rows))], ticktext=rows, showgrid=False)
    figure.update_yaxes(range=[0.5 - len(rows), 0.5], zeroline=False)
    said = "; ".join(f"{name} {b:.1f}" for name, b in zip(rows, borders, strict=True))
    alt = f"{title}. The model's own border is 0. Texts that say nothing lie at: {said}."
    figure.update_xaxes(title_text="score of “positive” above “negative”")
    head = {"text": title, "subtitle": {"text": ""}}
    figure.update_layout(template="llm", title=head, height=ROW * len(rows) + 120)
    return figure.update_layout(meta={"alt": alt}, margin={"t": 40})


def _add_marks(
    figure: go.Figure, at: list, name: str, colour: str, thick: float, look: Mapping[str, Any]
) -> None:
    """Add marks at places (x, y), whose x is told when one is touched."""
    line = {"width": thick, "color": colour}
    figure.add_scatter(
        x=[x for x, _ in at],
        y=[y for _, y in at],
        name=name,
        mode="markers",
        marker={**look, "color": colour, "line": line},
        hovertemplate="%{x:.2f}<extra></extra>",
    )
