"""The Python side of GuessGame: its settings, its stories, and errors that say what is allowed."""

import json
import re
from pathlib import Path

import pytest

from llm_lib.book.small_world import is_held_out, load_words
from llm_lib.book.widgets import GuessGame, guess_game
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig

TOKENIZER = BPETokenizer.train("the fox and the owl " * 5, 265, special_tokens=["<|endoftext|>"])


def make(**settings):
    sizes = {"vocab_size": 265, "context_length": 16, "n_layer": 1, "n_head": 2, "n_embd": 8}
    return GuessGame(GPT(GPTConfig(**sizes)), TOKENIZER, **settings)


# Fails if a setting is not taken over, or if Reset would not know where the game began.
def test_settings_and_initial_values():
    game = make(texts=("one text", "another"), n_rounds=4, confidence=0.9)
    assert game.texts == ["one text", "another"]
    assert game.initial == {
        "texts": ["one text", "another"], "n_rounds": 4, "game": 0, "round": 0, "guess": "",
        "confidence": 0.9,
    }  # fmt: skip
    game.round, game.guess = 2, "owl"
    assert (game.round, game.guess, game.initial["round"]) == (2, "owl", 0)
    assert (game.answers, game.your_losses, game.model_losses) == ([], [], [])
    assert repr(game) == "GuessGame(1 layers)"


# Fails if the game shows stories that the model may have learned by heart, or others each time.
def test_stories_are_held_out_and_the_same_each_time():
    stories, words = guess_game.story_texts(), load_words()
    assert stories == guess_game.story_texts() == make().texts
    assert len(set(stories)) == 9
    assert stories != guess_game.story_texts(seed=5)
    for story in stories:
        found = set(re.findall(r"[a-z]+", story))
        kinds, objects = found & {*words["kinds"]}, found & {*words["objects"]}
        assert any(is_held_out(kind, object_) for kind in kinds for object_ in objects), story
        assert set(re.findall(r"[A-Z][a-z]+", story)) & {*words["names"]}


# Fails if answers from the page can't be observed from Python.
def test_answers_can_be_observed():
    game, seen = make(), []
    game.observe(lambda change: seen.append(change["new"]), ["answers", "your_losses"])
    game.set_state({"answers": [["owl", 0.75]], "your_losses": [0.287682]})
    assert seen == [[["owl", 0.75]], [0.287682]]


WRONG = [
    ({"texts": "one text"}, TypeError, "texts should be a list of texts; got str"),
    ({"texts": 5}, TypeError, "texts should be a list of texts; got int"),
    ({"texts": []}, ValueError, "texts should hold 1 to 30 texts; got 0"),
    ({"texts": ["a"] * 31}, ValueError, "1 to 30 texts; got 31"),
    ({"texts": ["a", 5]}, TypeError, r"texts\[1\] should be text; got int"),
    ({"texts": [""]}, ValueError, r"texts\[0\] should have 1 to 2000 characters; has 0"),
    ({"texts": ["a" * 2001]}, ValueError, "1 to 2000 characters; has 2001"),
    ({"n_rounds": 0}, ValueError, "n_rounds must be a whole number from 1 to 20, got 0"),
    ({"n_rounds": 21}, ValueError, "n_rounds must be a whole number from 1 to 20, got 21"),
    ({"n_rounds": 2.5}, ValueError, "n_rounds must be a whole number"),
    ({"round": -1}, ValueError, "round must be a whole number from 0 to 20, got -1"),
    ({"game": "2"}, ValueError, "game must be a whole number.*got '2'"),
    ({"guess": 3}, TypeError, "guess should be a word; got int"),
    ({"confidence": 0.6}, ValueError, r"one of \(0.2, 0.5, 0.75, 0.9, 0.99\); got 0.6"),
    ({"confidence": "sure"}, ValueError, "confidence should be one of.*got 'sure'"),
    ({"answers": []}, TypeError, "no setting 'answers'.*confidence, game, guess"),
]


# Fails if a wrong setting passes, or if the message does not say what is allowed.
@pytest.mark.parametrize(("settings", "kind", "words"), WRONG)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    with pytest.raises(kind, match=words):
        make(**settings)


# Fails if a setting is only checked when the game is made.
def test_wrong_values_are_refused_later_too():
    game = make()
    for name, value in {"texts": [], "n_rounds": 0, "round": 21, "confidence": 1.0}.items():
        with pytest.raises(ValueError, match=f"{name} (should|must)"):
            setattr(game, name, value)
    assert (game.n_rounds, game.round, game.confidence) == (9, 0, 0.5)


# Fails if the script is not one module, fetches from elsewhere, or sets HTML from text.
def test_script_is_self_contained():
    source = GuessGame._esm
    assert len(re.findall(r"^export ", source, re.M)) == 1
    assert source.rstrip().endswith("export default { initialize: takeFiles, render };")
    for word in ("innerHTML", "insertAdjacentHTML", "http://", "https://", "import(", "eval("):
        assert word not in source, word
    assert "@import" not in GuessGame._css and "url(" not in GuessGame._css


# Fails if a colour stands outside the theme.
def test_own_style_has_no_colours_of_its_own():
    own = Path(guess_game.__file__).with_suffix(".css").read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch)\(", own)


# Fails if a widget on a page carries more than its texts and settings.
def test_state_is_small():
    state = {k: v for k, v in make().get_state().items() if k not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 10_000
