"""The Python side of Walkthrough: stories, their settings, and what wrong ones are told."""

import re

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.base import HERE
from llm_lib.book.widgets.stories.attention_row import TOKENS, W_K, W_V, AttentionRow


@pytest.fixture
def walk():
    return Walkthrough("attention-row")


def test_the_numbers_are_those_of_the_chapter(walk):
    # fails when the story's vectors and matrices are others than the chapter's cells make
    eye, zeros, ones = torch.eye(3), torch.zeros(3, 3), torch.ones(3, 1)
    records = eye.repeat(1, 2)
    x = torch.cat([records, torch.tensor([[0.0, 1, 0, 0, 0, 0]])])
    pick_animal, pick_thing = torch.cat([eye, zeros]), torch.cat([zeros, eye])
    animal_sign, thing_sign = torch.cat([ones, 0 * ones]), torch.cat([0 * ones, ones])
    assert walk.x == x.tolist()
    assert walk.w_q == (5 * torch.cat([pick_animal, animal_sign], dim=1)).tolist()
    assert walk.w_k == torch.cat([pick_animal, thing_sign], dim=1).tolist()
    assert walk.w_v == pick_thing.tolist()


def test_a_story_is_found_by_its_name(walk):
    # fails when another class is made, or Reset would not know where the widget began
    assert isinstance(walk, AttentionRow) and repr(walk) == "Walkthrough('attention-row')"
    assert walk.initial["tokens"] == TOKENS and walk.initial["scene"] == "Text"
    assert isinstance(AttentionRow(row=1), AttentionRow)


def test_unknown_stories_are_told_which_there_are():
    # fails when a wrong name passes, or its error does not name the stories that exist
    for wrong in ("atention-row", "", 3):
        with pytest.raises(
            ValueError, match=r"no walkthrough .*there are 'answer-mask', .*'causal-mask'"
        ):
            Walkthrough(wrong)


def test_scene_and_step_go_together(walk):
    # fails when one is set and the other stays behind
    walk.scene = "Softmax"
    assert walk.step == 1 + 2 + 1 + 3 + 1 + 4 + 2 + 2
    walk.step += 1
    assert walk.scene == "Softmax"
    walk.step += 1
    assert walk.scene == "Mix"
    walk.step = 0
    assert walk.scene == "Text"
    assert Walkthrough("attention-row", scene="Your turn").step == sum(walk.SCENES.values()) - 1
    assert Walkthrough("attention-row", step=4).scene == "Matrices"


def test_numbers_are_taken_from_lists_arrays_and_tensors():
    # fails when a matrix of another kind is refused, or data is not the same as settings
    w_q = np.arange(24).reshape(6, 4) / 8
    walk = Walkthrough("attention-row", data={"w_q": w_q, "row": 2}, w_v=torch.ones(6, 3))
    assert walk.w_q == w_q.tolist() and walk.row == 2 and walk.w_v == [[1.0] * 3] * 6
    walk.x = [torch.zeros(6)] * 4
    assert walk.x == [[0.0] * 6] * 4
    walk.tokens = ["owl: lamp"] * 4
    assert walk.x == [[0.0, 0, 1, 0, 0, 1]] * 4
    twos = [[2.0] * 6] * 4  # given beside tokens, x is what holds
    assert Walkthrough("attention-row", x=twos, tokens=["owl: ?"] * 4).x == twos


