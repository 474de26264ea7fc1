"""Why a token has a query, a key and a value: one vector can't play all three parts."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

ROLES = ("query", "key", "value")
WAYS = ("x", "matrix")


class ThreeRoles(Walkthrough):
    """The question of `AttentionRow` with one vector in three roles, then cut by three matrices.

    query, key, value: for each role, in the last scene, whether a token's own vector plays it
        ("x") or what its matrix cuts out ("matrix"). A query that is cut is divided by √4, its
        size; where only one of query and key is cut, numbers of one name are multiplied.
    weights: (4,), what the question then gives to each token (set by the page).
    output: the mix that it gets: three things, before them three animals if values are x (set by
        the page).
    """

    story = "three-roles"
    _esm = join_scripts("stories/three_roles.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Vectors": 1, "Scores": 2, "Output": 1, "Fault 1": 1, "Fault 2": 1, "Fault 3": 1,
        "q, k, v": 3, "Again": 2, "Result": 1, "Your turn": 1,
    }  # fmt: skip

    query = t.Unicode("matrix").tag(sync=True, setting=True)
    key = t.Unicode("matrix").tag(sync=True, setting=True)
    value = t.Unicode("matrix").tag(sync=True, setting=True)
    weights = t.List().tag(sync=True)
    output = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ROLES:
            check_choice(name, value, WAYS)
        super().__setattr__(name, value)
