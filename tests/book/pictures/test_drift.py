"""The figure of moving rows: every place of every way, and words for it."""

import json

from llm_lib.book.pictures.drift import KEY, plot_drift

DRIFT = plot_drift({"a": [[1, 1], [2, 0], [3, -1]], "b": [[-1, 0], [-2, 1]]}, {"up": [0, 1]})


def test_a_row_drifts_from_its_ring_to_the_end_of_its_ray():
    # fails if a way loses a step, its ring is not at the first, or the ray ends elsewhere
    goal, way, ray, other, _, *key = DRIFT.data
    assert (goal.x, goal.y, goal.text[1]) == ((0, 0), (0, 1), "up")
    assert (way.x, way.y) == ((1, 2, 3), (1, 0, -1))
    assert way.marker.symbol == "circle-open" and [size > 0 for size in way.marker.size] == [
        True,
        False,
        False,
    ]
    assert (ray.x, ray.y, ray.text[1]) == ((0, 3), (0, -1), "<b>a</b>")
    drawn = [way.line.dash, ray.line.width, goal.line.width]
    assert drawn == [key[0].line.dash, key[1].line.width, key[2].line.width]
    assert [line.name for line in key] == list(KEY)
    assert other.marker.color != way.marker.color and other.marker.symbol != way.marker.symbol
    assert "a from (1.0, 1.0) to (3.0, -1.0); b from" in DRIFT.layout.meta["alt"]
    assert DRIFT.layout.yaxis.scaleanchor == "x" and DRIFT.layout.width is None
    assert DRIFT.layout.template.layout.font.size == 13
    json.loads(DRIFT.to_json())


def test_rows_that_begin_at_one_place_share_a_name_there():
    # fails if two names are written over each other, or a start has none
    drawn = plot_drift({"a": [[1, 1], [2, 0]], "b": [[-1, 0], [0, 2]], "c": [[1, 1], [0, 3]]}, {})
    assert [way.text[0] for way in drawn.data[:6:2]] == ["start: a, c", "start: b", ""]
