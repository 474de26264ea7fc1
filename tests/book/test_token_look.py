"""The Python side of TokenLook: its settings, and what wrong ones are told."""

import pytest

from llm_lib.book.widgets import TokenLook
from tests.web.small_models import random_model, small_tokenizer


def own(**settings):
    """Return a TokenLook on a small model of 3 layers with 4 heads of 8 channels."""
    return TokenLook(random_model(), small_tokenizer(), "the fox", **settings)


def test_it_opens_at_the_head_of_the_film():
    # fails if the page's prose and the widget speak of two heads, or of two questions
    widget = TokenLook()
    assert (widget.layer, widget.head, widget.query, widget.key) == (3, 2, -1, -1)
    assert widget.text.endswith("What did Mia have?\nBot: Mia had a")
    assert repr(widget) == "TokenLook(4 layers)"


def test_another_model_and_settings_are_kept():
    # fails if a setting is dropped, or Reset would not come back to it
    widget = own(layer=1, query=2, channel=7)
    assert (widget.layer, widget.head, widget.query, widget.channel) == (1, 0, 2, 7)
    assert widget.initial["query"] == 2
    assert widget.initial["text"] == "the fox"


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"layer": 3}, ValueError, "layer must be .* from 0 to 2"),
        ({"head": -1}, ValueError, "head must be .* from 0 to 3"),
        ({"query": 24}, ValueError, "query must be .* from -1 to 23"),
        ({"key": 1.5}, ValueError, "key must be a whole number from -1 to 23"),
        ({"channel": 8}, ValueError, "channel must be .* from -1 to 7"),
        ({"text": "a" * 401}, ValueError, "at most 400 characters"),
        ({"text": 5}, TypeError, "text should be text; got int"),
        ({"token": 5}, TypeError, "TokenLook has no setting 'token'"),
    ],
)
def test_wrong_settings_are_refused_in_words(settings, error, words):
    # fails if a wrong setting reaches the page, or the error does not say what is allowed
    with pytest.raises(error, match=words):
        if "text" in settings:
            TokenLook(random_model(), small_tokenizer(), **settings)
        else:
            own(**settings)
