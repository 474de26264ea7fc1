"""A figure of where training moves a few rows of two numbers."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from llm_lib.book.plot_style import HEIGHT, MUTED, PALETTE

HELD = "a row held fixed"
ROWS = [PALETTE[name] for name in ("weight", "value", "query")]  # navy, green, orange
KEY = {  # what each kind of line is
    "the path of a row": {"color": MUTED, "dash": "dot", "width": 1.5},
    "the row at the end": {"color": MUTED, "width": 2.5},
    HELD: {"color": MUTED, "width": 4},
}


def plot_drift(
    paths: Mapping[str, Sequence[Sequence[float]]], goals: Mapping[str, Sequence[float]]
) -> go.Figure:
    """Draw where rows of two numbers go: a ring at each start, its way, and a ray to its end.

    paths: of each row's name, its places in turn. goals: rows that stay where they are.
    """
    figure, said = go.Figure(), []
    for name, end in goals.items():
        _add_ray(figure, name, end, line=KEY[HELD])
    for i, (name, path) in enumerate(paths.items()):
        colour, symbol = ROWS[i % 3], ["circle", "square", "diamond"][i % 3]
        x, y = zip(*path, strict=True)
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines+markers+text",
            text=[_begin(paths, i), *[""] * (len(path) - 1)],
            textposition="middle right" if x[0] > 0 else "top left",
            marker={"symbol": f"{symbol}-open", "color": colour, "line": {"width": 2}},
            line={"color": colour, "dash": "dot", "width": 1.5},
            cliponaxis=False,  # a name may stand over the edge
            hovertemplate=f"{name}: (%{{x:.1f}}, %{{y:.1f}})<extra></extra>",
            showlegend=False,
        )
        figure.data[-1].marker.size = [15 - 4 * i, *[0] * (len(path) - 1)]
        _add_ray(figure, f"<b>{name}</b>", path[-1], line={"color": colour, "width": 2.5})
        figure.data[-1].marker = {"symbol": ["circle", symbol], "size": [1, 11], "color": colour}
        said.append(f"{name} from ({x[0]:.1f}, {y[0]:.1f}) to ({x[-1]:.1f}, {y[-1]:.1f})")
    for name, line in KEY.items():
        figure.add_scatter(x=[None], y=[None], mode="lines", name=name, line=line, hoverinfo="skip")
    figure.update_yaxes(scaleanchor="x")
    figure.update_layout(template="llm", title="Where the rows go", height=HEIGHT + 100)
    return figure.update_layout(margin={"t": 40}, meta={"alt": f"{'; '.join(said)}."})


def _begin(paths: Mapping[str, Sequence[Sequence[float]]], i: int) -> str:
    """Name all rows that begin where row i does, for the first of them."""
    starts = [tuple(path[0]) for path in paths.values()]
    names = [name for name, start in zip(paths, starts, strict=True) if start == starts[i]]
    return f"start: {', '.join(names)}" if starts.index(starts[i]) == i else ""


def _add_ray(figure: go.Figure, name: str, end: Sequence[float], line: dict) -> None:
    """Add a named line from the origin to `end`."""
    moved = "<b>" in name
    figure.add_scatter(
        x=[0, end[0]],
        y=[0, end[1]],
        mode="lines+markers+text" if moved else "lines+text",
        text=["", name],
        textposition="middle right" if moved and end[0] > 0 else "top center",
        line=line,
        hoverinfo="skip",
        showlegend=False,
    )
