"""The Python side of ModelSizer: its settings, its presets, and errors that say what is allowed."""

import pytest

from llm_lib.book.widgets import ModelSizer
from llm_lib.costs.model_size import count_parameters_by_part, known_configs
from llm_lib.model.gpt import GPTConfig

# those of every GPT of the book; what came later (a window, say) can't be chosen there
KNOWN_FIELDS = set(GPTConfig(5, 4, 1, 1, 2).to_dict())


def test_every_field_of_the_config_is_a_setting():
    # fails if GPTConfig gets a field that can't be chosen, or a default that differs
    lab = ModelSizer()
    assert KNOWN_FIELDS <= set(lab.initial)
    assert lab.config == GPTConfig(50257, 1024, 12, 12, 768)
    assert lab.initial["n_tokens"] is None


def test_a_config_can_be_given_and_had_back():
    # fails if a field is lost on the way in or out, or Reset would not know where it began
    for config in known_configs().values():
        assert ModelSizer(config).config == config
    lab = ModelSizer(known_configs()["Llama 3 8B"], batch_size=4)
    assert (lab.initial["n_kv_head"], lab.initial["batch_size"]) == (8, 4)
    lab.n_kv_head = None
    assert lab.config.kv_heads == 32


def test_a_config_with_a_field_that_is_not_shown_is_refused():
    # fails if a window is left out in silence, and the page counts another model
    with pytest.raises(ValueError, match="ModelSizer can't show window: leave that out"):
        ModelSizer(GPTConfig(50257, 1024, 12, 12, 768, window=64))


def test_presets_hold_the_known_models_and_sprout():
    # fails if a preset is missing, out of order, or lacks a field, so that another's would stay
    presets = ModelSizer().presets
    assert presets.keys() == {"Sprout", *known_configs()}
    configs = [GPTConfig.from_dict(values) for values in presets.values()]
    sizes = [sum(count_parameters_by_part(config).values()) for config in configs]
    assert sizes == sorted(sizes)
    assert all(set(values) == KNOWN_FIELDS for values in presets.values())


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"n_layer": 0}, ValueError, "n_layer must be a whole number from 1 to 200, got 0"),
        ({"n_embd": 7.5}, ValueError, "n_embd must be a whole number"),
        ({"mlp": "relu"}, ValueError, "mlp should be one of"),
        ({"bias": 1}, TypeError, "bias should be True or False"),
        ({"dropout": 1.0}, ValueError, "dropout must be at least 0.0 and at most 0.9"),
        ({"bytes_per_number": 3}, ValueError, "bytes_per_number should be one of"),
        ({"n_heads": 8}, TypeError, "no setting 'n_heads'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        ModelSizer(**settings)


def test_a_config_that_cannot_be_is_refused_when_asked_for():
    # fails if heads that do not divide the width give a config all the same
    with pytest.raises(ValueError, match="n_embd 768 is not a multiple of n_head 7"):
        _ = ModelSizer(n_head=7).config
