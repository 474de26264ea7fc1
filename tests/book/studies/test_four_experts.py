"""The study of four experts on stories: what is on file is what the models do."""

import pytest
import torch

from llm_lib.book.studies import four_experts
from llm_lib.book.studies.four_experts import (
    EVERY,
    FILE,
    N_ACTIVE,
    N_EXPERT,
    SEEDS,
    SENTENCE,
    STEPS,
    WAYS,
    follow_sentence,
    load_four_experts,
    load_words,
    make_model,
    read_shares,
    train_model,
)
from llm_lib.files import read_json
from llm_lib.model.experts import MixtureOfExperts
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

    def read_each(model):
        shares.append(read_shares(model))
        return shares[-1]

    def compute_loss(*given):
        losses.append(given)
        if len(losses) == 22:
            raise RuntimeError("enough")
        return model_loss(*given)

    monkeypatch.setattr(four_experts, "read_shares", read_each)
    monkeypatch.setattr(four_experts, "compute_loss", compute_loss)
    ids, tokenizer = load_words()
    with pytest.raises(RuntimeError, match="enough"):
        train_model(ids, tokenizer.vocab_size, 2, "none")
    recorded = read_json(FILE)["shares"]["none"][2]
    assert shares[0][-1] == pytest.approx(recorded["0"], abs=0.01)
    assert shares[20][-1] == pytest.approx(recorded["20"], abs=0.05)


def test_shares_are_counted_as_by_hand():
    # fails if a block or an expert is left out, or shares are of the choices and not of the words
    model = make_model(20, 0, "none").train()
    model(torch.randint(20, (2, 8)))
    for block, shares in zip(model.blocks, read_shares(model), strict=True):
        chosen = block.feed_forward.router.last[1].flatten().tolist()
        by_hand = [chosen.count(i) / 16 for i in range(N_EXPERT)]
        assert shares == pytest.approx(by_hand, abs=0.001)
        assert sum(shares) == pytest.approx(N_ACTIVE, abs=0.003)


def test_each_way_is_another_training(monkeypatch):
    # fails if a remedy is not applied, or a record is missing
    monkeypatch.setattr(four_experts, "STEPS", 12)
    text = torch.randint(20, (400,), generator=torch.Generator().manual_seed(0))
    ends = set()
    for way in WAYS:
        model, _, busiest = train_model(text, 20, 0, way)
        ends.add(model.token_embedding.weight.sum().item())
        assert [len(block) for block in busiest] == [3, 3]
    assert len(ends) == len(WAYS)


def ends(way: str, block: int) -> list[float]:
    """Return the share of the busiest expert at the end, over five records, for each seed."""
    return [sum(run[block][-5:]) / 5 for run in load_four_experts()["busiest"][way]]


def test_what_the_page_says_is_on_file():
    # fails if a run is missing, or another story would have to be told
    runs = load_four_experts()["busiest"]
    assert list(runs) == list(WAYS)
    for way in WAYS:
        assert len(runs[way]) == len(SEEDS)
        assert all(len(block) == (STEPS - 1) // EVERY + 1 for run in runs[way] for block in run)
    begun = [run[-1][0] for run in runs["none"]]
    assert 0.64 < min(begun) and max(begun) < 0.885
    assert min(run[-1][20 // EVERY] for run in runs["none"]) > 0.98
    assert 0.78 < min(ends("none", -1)) and max(ends("none", -1)) < 0.92
    for way in ("loss", "bias"):
        assert max(max(run[-1]) for run in runs[way]) > 0.98
        assert 0.5 < min(ends(way, -1)) and max(ends(way, -1)) < 0.605
    assert max(ends("none", 0)) < 0.71


def test_the_losses_on_file_rank_no_way():
    # fails if a collapse costs a loss that can be told from chance: the page says that it can't
    losses = load_four_experts()["losses"]
    assert list(losses) == list(WAYS)
    assert all(len(of_way) == len(SEEDS) for of_way in losses.values())
    means = [sum(of_way) / len(SEEDS) for of_way in losses.values()]
    spreads = [max(of_way) - min(of_way) for of_way in losses.values()]
    assert max(means) - min(means) < min(spreads) / 3


def test_what_the_experts_say_adds_up_to_the_mixture(monkeypatch):
    # fails if vectors, rows or outputs are those of another block than the last
    monkeypatch.setattr(four_experts, "STEPS", 1)
    ids, tokenizer = load_words()
    model, *_ = train_model(ids, tokenizer.vocab_size, 0, "loss")
    found = follow_sentence(model, tokenizer)
    last = [part for part in model.modules() if isinstance(part, MixtureOfExperts)][-1]
    x, said = torch.tensor(found["vectors"]), torch.tensor(found["outputs"])
    with torch.no_grad():
        weights, chosen = last.router(x[None])
        expected = last(x[None])[0]
    kept = said.gather(1, chosen[0][..., None].expand(-1, -1, said.shape[-1]))
    assert torch.allclose((weights[0][..., None] * kept).sum(1), expected, atol=0.02)
