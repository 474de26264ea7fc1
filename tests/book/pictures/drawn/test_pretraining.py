"""The pretraining chapter's pictures of runs: each number and curve is the recorded one."""

import re

import pytest

from llm_lib.book.pictures import show_picture
from llm_lib.book.pictures.drawn.long_steps import LEADS, measured
from llm_lib.book.pictures.drawn.three_runs import TOP
from llm_lib.book.pictures.run_panels import INKS
from llm_lib.book.studies.schedules import VERSIONS
from llm_lib.book.studies.three_runs import FILE
from llm_lib.files import read_json

RUNS = read_json(FILE)["runs"]
CURVE = re.compile(r'<path d="M([^"]+)" class="p-line p-curve" style="--ink:([^"]+)"/>')


def texts(picture, which):
    return re.findall(r"<text[^>]*>([^<]*)<", picture.svgs()[which])


@pytest.mark.parametrize("which", [0, 1])
def test_the_opening_s_curves_are_the_recorded_ones(which):
    # fails if a run has another's curve or colour, or a loss stands elsewhere than at its height
    found = CURVE.findall(show_picture("three-runs").svgs()[which])
    height = {0: 104, 1: 76}[which]
    assert [ink for _, ink in found] == list(INKS.values())
    for (path, _), run in zip(found, RUNS.values(), strict=True):
        losses = [TOP * (1 - float(point.split()[1]) / height) for point in path.split("L")]
        assert losses == pytest.approx(run["train"], abs=0.01)


@pytest.mark.parametrize("which", [0, 1])
def test_the_opening_tells_no_landmark(which):
    # fails if what a reader is asked is answered by the picture that asks it
    words = texts(show_picture("three-runs"), which)
    assert [word for word in words if re.fullmatch(r"\d\.\d", word)] == ["4.7", "1.3", "0.0"]
    assert not any("held" in word or "ln V" in word for word in words)


def test_the_two_that_lead_are_the_lowest():
    # fails if the picture stresses another version than the one that ends lowest
    means = {name: sum(losses) / len(losses) for name, losses in measured().items()}
    assert set(LEADS) == set(sorted(means, key=means.get)[:2])
    words = texts(show_picture("long-steps"), 0)
    assert [word for word in words if word in VERSIONS] == list(VERSIONS)
    assert all(f"{mean:.2f}" in words for mean in means.values())


@pytest.mark.parametrize("name", ["three-runs", "long-steps"])
def test_on_a_phone_they_are_as_wide_as_the_text(name):
    # fails if a phone shows them smaller than it could, or a narrow one needs to be scrolled
    wide, narrow = show_picture(name).svgs()
    assert "min(100% - 2rem" in narrow and "min(100%" not in wide
    assert float(re.search(r'viewBox="-2 -2 ([\d.]+)', narrow)[1]) <= 328


@pytest.mark.parametrize(("which", "width"), [(0, 600), (1, 320)])
def test_the_ruler_s_pins_stand_at_their_losses(which, width):
    # fails if a pin stands elsewhere than at its loss, or at another's number
    given = {"little": 4.0, "nothing": 5.25}
    drawn = show_picture("loss-ruler", landmarks=given)
    pins = re.findall(r'<path d="M([\d.]+) [\d.]+V', drawn.svgs()[which])
    losses = [(float(x) - 5) / (width - 10) * 6 for x in pins]
    assert losses == pytest.approx([5.25, 4.0], abs=0.02)  # to the tenth of a pixel
    assert {"5.25", "nothing", "4.00", "little", "6"} <= set(texts(drawn, which))
    assert "nothing, the loss is 5.25" in drawn.alt


def test_a_ruler_has_landmarks():
    # fails if an empty one is drawn in silence
    with pytest.raises(ValueError, match="needs a landmark"):
        show_picture("loss-ruler", landmarks={})
