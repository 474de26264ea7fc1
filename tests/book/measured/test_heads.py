"""What the films on heads show, against what the model does."""

import pytest
import torch

from llm_lib.book.measured.heads import follow, layer_at_work
from llm_lib.interp.heads import (
    stack_attention,
)
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model


def make() -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(30, 16, 2, 2, 8, init_std=0.5)).eval()


def test_films_of_heads_are_made_without_dropout():
    # fails if a number of a film is another one each time that it is made
    model, tokenizer = load_model("sprout")
    for part in model.modules():
        if hasattr(part, "dropout"):
            part.dropout = 0.5
    work = {"layer": 2, "token": "drum", "answers": ["drum", "kite"], "factors": [0.5]}

    def both():
        path = follow(model, tokenizer, PROMPTS, THINGS, heads=[(1, 2), (2, 0), (3, 0)])
        return path, layer_at_work(model, tokenizer, PROMPTS["Tom"], **work)

    calm = both()
    model.train()
    assert both() == calm and model.training


TEXT = "User: Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum."
PROMPTS = {n: f"{TEXT} What did {n} have?\nBot: {n} had a" for n in ("Mia", "Tom")}
THINGS = {"Mia": "kite", "Tom": "drum"}


def test_a_name_is_followed_to_the_answer():
    # fails when a hop is read at another token or in another head, or places are off by one
    model, tokenizer = load_model("sprout")
    data = follow(model, tokenizer, PROMPTS, THINGS, heads=[(1, 2), (2, 0), (3, 0)])
    assert data["n_layer"] == 4 and list(data["questions"]) == ["Mia", "Tom"]
    for name, question in data["questions"].items():
        ids = torch.tensor([tokenizer.encode(PROMPTS[name])])
        logits, seen = model.run_with_cache(ids)
        at = question["path"]
        words = [question["tokens"][i].strip() for i in [*at, question["rival"]]]
        other = next(thing for each, thing in THINGS.items() if each != name)
        assert words == [name, "a", THINGS[name], "a", other] and at[-1] == ids.shape[1] - 1
        for hop, place in zip(question["hops"], at[1:], strict=True):
            row = seen.layers("attention.pattern")[hop["layer"]][0, hop["head"], place]
            assert hop["weights"] == pytest.approx(row.tolist(), abs=1e-6)
        assert question["heads"] == pytest.approx(
            seen.layers("attention.pattern")[3][0, :, -1].detach().numpy()
        )
        text, p = question["next"][0]
        assert text == f" {THINGS[name]}"
        assert p == pytest.approx(logits[0, -1].softmax(-1).max().item(), abs=1e-6)


def test_what_is_not_in_the_text_can_not_be_followed():
    # fails when a thing that no token says, a head or a name that is not there is followed
    model, tokenizer = load_model("sprout")
    with pytest.raises(ValueError, match="'lamp' is not one token of 'User: Mia"):
        follow(model, tokenizer, PROMPTS, {"Mia": "kite", "Tom": "lamp"}, heads=[(1, 2)] * 3)
    with pytest.raises(ValueError, match=r"3 pairs \(layer < 4, head < 4\); got \[\(4, 0\)"):
        follow(model, tokenizer, PROMPTS, THINGS, heads=[(4, 0)] * 3)
    with pytest.raises(ValueError, match=r"same two names; got \['Mia', 'Tom'\], \['Mia'\]"):
        follow(model, tokenizer, PROMPTS, {"Mia": "kite"}, heads=[(1, 2)] * 3)


def test_a_layer_at_work_adds_up():
    # fails when a head's numbers are another head's, or read at another token, or W_O is transposed
    model, tokenizer = load_model("sprout")
    data = layer_at_work(
        model, tokenizer, PROMPTS["Tom"], layer=2, token="drum", answers=["drum", "kite"]
    )
    ids = torch.tensor([tokenizer.encode(PROMPTS["Tom"])])
    assert data["tokens"][data["place"]] == " drum" and data["layer"] == 2
    attention, seen = model.blocks[2].attention, {}
    handle = attention.register_forward_hook(lambda _m, _in, out: seen.update(out=out))
    with torch.no_grad():
        logits = model(ids)
    handle.remove()
    total = torch.tensor(data["parts"]).sum(dim=0)
    assert torch.allclose(total, seen["out"][0, data["place"]], atol=1e-4)
    weights = stack_attention(model, ids)[2, :, 0, data["place"]]
    assert torch.allclose(torch.tensor(data["weights"]), weights, atol=1e-6)
    p = logits[0, -1].softmax(-1)
    for pairs in data["probs"]:  # a factor of 1 changes nothing
        got = pairs[data["factors"].index(1.0)]
        want = [p[tokenizer.encode(word)[0]].item() for word in (" drum", " kite")]
        assert got == pytest.approx(want, abs=1e-5)
    without = data["probs"][0][0]  # head 2.0 off, by zeros in the columns of W_O that are its own
    was = attention.out.weight.detach().clone()
    with torch.no_grad():
        attention.out.weight[:, :32] = 0
        p = model(ids)[0, -1].softmax(-1)
        attention.out.weight.copy_(was)
    assert without[0] == pytest.approx(p[tokenizer.encode(" drum")[0]].item(), abs=1e-4)


def test_what_a_layer_can_not_be_asked():
    # fails when a layer, a token or an answer that is not there is taken
    model, tokenizer = load_model("sprout")
    right = {"layer": 2, "token": "drum", "answers": ["drum", "kite"]}
    for wrong, words in (
        ({"layer": 4}, "layer should be from 0 to 3; got 4"),
        ({"token": "lamp"}, "'lamp' is not one token of 'User: Mia"),
        ({"answers": ["drum", "Netan"]}, "'Netan' should be one token; it is"),
    ):
        with pytest.raises(ValueError, match=words):
            layer_at_work(model, tokenizer, PROMPTS["Tom"], **right | wrong)
