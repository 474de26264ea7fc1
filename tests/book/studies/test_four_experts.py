"""The study of four experts on stories: what is on file is what the models do."""

import pytest
import torch

from llm_lib.book.studies import four_experts
from llm_lib.book.studies.four_experts import (
    FILE,
    N_ACTIVE,
    SENTENCE,
    follow_sentence,
    load_words,
    train_model,
)
from llm_lib.files import read_json
from llm_lib.model.experts import MixtureOfExperts
from llm_lib.model.experts import share_of_tokens as model_share
from llm_lib.training.next_token import compute_loss as model_loss


def test_the_sentence_is_known_word_by_word():
    # fails if a word of the film's sentence is <unknown>
    _, tokenizer = load_words()
    words = [tokenizer.words[i] for i in tokenizer.encode(SENTENCE)]
    assert words == read_json(FILE)["words"]
    assert "<unknown>" not in words


def test_the_first_steps_are_those_on_file(monkeypatch):
    # fails if the file was made by another model, text or seed than the study says
    shares, losses = [], []

    def share_of_tokens(chosen, n_expert):
        shares.append(N_ACTIVE * model_share(chosen, n_expert))
        return shares[-1]

    def compute_loss(*given):
        losses.append(given)
        if len(losses) == 22:
            raise RuntimeError("enough")
        return model_loss(*given)

    monkeypatch.setattr(four_experts, "share_of_tokens", share_of_tokens)
    monkeypatch.setattr(four_experts, "compute_loss", compute_loss)
    ids, tokenizer = load_words()
    with pytest.raises(RuntimeError, match="enough"):
        train_model(ids, tokenizer.vocab_size, 2, 0.0)
    recorded = read_json(FILE)["shares"]["none"][2]
    assert [each.tolist() for each in shares] == [
        pytest.approx(recorded["0"], abs=0.01),
        pytest.approx(recorded["20"], abs=0.05),
    ]


def test_what_the_experts_say_adds_up_to_the_mixture(monkeypatch):
    # fails if vectors, rows or outputs are those of another block than the last
    monkeypatch.setattr(four_experts, "STEPS", 1)
    ids, tokenizer = load_words()
    model, _ = train_model(ids, tokenizer.vocab_size, 0, 0.1)
    found = follow_sentence(model, tokenizer)
    last = [part for part in model.modules() if isinstance(part, MixtureOfExperts)][-1]
    x, said = torch.tensor(found["vectors"]), torch.tensor(found["outputs"])
    with torch.no_grad():
        weights, chosen = last.router(x[None])
        expected = last(x[None])[0]
    kept = said.gather(1, chosen[0][..., None].expand(-1, -1, said.shape[-1]))
    assert torch.allclose((weights[0][..., None] * kept).sum(1), expected, atol=0.02)
