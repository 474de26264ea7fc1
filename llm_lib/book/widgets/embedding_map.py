"""EmbeddingMap: which tokens lie close to each other, and what does a flat map hide?

The vectors travel to the page as models do (see `llm_lib.book.widgets.model_file`): the widget's
state holds only their short name, so a notebook never stores them.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, Payload, join_scripts, join_styles
from llm_lib.book.widgets.model_file import digest

MAX_POINTS, MAX_SIZE, MAX_GROUPS, MAX_NEIGHBOURS = 400, 1024, 6, 15


class EmbeddingMap(BookWidget):
    """Show vectors as points on their two widest axes (PCA), and the true neighbours of each.

    Neighbours are found by cosine in the full space, so they may lie far apart on the map. Every
    control is a trait: set it from Python and the page follows, or observe it.

    table: which of the tables is shown, by its name.
    selected: the label whose neighbours are shown.
    n_neighbours: how many, 1 to 15.
    turn: by how many degrees the cloud is turned about the map's vertical axis, -180 to 180; what
        comes to the front then is the third widest axis.
    highlight: the group that is drawn strongly while the others fade; "" is all.
    nearest: the neighbours as [label, cosine], the closest first (set by the page).
    points: x and y of each label on the map, in order (set by the page).
    explained: the share of the variance that each axis of the map carries (set by the page).
    finding: the current finding, in words (set by the page).
    """

    _esm = join_scripts("embedding_map.js")
    _css = join_styles("embedding_map.css")

    table = t.Unicode().tag(sync=True, setting=True)
    selected = t.Unicode().tag(sync=True, setting=True)
    n_neighbours = t.Int(6).tag(sync=True, setting=True)
    turn = t.Int(0).tag(sync=True, setting=True)
    highlight = t.Unicode("").tag(sync=True, setting=True)
    ref = t.Unicode().tag(sync=True)
    nearest = t.List().tag(sync=True)
    points = t.List().tag(sync=True)
    explained = t.List().tag(sync=True)

    def __init__(
        self, tables: Mapping[str, Any], groups: Mapping[str, Sequence[str]], **settings: Any
    ):
        """Show `tables` of vectors for the labels in `groups`.

        tables: from a name to an array or tensor (n, C), 3 to 400 rows; C may differ.
        groups: from a group's name to its labels, 1 to 6 groups; all labels, in order, belong to
            the rows, and no label may come twice.

        Raises TypeError or ValueError, naming the argument and what is allowed.
        """
        self._refuse_unknown(settings)
        self._groups = _checked_groups(groups)
        self._labels = [label for labels in self._groups.values() for label in labels]
        self._tables = list(tables) if isinstance(tables, Mapping) else []
        payload = _pack(tables, self._groups)
        start = {"table": self._tables[0], "selected": self._labels[0]}
        self.ref = digest(payload)
        self._offer(self.ref, payload)
        super().__init__(**{**start, **settings})

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "n_neighbours":
            value = check_whole(name, value, 1, MAX_NEIGHBOURS)
        if name == "turn":
            value = check_whole(name, value, -180, 180)
        for setting, allowed in (
            ("table", getattr(self, "_tables", [])),
            ("selected", getattr(self, "_labels", [])),
            ("highlight", ["", *getattr(self, "_groups", {})]),
        ):
            if name == setting and value not in allowed:
                raise ValueError(f"{name} should be one of {allowed!r:.200}; got {value!r}")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"EmbeddingMap({', '.join(self._tables)})"


def _checked_groups(groups: Any) -> dict[str, list[str]]:
    """Return the groups as plain lists; TypeError or ValueError unless they fit."""
    if not isinstance(groups, Mapping) or any(isinstance(v, str) for v in groups.values()):
        raise TypeError(
            'groups should be a dict from a name to labels, such as {"kinds": [" fox", " bear"]}; '
            f"got {groups!r:.80}"
        )
    groups = {str(name): [str(label) for label in labels] for name, labels in groups.items()}
    if not 1 <= len(groups) <= MAX_GROUPS:
        raise ValueError(f"groups should be 1 to {MAX_GROUPS}; got {len(groups)}")
    labels = [label for group in groups.values() for label in group]
    if not 3 <= len(labels) <= MAX_POINTS:
        raise ValueError(f"groups should hold 3 to {MAX_POINTS} labels; got {len(labels)}")
    if twice := [label for label in labels if labels.count(label) > 1]:
        raise ValueError(f"each label may appear only once; {twice[0]!r} appears more often")
    return groups


def _pack(tables: Any, groups: dict[str, list[str]]) -> Payload:
    """Return what the page fetches: the groups, and each table as float32 in base64."""
    if not isinstance(tables, Mapping) or not tables:
        raise TypeError(f"tables should be a dict from name to vectors (n, C); got {tables!r:.80}")
    n, packed = sum(map(len, groups.values())), []
    for name, vectors in tables.items():
        if hasattr(vectors, "detach"):
            vectors = vectors.detach().float().cpu()
        array = np.asarray(vectors, dtype=np.float32)
        if array.ndim != 2 or len(array) != n or not 2 <= array.shape[1] <= MAX_SIZE:
            raise ValueError(
                f"table {name!r} should have shape ({n}, C), a row for each label and C from 2 to "
                f"{MAX_SIZE}; got {array.shape}"
            )
        if not np.isfinite(array).all() or not np.any(array - array[0]):
            raise ValueError(f"table {name!r} should hold finite numbers, and not all rows alike")
        if not np.linalg.norm(array, axis=1).all():
            raise ValueError(f"table {name!r} has a row of zeros, which points nowhere")
        data = base64.b64encode(array.astype("<f4").tobytes()).decode("ascii")
        packed.append({"name": str(name), "size": array.shape[1], "data": data})
    return {"type": "vectors", "groups": groups, "tables": packed}
