"""The Python side of TrainingReplay: its settings, and errors that say what is allowed."""

import json
import shutil

import pytest

from llm_lib.book.widgets import TrainingReplay
from llm_lib.files import model_folder


def test_it_replays_what_was_shipped():
    # fails if the widget shows other snapshots than those beside the model
    lab = TrainingReplay(snapshot=2, layer=1)
    shipped = json.loads((model_folder("sprout") / "snapshots.json").read_text("utf-8"))
    assert lab.replay == shipped
    place = {"snapshot": 2, "prompt": 0, "layer": 1, "head": 0, "query": -1}
    assert lab.initial == {**place, "without_map": False}
    assert repr(lab) == "TrainingReplay(sprout)"


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"snapshot": 99}, ValueError, "snapshot must be a whole number from 0 to 11, got 99"),
        ({"layer": 4}, ValueError, "layer must be a whole number from 0 to 3, got 4"),
        ({"head": -1}, ValueError, "head must be a whole number from 0 to 3, got -1"),
        ({"prompt": 2}, ValueError, "prompt must be a whole number from 0 to 1, got 2"),
        ({"query": -2}, ValueError, "query must be a whole number from -1 to"),
        ({"snapshot": 1.5}, ValueError, "snapshot must be a whole number"),
        ({"speed": 2}, TypeError, "no setting 'speed'; the settings are"),
        ({"model": "echo"}, ValueError, "'echo' has no snapshots of its training"),
        ({"model": "nobody"}, ValueError, "no model 'nobody'"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        TrainingReplay(**settings)


def test_snapshots_that_are_not_whole_are_refused(tmp_path):
    # fails if the page would get a file in which a field is missing
    shutil.copytree(model_folder("sprout"), tmp_path / "m", copy_function=shutil.copyfile)
    file = tmp_path / "m" / "snapshots.json"
    replay = json.loads(file.read_text("utf-8"))
    del replay["snapshots"][3]["attention"]
    file.write_text(json.dumps(replay))
    with pytest.raises(ValueError, match="the field 'snapshots: attention' is missing"):
        TrainingReplay(tmp_path / "m")
