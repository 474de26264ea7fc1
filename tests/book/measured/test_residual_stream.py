"""What the film on the residual stream shows, against what the model does."""

import pytest
import torch

from llm_lib.book.measured.residual_stream import follow_stream
from llm_lib.pretrained.save_load import load_model

TEXT = 'The fox had a kite. "Where is my'


def test_what_the_film_shows_is_measured():
    # fails if a number or a probability of the film is not the model's
    model, tokenizer = load_model("sprout")
    data = follow_stream(model, tokenizer, TEXT)
    ids = torch.tensor([tokenizer.encode(TEXT)])
    with torch.no_grad():
        logits, seen = model.run_with_cache(ids)
    assert "".join(text for _, text in data["tokens"]) == TEXT and data["answer"] == " kite"
    for i, x in enumerate(seen.stream):
        part = data["parts"][2 * i]
        assert part["stream"] == pytest.approx(x[0, -1, :6].tolist(), abs=1e-4)
        with torch.no_grad():
            p = (model.norm(x) @ model.head.weight.T)[0, -1].softmax(-1)
        assert part["answer"] == pytest.approx(p[ids.new_tensor(700)].item(), abs=1e-5)
        for text, share in part["likeliest"]:
            assert p[tokenizer.encode(text)[0]].item() == pytest.approx(share, abs=1e-5)
    looks = seen.layers("attention.pattern")[3][0, :, -1].mean(dim=0)
    assert data["looks"] == pytest.approx(looks.tolist(), abs=1e-4)
    with torch.no_grad():
        normed = model.norm(seen.stream[-1])[0, -1, :6]
    assert data["normed"] == pytest.approx(normed.tolist(), abs=1e-4)
    assert len(data["logits"]) == len(data["parts"][0]["likeliest"]) == 4
    for text, logit in data["logits"]:
        assert logits[0, -1, tokenizer.encode(text)[0]].item() == pytest.approx(logit, abs=1e-3)
    for i in range(4):
        silent = {f"blocks.{i}.feed_forward.post": torch.zeros_like}
        with torch.no_grad():
            p = model.run_with_hooks(ids, silent)[0, -1].softmax(-1)
        without = data["without"][f"feed-forward {i}"]
        assert without["answer"] == pytest.approx(p[700].item(), abs=1e-5)


def test_the_film_has_its_turn():
    # fails if the model changes, and the chapter's story (first a thing, then which) is not so
    data = follow_stream(*load_model("sprout"), TEXT)
    says = [part["likeliest"][0][0] for part in data["parts"]]
    assert says[0] == " talk" and says[6] == " whistle" and says[7:] == [" kite", " kite"]
    assert data["without"]["feed-forward 3"]["answer"] > 0.9
    assert data["without"]["feed-forward 0"]["answer"] < 0.01
