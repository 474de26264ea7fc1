"""What Transplant takes, and what it refuses."""

import pytest

from llm_lib.book.widgets import Transplant
from llm_lib.book.widgets.transplant import CHOICES, RIGHT
from llm_lib.model.gpt import GPT, GPTConfig
from tests.web.small_models import small_tokenizer


def test_it_begins_with_every_mistake():
    # fails if the page opens with a model that speaks, or Reset would not bring the mistakes back
    lab = Transplant()
    for name, (wrong, right) in CHOICES.items():
        assert getattr(lab, name) == lab.initial[name] == wrong != right == RIGHT[name]
    assert lab.only == -1 and lab.model_ref == "sprout"


WRONG = [
    ({"square": "turned"}, ValueError, "square must be one of .*got 'turned'"),
    ({"eps": 1e-5}, ValueError, "eps must be one of"),
    ({"order": "v q k"}, ValueError, "got 'v q k'"),
    ({"only": 4}, ValueError, "only must be a whole number from -1 to 3, got 4"),
    ({"only": True}, ValueError, "only must be a whole number"),
    ({"text": 3}, TypeError, "text should be text; got int"),
    ({"tensors": []}, TypeError, "no setting 'tensors'"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Transplant(**settings)


def test_a_wrong_choice_is_refused_later_too():
    # fails when only the first value is checked
    lab = Transplant()
    with pytest.raises(ValueError, match="pairs must be one of"):
        lab.pairs = "thirds"
    assert lab.pairs == "neighbours"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"position": "learned"}, "position 'rotary'.*it has 'learned'"),
        ({"mlp": "swiglu"}, "mlp 'gelu'"),
        ({"tie_weights": True}, "tie_weights False"),
        ({"bias": True}, "bias False"),
        ({"n_kv_head": 1}, "as many heads of keys as of queries, 2; it has 1"),
    ],
)
def test_a_model_that_the_layout_does_not_know(change, message):
    # fails if a model is taken whose tensors the page would put into the wrong slots
    switches = {"position": "rotary", "tie_weights": False, "bias": False} | change
    tokenizer = small_tokenizer()
    model = GPT(GPTConfig(tokenizer.vocab_size, 16, n_layer=1, n_head=2, n_embd=8, **switches))
    with pytest.raises(ValueError, match=message):
        Transplant(model, tokenizer)
