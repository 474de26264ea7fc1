"""The Python side of TableTrainer: its settings, and the pairs that it counts."""

import re
from itertools import combinations

import pytest

from llm_lib.book import SmallWorld
from llm_lib.book.widgets import TableTrainer
from llm_lib.book.widgets.table_trainer import count_neighbours


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    lab = TableTrainer(words=("bear", "hen", "lake"), size=4, seed=3)
    settings = {"words": ["bear", "hen", "lake"], "size": 4, "steps": 1500, "seed": 3}
    assert lab.initial == settings
    lab.size = 8
    assert lab.initial["size"] == 4


def test_pairs_are_those_of_the_stories():
    # fails if a pair is missed, counted twice, or joins two stories, or a person keeps a name
    counted = count_neighbours(3)
    words, flat = counted["words"], counted["pairs"]
    pairs = {(words[a], words[b]): n for a, b, n in zip(*[iter(flat)] * 3, strict=True)}
    world = SmallWorld(0, "train")
    stories = [world.example("story") for _ in range(3)]
    for story in stories:
        assert story.facts["name"].lower() not in words
    texts = [re.sub(r'"', " ", story.answer.lower()) for story in stories]
    tokens = [len(re.findall(r"[\w']+|[.,!?]", text)) for text in texts]
    assert sum(flat[2::3]) == sum(tokens)  # a full stop stands before each story
    kind = stories[0].facts["kind"]
    following = re.findall(rf"\b{kind}\b *([a-z']+|[.,!?])", " ".join(texts))
    assert sum(n for (a, _), n in pairs.items() if a == kind) == len(following)
    assert [*zip(flat[::3], flat[1::3], strict=True)] == sorted(
        zip(flat[::3], flat[1::3], strict=True)
    )


def test_groups_are_words_of_the_stories():
    # fails if a word is drawn that the table has no row for
    counted = count_neighbours()
    known = set(counted["words"])
    assert {name: len(group) for name, group in counted["groups"].items()} == {
        "animals": 30,
        "things": 40,
        "places": 20,
    }
    assert all(set(group) <= known for group in counted["groups"].values())


def test_the_chance_that_the_chapter_quotes():
    # fails if another share of the pairs of drawn words than 35 % is of one group
    groups = count_neighbours()["groups"]
    group_of = [name for name, group in groups.items() for _ in group]
    same = [a == b for a, b in combinations(group_of, 2)]
    assert round(100 * sum(same) / len(same)) == 35


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"size": 3}, ValueError, r"size must be one of \(2, 4, 8, 16\), got 3"),
        ({"steps": 1}, ValueError, "steps must be a whole number from 10 to 5000, got 1"),
        ({"seed": -1}, ValueError, "seed must be a whole number from 0"),
        ({"words": "fox"}, TypeError, "words should be a list of three words; got str"),
        ({"words": ["fox", "fox", "kite"]}, ValueError, "three different words"),
        ({"words": ["fox", "wolf", "yak"]}, ValueError, "occur in the stories.*'yak'"),
        ({"rate": 1}, TypeError, "no setting 'rate'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        TableTrainer(**settings)
