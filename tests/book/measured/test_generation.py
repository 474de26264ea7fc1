"""What the moving pictures show is what a model says, computed here in another way."""

import numpy as np
import pytest
import torch

from llm_lib.before.ngram import NGramModel
from llm_lib.book.measured.generation import cached_rows, checked_draft, next_tokens
from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="module")
def sprout():
    return load_model("sprout")


@torch.no_grad()
def logits_after(sprout, text):
    model, tokenizer = sprout
    return model(torch.tensor([tokenizer.encode(text)]))[0, -1].double().numpy()


def test_next_tokens_are_sorted_logits(sprout):
    # fails if a logit or a word belongs to another token, or the largest is not first
    place = next_tokens(*sprout, {"short": "One day Mia"})["places"]["short"]
    logits = logits_after(sprout, "One day Mia")
    order = np.argsort(-logits, kind="stable")
    assert place["text"] == "One day Mia"
    assert place["logits"] == pytest.approx(logits[order].tolist(), abs=0.006)
    assert place["words"] == [sprout[1].decode([int(i)]) for i in order[:60]]


TEXT = "Once there was a curious tiger."
SWAPS = ["The", " Mia", " had", " the", " brave", " fox", ","]


def test_films_of_writing_are_made_without_dropout():
    # fails if a number of a film is another one each time that it is made
    model, tokenizer = load_model("sprout")
    for part in model.modules():
        if hasattr(part, "dropout"):
            part.dropout = 0.5

    def measure():
        cached = cached_rows(model, tokenizer, TEXT, n_prompt=2, swaps=SWAPS)
        draft = checked_draft(model, model, tokenizer, "One day Mia", " practised. At")
        return next_tokens(model, tokenizer, {"a": "One day"}), cached, draft

    calm = measure()
    assert all(row["p"] == pytest.approx(row["q"], abs=2e-4) for row in calm[2]["drafts"])  # itself
    model.train()
    assert measure() == calm and model.training


@torch.no_grad()
def keys_and_values(model, ids, head=0, n=3):
    """Return the last layer's keys, turned by their positions, and values, from its input."""
    activations = model.run_with_cache(torch.tensor([ids]))[1]
    cache = model.new_cache(1, len(ids))
    for i in ids:  # one token after the other
        model(torch.tensor([[i]]), cache)
    assert len(activations.stream) == model.config.n_layer + 1
    return cache.keys[-1, 0, head, :, :n], cache.values[-1, 0, head, :, :n]


def test_rows_are_those_of_reading_token_by_token(sprout):
    # fails if keys and values are mixed up, or those of another token, head or text
    model, tokenizer = sprout
    found = cached_rows(model, tokenizer, TEXT, n_prompt=4, swaps=SWAPS)
    ids = tokenizer.encode(TEXT)
    k, v = keys_and_values(model, ids)
    weights = (
        model.run_with_cache(torch.tensor([ids]))[1].layers("attention.pattern")[-1][0, 0].detach()
    )
    assert torch.tensor(found["weights"]).numpy() == pytest.approx(weights.numpy(), abs=0.006)
    assert torch.tensor(found["rows"])[:, 0].numpy() == pytest.approx(k.numpy(), abs=0.006)
    assert torch.tensor(found["rows"])[:, 1].numpy() == pytest.approx(v.numpy(), abs=0.006)
    for i, word in enumerate(SWAPS):
        other = [*ids[:i], *tokenizer.encode(word), *ids[i + 1 :]]
        k, _ = keys_and_values(model, other)
        assert torch.tensor(found["swapped"][i])[:, 0].numpy() == pytest.approx(
            k.numpy(), abs=0.006
        )
        assert found["swapped"][i][:i] == found["rows"][:i]
        assert all(a != b for a, b in zip(found["swapped"][i][i:], found["rows"][i:], strict=True))


@pytest.mark.parametrize("swaps", [SWAPS[1:], ["antidisestablishment", *SWAPS[1:]]])
def test_swaps_are_one_token_each(sprout, swaps):
    # fails if texts of unequal lengths are taken
    with pytest.raises(ValueError, match="swaps should be 7 words of one token each"):
        cached_rows(*sprout, TEXT, n_prompt=4, swaps=swaps)
    with pytest.raises(ValueError, match="n_prompt"):
        cached_rows(*sprout, TEXT, n_prompt=7, swaps=SWAPS)


def test_a_draft_is_judged_at_its_own_places(sprout):
    # fails if p or q is that of another place, or what is left is not max(0, p - q)
    model, tokenizer = sprout
    drafter = NGramModel(2, tokenizer.vocab_size).fit(tokenizer.encode("a fox had a kite. a fox"))
    text, words = "Once there was a", [" curious", " tiger", ".", " One"]
    found = checked_draft(model, drafter, tokenizer, text, "".join(words))
    for i, word in enumerate(words):
        before = text + "".join(words[:i])
        p = np.exp(z := logits_after(sprout, before)) / np.exp(z).sum()
        q = drafter.next_probabilities(tokenizer.encode(before))
        (token,) = tokenizer.encode(word)
        row = found["drafts"][i]
        assert row["token"] == word
        assert (row["p"], row["q"]) == pytest.approx((p[token], q[token]), abs=1e-4)
        left = np.clip(p - q, 0, None)
        best = int(left.argmax())
        assert row["left"][0][0] == tokenizer.decode([best])
        assert row["left"][0][1:] == pytest.approx([q[best], p[best]], abs=1e-4)
        assert row["sum"] == pytest.approx(left.sum(), abs=1e-3)
    p = np.exp(z := logits_after(sprout, text + "".join(words))) / np.exp(z).sum()
    assert found["next"][0][1] == pytest.approx(p.max(), abs=1e-4)
