"""Figures of what SmolLM2 makes of real English, from plain lists: order, labels."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from llm_lib.book.plot_style import COLOURS, HEIGHT, MUTED

__all__ = ["plot_borders", "plot_order"]

ROW = 88  # pixels: one wording's reviews


def plot_order(losses: Mapping[str, Mapping[str, Sequence[float]]]) -> go.Figure:
    """Draw the mean loss of each part, a mark a model, with a bar from the lowest to the highest.

    losses: from a model's name to its parts, such as `in order`, each with a loss for every text.
    """
    figure, said = go.Figure(), []
    for i, (name, parts) in enumerate(losses.items()):
        means = [sum(found) / len(found) for found in parts.values()]
        up = [max(found) - mean for found, mean in zip(parts.values(), means, strict=True)]
        down = [mean - min(found) for found, mean in zip(parts.values(), means, strict=True)]
        colour = COLOURS[i + 1]
        figure.add_scatter(
            x=[place + 0.24 * i - 0.12 for place in range(len(means))],
            y=means,
            name=name,
            mode="markers+text",
            text=[f"  {mean:.1f}" for mean in means],
            textposition="middle right",
            error_y={"array": up, "arrayminus": down, "width": 5, "color": colour},
            marker={"color": colour, "symbol": ["circle", "square"][i % 2], "size": 12},
            hovertemplate="%{y:.2f}<extra></extra>",
        )
        said += [f"{name}, {part}: {mean:.1f}" for part, mean in zip(parts, means, strict=True)]
    figure.update_xaxes(tickvals=list(range(len(parts))), ticktext=list(parts))
    figure.update_xaxes(range=[-0.5, len(parts) - 0.5]).update_yaxes(rangemode="tozero")
    return _style(
        figure,
        "SmolLM2 reads real texts, in order and shuffled",
        "",
        "loss (nats per token): mean, lowest and highest",
        f"Mean loss: {'; '.join(said)}.",
        HEIGHT + 20,
    )


def plot_borders(
    wordings: Mapping[str, Mapping[str, Any]], labels: Sequence[int], title: str
) -> go.Figure:
    """Draw reviews as ticks by their score, positive ones above: a row for each wording.

    wordings: from a name to `scores`, and to `free`, those of texts that say nothing. Left of 0
    the model says negative; a diamond stands at the mean of `free`.
    """
    figure, rows = go.Figure(), list(wordings)
    for label, name, up in ((1, "people say positive", 0.17), (0, "people say negative", -0.17)):
        at = [
            (score, -row + up)
            for row, wording in enumerate(rows)
            for score, truth in zip(wordings[wording]["scores"], labels, strict=True)
            if truth == label
        ]
        _add_marks(figure, at, name, "line-ns-open", COLOURS[2 if label else 1])
    borders = [sum(wordings[name]["free"]) / len(wordings[name]["free"]) for name in rows]
    at = [(border, -row) for row, border in enumerate(borders)]
    _add_marks(figure, at, "texts that say nothing", "diamond", COLOURS[0])
    figure.add_vline(x=0, line={"color": MUTED, "dash": "dot"})
    figure.update_yaxes(tickvals=[y for _, y in at], ticktext=rows, showgrid=False)
    figure.update_yaxes(range=[0.5 - len(rows), 0.5], zeroline=False)
    said = "; ".join(f"{name} {b:.1f}" for name, b in zip(rows, borders, strict=True))
    return _style(
        figure,
        title,
        "score of “positive” above “negative”",
        "",
        f"{title}. The model's own border is 0. Texts that say nothing lie at: {said}.",
        ROW * len(rows) + 120,
    )


def _add_marks(figure: go.Figure, at: list, name: str, symbol: str, colour: str) -> None:
    """Add marks at places (x, y), whose x is told when one is touched."""
    line = {"width": 2, "color": colour}
    figure.add_scatter(
        x=[x for x, _ in at],
        y=[y for _, y in at],
        name=name,
        mode="markers",
        marker={"symbol": symbol, "size": 14, "color": colour, "line": line},
        hovertemplate="%{x:.2f}<extra></extra>",
    )


def _style(
    figure: go.Figure, title: str, x_title: str, y_title: str, alt: str, height: int
) -> go.Figure:
    """Give a figure the book's style, its titles and its words; the y title stands level."""
    head = {"text": title, "subtitle": {"text": y_title}}
    top = 40 + 20 * bool(y_title)
    figure.update_layout(template="llm", title=head, height=height, meta={"alt": alt})
    if x_title:
        figure.update_xaxes(title_text=x_title)
    return figure.update_layout(margin={"t": top})
