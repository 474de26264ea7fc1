"""The Python side of DecodingLab: settings, and what wrong ones are told."""

import pytest

from llm_lib.book.widgets import DecodingLab
from tests.web.small_models import random_model, small_tokenizer

TOKENIZER = small_tokenizer()
MODEL = random_model(vocab_size=TOKENIZER.vocab_size)


def lab(**settings):
    return DecodingLab(MODEL, TOKENIZER, **settings)


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or if Reset would not know where the widget began
    widget = lab(prompt="Mira", temperature=0.5, top_k=3, min_p=0.1, repetition_penalty=1.3)
    begun = widget.initial
    assert (begun["prompt"], begun["temperature"], begun["top_k"]) == ("Mira", 0.5, 3)
    assert (begun["min_p"], begun["repetition_penalty"], begun["top_p"]) == (0.1, 1.3, 1.0)
    widget.top_p = 0.5
    assert widget.top_p == 0.5 and widget.initial == begun
    assert repr(widget) == "DecodingLab(3 layers)"


def test_weights_stay_out_of_the_state():
    # fails if every notebook that shows the widget would carry the model
    widget = lab()
    assert widget._payload["data"] not in str(widget.get_state())


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"temperature": 3}, ValueError, "temperature must be at least 0 and at most 2, got 3"),
        ({"top_k": 291}, ValueError, "top_k must be a whole number from 0 to 290, got 291"),
        ({"top_k": 1.5}, ValueError, "top_k must be a whole number"),
        ({"top_p": 0}, ValueError, "top_p must be at least 0.05 and at most 1, got 0"),
        ({"min_p": "a"}, ValueError, "min_p must be at least"),
        (
            {"repetition_penalty": 0.5},
            ValueError,
            "repetition_penalty must be at least 1 and at most 2",
        ),
        ({"n_samples": 13}, ValueError, "n_samples must be a whole number from 1 to 12, got 13"),
        ({"n_tokens": 0}, ValueError, "n_tokens must be a whole number from 1 to 150, got 0"),
        ({"seed": -1}, ValueError, "seed must be a whole number from 0"),
        ({"prompt": 3}, TypeError, "prompt should be text; got int"),
        ({"top_q": 1}, TypeError, "DecodingLab has no setting 'top_q'"),
    ],
)
def test_wrong_settings(settings, error, message):
    # fails if a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        lab(**settings)
