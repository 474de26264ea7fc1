"""The Python side of AttentionByHand: settings, and what wrong ones are told."""

import pytest
import torch

from llm_lib.book.widgets import AttentionByHand
from llm_lib.book.widgets.attention_by_hand import KEYS, QUERIES, VALUES
from llm_lib.model.attention import causal_mask, scaled_dot_product_attention


# Fails if a setting is not taken over, or if Reset would not know where the widget began.
def test_settings_and_initial_values():
    widget = AttentionByHand(causal=False, temperature=2, arrow="v1", focus=0)
    begun = widget.initial
    assert (begun["causal"], begun["temperature"], begun["arrow"]) == (False, 2.0, "v1")
    assert begun["tokens"] == ["fox", "bear", "bear?"]
    widget.q = [(0, 1), (2, 3), (-4, 4)]
    assert widget.q == [[0.0, 1.0], [2.0, 3.0], [-4.0, 4.0]] and widget.initial == begun
    assert repr(widget) == "AttentionByHand()"


# Fails if the example is another than the one that the chapter works out on paper.
def test_the_example_is_the_chapters():
    q, k, v = (torch.tensor(arrows) for arrows in (QUERIES, KEYS, VALUES))
    out, weights = scaled_dot_product_attention(q, k, v, causal_mask(3))
    assert [round(w, 2) for w in weights[2].tolist()] == [0.19, 0.77, 0.05]
    assert [round(o, 2) for o in out[2].tolist()] == [0.37, 1.54]


# Fails if the arrows do not follow the number of tokens, whatever the order of the settings.
def test_arrows_follow_the_tokens():
    q = [[1.0, 1.0]] * 4
    widget = AttentionByHand(q=q, tokens=["a", "b", "c", "d"], focus=3, arrow="k3")
    assert widget.q == q and widget.k == [*KEYS, [0.0, 0.0]]
    widget.tokens = ["a", "b", "c"]
    assert [len(getattr(widget, name)) for name in "qkv"] == [3, 3, 3]
    assert (widget.focus, widget.arrow) == (2, "q")
    assert AttentionByHand(tokens=list("abcde")).focus == 4


WRONG = [
    ({"tokens": "fox"}, TypeError, "tokens should be a list of labels; got 'fox'"),
    ({"tokens": ["a", "b"]}, ValueError, "tokens should be 3 to 5 labels; got 2"),
    ({"tokens": ["a", "b", " "]}, ValueError, "1 to 10 characters; got ' '"),
    ({"q": [[0, 0]] * 4}, ValueError, "q should have a pair of numbers for each of the 3 tokens"),
    ({"k": [[0, 0], [1], [0, 0]]}, ValueError, r"k\[1\] should be a pair.*got \[1\]"),
    ({"v": [[0, 5], [0, 0], [0, 0]]}, ValueError, r"v\[0\] must be at least -4.0.*got 5"),
    ({"v": [[0, "x"], [0, 0], [0, 0]]}, ValueError, r"v\[0\] must be at least.*got 'x'"),
    ({"focus": 3}, ValueError, "focus must be a whole number from 0 to 2, got 3"),
    ({"temperature": 0}, ValueError, "temperature must be at least 0.1 and at most 5.0, got 0"),
    ({"scaling": 1}, TypeError, "scaling should be True or False; got 1"),
    ({"causal": "no"}, TypeError, "causal should be True or False; got 'no'"),
    ({"arrow": "k3"}, ValueError, "arrow should be 'q', or k or v and a number up to 2; got 'k3'"),
    ({"mask": True}, TypeError, "no setting 'mask'.*arrow, causal, focus"),
]


# Fails if a wrong setting is accepted, or its error does not say what is allowed.
@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    with pytest.raises(error, match=message):
        AttentionByHand(**settings)
