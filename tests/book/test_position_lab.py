"""The Python side of PositionLab and EmbeddingMap: settings, and what wrong ones are told."""

import base64

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import EmbeddingMap, PositionLab

GROUPS = {"kinds": [" fox", " bear"], "places": [" lake", " hill"]}
RNG = np.random.default_rng(0)


# Fails if a setting is not taken over, or if Reset would not know where the widget began.
def test_position_settings_and_initial_values():
    lab = PositionLab(view="clocks", dimension=64, position=9)
    begun = lab.initial
    assert (begun["view"], begun["dimension"], begun["position"]) == ("clocks", 64, 9)
    lab.position, lab.base = 11, 500_000
    assert (lab.position, lab.base) == (11, 500_000.0) and lab.initial == begun
    assert repr(lab) == "PositionLab()"


WRONG_POSITIONS = [
    ({"view": "maps"}, ValueError, r"view should be one of \('waves'.*got 'maps'"),
    ({"scheme": "learned"}, ValueError, "scheme should be one of.*got 'learned'"),
    ({"dimension": 7}, ValueError, "dimension should be even.*got 7"),
    ({"dimension": 130}, ValueError, "dimension must be a whole number from 2 to 128, got 130"),
    ({"n_positions": 4}, ValueError, "n_positions must be a whole number from 8 to 256, got 4"),
    ({"n_positions": 64.0}, ValueError, "n_positions must be a whole number.*got 64.0"),
    ({"base": 1}, ValueError, "base must be at least 10.0 and at most 1000000.0, got 1"),
    ({"base": float("nan")}, ValueError, "base must be at least 10.0.*got nan"),
    ({"channel": -1}, ValueError, "channel must be a whole number from 0 to 127, got -1"),
    ({"position": 256}, ValueError, "position must be a whole number from 0 to 255, got 256"),
    ({"seed": "a"}, ValueError, "seed must be a whole number.*got 'a'"),
    ({"head": 1}, TypeError, "no setting 'head'.*base, channel, dimension"),
]


# Fails if a wrong setting is accepted, or its error does not say what is allowed.
@pytest.mark.parametrize(("settings", "error", "message"), WRONG_POSITIONS)
def test_wrong_position_settings(settings, error, message):
    with pytest.raises(error, match=message):
        PositionLab(**settings)


# Fails if vectors are packed in another order, precision or layout than the page reads.
def test_vectors_are_packed_row_by_row():
    table = torch.randn(4, 5, requires_grad=True)
    plot = EmbeddingMap(
        {"mine": table, "random": RNG.normal(size=(4, 3))}, GROUPS, highlight="places"
    )
    payload = plot._files[plot.ref]
    assert payload["groups"] == GROUPS
    assert [(t["name"], t["size"]) for t in payload["tables"]] == [("mine", 5), ("random", 3)]
    numbers = np.frombuffer(base64.b64decode(payload["tables"][0]["data"]), "<f4").reshape(4, 5)
    assert np.array_equal(numbers, table.detach().numpy())
    assert (plot.table, plot.selected, plot.highlight) == ("mine", " fox", "places")
    assert repr(plot) == "EmbeddingMap(mine, random)"


# Fails if a widget's vectors would travel in its state, or two widgets share a ref by accident.
def test_vectors_stay_out_of_the_state():
    one = EmbeddingMap({"a": RNG.normal(size=(4, 3))}, GROUPS)
    other = EmbeddingMap({"a": RNG.normal(size=(4, 3))}, GROUPS)
    assert one.ref != other.ref
    data = one._files[one.ref]["tables"][0]["data"]
    assert data not in str(one.get_state())


GOOD = {"a": np.eye(4)}
WRONG_MAPS = [
    ([np.eye(4)], GROUPS, {}, TypeError, "tables should be a dict"),
    ({}, GROUPS, {}, TypeError, "tables should be a dict"),
    ({"a": np.eye(5)}, GROUPS, {}, ValueError, r"'a' should have shape \(4, C\).*got \(5, 5\)"),
    ({"a": np.ones(4)}, GROUPS, {}, ValueError, r"got \(4,\)"),
    ({"a": np.ones((4, 2))}, GROUPS, {}, ValueError, "not all rows alike"),
    ({"a": np.full((4, 2), np.nan)}, GROUPS, {}, ValueError, "finite numbers"),
    ({"a": np.diag([1, 1, 1, 0])}, GROUPS, {}, ValueError, "row of zeros"),
    (GOOD, ["fox"], {}, TypeError, "groups should be a dict"),
    (GOOD, {"kinds": "fox"}, {}, TypeError, "groups should be a dict"),
    (GOOD, {"a": ["x"]}, {}, ValueError, "3 to 400 labels; got 1"),
    (GOOD, {str(i): [str(i)] for i in range(7)}, {}, ValueError, "1 to 6; got 7"),
    (GOOD, {"a": ["x", "y"], "b": ["x", "z"]}, {}, ValueError, "'x' appears more often"),
    (GOOD, GROUPS, {"table": "b"}, ValueError, r"table should be one of \['a'\]; got 'b'"),
    (GOOD, GROUPS, {"selected": "fox"}, ValueError, "selected should be one of.*got 'fox'"),
    (GOOD, GROUPS, {"highlight": "names"}, ValueError, "highlight should be one of"),
    (GOOD, GROUPS, {"n_neighbours": 0}, ValueError, "n_neighbours must be .* from 1 to 15, got 0"),
    (GOOD, GROUPS, {"size": 1}, TypeError, "no setting 'size'"),
]


# Fails if a wrong argument is accepted, or its error does not say what is allowed.
@pytest.mark.parametrize(("tables", "groups", "settings", "error", "message"), WRONG_MAPS)
def test_wrong_maps(tables, groups, settings, error, message):
    with pytest.raises(error, match=message):
        EmbeddingMap(tables, groups, **settings)
