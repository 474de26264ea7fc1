"""Latent attention: against transformers' DeepSeek, and each of its ways against the other."""

import pytest
import torch
from transformers import DeepseekV2Config, DeepseekV3Config
from transformers.models.deepseek_v2.modeling_deepseek_v2 import (
    DeepseekV2Attention,
    DeepseekV2RotaryEmbedding,
)
from transformers.models.deepseek_v3.modeling_deepseek_v3 import (
    DeepseekV3Attention,
    DeepseekV3RotaryEmbedding,
)

from llm_lib.finetuning.lora import add_lora
from llm_lib.generation import generate
from llm_lib.generation.speculative import generate_speculative
from llm_lib.interp.heads import stack_attention
from llm_lib.model.embedding import RotaryEmbedding
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.latent_attention import LatentAttention, LatentConfig
from llm_lib.model.rotary_scaling import RotaryScaling, yarn_magnitude
from llm_lib.pretrained.gguf import pair_halves
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.training.activation_checkpointing import recompute_blocks

H, D, R, L, C, T = 3, 6, 4, 10, 21, 12
SIZES = {
    "hidden_size": C, "num_attention_heads": H, "num_key_value_heads": H, "kv_lora_rank": L,
    "qk_rope_head_dim": R, "qk_nope_head_dim": D, "v_head_dim": D, "max_position_embeddings": 32,
}  # fmt: skip
YARN = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "mscale": 0.7, "mscale_all_dim": 0.7,
        "original_max_position_embeddings": 8, "beta_fast": 32.0, "beta_slow": 1.0}  # fmt: skip


def their_weights(theirs, interleaved):
    """Return Hugging Face's weights by our names, with rotary pairs half and half."""
    w = {name: tensor.clone() for name, tensor in theirs.state_dict().items()}
    q = "q_b_proj" if "q_b_proj.weight" in w else "q_proj"
    if interleaved:
        q_heads = w[f"{q}.weight"].view(H, D + R, -1)
        q_heads[:, D:] = torch.stack([pair_halves(head, 1) for head in q_heads[:, D:]])
        compress = w["kv_a_proj_with_mqa.weight"]
        compress[L:] = pair_halves(compress[L:], 1)
    names = {"compress": "kv_a_proj_with_mqa", "norm": "kv_a_layernorm", "expand": "kv_b_proj"}
    names |= {"q_expand": q, "out": "o_proj"}
    if q == "q_b_proj":
        names |= {"q_compress": "q_a_proj", "q_norm": "q_a_layernorm"}
    return {f"{mine}.weight": w[f"{name}.weight"] for mine, name in names.items()}


@pytest.mark.parametrize("q_lora_rank", [None, 8])
@pytest.mark.parametrize("version", ["V2", "V3", "V3 with YaRN"])
def test_it_is_deepseek_s_with_its_weights(version, q_lora_rank):
    # fails if a part is compressed, normalised, turned, expanded or scaled otherwise
    torch.manual_seed(0)
    two = version == "V2"
    classes = (DeepseekV2Config, DeepseekV2Attention, DeepseekV2RotaryEmbedding)
    if not two:
        classes = (DeepseekV3Config, DeepseekV3Attention, DeepseekV3RotaryEmbedding)
    make_config, make_attention, make_rotary = classes
    extra = {"rope_parameters": YARN} if "YaRN" in version else {}
    config = make_config(**SIZES, q_lora_rank=q_lora_rank, **extra)
    config._attn_implementation = "eager"
    theirs, x = make_attention(config, layer_idx=0).eval(), torch.randn(2, T, C)
    for parameter in theirs.parameters():
        parameter.data.normal_(0, 0.5)
    turns = make_rotary(config)(x, torch.arange(T)[None])
    mask = torch.full((T, T), float("-inf")).triu(1)[None, None]
    with torch.no_grad():
        wanted = theirs(x, position_embeddings=turns, attention_mask=mask)[0]
    scaling = RotaryScaling("yarn", 4.0, 8, magnitude=1.0) if "YaRN" in version else None
    scale = yarn_magnitude(4.0, 0.7) ** 2 if "YaRN" in version else 1.0
    settings = LatentConfig(L, R, q_lora_rank, scale)
    ours = LatentAttention(C, H, D, settings, bias=False, norm_eps=1e-6)
    ours.load_state_dict(their_weights(theirs, interleaved=True))
    with torch.no_grad():
        assert torch.allclose(ours(x, RotaryEmbedding(R, 32, scaling=scaling)), wanted, atol=1e-4)


def make(**more):
    torch.manual_seed(1)
    latent = {"n_latent": 10, "n_rotary": 4, "n_query_latent": 7}
    sizes = {"vocab_size": 31, "context_length": 16, "n_layer": 2, "n_head": 4, "n_embd": 16}
    return GPT(GPTConfig(**sizes | more, position="rotary", latent=latent)).eval()


