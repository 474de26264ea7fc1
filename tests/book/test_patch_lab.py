"""PatchLab's Python side: what it shows without settings, and what is refused."""

import json
from pathlib import Path

import pytest
import torch

from llm_lib.book.widgets import PatchLab
from llm_lib.book.widgets.patch_lab import CHOICES, PRESETS
from llm_lib.interp.patching import MEASURES, PARTS, differing_positions, patching_map
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import IntegerTokenizer
from tests.web.small_models import random_model


def test_it_opens_with_the_models_first_preset():
    # fails if the texts or the cell are others, or what is given does not come first
    name, clean, corrupted, layer, position = PRESETS["sprout"][0]
    lab = PatchLab()
    assert (lab.clean, lab.corrupted, lab.layer, lab.position) == (
        clean,
        corrupted,
        layer,
        position,
    )
    assert lab.presets[0][0] == name and lab.initial["clean"] == clean
    assert PatchLab(layer=1).layer == 1
    assert PatchLab("echo").clean == PRESETS["echo"][0][1]
    assert repr(lab) == "PatchLab(4 layers)"


def test_texts_of_ones_own_have_no_preset():
    # fails if a model that has no presets needs some, or a reader's text is replaced
    lab = PatchLab(random_model(), IntegerTokenizer(290), "1 2 3", "1 5 3")
    assert (lab.clean, lab.corrupted, lab.presets) == ("1 2 3", "1 5 3", [])
    own = [("mine", "1 2", "3 2", 0, -1)]
    assert PatchLab("echo", presets=own).clean == "1 2"
    assert differing_positions([1, 2], [3, 2]) == [0]


CHAPTER = Path(__file__).resolve().parents[2] / "chapters/10_multi_head_attention.ipynb"


def test_the_chapter_reads_from_it_what_it_shows():
    # fails if Sprout, a preset or the measure changes, and the chapter's sentence does not
    cells = json.loads(CHAPTER.read_text("utf-8"))["cells"]
    words = "".join(line for c in cells if c["id"] == "patching-lab-read" for line in c["source"])
    model, tokenizer = load_model("sprout")
    _, *texts, layer, position = PRESETS["sprout"][0]  # the cell that is shown first
    clean, corrupted = (tokenizer.encode(text) for text in texts)
    with torch.no_grad():
        answers = model(torch.tensor([clean, corrupted]))[:, -1].argmax(dim=-1).tolist()
    shares = patching_map(model, clean, corrupted, answers)
    before = [tokenizer.decode([i]).strip() for i in clean[position - 2 : position + 2]]
    assert before == ["Tom", "had", "a", "drum"] and "the `a` before *drum*" in words
    assert f"Before layer {layer}" in words and f"({shares[layer, position]:.2f})" in words


def test_it_patches_what_the_library_patches():
    # fails if the two have other names for the same thing
    assert CHOICES["part"] == PARTS and MEASURES[0] == "logit_difference"


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"view": "map"}, ValueError, r"view must be one of \('patching', 'lens'\), got 'map'"),
        ({"part": "mlp"}, ValueError, "part must be one of .*'feed_forward'.*got 'mlp'"),
        ({"source": "both"}, ValueError, r"source must be one of \('clean', 'corrupted'\)"),
        ({"at": "last"}, ValueError, r"at must be one of \('all', 'position'\), got 'last'"),
        ({"layer": 5}, ValueError, "layer must be a whole number from 0 to 4, got 5"),
        ({"head": 4}, ValueError, "head must be a whole number from 0 to 3, got 4"),
        ({"position": -2}, ValueError, "position must be a whole number from -1 to 255, got -2"),
        ({"clean": 3}, TypeError, "clean should be text; got int"),
        ({"clean": "a"}, TypeError, "corrupted should be text; got NoneType"),
        ({"presets": [["a", "b"]]}, ValueError, r"list of \[name, .*got \['a', 'b'\]"),
        ({"presets": 4}, ValueError, "presets should be a list of .*got 4"),
        ({"text": "a"}, TypeError, "PatchLab has no setting 'text'; the settings are at, clean"),
    ],
)
def test_wrong_settings(settings, error, message):
    # fails if a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        PatchLab(**settings)


def test_wrong_values_later():
    # fails if what is refused at the start can be set afterwards
    lab = PatchLab()
    for name, value in (("part", "x"), ("layer", 9), ("presets", [[]]), ("corrupted", None)):
        with pytest.raises((ValueError, TypeError), match=name):
            setattr(lab, name, value)


def test_a_deep_model_is_refused():
    # fails if a map is begun that would take minutes
    deep = random_model(n_layer=9)
    with pytest.raises(ValueError, match="at most 8 layers; got 9"):
        PatchLab(deep, IntegerTokenizer(290), "1 2", "1 3")
