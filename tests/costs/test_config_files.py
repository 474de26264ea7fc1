"""Lines of published config.json files: they say what our configs and transformers say."""

from types import SimpleNamespace

import pytest
import transformers

from llm_lib.costs.config_files import LINES, config_files
from llm_lib.costs.model_size import known_configs
from llm_lib.costs.modern_configs import modern_configs
from llm_lib.model.rotary_scaling import yarn_magnitude
from llm_lib.pretrained.huggingface import DEFAULTS
from llm_lib.pretrained.llama_layout import RELATIVES, llama_config

FILES = config_files()
OURS = known_configs() | modern_configs()
READ = [name for name, file in FILES.items() if file["model_type"] in RELATIVES]


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_as_our_config(name):
    # fails if a line has another number than our config of the model, or a switch is missing
    file = FILES[name]
    assert llama_config(SimpleNamespace(**DEFAULTS[file["model_type"]] | file)) == OURS[name]


def test_the_file_of_gpt_2_says_what_our_config_says():
    # fails as above; GPT-2's lines have other names
    f, c = FILES["GPT-2"], OURS["GPT-2"]
    sizes = [f[line] for line in ("vocab_size", "n_embd", "n_positions", "n_layer", "n_head")]
    assert sizes == [c.vocab_size, c.n_embd, c.context_length, c.n_layer, c.n_head]
    theirs = transformers.GPT2Config().to_dict()
    assert f == {line: theirs[line] for line in f}


@pytest.mark.parametrize("name", ["DeepSeek-V2-Lite", "DeepSeek-V3"])
def test_a_file_of_deepseek_says_what_our_config_says(name):
    # fails as above; the library has no reader of these
    f, c = FILES[name], OURS[name]
    sizes = ("vocab_size", "hidden_size", "max_position_embeddings", "num_hidden_layers")
    assert [f[line] for line in sizes] == [c.vocab_size, c.n_embd, c.context_length, c.n_layer]
    assert (f["num_attention_heads"], f["intermediate_size"]) == (c.n_head, c.n_hidden)
    assert f["qk_nope_head_dim"] == f["v_head_dim"] == c.head_size
    kept = (f["kv_lora_rank"], f["qk_rope_head_dim"], f["q_lora_rank"])
    assert kept == (c.latent.n_latent, c.latent.n_rotary, c.latent.n_query_latent)
    scaling = f["rope_scaling"]
    assert c.latent.score_scale == yarn_magnitude(scaling["factor"], scaling["mscale"]) ** 2
    assert (c.rope_scaling.kind, c.rope_scaling.factor) == (scaling["type"], scaling["factor"])
    e = c.experts
    assert f["topk_method"] == ("noaux_tc" if e.balance_bias else "greedy")
    assert [
        f[line]
        for line in (
            *("n_routed_experts", "num_experts_per_tok", "n_shared_experts"),
            *("moe_intermediate_size", "scoring_func", "norm_topk_prob"),
            *("routed_scaling_factor", "first_k_dense_replace"),
        )
    ] == [
        *(e.n_expert, e.n_active, e.n_shared, e.n_hidden),
        *(e.score, e.normalize, e.scale, e.n_dense),
    ]


def test_the_largest_is_what_transformers_says_by_itself():
    # fails if a line of DeepSeek-V3 has another value than the defaults that were made for it; two
    # are not: these positions are not stretched, and scores and balance are in its code alone
    theirs = transformers.DeepseekV3Config().to_dict()
    own = {"rope_theta", "rope_scaling", "max_position_embeddings", "scoring_func", "topk_method"}
    assert {line: theirs[line] for line in FILES["DeepSeek-V3"] if line not in own} == {
        line: value for line, value in FILES["DeepSeek-V3"].items() if line not in own
    }


def test_each_model_has_a_file_and_its_lines_are_in_order():
    # fails if a model has no file, or lines stand in another order than the model is passed in
    assert FILES.keys() == {"GPT-2", "Llama 3 8B", *modern_configs()}
    assert len(READ) == len(FILES) - 3  # each but GPT-2 and DeepSeek's two
    for file in FILES.values():
        places = [LINES.index(line) for line in file]
        assert places == sorted(places)