@pytest.mark.parametrize("pieces", [[1] * 16, [6, 1, 1, 5, 3], [16]])
@pytest.mark.parametrize("head_dim", [None, 5])
def test_latents_in_a_cache_give_what_expanding_gives(pieces, head_dim):
    # fails if absorbing a matrix into queries or into what is mixed changes a number
    model, ids = make(head_dim=head_dim, score_cap=5.0), torch.randint(31, (3, 16))
    cache = model.new_cache(3)
    with torch.no_grad():
        parts = [model(part, cache) for part in ids.split(pieces, dim=1)]
        assert torch.allclose(torch.cat(parts, dim=1), model(ids), atol=1e-5)
    assert cache.nbytes == 4 * 2 * 3 * 16 * (10 + 4)  # of float32: layers, texts, positions


def test_writing_is_the_same_in_all_ways():
    # fails beyond the context, with padding, by the quick way, or where drafts are taken back
    model = make()
    prompts = [[5, 3, 1], [7], [2, 2]]
    plain = [generate(model, p, 24, temperature=0, use_cache=False).tolist() for p in prompts]
    assert [generate(model, p, 24, temperature=0).tolist() for p in prompts] == plain
    together = generate(model, prompts, 13, temperature=0)
    for one, wanted in zip(together, plain, strict=True):
        assert one.tolist() == wanted[: len(one)]
    drafted = generate_speculative(model, make(n_head=2), [5, 3, 1], 12, temperature=0)
    assert drafted.ids.tolist() == plain[0][:15]


def test_hooks_read_and_replace_with_a_cache_and_without():
    # fails if a name is missing, has another shape, or is passed by where latents are looked at
    model, ids = make(), torch.randint(31, (2, 9))
    plain, seen = model.run_with_cache(ids)
    shapes = {"q": (2, 4, 9, 8), "k": (2, 4, 9, 8), "v": (2, 4, 9, 4), "z": (2, 4, 9, 4)}
    shapes |= {"scores": (2, 4, 9, 9), "pattern": (2, 4, 9, 9)}
    for name, shape in shapes.items():
        assert seen[f"blocks.1.attention.{name}"].shape == shape
    assert torch.allclose(model(ids), plain, atol=1e-5)
    assert stack_attention(model, ids).shape == (2, 4, 2, 9, 9)
    for hooks in (model.scale_heads([[1, 0, 1, 1], [1, 1, 1, 1]]), {"blocks.0.attention.v": no_v}):
        cut, cached = model.run_with_hooks(ids, hooks), model.new_cache(2)
        assert not torch.allclose(cut, plain, atol=1e-3)
        with torch.no_grad():
            parts = [model.run_with_hooks(part, hooks, cached) for part in ids.split([5, 4], 1)]
        assert torch.allclose(torch.cat(parts, dim=1), cut, atol=1e-5)


def no_v(v):
    v[:, 1] = 0


def test_lora_on_latent_layers_is_seen_by_the_cache_too():
    # fails if what the cache's way multiplies by is the base's matrix, without what was learned
    model, ids = make(), torch.randint(31, (1, 12))
    with pytest.raises(ValueError, match=r"no linear layer's name ends with 'attention.qkv'"):
        add_lora(model)
    add_lora(model, r=2, targets=("compress", "expand", "attention.out"))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("lora_b"):
                parameter.normal_(0, 0.5)
        cache = model.new_cache()
        parts = [model(part, cache) for part in ids.split([5, 1, 6], dim=1)]
        assert torch.allclose(torch.cat(parts, dim=1), model(ids), atol=1e-4)


def test_recomputing_bfloat16_and_files_keep_it(tmp_path):
    # fails if a block run twice gives other gradients, a type is mixed, or a size is lost on disk
    model, ids = make(), torch.randint(31, (2, 9))
    save_model(model, None, tmp_path)
    again = load_model(tmp_path)[0]
    assert again.config == model.config and torch.equal(again(ids), model(ids))
    found = []
    for enabled in (False, True):
        model.zero_grad()
        with recompute_blocks(model, enabled):
            model(ids).square().mean().backward()
        found.append([p.grad.clone() for p in model.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))
    wanted = model(ids)
    cache = model.bfloat16().new_cache(2)
    with torch.no_grad():
        ours = model(ids, cache)
    assert ours.dtype == torch.bfloat16
    assert (ours - wanted).abs().max() < 0.1 * wanted.abs().max()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"latent": {"n_latent": 0, "n_rotary": 2}}, "n_latent must be a whole number"),
        ({"latent": {"n_latent": 4, "n_rotary": 3}}, "n_rotary must be even, for pairs, got 3"),
        ({"position": "learned"}, "latent needs position 'rotary', got 'learned'"),
        ({"n_kv_head": 2}, "latent attention has no n_kv_head: leave it out"),
        ({"window": 4}, "latent attention has no window"),
        ({"qk_norm": True}, "latent attention has no qk_norm"),
    ],
)
def test_what_makes_no_sense_is_named(change, message):
    # fails if a switch is taken and does nothing
    fields = {"position": "rotary", "latent": {"n_latent": 4, "n_rotary": 2}} | change
    with pytest.raises(ValueError, match=message):
        GPTConfig(31, 16, 2, 4, 16, **fields)
