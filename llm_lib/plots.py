"""Plotly figures from plain arrays, all in the book's style.

Each function returns a Plotly figure. Each figure carries a description of what it shows, in
`figure.layout.meta["alt"]`, for readers who can't see it. Every figure fits a phone's screen.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from plotly.subplots import make_subplots

FOREGROUND, MUTED, LINE = "#1b1f24", "#57606a", "#d7dce2"
# Blue, orange, green, purple, sky, red: distinct under any common kind of colour blindness, since
# they differ in lightness too. The first two are the accents of the pages and widgets.
COLOURS = ["#0b66b2", "#b35500", "#1a7f5a", "#7a3e9d", "#56a3d9", "#b3261e"]
DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]
SEQUENTIAL = [
    [0, "#f4f8fc"],
    [0.25, "#c3dcf0"],
    [0.5, "#7fb3dc"],
    [0.75, "#2f80c3"],
    [1, "#083d77"],
]
DIVERGING = [[0, "#8a3c04"], [0.25, "#e0a070"], [0.5, "#f7f7f7"], [0.75, "#7fb3dc"], [1, "#083d77"]]


def make_template() -> go.layout.Template:
    """Return the style of all figures: no background, quiet lines, the book's colours."""
    axis = {
        "automargin": True,
        "gridcolor": LINE,
        "linecolor": LINE,
        "zerolinecolor": LINE,
        "tickcolor": LINE,
        "title": {"standoff": 8},
    }
    layout = go.Layout(
        autosize=True,
        colorway=COLOURS,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 14, "color": MUTED},
        title={"font": {"size": 16}, "x": 0, "xref": "paper", "xanchor": "left"},
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},  # clear of a long title
        hoverlabel={"font": {"family": "system-ui, sans-serif"}},
        xaxis=axis,
        yaxis=axis,
        colorscale={"sequential": SEQUENTIAL, "diverging": DIVERGING},
    )
    heatmap = go.Heatmap(colorbar={"outlinewidth": 0, "thickness": 12})
    return go.layout.Template(layout=layout, data={"heatmap": [heatmap]})


pio.templates["llm"] = make_template()


def plot_loss(
    curves: Mapping[str, Any],
    *,
    title: str = "Loss",
    x_title: str = "step",
    y_title: str = "loss (nats per token)",
    alt: str | None = None,
) -> go.Figure:
    """Draw one line per curve.

    curves: from name to the values, or to a pair (steps, values).
    """
    figure, ends = go.Figure(), []
    for i, (name, curve) in enumerate(curves.items()):
        x, y = curve if isinstance(curve, tuple) else (np.arange(len(curve)), curve)
        x, y = to_array(x), to_array(y)
        if x.shape != y.shape or y.ndim != 1 or not y.size:
            raise ValueError(f"curve {name!r} needs as many steps as values, and at least one")
        line = {"dash": DASHES[i % len(DASHES)], "width": 2}
        figure.add_scatter(x=x.tolist(), y=y.tolist(), name=name, mode="lines", line=line)
        ends.append(f"{name} goes from {y[0]:.3g} to {y[-1]:.3g}, lowest {np.nanmin(y):.3g}")
    return _finish(figure, title, x_title, y_title, alt or f"{title}: {'; '.join(ends)}.", 360)


def plot_heatmap(
    matrix: Any,
    *,
    x: Sequence[str] | None = None,
    y: Sequence[str] | None = None,
    title: str = "",
    x_title: str = "",
    y_title: str = "",
    diverging: bool = False,
    alt: str | None = None,
) -> go.Figure:
    """Draw a matrix as coloured cells, the first row on top.

    x, y: labels of the columns and rows; the same label may come twice.
    diverging: for values on both sides of 0, which then lies in the middle of the scale.
    """
    values = to_array(matrix)
    if values.ndim != 2:
        raise ValueError(f"a heatmap needs a matrix of two dimensions; got shape {values.shape}")
    figure = go.Figure(_cells(values, diverging))
    _label(figure.update_xaxes, x, values.shape[1], "x")
    _label(figure.update_yaxes, y, values.shape[0], "y")
    figure.update_yaxes(autorange="reversed")
    height = int(np.clip(120 + 26 * values.shape[0], 220, 640))
    alt = alt or f"{title or 'Heatmap'}: {_describe_matrix(values, x, y)}"
    return _finish(figure, title, x_title, y_title, alt, height)


