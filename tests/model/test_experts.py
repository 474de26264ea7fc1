"""Mixtures of experts: against slow loops and transformers' loss, and along all other ways."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from transformers.models.deepseek_v3.configuration_deepseek_v3 import DeepseekV3Config
from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3MoE
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

from llm_lib.costs import count_active_parameters, count_parameters_by_part
from llm_lib.finetuning.lora import add_lora, merge_lora
from llm_lib.generation import generate
from llm_lib.model.block import FeedForward
from llm_lib.model.experts import (
    ExpertsConfig,
    MixtureOfExperts,
    adjust_balance,
    balance_loss,
    routers,
    share_of_tokens,
)
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.quantize import round_matrices
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.training.activation_checkpointing import blocks_of, recompute_blocks

SIZES = {"vocab_size": 31, "context_length": 16, "n_layer": 3, "n_head": 4, "n_embd": 16}
KINDS = {
    "few": {"n_expert": 4, "n_active": 2},
    "many": {"n_expert": 8, "n_active": 3, "n_hidden": 8, "n_shared": 2, "n_dense": 1}
    | {"score": "sigmoid", "scale": 2.5, "balance_bias": True},
}


def make(kind, **more):
    torch.manual_seed(2)
    return GPT(GPTConfig(**SIZES, mlp="swiglu", experts=KINDS[kind], **more))


def mixture(n_shared=0, **settings):
    torch.manual_seed(3)
    shared = FeedForward(6, 9) if n_shared else None
    settings = ExpertsConfig(5, 2, n_shared=n_shared, **settings)
    return MixtureOfExperts(6, settings, [FeedForward(6, 9) for _ in range(5)], shared)


@pytest.mark.parametrize("score", ["softmax", "sigmoid"])
@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("n_shared", [0, 1])
def test_it_is_what_a_loop_over_tokens_says(score, normalize, n_shared):
    # fails if a token is read by another expert, weighed otherwise, or put in another's place
    layer = mixture(n_shared, score=score, normalize=normalize, scale=1.7, balance_bias=True)
    layer.router.balance.copy_(torch.tensor([0.3, -0.2, 0.0, 0.5, -0.4]))
    x = torch.randn(2, 7, 6)
    ours = layer(x)
    for b, t in [(b, t) for b in range(2) for t in range(7)]:
        scores = layer.router.score.weight @ x[b, t]
        p = scores.softmax(0) if score == "softmax" else 1 / (1 + torch.exp(-scores))
        best = sorted(range(5), key=lambda e: p[e] + layer.router.balance[e])[-2:]
        total = sum(p[e] for e in best) if normalize else 1
        wanted = sum(1.7 * p[e] / total * layer.experts[e](x[b, t]) for e in best)
        wanted = wanted + (layer.shared(x[b, t]) if n_shared else 0)
        assert torch.allclose(ours[b, t], wanted, atol=1e-5)


def test_it_is_deepseek_v3s_with_its_weights():
    # fails if sigmoid, bias, scale or shared expert work otherwise than in transformers
    config = DeepseekV3Config(
        hidden_size=12, moe_intermediate_size=10, n_routed_experts=8, n_shared_experts=2,
        num_experts_per_tok=3, n_group=1, topk_group=1, routed_scaling_factor=2.5,
    )  # fmt: skip
    theirs = DeepseekV3MoE(config).eval()
    for tensor in (*theirs.parameters(), theirs.gate.e_score_correction_bias):
        tensor.data.normal_(0, 0.3)
    settings = ExpertsConfig(8, 3, 10, 2, "sigmoid", scale=2.5, balance_bias=True)
    experts = [FeedForward(12, 10, "swiglu", bias=False) for _ in range(8)]
    ours = MixtureOfExperts(12, settings, experts, FeedForward(12, 20, "swiglu", bias=False)).eval()
    ours.router.score.weight.data = theirs.gate.weight.data
    ours.router.balance.copy_(theirs.gate.e_score_correction_bias)
    for e, expert in enumerate(experts):
        expert.gate.weight.data, expert.up.weight.data = theirs.experts.gate_up_proj[e].chunk(2)
        expert.down.weight.data = theirs.experts.down_proj[e]
    for name in ("gate", "up", "down"):
        matrix = getattr(theirs.shared_experts, f"{name}_proj").weight.data
        getattr(ours.shared, name).weight.data = matrix
    x = torch.randn(2, 9, 12)
    with torch.no_grad():
        assert torch.allclose(ours(x), theirs(x), atol=1e-5)


def test_the_loss_is_transformers_and_least_where_all_are_used_alike():
    # fails if shares and probabilities are averaged otherwise, or if what is even does not give 1
    model, ids = make("few").train(), torch.randint(31, (4, 16))
    logits = []
    for router in routers(model):
        router.score.register_forward_hook(lambda part, x, out: logits.append(out.flatten(0, 1)))
    model(ids)
    losses = [load_balancing_loss_func((layer,), 4, 2) for layer in logits]
    wanted = sum(losses) / len(losses) / 2  # theirs counts each of the 2 choices as a whole token
    assert torch.allclose(balance_loss(model), wanted)
    router = next(routers(model))
    even = torch.eye(4).roll(1, 0) + torch.eye(4)  # each of four tokens gives two experts a half
    for part in routers(model):
        part.last = ((even / 2)[None], even.topk(2).indices[None])
    assert balance_loss(model).item() == pytest.approx(1)
    crowd = torch.tensor([[[0.9, 0.1, 0, 0]] * 4])
    for part in routers(model):
        part.last = (crowd, crowd.topk(2).indices)
    assert balance_loss(model).item() == pytest.approx(2)
    assert router.last is not None


def collapsing(n_steps, loss_weight=0.0, rate=None):
    """Train a mixture that begins one-sided; return the largest share of an expert at the end."""
    torch.manual_seed(0)
    layer = mixture(balance_bias=rate is not None)
    with torch.no_grad():
        layer.router.score.weight[0] = 1.0
        x = torch.randn(64, 4, 6).abs()  # so that expert 0 is everybody's first
    target, optimizer = torch.randn(64, 4, 6), torch.optim.Adam(layer.parameters(), lr=0.01)
    for _ in range(n_steps):
        loss = F.mse_loss(layer(x), target)
        if loss_weight:
            loss = loss + loss_weight * balance_loss(layer)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if rate is not None:
            adjust_balance(layer, rate)
    layer(x)
    return share_of_tokens(layer.router.last[1], 5).max().item()


def test_both_remedies_even_out_what_else_stays_one_sided():
    # fails if the loss has no gradient, or the bias is moved the wrong way
    # margins are wide: the last digits of a processor's sums decide who comes second
    assert collapsing(60) > 0.47  # of two choices each, half is the most
    assert collapsing(60, loss_weight=0.3) < 0.43
    assert collapsing(60, rate=0.02) < 0.43


def test_remedies_say_what_they_need():
    # fails if a model without experts trains on without a word
    model = make("few").eval()
    model(torch.randint(31, (1, 4)))
    with pytest.raises(ValueError, match="run the model in training"):
        balance_loss(model)
    model.train()(torch.randint(31, (1, 4)))
    with pytest.raises(ValueError, match="make them with balance_bias=True"):
        adjust_balance(model)
    with pytest.raises(ValueError, match="has no experts"):
        balance_loss(GPT(GPTConfig(**SIZES)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_expert": 1}, "n_expert must be a whole number of at least 2, got 1"),
        ({"n_active": 5}, "n_active must be a whole number from 1 to 4, got 5"),
        ({"score": "max"}, "score must be one of .*'softmax', 'sigmoid'.*'max'"),
        ({"normalize": 1}, "normalize must be True or False, got 1"),
        ({"scale": 0}, "scale must be above 0"),
        ({"n_dense": 3}, "n_dense must be below n_layer 3, got 3"),
        ({"n_hidden": 0}, "n_hidden must be a whole number of at least 1"),
        ({"top_k": 2}, "experts has no field 'top_k'"),
    ],
)
def test_wrong_settings_are_named(change, message):
    # fails if a mixture is built that means nothing
    with pytest.raises(ValueError, match=message):
        GPTConfig(**SIZES, experts=KINDS["few"] | change)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_with_experts_is_written_counted_and_rounded(kind, tmp_path):
    # fails if an expert, a balance or a switch is lost on the way, or counted twice
    model = make(kind).eval()
    for router in routers(model):
        if router.balance is not None:
            router.balance.normal_(0, 0.1)
    save_model(model, None, tmp_path)
    again, _ = load_model(tmp_path)
    ids = torch.randint(31, (2, 16))
    with torch.no_grad():
        assert again.config == model.config and torch.equal(again(ids), model(ids))
    assert sum(count_parameters_by_part(model.config).values()) == model.count_parameters()
    s = model.config.experts
    idle = (s.n_expert - s.n_active) * sum(
        p.numel() for p in model.blocks[2].feed_forward.experts[0].parameters()
    )
    active = model.count_parameters() - (3 - s.n_dense) * idle
    assert count_active_parameters(model.config) == active
    assert round_matrices(model, 8, 8)(ids).shape == (2, 16, 31)


@pytest.mark.parametrize("kind", KINDS)
def test_writing_with_a_cache_is_as_without(kind):
    # fails if the quick way of writing takes a mixture for one network, or tokens are confused
    model = make(kind, position="rotary").eval()
    prompts = [[5, 3, 1], [7], [2, 2]]
    plain = [generate(model, p, 20, temperature=0, use_cache=False).tolist() for p in prompts]
    assert [generate(model, p, 20, temperature=0).tolist() for p in prompts] == plain
    together = generate(model, prompts, 13, temperature=0)
    for one, wanted in zip(together, plain, strict=True):
        assert one.tolist() == wanted[: len(one)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_expert_gets_a_gradient_and_a_block_can_run_twice(kind):
    # fails if an expert without tokens has none, if experts are taken for blocks, or if what the
    # loss for balance reads is lost where activations are worked out again
    model, ids = make(kind).train(), torch.randint(31, (1, 2))
    assert blocks_of(model) == list(model.blocks)

    def grads():
        model.zero_grad()
        (model(ids).square().mean() + balance_loss(model)).backward()
        return [p.grad.clone() for p in model.parameters()]

    plain = grads()
    with recompute_blocks(model):
        again = grads()
    assert all(torch.equal(a, b) for a, b in zip(plain, again, strict=True))
    copy.deepcopy(model)  # what the last pass left is no part of the model


@pytest.mark.parametrize("kind", KINDS)
def test_hooks_and_lora_reach_experts(kind):
    # fails if probabilities can't be replaced, or LoRA's change is not that of one expert
    model, ids = make(kind).eval(), torch.randint(31, (2, 9))
    plain, seen = model.run_with_cache(ids)
    n = model.config.experts.n_expert
    assert seen["blocks.2.feed_forward.router.probabilities"].shape == (2, 9, n)
    rows = sum(seen[name].shape[0] for name in seen if "blocks.2.feed_forward.experts" in name)
    assert rows == 2 * 18 * model.config.experts.n_active  # pre and post, once for each choice
    alone = torch.full((2, 9, n), 0.01)
    alone[..., 0] = 1.0
    changed = model.run_with_hooks(ids, {"blocks.2.feed_forward.router.probabilities": alone})
    assert not torch.allclose(changed, plain)
    add_lora(model, r=2, targets=("up", "down", "router.score"))
    lora = [name for name, _ in model.named_parameters() if name.endswith("experts.1.up.lora_a")]
    assert len(lora) == 3 - model.config.experts.n_dense
    with torch.no_grad():
        assert torch.allclose(model(ids), plain, atol=1e-5)
        for name, p in model.named_parameters():
            if name.endswith("lora_b"):
                p.normal_()
        changed = model(ids)
        assert torch.allclose(merge_lora(model)(ids), changed, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_bfloat16_runs_through(kind):
    # fails if weights, tokens and results are of different types
    model = make(kind).bfloat16()
    logits = model(torch.randint(31, (2, 9)))
    logits.float().square().mean().backward()
    assert logits.dtype == torch.bfloat16
    assert all(isinstance(p.grad, nn.Parameter | torch.Tensor) for p in model.parameters())
