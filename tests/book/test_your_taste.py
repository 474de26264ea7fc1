"""The Python side of YourTaste: its settings, and errors that say what is allowed."""

import pytest
import torch

from llm_lib.book.widgets import YourTaste
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig

TOKENIZER = BPETokenizer([])


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    config = GPTConfig(TOKENIZER.vocab_size, context_length=96, n_layer=1, n_head=2, n_embd=8)
    return GPT(config), TOKENIZER


def test_settings_and_initial_values(pair):
    # fails if a setting is not taken over, or Reset would not know where the widget began
    taste = YourTaste(pair, mode="verifier", kl_weight=1)
    assert (taste.initial["mode"], taste.initial["kl_weight"]) == ("verifier", 1)
    taste.verifier = "short"
    assert taste.initial["verifier"] == "speech"
    taste.liked = [3, 1, 3]
    assert taste.liked == [1, 3]


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"mode": "dice"}, ValueError, r"mode must be one of \('clicks', 'verifier'\), got 'dice'"),
        ({"verifier": "long"}, ValueError, "verifier must be one of .*'facts'.*got 'long'"),
        ({"kl_weight": -1}, ValueError, "kl_weight must be .*got -1"),
        ({"beta": 0}, ValueError, "beta must be .*got 0"),
        ({"learning_rate": 1}, ValueError, "learning_rate must be .*got 1"),
        ({"prompt": "x" * 301}, ValueError, "prompt should have at most 300 characters; got 301"),
        ({"liked": [0]}, TypeError, "no setting 'liked'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(pair, settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        YourTaste(pair, **settings)


def test_what_is_liked_is_one_of_eight(pair):
    # fails if a ninth answer could be liked
    with pytest.raises(ValueError, match="liked must be a whole number from 0 to 7, got 8"):
        YourTaste(pair).liked = [8]
