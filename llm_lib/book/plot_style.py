"""The look of all figures: the colours of pages and widgets, and one template for Plotly."""

import re
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio

THEME = Path(__file__).parent / "widgets/shared/theme.css"
HEIGHT, TEXT, CELL = 300, 13, 24  # pixels: of a figure, of its letters, of a cell in a map
LETTER = 0.56 * TEXT  # pixels: the width of a letter, on average


def load_palette(path: Path = THEME) -> dict[str, str]:
    """Return the colours of pages and widgets on a light ground, by what they stand for.

    >>> load_palette()["query"]
    '#b35500'
    """
    found = re.findall(r"--llm-([\w-]+): (#[0-9a-f]{6});", path.read_text("utf-8"))
    return dict(reversed(found))  # a name's first value in the sheet is the light one


PALETTE = load_palette()
FOREGROUND, MUTED, LINE = (PALETTE[name] for name in ("fg", "muted", "line"))
# Navy, orange, blue, green, grey, red: distinct under any common kind of colour blindness.
COLOURS = [PALETTE[n] for n in ("weight", "query", "key", "value", "residual", "negative")]
DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]
SEQUENTIAL = [[k / 4, PALETTE[f"ramp-{k}"]] for k in range(5)]
DIVERGING = [
    [k / 4, PALETTE[name]]
    for k, name in enumerate(("below-2", "below-1", "ramp-0", "ramp-2", "ramp-4"))
]


def make_template() -> go.layout.Template:
    """Return the style of all figures: no background, quiet lines, the book's colours."""
    axis = {
        "automargin": True,
        "gridcolor": LINE,
        "linecolor": LINE,
        "zerolinecolor": LINE,
        "ticks": "outside",
        "tickcolor": "rgba(0,0,0,0)",  # room between labels and what they name
        "exponentformat": "power",
        "title": {"standoff": 8, "font": {"size": TEXT}},
    }
    title = {"font": {"size": 16, "weight": 600, "color": FOREGROUND}, "xref": "container"}
    title |= {"x": 0, "xanchor": "left", "y": 1, "yanchor": "top", "yref": "container"}
    layout = go.Layout(
        autosize=True,
        height=HEIGHT,
        colorway=COLOURS,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": TEXT, "color": MUTED},
        title=title | {"pad": {"t": 4}, "subtitle": {"font": {"size": TEXT, "color": MUTED}}},
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        hoverlabel={"font": {"family": "system-ui, sans-serif", "size": TEXT}},
        xaxis={**axis, "showgrid": False, "zeroline": False},
        yaxis=axis,
        bargap=0.3,
        colorscale={"sequential": SEQUENTIAL, "diverging": DIVERGING},
    )
    heatmap = go.Heatmap(colorbar={"outlinewidth": 0, "thickness": 12})
    return go.layout.Template(layout=layout, data={"heatmap": [heatmap]})


pio.templates["llm"] = make_template()
