"""The Python side of MarkerHack: its settings, and errors that say what is allowed."""

import pytest
import torch

from llm_lib.book.widgets import MarkerHack
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig

TOKENIZER = BPETokenizer([])


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    config = GPTConfig(TOKENIZER.vocab_size, context_length=128, n_layer=1, n_head=2, n_embd=8)
    return GPT(config), TOKENIZER


def test_settings_and_initial_values(pair):
    # fails if a part that is left out keeps old points, or Reset would not know where it began
    widget = MarkerHack(pair)
    assert {name for name, value in widget.points.items() if value} == {"quote"}
    widget.points = {"length": -1}
    assert widget.points == {
        "quote": 0, "speech": 0, "word": 0, "request": 0, "length": -1, "repeat": 0,
    }  # fmt: skip
    assert widget.initial["points"]["quote"] == 1
    assert MarkerHack(pair, kl_weight=1, word="drum").initial["word"] == "drum"


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"points": 1}, TypeError, 'points must be a dict such as {"quote": 1}, got 1'),
        ({"points": {"fun": 1}}, ValueError, "a part in points must be one of .*'quote'.*'fun'"),
        ({"points": {"quote": 6}}, ValueError, r"points\['quote'\] must be .*got 6"),
        ({"word": "x" * 21}, ValueError, "word should have at most 20 characters; got 21"),
        ({"kl_weight": -1}, ValueError, "kl_weight must be .*got -1"),
        ({"answers": []}, TypeError, "no setting 'answers'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(pair, settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        MarkerHack(pair, **settings)
