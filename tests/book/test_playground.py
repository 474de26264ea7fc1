"""Playground in Python: what is on its shelf, what it offers the page, and what it refuses."""

import json

import pytest

from llm_lib.book.widgets import DecodingLab, HeadLab, NextTokenLab, PatchLab, Playground
from llm_lib.book.widgets.model_file import model_payload
from llm_lib.book.widgets.playground import LABS, describe_labs, shelve
from llm_lib.pretrained.save_load import load_model
from tests.web.small_models import random_model, small_tokenizer

OWN = {"Mine": (random_model(), small_tokenizer())}
# the same model in each widget, as a reader would make it
MADE = {
    "next": lambda: NextTokenLab(*OWN["Mine"], n_bars=6),
    "heads": lambda: HeadLab(*OWN["Mine"]),
    "decoding": lambda: DecodingLab(*OWN["Mine"]),
    "patching": lambda: PatchLab(*OWN["Mine"], clean="", corrupted=""),
}


def test_the_shelf_has_the_books_models():
    # fails if the page is told of a model that Python does not offer
    playground = Playground()
    stages = ["Base Sprout", "Tuned Sprout", "Preferred Sprout", "Rewarded Sprout"]
    assert [model["name"] for model in playground.shelf] == ["Sprout", *stages, "Echo"]
    assert playground.chosen == "sprout"
    offered = {model["ref"] for model in playground.shelf} | {lab["ref"] for lab in playground.labs}
    assert set(playground._files) == offered
    assert all(json.dumps(playground._files[ref]) for ref in offered)


def test_a_model_of_ones_own_is_chosen_at_once():
    playground = Playground(OWN, lab="heads", text="the fox")
    assert playground.chosen == playground.shelf[0]["ref"] == shelve(OWN)[0][0]["ref"]
    assert (playground.lab, playground.text) == ("heads", "the fox")


@pytest.mark.parametrize("lab", LABS, ids=[lab.key for lab in LABS])
def test_each_widget_begins_as_it_would_alone(lab):
    # fails if a trait of the widget is missing in the page, or begins otherwise than in Python:
    # its script would then read undefined
    described = next(d for d in describe_labs()[0] if d["key"] == lab.key)
    alone = MADE[lab.key]()
    own = set(lab.widget.class_traits(sync=True)) - set(Playground.class_traits(sync=True))
    assert own - {"model_ref"} <= set(described["state"])
    measured = {"head_scale"}  # the page works it out from the model
    for name in described["settings"]:
        if name not in measured:
            assert described["state"][name] == getattr(alone, name), name


def test_a_changed_script_has_another_name():
    # fails if a browser's cache could show an old script with a new page
    refs = [lab["ref"] for lab in describe_labs()[0]]
    assert refs == [lab["ref"] for lab in describe_labs()[0]]
    assert len(set(refs)) == len(LABS)


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "words"),
    [
        ([{}], {}, ValueError, "a dict from names to models"),
        ([["sprout"]], {}, ValueError, "a dict from names to models"),
        ([{"Mine": random_model()}], {}, TypeError, "needs its tokenizer"),
        ([{"M" * 41: "echo"}], {}, ValueError, "at most 40 characters"),
        ([{3: "echo"}], {}, TypeError, "a model's name should be text"),
        ([{"Mine": "nowhere"}], {}, ValueError, "there is no model 'nowhere'"),
        ([OWN], {"lab": "loss"}, ValueError, "lab should be one of ['next', 'heads'"),
        ([OWN], {"chosen": "sprout"}, ValueError, "chosen should be one of"),
        ([OWN], {"colour": 1}, TypeError, "no setting 'colour'"),
    ],
)
def test_what_can_not_be_is_refused(arguments, settings, error, words):
    # fails if a bad argument gets to the page, where nobody sees what was wrong with it
    with pytest.raises(error) as caught:
        Playground(*arguments, **settings)
    assert words in str(caught.value)


def test_a_stage_that_is_an_adapter_is_packed_with_its_base():
    # fails if the page gets the base alone, or a stage goes by a name that changes
    ref, payload = model_payload("sprout_preferred")
    assert ref == "sprout_preferred"
    assert payload == model_payload(*load_model("sprout_preferred"))[1]
    assert payload["data"] != model_payload("sprout_tuned")[1]["data"]
