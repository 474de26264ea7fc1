"""The config of a GPT: what it refuses, what follows from what, and its way to JSON and back."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from llm_lib.model.config import GPTConfig

SIZES = {"vocab_size": 31, "context_length": 12, "n_layer": 2, "n_head": 4, "n_embd": 16}
MODERN = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "bias": False}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_head": 3}, "n_embd 16 is not a multiple of n_head 3"),
        ({"n_layer": 0}, "n_layer must be a whole number of at least 1, got 0"),
        ({"vocab_size": 2.5}, "vocab_size must be a whole number"),
        ({"n_kv_head": 3}, "n_head 4 is not a multiple of n_kv_head 3"),
        ({"position": "absolute"}, "position must be one of .*'learned', 'rotary'.*'absolute'"),
        ({"dropout": 1.0}, "dropout must be"),
        (
            {"n_embd": 12, "position": "rotary"},
            "head_size = n_embd / n_head must be even.*12 / 4 = 3",
        ),
        ({"n_hidden": -4}, "n_hidden must be a whole number of at least 1, got -4"),
        ({"init_std": -1.0}, "init_std must be above 0"),
        ({"mlp": "relu"}, "mlp must be one of .*'gelu', 'swiglu', 'relu2'.*'relu'"),
        ({"qk_norm": 1}, "qk_norm must be True or False, got 1"),
    ],
)
def test_a_config_that_cannot_be_names_the_field(change, message):
    # fails if a bad value passes, or the message does not say which
    with pytest.raises(ValueError, match=message):
        GPTConfig(**SIZES | change)


def test_config_survives_its_dict_and_refuses_strangers():
    # fails if a field is lost, or an unknown key is ignored
    config = GPTConfig(**SIZES, **MODERN)
    assert GPTConfig.from_dict(config.to_dict()) == config
    older = {name: v for name, v in config.to_dict().items() if name != "qk_norm"}
    assert GPTConfig.from_dict(older) == config  # written before there was a qk_norm
    with pytest.raises(ValueError, match="unknown GPTConfig field 'n_heads'"):
        GPTConfig.from_dict(SIZES | {"n_heads": 2})
    with pytest.raises(ValueError, match="needs the field 'n_embd'"):
        GPTConfig.from_dict({k: v for k, v in SIZES.items() if k != "n_embd"})


def test_what_nobody_gives_is_gpt2s():
    # fails if a default changes: models that name no switch would be others
    switches = {"position": "learned", "norm": "layer", "mlp": "gelu", "bias": True}
    switches |= {"tie_weights": True, "qk_norm": False}
    numbers = {"dropout": 0.0, "rope_base": 10_000.0, "norm_eps": 1e-5, "init_std": None}
    follows = {"n_kv_head": 4, "n_hidden": 64}
    assert GPTConfig(**SIZES).to_dict() == SIZES | switches | numbers | follows


def test_sizes_that_follow_from_others_follow_them_again():
    # fails if a changed n_head leaves queries grouped, or a changed n_embd the old width
    config = GPTConfig(11, 8, 2, 4, 16)
    assert (config.kv_heads, config.hidden_width) == (4, 64)
    assert replace(config, n_head=8) == GPTConfig(11, 8, 2, 8, 16)
    assert replace(config, n_embd=32).hidden_width == 128
    assert replace(replace(config, n_head=8), n_head=2).kv_heads == 2
    given = GPTConfig(11, 8, 2, 4, 16, n_kv_head=2, n_hidden=50)
    larger = replace(given, n_embd=32, n_head=8)
    assert (larger.n_hidden, larger.hidden_width) == (50, 50)
    assert (larger.n_kv_head, larger.kv_heads) == (2, 2)
    grouped = replace(config, n_head=8, n_kv_head=config.kv_heads)  # a number is a number
    assert grouped.kv_heads == 4


def test_equal_configs_behave_alike():
    # fails if a config read from a file, or a size that is given as it would be, does not follow
    config = GPTConfig(50, 8, 1, 8, 64)
    values = config.to_dict()
    assert (values["n_kv_head"], values["n_hidden"]) == (8, 256)
    others = [GPTConfig.from_dict(values), pickle.loads(pickle.dumps(config))]
    for other in (*others, GPTConfig(50, 8, 1, 8, 64, n_kv_head=8, n_hidden=256)):
        assert other == config and hash(other) == hash(config)
        changed = replace(other, n_head=16, n_embd=128)
        assert changed == replace(config, n_head=16, n_embd=128)
        assert (changed.kv_heads, changed.hidden_width) == (16, 512)
        assert other.to_dict() == values


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_kv_head": 0}, "n_kv_head must be a whole number of at least 1, got 0"),
        ({"n_hidden": 0}, "n_hidden must be a whole number of at least 1, got 0"),
        ({"norm_eps": None}, "norm_eps must be above 0, got None"),
        ({"rope_base": None}, "rope_base must be above 0, got None"),
        ({"dropout": float("nan")}, "dropout must be at least 0 and below 1, got nan"),
        ({"n_layer": True}, "n_layer must be a whole number of at least 1, got True"),
    ],
)
def test_nothing_and_zero_are_no_defaults(change, message):
    # fails if 0 or None is taken for "not given"
    with pytest.raises(ValueError, match=message):
        GPTConfig(**SIZES | change)


def test_numpys_numbers_are_numbers():
    # fails if a config from an array is refused, or can't be written as JSON
    config = GPTConfig(*np.array([11, 8, 2, 4, 16]), dropout=np.float64(0.5))
    assert json.loads(json.dumps(config.to_dict())) == GPTConfig(11, 8, 2, 4, 16, 0.5).to_dict()


LATER = [
    {"head_dim": 6, "position": "rotary"},
    {"qkv_bias": False},
    {"qk_norm": True, "qk_norm_weight": True},
    {"rope_scaling": {"kind": "llama3", "factor": 8.0, "trained_length": 4}, "position": "rotary"},
    {"window": 4, "n_sink": 1},
    {"window": [3, None]},
    {"score_cap": 50.0, "logit_cap": 30.0},
    {"experts": {"n_expert": 4, "n_active": 2, "n_shared": 1}},
    {"latent": {"n_latent": 8, "n_rotary": 2}, "position": "rotary"},
    {"delta_layers": [1]},
]


@pytest.mark.parametrize("change", LATER)
def test_what_came_later_survives_json_and_stands_there_alone(change):
    # fails if a field is lost in a file, or a model without it gets another file than before
    config = GPTConfig(**SIZES | change)
    values = json.loads(json.dumps(config.to_dict()))
    assert GPTConfig.from_dict(values) == config
    assert hash(GPTConfig.from_dict(values)) == hash(config)
    plain = set(GPTConfig(**SIZES).to_dict())
    assert set(values) - plain == set(config.later_fields()) == set(change) - plain


def test_later_fields_that_say_what_is_so_anyway_are_none():
    # fails if two configs of the same model differ
    usual = {"head_dim": 4, "qkv_bias": True, "window": [None, None], "n_sink": 0}
    assert GPTConfig(**SIZES, **usual) == GPTConfig(**SIZES)
    assert GPTConfig(**SIZES, window=[5, 5]) == GPTConfig(**SIZES, window=5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"head_dim": 3, "position": "rotary"}, "head_dim must be even, got 3"),
        ({"head_dim": 0}, "head_dim must be a whole number of at least 1, got 0"),
        ({"qkv_bias": 1}, "qkv_bias must be True or False, got 1"),
        ({"qk_norm_weight": True}, "qk_norm_weight needs qk_norm"),
        ({"rope_scaling": {"kind": "linear", "factor": 2}}, "needs position 'rotary'"),
        ({"rope_scaling": 2.0, "position": "rotary"}, "must be a RotaryScaling or a dict .*2.0"),
        ({"rope_scaling": {"type": "yarn"}}, "rope_scaling has no field 'type'; known are"),
        ({"rope_scaling": {"kind": "yarn"}}, "rope_scaling: .*factor"),
        ({"window": 0}, "window must be a whole number of at least 1, got 0"),
        ({"window": [3]}, "window must be a number, or one for each of 2 layers"),
        ({"n_sink": 2}, "n_sink 2 needs a window"),
        ({"score_cap": 0}, "score_cap must be above 0, got 0"),
        ({"logit_cap": "yes"}, "logit_cap must be above 0, got 'yes'"),
    ],
)
def test_later_fields_that_make_no_sense_are_named(change, message):
    # fails if a model is built that does not do what its config says
    with pytest.raises(ValueError, match=message):
        GPTConfig(**SIZES | change)
