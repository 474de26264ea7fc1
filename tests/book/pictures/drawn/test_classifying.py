"""The pictures of classifying: what they show is what the model and the records hold."""

import re
from math import exp

import pytest

from llm_lib.book.classical import small_world_examples
from llm_lib.book.pictures import show_picture
from llm_lib.book.pictures.classes import show_classes, show_sentences
from llm_lib.book.pictures.drawn.text_class import COLUMNS, HEAD, TOKENS
from llm_lib.book.pictures.plane import Plane
from llm_lib.book.widgets.stories.last_token import read_columns
from llm_lib.pretrained.save_load import load_model
from tests.book.pictures.drawn.test_drawn import holds, words

BINS = {"one": ([10, 30], [0.6, 0.9], [0.5, 1.0]), "two": ([40], [0.8], [0.7])}


def test_the_first_picture_is_what_the_film_shows():
    # fails if a number of the picture is no longer that of the model that the chapter reads
    found = dict(small_world_examples("sentiment", 640, "train"))
    examples = [(text, label.lower()) for text, label in found.items()][:200]
    asked = [("I do not like this kite at all.", "sad")]
    shown = read_columns(*load_model("sprout_base"), asked, examples, [*HEAD], layer=3)
    (text,) = shown["texts"]
    assert tuple(token.strip() for token in text["tokens"]) == TOKENS
    for measured, drawn in zip(text["columns"], COLUMNS, strict=False):
        assert measured == pytest.approx(drawn, abs=0.011)
    for measured, drawn in zip(shown["head"], HEAD.values(), strict=True):
        assert measured == pytest.approx(drawn, abs=0.011)


@pytest.mark.parametrize("which", [0, 1])
def test_the_first_picture_says_the_heads_probabilities(which):
    # fails if a bar's number is not the softmax of the scores of the vector that is drawn
    picture = show_picture(
        "text-class",
        tokens=["no", "."],
        columns=[[0, 0], [1, 2]],
        weights={"happy": [0, 0], "sad": [1, 0]},
    )
    p = exp(1) / (1 + exp(1))
    assert holds(words(picture, which), ["1.00", "0.00", f"{100 * p:.0f} %"])
    assert f"sad {p:.0%}" in picture.alt and "1.00, 2.00" in picture.alt


@pytest.mark.parametrize("says, fits", [(0.65, True), (0.95, False)])
def test_a_bin_is_named_where_there_is_room(says, fits):
    # fails if the names of a bin's marks run out of a phone's picture
    picture = show_picture("reliability", bins={"T = 1": ([20], [says], [0.4])})
    assert ("a bin: 20 answers" in words(picture, 1)) == fits
    assert "says too much" in words(picture, 1)


def test_labels_bought_says_means_and_wordings():
    # fails if a line is not the mean of its draws, or a wording is left out
    curves = {
        "TF-IDF": {"8": [0.4, 0.6], "32": [0.5, 0.5], "512": [0.6, 0.7]},
        "SmolLM2, frozen": {"8": [0.5, 0.6], "32": [0.6, 0.7], "512": [0.7, 0.8]},
    }
    trained = {"32": [0.6, 0.7], "128": [0.7, 0.9]}
    picture = show_picture("labels-bought", curves=curves, asked=[0.5, 0.75], trained=trained)
    assert "TF-IDF: 50% with 8, 50% with 32, 65% with 512" in picture.alt
    assert "with no label: 50%, 75%" in picture.alt
    assert "all weights trained: 65% with 32, 80% with 128" in picture.alt
    texts = words(picture)
    assert "best wording 75 %" in texts and "worst wording 50 %" in texts
    assert "75 % with 512" in texts and "65 % with 512" in texts
    assert "SmolLM2, all trained" in texts and "80 % with 128" in texts
    assert "2 draws: worst to best" in texts


def test_reliability_has_a_square_for_each_name():
    # fails if the gap is not weighted by the bins' sizes, or a bin is left out
    picture = show_picture("reliability", bins=BINS)
    assert "one: 88 % right, mean gap 10 points" in picture.alt
    assert "two: 70 % right, mean gap 10 points" in picture.alt
    assert "40 answers say 80%, right 70%" in picture.alt
    assert all(picture.svgs()[0].count("<circle") == 3 for _ in BINS)


def test_a_plane_has_even_axes():
    # fails if the diagonal of a square leaves 45 degrees
    plane = Plane((130, 140), ((0, 1), (0, 1)), {0: "0"}, {1: "1"}, room=(20, 20, 10, 20))
    assert (plane.x(0), plane.x(1), plane.y(0), plane.y(1)) == (20, 120, 120, 20)
    plane.line((0, 1), (0, 1), "p-ink")
    assert 'd="M20 120L120 20"' in plane.piece().svg()


def test_a_class_keeps_its_colour():
    # fails if the two classes of a text are drawn in one colour, or swapped
    drawn = show_classes([[1, -2.25], [0.5, 2]], ["happy text", "sad"], ["a", "b"])
    cells = re.findall(r'class="p-cell p-(\w+)', drawn.svgs()[0])
    assert cells == ["key", "key", "wrong", "wrong"]
    assert "happy text: 1.00, −2.25." in drawn.words
    with pytest.raises(ValueError, match="don't fit"):
        show_classes([[1, 2]], ["sad"], ["a"])


def test_sentences_are_read_with_their_counts():
    # fails if dots say another count than their words, or a hint is coloured within a word
    rows = [{"sentence": "A sad, saddened <film>.", "we mean it": "positive", "head": 3}]
    table = show_sentences(rows, {"sad": "negative"}, title="Six")
    html = table._repr_html_()
    assert 'aria-label="3 of 5"' in html and html.count("<circle") == 5
    assert html.count(">sad</span>") == 1 and "&lt;film&gt;" in html.replace("&gt", "&gt")
    assert repr(table).splitlines()[0] == "Six" and "positive" in repr(table)


def test_no_sentence_is_said_in_words():
    # fails if an empty list ends in Python's own "list index out of range"
    with pytest.raises(ValueError, match="no sentence to show; give at least one"):
        show_sentences([])
