"""ModelSizer: how large is a GPT, and what does it need?"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles
from llm_lib.files import model_folder

if TYPE_CHECKING:
    from llm_lib.model.gpt import GPTConfig

WHOLE = {  # the lowest and highest value of each setting that is a whole number
    "vocab_size": (2, 1_000_000),
    "context_length": (1, 1_048_576),
    "n_layer": (1, 200),
    "n_head": (1, 256),
    "n_embd": (1, 32_768),
    "n_kv_head": (1, 256),
    "n_hidden": (1, 262_144),
    "batch_size": (1, 1024),
    "n_tokens": (1, 1_048_576),
}
NUMBERS = {
    "dropout": (0.0, 0.9),
    "rope_base": (1.0, 1e9),
    "norm_eps": (1e-12, 1.0),
    "init_std": (1e-6, 10.0),
}
MAY_BE_NONE = ("n_kv_head", "n_hidden", "init_std", "n_tokens")
BYTES = (1, 2, 4)


def presets() -> dict[str, dict[str, Any]]:
    """Return the known models and Sprout: every field of each config, the smallest model first."""
    # imported here, so that other widgets do not load torch
    from llm_lib.costs.model_size import count_parameters_by_part, known_configs
    from llm_lib.pretrained.save_load import read_config

    configs = known_configs() | {"Sprout": read_config(model_folder("sprout") / "config.json")}

    def size(name: str) -> int:
        return sum(count_parameters_by_part(configs[name]).values())

    return {name: as_settings(configs[name]) for name in sorted(configs, key=size)}


def as_settings(config: GPTConfig) -> dict[str, Any]:
    """Return the fields of `config`, with None where a field only follows another.

    Raises ValueError for one with a field that the widget does not have.
    """
    if later := config.later_fields():
        raise ValueError(f"ModelSizer can't show {', '.join(later)}: leave that out of the config")
    shown = {f.name for f in fields(config)} & {*ModelSizer.class_trait_names()}
    return {name: value for name, value in asdict(config).items() if name in shown}


class ModelSizer(BookWidget):
    """Choose every field of a `GPTConfig`, and see its parameters, operations and bytes.

    The fields have the names and meanings of `GPTConfig`; `n_kv_head`, `n_hidden` and `init_std`
    may be None there as here. The page counts as `llm_lib.costs.model_size` does. Every control is
    a
    trait: set it from Python and the page follows, or observe it.

    batch_size: how many texts are worked on side by side.
    n_tokens: how long each text is; None for the whole context.
    bytes_per_number: 4, 2 or 1, for the weights and the cache while the model writes.
    parameters, flops, training, inference: what was counted, by part (set by the page).
    error: what is wrong with the config, or "" (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("model_sizer.js")
    _css = join_styles("model_sizer.css")

    vocab_size = t.Int(50257).tag(sync=True, setting=True)
    context_length = t.Int(1024).tag(sync=True, setting=True)
    n_layer = t.Int(12).tag(sync=True, setting=True)
    n_head = t.Int(12).tag(sync=True, setting=True)
    n_embd = t.Int(768).tag(sync=True, setting=True)
    dropout = t.Float(0.0).tag(sync=True, setting=True)
    bias = t.Bool(True).tag(sync=True, setting=True)
    n_kv_head = t.Int(None, allow_none=True).tag(sync=True, setting=True)
    position = t.Unicode("learned").tag(sync=True, setting=True)
    norm = t.Unicode("layer").tag(sync=True, setting=True)
    mlp = t.Unicode("gelu").tag(sync=True, setting=True)
    tie_weights = t.Bool(True).tag(sync=True, setting=True)
    n_hidden = t.Int(None, allow_none=True).tag(sync=True, setting=True)
    rope_base = t.Float(10000.0).tag(sync=True, setting=True)
    norm_eps = t.Float(1e-5).tag(sync=True, setting=True)
    init_std = t.Float(None, allow_none=True).tag(sync=True, setting=True)
    qk_norm = t.Bool(False).tag(sync=True, setting=True)

    batch_size = t.Int(1).tag(sync=True, setting=True)
    n_tokens = t.Int(None, allow_none=True).tag(sync=True, setting=True)
    bytes_per_number = t.Int(2).tag(sync=True, setting=True)

    presets = t.Dict().tag(sync=True)
    parameters = t.Dict().tag(sync=True)
    flops = t.Dict().tag(sync=True)
    training = t.Dict().tag(sync=True)
    inference = t.Dict().tag(sync=True)
    error = t.Unicode().tag(sync=True)

    def __init__(self, config: GPTConfig | None = None, **settings: Any):
        """Show `config`, by default GPT-2's, with the settings given."""
        values = {} if config is None else as_settings(config)
        self.presets = presets()
        super().__init__(**(values | settings))

    def __setattr__(self, name: str, value: Any) -> None:
        from llm_lib.model.config import CHOICES

        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in MAY_BE_NONE and value is None:
            pass
        elif name in WHOLE:
            value = check_whole(name, value, *WHOLE[name])
        elif name in NUMBERS:
            low, high = NUMBERS[name]
            value = check_number(name, value, least=low, most=high)
        elif name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} should be one of {CHOICES[name]}; got {value!r}")
        elif name in ("bias", "tie_weights", "qk_norm") and not isinstance(value, bool):
            raise TypeError(f"{name} should be True or False; got {value!r}")
        elif name == "bytes_per_number" and value not in BYTES:
            raise ValueError(f"bytes_per_number should be one of {BYTES}; got {value!r}")
        super().__setattr__(name, value)

    @property
    def config(self) -> GPTConfig:
        """The config that is shown, for `GPT(lab.config)`; ValueError if there is no such model."""
        from llm_lib.model.gpt import GPTConfig

        shown = [f.name for f in fields(GPTConfig) if self.has_trait(f.name)]
        return GPTConfig(**{name: getattr(self, name) for name in shown})
