"""The story of the stream and StreamLab, their Python side: what they need, and what is refused."""

import pytest

from llm_lib.book.measured.residual_stream import follow_stream
from llm_lib.book.widgets import StreamLab, Walkthrough
from llm_lib.pretrained.save_load import load_model

SAID = {"likeliest": [[" fox", 0.5]] * 4, "answer": 0.25}
PART = SAID | {"name": "x", "adds": [0.0] * 6, "stream": [0.0] * 6}
DATA = {
    "tokens": [[0, "a"]], "n_embd": 8, "vocab_size": 9, "answer": " fox", "parts": [PART] * 9,
    "normed": [0.0] * 6, "logits": [[" fox", 1.0]] * 4, "without": {"attention 0": SAID},
    "off": "attention 0",
}  # fmt: skip


def test_the_story_is_of_sprout_unless_data_is_given():
    # fails if the default is another text or model, or data of one's own is not taken
    walk = Walkthrough("stream")
    assert walk.answer == " kite" and walk.tokens[-1][1] == " my"
    own = follow_stream(*load_model("sprout"), "Once there was a brave")
    assert Walkthrough("stream", data=own).answer == own["answer"] != " kite"
    assert Walkthrough("stream", data=DATA, off="").off == ""


WRONG = [
    ({}, ValueError, "needs tokens, n_embd.*data=follow_stream"),
    (
        DATA | {"parts": [PART]},
        ValueError,
        "parts should be 9, of .* 4 blocks; got 1",
    ),
    (DATA | {"without": {"attention 0": SAID | {"answer": 2}}}, ValueError, "at most 1, got 2"),
    (DATA | {"off": "attention 9"}, ValueError, "'' or one of attention 0; got 'attention 9'"),
]


@pytest.mark.parametrize(("data", "error", "message"), WRONG)
def test_wrong_data(data, error, message):
    # fails if wrong data is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("stream", data=data)


def test_parts_are_put_in_the_models_order():
    # fails if the order of a list changes what is shown, or a tuple is refused
    lab = StreamLab(off=("feed-forward 3", "attention 0"))
    assert lab.off == ["attention 0", "feed-forward 3"] and lab.initial["off"] == lab.off
    assert repr(lab) == "StreamLab(4 layers)"


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"off": ["attention 4"]}, ValueError, "off should be a list of parts.*'attention 4'"),
        ({"off": "attention 0"}, ValueError, "off should be a list of parts"),
        ({"text": 3}, TypeError, "text should be text; got int"),
        ({"layer": 3}, TypeError, "StreamLab has no setting 'layer'; the settings are off, text"),
    ],
)
def test_wrong_settings_of_the_lab(settings, error, message):
    # fails if a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        StreamLab(**settings)
