"""The story of the next token: it shows what the model computes, and takes nothing else."""

import re

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.base import HERE
from llm_lib.book.widgets.stories.next_token import DRAWS, TEXT, write_turns
from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="module")
def data():
    return write_turns(*load_model("sprout"))


# Fails if a probability is not the model's, or the token is not the one on the line of the draw.
def test_turns_are_the_models_and_the_draws(data):
    model, tokenizer = load_model("sprout")
    assert "".join(text for _, text in data["tokens"]) == TEXT
    text = TEXT
    for turn, draw in zip(data["turns"], DRAWS, strict=True):
        with torch.no_grad():
            p = model(torch.tensor([tokenizer.encode(text)]))[0, -1].softmax(-1)
        for name, share in turn["likeliest"]:
            (i,) = tokenizer.encode(name)
            assert p[i].item() == pytest.approx(share, abs=1e-5)
        end, place = 0.0, -1
        for i in p.argsort(descending=True).tolist():
            end += p[i].item()
            if draw < end:
                place = i
                break
        assert turn["picked"] == tokenizer.decode([place])
        assert turn["p"] == pytest.approx(p[place].item(), abs=1e-5)
        text += turn["picked"]
    assert data["parameters"] == 1_180_800 and data["vocab_size"] == 1536


# Fails if a stripe or a strand of the film is not what the model has inside as it reads the text.
def test_the_inside_is_the_models(data):
    script = (HERE / "stories/next_token/inside.js").read_text("utf-8")
    found = {
        name: re.findall(r'^ +"([\d ]+)",$', part, re.MULTILINE)
        for name, part in re.findall(r"^const (STRIPES|LOOKS) = (.*?)^];", script, re.M | re.S)
    }
    model, tokenizer = load_model("sprout")
    ids = [i for i, _ in data["tokens"]]
    first = len(ids)
    ids += [tokenizer.encode(turn["picked"])[0] for turn in data["turns"][:-1]]
    words = " ".join(tokenizer.decode([i]).strip() for i in ids)
    assert f'WORDS = "{words}"' in script
    with torch.no_grad():
        _, cache = model.run_with_cache(torch.tensor([ids]))
    limits = torch.tensor([-0.55, 0.1, 0.65, 1.25])  # from the palest to the darkest
    layers = [vectors[0, :, :6] for vectors in cache.stream[1:]]
    dark = [((v / v.square().mean().sqrt())[..., None] > limits).sum(-1).tolist() for v in layers]
    stripes = [" ".join("".join(map(str, v[t])) for v in dark) for t in range(len(ids))]
    assert found["STRIPES"] == stripes
    patterns = [p[0].mean(0) for p in cache.layers("attention.pattern")]
    looks = [
        [round(100 * w) for w in pattern[t, : t + 1].tolist()]
        for t in range(first - 1, len(ids))
        for pattern in patterns
    ]
    assert [[int(w) for w in line.split()] for line in found["LOOKS"]] == looks


# Fails if the story tells of a model that is sure all the time, or unsure all the time.
def test_the_story_has_open_and_sure_turns(data):
    best = [turn["likeliest"][0][1] for turn in data["turns"]]
    assert best[0] < 0.5 and best[1] > 0.99 and best[2] < 0.1 and best[3] > 0.99


# Fails if the default is not Sprout, or a text and draws of one's own are not taken.
def test_settings(data):
    walk = Walkthrough("next-token")
    assert walk.turns == data["turns"] and walk.draw == [[DRAWS[0]]]
    model, tokenizer = load_model("sprout")
    own = write_turns(model, tokenizer, "Mia the fox", [0.0, 0.999, 0.5, 0.5])
    walk = Walkthrough("next-token", data=own, choose="likeliest")
    assert walk.turns[0]["picked"] == own["turns"][0]["likeliest"][0][0]
    walk.draw = torch.tensor([[0.25]])
    assert walk.draw == [[0.25]] and walk.tokens[-1][1] == " fox"


WRONG = [
    ({"draw": 0.5}, ValueError, "draw should be 1 rows of 1 numbers; got 0.5"),
    ({"draw": [[-0.5]]}, ValueError, "draw must be .* from 0 to 1|draw must be at least 0"),
    ({"choose": "top"}, ValueError, r"choose must be one of \('draw', 'likeliest'\), got 'top'"),
    ({"turns": []}, ValueError, "turns should be 4 dicts; got 0"),
    ({"turns": [1] * 4}, TypeError, "turns should be a list of 4 dicts"),
    ({"turns": [{"p": 1}] * 4}, ValueError, r"turns\[0\] should have draw, likeliest, p, picked"),
    ({"parameters": 0}, ValueError, "parameters must be"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(data, settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("next-token", data=data | settings)


def test_wrong_draws():
    # fails when a number that is no place on the line is taken
    with pytest.raises(ValueError, match="a draw must be"):
        write_turns(*load_model("sprout"), draws=[1.5])
