"""The Python side of BrokenLoaders."""

import math

import pytest

from llm_lib.book.studies.broken_loaders import MENDED, load_broken_loaders
from llm_lib.book.widgets import BrokenLoaders, broken_loaders
from llm_lib.book.widgets.broken_loaders import FAULTS, ORDER, read_loaders


def test_it_shows_the_recorded_runs():
    # fails if a loader is left out, or shown with another's curves or windows
    lab, study = BrokenLoaders(loader=2), load_broken_loaders()
    assert [each["fault"] for each in lab.loaders] == list(ORDER)
    assert set(ORDER) == set(MENDED) < set(FAULTS)
    for each in lab.loaders:
        name = each["fault"]
        assert each["broken"]["curve"] == study["runs"][name]["curve"]
        assert each["mended"]["ends"] == study["runs"][MENDED[name]]["ends"]
        assert each["broken"]["sample"] == study["samples"][name]
    assert lab.guess_loss == pytest.approx(math.log(512))
    assert lab.initial == {"loader": 2, "answers": [""] * 5, "mended": [False] * 5}
    assert repr(lab) == "BrokenLoaders()"


def test_the_healthy_run_beside_them_is_none_of_theirs():
    # fails if a mended loader could be told by its being the same line
    lab = BrokenLoaders()
    assert all(lab.reference["val"] != each["mended"]["curve"]["val"] for each in lab.loaders)
    assert lab.reference["val"][-1] == pytest.approx(
        lab.loaders[0]["mended"]["curve"]["val"][-1], abs=0.2
    )


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"loader": 5}, ValueError, "loader must be a whole number from 0 to 4, got 5"),
        ({"answers": ["leaked"]}, ValueError, "answers should be a list of 5 values"),
        ({"answers": ["lekaed"] * 5}, ValueError, "each of answers should be one of .*'leaked'"),
        ({"mended": "yes"}, ValueError, "mended should be a list of 5 values; got 'yes'"),
        ({"mended": ["yes"] * 5}, ValueError, "each of mended should be one of True, False"),
        ({"speed": 1}, TypeError, "no setting 'speed'"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        BrokenLoaders(**settings)


def test_a_file_that_is_not_whole_is_refused(monkeypatch):
    # fails if the page would get curves of which a part is missing
    from llm_lib.book.studies import broken_loaders as study

    cut = load_broken_loaders()
    cut["runs"]["leaked"]["curve"]["val"] = [1.0]
    monkeypatch.setattr(study, "load_broken_loaders", lambda: cut)
    with pytest.raises(ValueError, match="the run 'leaked' is missing or not whole"):
        read_loaders.__wrapped__()


def test_every_fault_has_words():
    # fails if a fault that can be chosen has no name in the page's script, or the reverse
    words = (broken_loaders.__file__).replace("broken_loaders.py", "broken_loaders/words.js")
    text = open(words, encoding="utf-8").read().split("export const FAULTS")[1].split("\n};")[0]
    named = [line.strip().split(":")[0] for line in text.splitlines() if line.endswith(": {")]
    assert sorted(name for name in named if name.isidentifier()) == sorted(FAULTS)
