"""The story of the last token: it shows what the model computes, and takes nothing else."""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from llm_lib.book.classical import small_world_examples
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.last_token import BEHIND, read_columns
from llm_lib.finetuning import read_features
from llm_lib.pretrained.save_load import load_model

TEXTS = [("I do not like this kite at all.", "Sad"), ("What a lovely kite!", "Happy")]
CLASSES = ["Happy", "Sad"]


@pytest.fixture(scope="module")
def examples():
    return small_world_examples("sentiment", 100)


@pytest.fixture(scope="module")
def data(examples):
    return read_columns(*load_model("sprout_base"), TEXTS, examples, CLASSES, 3)


def test_columns_are_four_numbers_of_the_stream(data):
    # fails if another layer or token is read, or padding changes what stands before it
    gpt, tokenizer = load_model("sprout_base")
    for (text, label), shown in zip(TEXTS, data["texts"], strict=True):
        assert "".join(shown["tokens"]) == text and CLASSES[shown["label"]] == label
        assert len(shown["columns"]) == len(shown["tokens"]) + BEHIND
        (stream,) = read_features(gpt, [text], tokenizer, 3)
        last = shown["columns"][len(shown["tokens"]) - 1]
        for number in last:
            assert (stream - number).abs().min() < 0.006
    (first, _) = data["texts"]
    assert first["columns"][-1] != first["columns"][len(first["tokens"]) - 1]


def test_the_head_is_a_logistic_regressions(data, examples):
    # fails if the head is trained on other numbers, other labels, or not to the end
    gpt, tokenizer = load_model("sprout_base")
    x = read_features(gpt, [text for text, _ in examples], tokenizer, 3)
    y = torch.tensor([CLASSES.index(label) for _, label in examples])
    apart = (x[y == 0].mean(0) - x[y == 1].mean(0)) / x.std(0)
    x = x[:, apart.abs().topk(4).indices]
    theirs = LogisticRegression(C=1e6, fit_intercept=False, max_iter=2000).fit(x, y)
    ours = torch.tensor(data["head"])
    agree = (x @ ours.T).argmax(1) == torch.from_numpy(theirs.predict(x.numpy()))
    assert agree.float().mean() > 0.97


def test_it_begins_at_the_last_token(data):
    # fails if the last scene opens at padding, or the data of one's own is not taken
    walk = Walkthrough("last-token", data=data)
    assert walk.column == len(data["texts"][0]["tokens"]) - 1 and walk.rate == 0.2
    assert Walkthrough("last-token", data=data, text=1, column=0).column == 0


def test_it_says_what_is_missing():
    # fails if the story is shown without numbers
    with pytest.raises(ValueError, match="needs classes, texts, head: give it data=read_columns"):
        Walkthrough("last-token")


WRONG = [
    ({"classes": ["a"]}, ValueError, "classes should be 2 names"),
    ({"texts": []}, TypeError, "texts should be a list with a dict for each text"),
    ({"texts": [{"tokens": []}]}, ValueError, r"texts\[0\] should have columns, label, tokens"),
    ({"head": [[1.0] * 4]}, ValueError, "head should be 2 rows of 4 numbers"),
    ({"rate": 0}, ValueError, "rate must be"),
    ({"text": 2}, ValueError, "text must be a whole number from 0 to 1, got 2"),
    ({"column": -1}, ValueError, "column must be a whole number"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(data, settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("last-token", data=data | settings)
