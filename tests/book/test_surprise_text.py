"""The Python side of SurpriseText: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.widgets import SurpriseText
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig

TOKENIZER = BPETokenizer.train("the fox and the owl " * 5, 265, special_tokens=["<|endoftext|>"])


def make(**settings):
    sizes = {"vocab_size": 265, "context_length": 16, "n_layer": 1, "n_head": 2, "n_embd": 8}
    return SurpriseText(GPT(GPTConfig(**sizes)), TOKENIZER, **settings)


# Fails if a setting is not taken over, or if Reset would not know where the widget began.
def test_settings_and_initial_values():
    shown = make(text="the owl", place=1)
    expected = {"text": "the owl", "place": 1, "recorded": False, "run": ""}
    assert shown.initial == expected
    shown.text = "the fox"
    assert (shown.text, shown.initial["text"]) == ("the fox", "the owl")
    assert (shown.surprises, shown.loss, repr(shown)) == ([], 0.0, "SurpriseText(1 layers)")


# Fails if what the page found can't be observed from Python.
def test_results_can_be_observed():
    shown, seen = make(), []
    shown.observe(lambda change: seen.append(change["new"]), ["surprises", "loss"])
    shown.set_state({"surprises": [0.5, 1.5], "loss": 1.0})
    assert seen == [[0.5, 1.5], 1.0]


WRONG = [
    ({"text": 5}, TypeError, "text should be text; got int"),
    ({"place": 16}, ValueError, "place must be a whole number from -1 to 15, got 16"),
    ({"word": "fox"}, TypeError, "no setting 'word'; the settings are .*text"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        make(**settings)
