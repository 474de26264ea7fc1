"""Plotly figures from plain arrays, all in the book's style.

Each function returns a Plotly figure. Each figure carries a description of what it shows, in
`figure.layout.meta["alt"]`, for readers who can't see it. Every figure fits a phone's screen.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from llm_lib.book.plot_style import (
    CELL,
    COLOURS,
    DASHES,
    DIVERGING,
    HEIGHT,
    LETTER,
    MUTED,
    SEQUENTIAL,
    TEXT,
)

__all__ = [
    "COLOURS",
    "MUTED",
    "SEQUENTIAL",
    "plot_band",
    "plot_bars",
    "plot_heatmap",
    "plot_loss",
    "to_array",
]

SYMBOLS = ("circle", "diamond", "square", "x")


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
    return _finish(figure, title, x_title, y_title, alt or f"{title}: {'; '.join(ends)}.", HEIGHT)


def plot_band(
    x: Any,
    low: Any,
    middle: Any,
    high: Any,
    dots: Mapping[str, tuple[Any, Any]],
    *,
    line: str = "line",
    band: str = "band",
    title: str = "",
    x_title: str = "",
    y_title: str = "",
    log: bool = False,
    height: int = HEIGHT,
    alt: str | None = None,
) -> go.Figure:
    """Draw a line in the band from `low` to `high`, and what was measured as dots.

    dots: from name to a pair (x, y). line, band: their names in the legend. log: whether both axes
    are logarithmic.
    """
    x, *edges = (to_array(v) for v in (x, low, high, middle))
    if x.ndim != 1 or not x.size or any(edge.shape != x.shape for edge in edges):
        raise ValueError("low, middle and high need a number for each x, and at least one")
    if log and min(v.min() for v in (x, *edges)) <= 0:
        raise ValueError("on a logarithmic axis all numbers must be above 0")
    fill = {"fill": "tonexty", "fillcolor": SEQUENTIAL[1][1], "name": band}
    looks = ({"showlegend": False, "line_width": 0}, fill | {"line_width": 0}, {"name": line})
    figure = go.Figure()
    for y, look in zip(edges, looks, strict=True):
        figure.add_scatter(x=x.tolist(), y=y.tolist(), mode="lines", line_color=COLOURS[0], **look)
    _add_dots(figure, dots)
    if log:
        figure.update_xaxes(type="log", **_log_ticks(x)).update_yaxes(
            type="log", **_log_ticks(np.concatenate(edges))
        )
    ends = "; ".join(f"at {x[i]:.3g} from {edges[0][i]:.3g} to {edges[1][i]:.3g}" for i in (0, -1))
    return _finish(figure, title, x_title, y_title, alt or f"{title or 'Band'}: {ends}.", height)


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
    alt = alt or f"{title or 'Heatmap'}: {_describe_matrix(values, x, y)}"
    named = [f"{kind}: {name}" for kind, name in (("rows", y_title), ("columns", x_title)) if name]
    _finish(figure, title, "", ", ".join(named), alt, HEIGHT)
    return _as_map(figure, values.shape, x, y)


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
    ends = {"text": [_short(v) for v in values], "textposition": "outside", "cliponaxis": False}
    bars = go.Bar(x=pair[0], y=pair[1], orientation="h" if horizontal else "v", **ends)
    figure = go.Figure(bars)
    along, across = figure.update_yaxes, figure.update_xaxes
    if not horizontal:
        along, across = across, along
    _label(along, labels, len(labels), "labels")
    reach = 1.12 * np.array([min(0, values.min(initial=0)), max(0, values.max(initial=0))])
    across(visible=False, range=reach.tolist() if reach.any() else None)  # the numbers say it
    if horizontal:
        figure.update_yaxes(autorange="reversed", showgrid=False)
    shown = ", ".join(f"{a} {b:.3g}" for a, b in list(zip(labels, values, strict=True))[:10])
    more = f", and {len(labels) - 10} more" if len(labels) > 10 else ""
    height = 72 + CELL * len(labels) if horizontal else HEIGHT
    return _finish(figure, title, "", x_title, alt or f"{title or 'Bars'}: {shown}{more}.", height)


def to_array(values: Any) -> np.ndarray:
    """Return values as a numpy array of floats, from a list, an array or a tensor."""
    if hasattr(values, "detach"):
        values = values.detach().float().cpu()
    return np.asarray(values, dtype=float)


def _cells(values: np.ndarray, diverging: bool) -> go.Heatmap:
    seen = values[np.isfinite(values)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    if diverging:
        high = max(-low, high) or 1.0
        low = -high
    ends = [low, high] if low < high else [low, low + 1]
    return go.Heatmap(
        z=[[None if np.isnan(v) else v for v in row] for row in values.tolist()],
        xgap=1,
        ygap=1,
        zmin=ends[0],
        zmax=ends[1],
        colorbar={"tickvals": ends, "ticktext": [_short(v) for v in ends]},
        colorscale=DIVERGING if diverging else SEQUENTIAL,
        hovertemplate="%{y} → %{x}: %{z:.3f}<extra></extra>",
    )


def _as_map(figure: go.Figure, shape: tuple[int, int], x: Any, y: Any) -> go.Figure:
    """Label the columns on top, and make room for them; cells are squares where a page has room."""
    widths = [
        LETTER * max((len(str(label)) for label in labels or ()), default=2) for labels in (x, y)
    ]
    upright = x is not None and widths[0] > CELL
    top = figure.layout.margin.t + 12 + (widths[0] if upright else TEXT)
    height = top + 4 + CELL * np.clip(shape[0], 5, 24)
    figure.update_xaxes(side="top", tickangle=-90 if upright else 0, automargin=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, zeroline=False)
    figure.layout.meta |= {"width": int(widths[1] + CELL * max(shape[1], 8) + 72)}
    return figure.update_layout(height=int(height), margin={"t": int(top), "b": 4})


def _add_dots(figure: go.Figure, dots: Mapping[str, tuple[Any, Any]]) -> None:
    """Put named dots into a figure; their shapes tell them apart, too."""
    for i, (name, pair) in enumerate(dots.items()):
        marker = {"symbol": SYMBOLS[i % len(SYMBOLS)], "size": 8, "color": COLOURS[i % 4 + 1]}
        x, y = (to_array(values).tolist() for values in pair)
        figure.add_scatter(x=x, y=y, mode="markers", name=name, marker=marker)


def _log_ticks(values: np.ndarray) -> dict[str, list]:
    """Return places and words of ticks on a logarithmic axis: 1, 2, 5, or more on a short one."""
    low, high = values.min(), values.max()
    steps = (1, 2, 5) if high > 10 * low else (1, 1.5, 2, 3, 5, 7)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in steps]
    ticks = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    return {"tickvals": ticks, "ticktext": [_in_units(tick) for tick in ticks]}


def _in_units(value: float) -> str:
    """Return 20000.0 as "20k"."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _short(value: float) -> str:
    """Return a number as it stands beside a bar: three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


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
    """Give a figure its style, titles, height and words.

    The y axis's title stands level, below the figure's own.
    """
    quiet = {"size": TEXT, "weight": 400, "color": MUTED}
    head = {"text": title, "subtitle": {"text": y_title}}
    top = 16 + 24 * bool(title) + 20 * bool(y_title)
    if not title:
        head = {"text": y_title, "font": quiet}
    figure.update_layout(template="llm", title=head, height=height, meta={"alt": alt})
    if x_title:
        figure.update_xaxes(title_text=x_title)
    return figure.update_layout(margin_t=top)