WRONG = [
    ({"tokens": "fox: kite"}, TypeError, "tokens should be a list of 4 texts"),
    ({"tokens": ["fox: kite"]}, ValueError, "tokens should be 4 texts; got 1"),
    ({"tokens": ["cat: kite", *TOKENS[1:]]}, ValueError, r"animal \(fox, bear, owl\).*'cat: kite'"),
    ({"x": [[0.0] * 6] * 3}, ValueError, "x should be 4 rows of 6 numbers"),
    ({"x": [[0.0] * 5] * 4}, ValueError, "x should be 4 rows of 6 numbers"),
    ({"w_q": W_V}, ValueError, "w_q should be 6 rows of 4 numbers"),
    ({"w_k": 3}, ValueError, "w_k should be 6 rows of 4 numbers; got 3"),
    ({"w_v": W_K}, ValueError, "w_v should be 6 rows of 3 numbers"),
    ({"x": [[0, 0, 0, 0, 0, 10]] * 4}, ValueError, r"x\[0\]\[5\] must be at least -9.*got 10"),
    ({"x": [["a"] * 6] * 4}, ValueError, r"x\[0\]\[0\] must be .*got 'a'"),
    ({"row": 4}, ValueError, "row must be a whole number from 0 to 3, got 4"),
    ({"panel": "q"}, ValueError, r"panel must be one of \('x', 'w_q', 'w_k', 'w_v'\)"),
    ({"scene": "End"}, ValueError, "scene should be one of Text, Idea, Vectors, .*got 'End'"),
    ({"step": 23}, ValueError, "step must be a whole number from 0 to 22, got 23"),
    ({"head": 1}, TypeError, "no setting 'head'; the settings are .*panel, playing, row"),
    ({"data": [1]}, TypeError, "data should be a dict of settings; got list"),
    ({"data": {"y": 1}}, TypeError, "no setting 'y'"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("attention-row", **settings)


WRONG_MASK = [
    ({"words": "the fox"}, TypeError, "words should be a list of 5 words; got 'the fox'"),
    ({"words": ["a"] * 4}, ValueError, "words should be 5 words; got 4"),
    ({"words": ["a"] * 4 + ["b/bears"]}, ValueError, "1 to 4 letters; got 'b/bears'"),
    ({"words": ["a"] * 4 + ["b/"]}, ValueError, "1 to 4 letters; got 'b/'"),
    ({"words": ["a"] * 4 + ["b c"]}, ValueError, "1 to 4 letters; got 'b c'"),
    ({"words": ["a"] * 4 + ["b/b"]}, ValueError, "twice in one place; got 'b/b'"),
    ({"words": ["a/b"] * 4 + ["a/b/c"]}, ValueError, "make 16 texts at most; got 48"),
    ({"words": ["a/b/c/d/e/f/g/h", "i", "j", "k", "l"]}, ValueError, "9 different .*; got 12"),
    ({"scores": [[0.0] * 5] * 4}, TypeError, "no setting 'scores'; .*are .*steps, words"),
    ({"steps": 301}, ValueError, "steps must be a whole number from 0 to 300, got 301"),
    ({"mask": 1}, TypeError, "mask should be True or False; got 1"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG_MASK)
def test_wrong_settings_of_the_mask_story(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("causal-mask", **settings)


@pytest.mark.parametrize("role", ["query", "key", "value"])
def test_wrong_roles(role):
    # fails when a role is played by what no menu offers, or the error does not say what is allowed
    with pytest.raises(ValueError, match=rf"{role} must be one of \('x', 'matrix'\)"):
        Walkthrough("three-roles", **{role: "y"})


WRONG_MERGES = [
    ({"text": "sea"}, TypeError, r"text should be a list of \[word, count\]; got 'sea'"),
    ({"text": ["sea"]}, TypeError, r"text should be a list of \[word, count\]"),
    ({"text": []}, ValueError, "text should have 1 to 4 words; got 0"),
    ({"text": [["a", 1]] * 5}, ValueError, "text should have 1 to 4 words; got 5"),
    ({"text": [["sea", 1], ["sea", 2]]}, ValueError, "text has a word twice: sea, sea"),
    ({"text": [["elephants", 1]]}, ValueError, "a word of 1 to 8 bytes; got 'elephants'"),
    ({"text": [["two words", 1]]}, ValueError, "a word of 1 to 8 bytes; got 'two words'"),
    ({"text": [["sea", 0]]}, ValueError, "the count of 'sea' must be .* 1 to 99, got 0"),
    ({"text": [[5, 1]]}, TypeError, "a word of text should be text; got int"),
    ({"new_word": ""}, ValueError, "new_word should be a word of 1 to 12 bytes; got ''"),
    ({"new_word": "ééééééé"}, ValueError, "new_word should be a word of 1 to 12 bytes"),
    ({"new_word": 5}, TypeError, "new_word should be text; got int"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG_MERGES)
def test_wrong_settings_of_the_merges_story(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("merges", **settings)


def a_question(**changes):
    """Return a question of three words and an answer, made up."""
    weights = [0.25] * 4
    return {
        "tokens": ["Mia", " a", " kite", " a"],
        "path": [0, 1, 2, 3],
        "rival": 0,
        "hops": [{"layer": k, "head": 0, "weights": weights} for k in range(3)],
        "heads": [weights],
        "next": [[" kite", 0.9]],
    } | changes


WRONG_RELAY = [
    ({}, ValueError, "needs n_layer and questions: give it data=follow"),
    ({"questions": {"Mia": a_question()}}, ValueError, "needs n_layer: give it data=follow"),
    ({"n_layer": 3, "questions": {}}, TypeError, "questions should be a dict"),
    ({"n_layer": 3, "questions": {"Mia": {}}}, ValueError, r"questions\['Mia'\] should be .*heads"),
    *(
        ({"n_layer": 3, "questions": {"Mia": a_question(**change)}}, ValueError, message)
        for change, message in [
            ({"tokens": []}, "tokens should be a list of texts"),
            ({"path": [0, 2, 1, 3]}, r"path should be 4 rising places; got \[0, 2, 1, 3\]"),
            ({"rival": 4}, "a place must be a whole number from 0 to 3, got 4"),
            ({"hops": []}, "hops should be 3 dicts"),
            ({"heads": [[1.0]]}, "1 weights for 4 tokens"),
            ({"heads": [[2.0] * 4]}, "a weight must be .*at most 1, got 2"),
            ({"next": [["kite", -1]]}, "a probability must be at least 0"),
        ]
    ),
    (
        {"n_layer": 3, "questions": {"Mia": a_question()}, "asked": "Tom"},
        ValueError,
        "asked should be one of Mia; got 'Tom'",
    ),
    (
        {"n_layer": 3, "questions": {"Mia": a_question()}, "hop": 3},
        ValueError,
        "hop must be a whole number from 0 to 2, got 3",
    ),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG_RELAY)
def test_wrong_settings_of_the_relay_story(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("relay", data=settings)


def test_the_relay_story_begins_with_the_first_question():
    # fails when nobody is asked about, or a name that is given is not taken
    questions = {"Mia": a_question(), "Tom": a_question()}
    assert Walkthrough("relay", n_layer=3, questions=questions).asked == "Mia"
    walk = Walkthrough("relay", data={"n_layer": 3, "questions": questions, "asked": "Tom"})
    assert walk.asked == "Tom" and walk.initial["asked"] == "Tom" and walk.hop == 2


def test_a_page_loads_one_story_alone():
    # fails when a story's script holds another story, or needs the network
    for name, story in Walkthrough.STORIES.items():
        file = HERE / "stories" / f"{name.replace('-', '_')}.js"
        assert file.is_file(), name
        assert len(re.findall(r"^export default \{", story._esm, re.M)) == 1
        assert len(re.findall(r"^const STORY = ", story._esm, re.M)) == 1
        assert "innerHTML" not in story._esm and "url(" not in story._css
