"""The file of recorded runs: written, read again, and refused when it is damaged."""

import copy
import json
import re

import pytest

from llm_lib.book.measured import recorded_run
from llm_lib.book.measured.recorded_run import (
    check_recorded,
    find_run,
    load_recorded,
    read_recorded,
    write_recorded,
)
from tests.book.measured.damaged_records import DAMAGES, RUN, damage


def test_what_is_written_is_read_again(tmp_path):
    # fails if a part is lost, or a number changes on its way through the file
    file = tmp_path / "runs.json"
    written = write_recorded(file, [RUN], "python -m x", counts={"right": 3})
    assert read_recorded(file) == written
    assert find_run(written, "cup") == RUN and written["counts"] == {"right": 3}
    assert '"weights":[[0.2,0.3,0.5]]' in file.read_text("utf-8")
    with pytest.raises(ValueError, match=re.escape("no run 'tea'; there are ['cup']")):
        find_run(written, "tea")


def test_a_record_is_found_by_its_name(tmp_path, monkeypatch):
    # fails if a name that is misspelt does not say which there are
    monkeypatch.setattr(recorded_run, "FOLDER", tmp_path)
    write_recorded(tmp_path / "first.json", [RUN], "python -m x")
    assert load_recorded("first")["runs"] == [RUN]
    with pytest.raises(
        ValueError, match=re.escape("no recorded run 'frist': give one of ['first']")
    ):
        load_recorded("frist")


@pytest.mark.parametrize(("path", "value", "said"), DAMAGES)
def test_what_is_damaged_is_refused_in_words(path, value, said):
    # fails if a page would show a wrong number, or if the fault isn't named
    with pytest.raises(ValueError) as caught:
        check_recorded(damage(path, value))
    assert str(caught.value).endswith(said)


def test_nothing_damaged_is_written(tmp_path):
    # fails if a study could ship what no page can show
    run = copy.deepcopy(RUN) | {"surprises": [float("nan"), 0]}
    with pytest.raises(ValueError, match="surprises holds what is no number"):
        write_recorded(tmp_path / "runs.json", [run], "python -m x")
    assert not list(tmp_path.iterdir())


def test_numbers_stay_small(tmp_path):
    # fails if a zero takes three letters, or blanks are written
    run = copy.deepcopy(RUN) | {"heads": []}
    run["surprises"] = [0.0, 2.0]
    write_recorded(tmp_path / "runs.json", [run], "python -m x")
    line = (tmp_path / "runs.json").read_text("utf-8").splitlines()[1]
    assert '"surprises":[0,2]' in line and json.loads(line) == run
