"""The study of routing: what is trained, what is recorded, and what is on file."""

import torch

from llm_lib.book.studies.routing import (
    EVERY,
    N_EXPERT,
    SEEDS,
    STEPS,
    WAYS,
    load_routing,
    make_model,
    read_shares,
    train_model,
)


def test_the_router_of_one_expert_a_token_has_a_gradient():
    # fails if its one weight is divided by itself
    model = make_model("none", 20)
    model(torch.randint(20, (2, 8))).square().mean().backward()
    router = model.blocks[0].feed_forward.router.score.weight
    assert router.grad.abs().sum() > 0


def test_shares_are_counted_as_by_hand():
    # fails if a layer or an expert is left out
    torch.manual_seed(0)
    model = make_model("loss", 20).train()
    model(torch.randint(20, (2, 8)))
    for block, shares in zip(model.blocks, read_shares(model), strict=True):
        chosen = block.feed_forward.router.last[1].flatten().tolist()
        assert shares == [round(chosen.count(i) / 16, 3) for i in range(N_EXPERT)]


def test_each_way_is_another_training():
    # fails if a remedy is not applied
    text = torch.randint(20, (400,), generator=torch.Generator().manual_seed(0))
    ends = {}
    for way in WAYS:
        model, shares = train_model(way, text, 20, steps=12)
        ends[way] = model.token_embedding.weight.sum().item()
        assert len(shares) == (0 if way == "dense" else 2)
    assert len(set(ends.values())) == len(WAYS)


def test_what_the_page_says_is_on_file():
    # fails if a run is missing, or another would have to be told
    runs = load_routing()["runs"]
    assert list(runs) == list(WAYS)
    busiest = {}
    for way in ("none", "loss", "bias"):
        assert [run["seed"] for run in runs[way]] == list(SEEDS)
        assert all(len(run["shares"]) == STEPS // EVERY for run in runs[way])
        last = [
            sum(max(record[layer]) for record in run["shares"][-5:]) / 5
            for run in runs[way]
            for layer in (0, 1)
        ]
        busiest[way] = last
    assert sum(share > 0.85 for share in busiest["none"]) == 4
    assert 0.46 < min(busiest["none"]) and max(busiest["none"]) < 0.94
    assert 0.27 < min(busiest["loss"]) and max(busiest["loss"]) < 0.58
    assert max(busiest["bias"]) < 0.28