def plot_attention(
    weights: Any, tokens: Sequence[str], *, title: str = "Attention", alt: str | None = None
) -> go.Figure:
    """Draw attention weights: one map for (T, T), or a grid with a map per head for (H, T, T).

    A row is the token that looks, a column the token that is looked at.
    """
    values, tokens = to_array(weights), [repr(str(token))[1:-1] for token in tokens]
    T = len(tokens)
    if values.shape[-2:] != (T, T) or values.ndim not in (2, 3):
        raise ValueError(
            f"weights for {T} tokens should be (T, T) or (H, T, T) with T = {T}; "
            f"they are {values.shape}"
        )
    if values.ndim == 2:
        axes = {"x_title": "looked at", "y_title": "looking"}
        return plot_heatmap(values, x=tokens, y=tokens, title=title, alt=alt, **axes)
    n_column = min(4, len(values))
    n_row = -(-len(values) // n_column)
    names = [f"head {h}" for h in range(len(values))]
    gaps = {"horizontal_spacing": 0.03, "vertical_spacing": 0.25 / n_row}
    figure = make_subplots(n_row, n_column, subplot_titles=names, **gaps)
    for h, head in enumerate(values):
        place = {"row": h // n_column + 1, "col": h % n_column + 1}
        figure.add_trace(_cells(head, False).update(zmin=0, zmax=1, showscale=h == 0), **place)
    _label(figure.update_xaxes, tokens, T, "x")
    _label(figure.update_yaxes, tokens, T, "y")
    figure.update_yaxes(autorange="reversed")
    if T > 12 or n_column > 2:  # too small for words: they stay in the hover text
        figure.update_xaxes(showticklabels=False).update_yaxes(showticklabels=False)
    parts = [
        f"{n}: {_describe_matrix(head, tokens, tokens)}"
        for n, head in zip(names, values, strict=True)
    ]
    return _finish(figure, title, "", "", alt or f"{title}. {' '.join(parts)}", 80 + 220 * n_row)


def plot_bars(
    labels: Sequence[str],
    values: Any,
    *,
    title: str = "",
    x_title: str = "",
    horizontal: bool = True,
    alt: str | None = None,
) -> go.Figure:
    """Draw one bar per label, the first on top (or at the left with horizontal=False)."""
    labels, values = [str(label) for label in labels], to_array(values)
    if values.shape != (len(labels),):
        raise ValueError(f"there are {len(labels)} labels, but values of shape {values.shape}")
    places = list(range(len(labels)))
    pair = (values.tolist(), places) if horizontal else (places, values.tolist())
    figure = go.Figure(go.Bar(x=pair[0], y=pair[1], orientation="h" if horizontal else "v"))
    update = figure.update_yaxes if horizontal else figure.update_xaxes
    _label(update, labels, len(labels), "labels")
    if horizontal:
        figure.update_yaxes(autorange="reversed")
    shown = ", ".join(f"{a} {b:.3g}" for a, b in list(zip(labels, values, strict=True))[:10])
    more = f", and {len(labels) - 10} more" if len(labels) > 10 else ""
    height = 100 + 26 * len(labels) if horizontal else 320
    titles = (x_title, "") if horizontal else ("", x_title)
    return _finish(figure, title, *titles, alt or f"{title or 'Bars'}: {shown}{more}.", height)


def plot_distribution(
    values: Any, *, title: str = "", x_title: str = "", bins: int = 40, alt: str | None = None
) -> go.Figure:
    """Draw how often values fall into each of `bins` equal ranges."""
    values = to_array(values).ravel()
    if not values.size:
        raise ValueError("there are no values to draw")
    counts, edges = np.histogram(values, bins=bins)
    middles = (edges[:-1] + edges[1:]) / 2
    bars = go.Bar(x=middles.tolist(), y=counts.tolist(), width=float(edges[1] - edges[0]))
    alt = alt or (
        f"{title or 'Distribution'}: {values.size:,} values from {values.min():.3g} to "
        f"{values.max():.3g}, half of them below {np.median(values):.3g}."
    )
    return _finish(go.Figure(bars), title, x_title, "how many", alt, 320)


def to_array(values: Any) -> np.ndarray:
    """Return values as a numpy array of floats, from a list, an array or a tensor."""
    if hasattr(values, "detach"):
        values = values.detach().float().cpu()
    return np.asarray(values, dtype=float)


def _cells(values: np.ndarray, diverging: bool) -> go.Heatmap:
    limit = float(np.nanmax(np.abs(values), initial=0)) or 1.0
    scale = {"colorscale": DIVERGING, "zmin": -limit, "zmax": limit}
    return go.Heatmap(
        z=[[None if np.isnan(v) else v for v in row] for row in values.tolist()],
        xgap=1,
        ygap=1,
        hovertemplate="%{y} → %{x}: %{z:.3f}<extra></extra>",
        **(scale if diverging else {"colorscale": SEQUENTIAL}),
    )


def _label(update: Any, labels: Sequence[str] | None, n: int, name: str) -> None:
    """Label an axis by position, since plotly would merge positions with equal labels."""
    if labels is None:
        return
    if len(labels) != n:
        raise ValueError(f"{name} has {len(labels)} labels for {n} places")
    update(tickmode="array", tickvals=list(range(n)), ticktext=[str(label) for label in labels])


def _describe_matrix(values: np.ndarray, x: Any, y: Any) -> str:
    """Describe a matrix by its size and the place of its largest value."""
    if not values.size or np.isnan(values).all():
        return f"{values.shape[0]} rows, {values.shape[1]} columns, no values."
    i, j = np.unravel_index(np.nanargmax(values), values.shape)
    row, column = (y[i] if y else f"row {i}"), (x[j] if x else f"column {j}")
    size = f"{values.shape[0]} rows, {values.shape[1]} columns"
    return f"{size}, largest {np.nanmax(values):.3g} at {row} → {column}."


def _finish(
    figure: go.Figure, title: str, x_title: str, y_title: str, alt: str, height: int
) -> go.Figure:
    """Give a figure its style, titles, height and words."""
    figure.update_layout(template="llm", title_text=title, height=height, meta={"alt": alt})
    if x_title or y_title:
        figure.update_xaxes(title_text=x_title).update_yaxes(title_text=y_title)
    if not title:
        figure.update_layout(margin_t=16)
    return figure
