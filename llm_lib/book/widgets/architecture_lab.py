"""ArchitectureLab: what does each change since GPT-2 buy?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

if TYPE_CHECKING:
    from llm_lib.model.config import GPTConfig

AGAINST = ("GPT-2", "before")
VIEWS = ("costs", "file")
LONGEST = 1_048_576  # tokens


def presets() -> dict[str, dict[str, Any]]:
    """Return the designs of GPT-2 and of published models of 2023 and later, the smallest first."""
    # imported here, so that other widgets do not load torch
    from llm_lib.costs.model_size import count_parameters_by_part, known_configs
    from llm_lib.costs.modern_configs import modern_configs

    known = known_configs()
    configs = {name: known[name] for name in ("GPT-2", "Llama 3 8B")} | modern_configs()

    def size(name: str) -> int:
        return sum(count_parameters_by_part(configs[name]).values())

    return {name: as_design(configs[name]) for name in sorted(configs, key=size)}


def lines_of_files() -> dict[str, dict[str, str]]:
    """Return the lines of their config.json by model, each value as it stands there."""
    from llm_lib.costs.config_files import config_files

    return {
        name: {line: json.dumps(value) for line, value in file.items()}
        for name, file in config_files().items()
    }


def as_design(config: GPTConfig) -> dict[str, Any]:
    """Return the fields of `config` with a number for each that follows another, for the page.

    `window` becomes a list with one for each layer.
    """
    c = config
    followed = {
        "n_kv_head": c.kv_heads,
        "n_hidden": c.hidden_width,
        "head_dim": c.head_size,
        "qkv_bias": c.has_qkv_bias,
        "window": c.windows,
        "delta_layers": list(c.delta_layers),
    }
    design = asdict(c) | followed
    if c.experts:
        design["experts"]["n_hidden"] = c.experts.n_hidden or c.hidden_width
    return design


class ArchitectureLab(BookWidget):
    """Turn GPT-2 part by part into a Llama, windows, experts, a hybrid; see what each costs.

    It begins with `config`, a `GPTConfig`, by default GPT-2's, and counts as
    `llm_lib.costs.model_size` does. Every control is a trait. A published model is drawn as its
    config.json has it, which may say more than a `GPTConfig`: groups of experts.

    design: the config that is shown, as a dict in which nothing is left to follow.
    n_tokens: how long the text is for which the cache and the operations are counted.
    against: what all is compared with, "GPT-2" or "before", the design before the last change.
    view: what stands beside the drawing, "costs" or the "file": a published model's config.json,
        line by line, with what each line sets.
    folded: whether the switches of the parts lie folded, so that one begins with the presses alone.
    before: that design (set by the page).
    counts: "parameters", "active" ones for each token, bytes of the cache for a token
        ("cache_token") and for the text ("cache"), at two bytes a number, and operations for a
        token ("flops") (set by the page).
    finding: what the last change did, and what it buys beside that, in words (set by the page).

    What a change buys rests on the tests of those who proposed or compared it: Press and Wolf 2017,
    Zhang and Sennrich 2019, Shazeer 2020, Schlag et al. 2021, Fedus et al. 2022, Chowdhery et al.
    2023 (PaLM), Ainslie et al. 2023, Chen et al. 2023, Su et al. 2024, DeepSeek-AI 2024
    (DeepSeek-V2) and the Gemma Team 2025.

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("architecture_lab.js")
    _css = join_styles("architecture_lab.css")

    design = t.Dict().tag(sync=True, setting=True)
    n_tokens = t.Int(32_768).tag(sync=True, setting=True)
    against = t.Unicode("GPT-2").tag(sync=True, setting=True)
    view = t.Unicode("costs").tag(sync=True, setting=True)
    folded = t.Bool(False).tag(sync=True, setting=True)

    presets = t.Dict().tag(sync=True)
    config_files = t.Dict().tag(sync=True)
    before = t.Dict().tag(sync=True)
    counts = t.Dict().tag(sync=True)

    def __init__(self, config: GPTConfig | None = None, **settings: Any):
        """Show `config`, by default GPT-2's, with the settings given."""
        self.presets, self.config_files = presets(), lines_of_files()
        design = self.presets["GPT-2"] if config is None else as_design(config)
        super().__init__(**({"design": design} | settings))

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "n_tokens":
            value = check_whole(name, value, 1, LONGEST)
        elif name == "against":
            check_choice(name, value, AGAINST)
        elif name == "view":
            check_choice(name, value, VIEWS)
        elif name == "design":
            value = _check_design(value)
        super().__setattr__(name, value)

    @property
    def config(self) -> GPTConfig:
        """The config that is shown, for `GPT(lab.config)`."""
        from llm_lib.model.config import GPTConfig

        return GPTConfig.from_dict(self.design)


def _check_design(value: Any) -> dict[str, Any]:
    """Return a design of which a model can be built; ValueError in `GPTConfig`'s words if none."""
    from llm_lib.model.config import GPTConfig

    if not isinstance(value, dict):
        raise TypeError(f"design should be a dict of a GPTConfig's fields; got {value!r:.80}")
    return as_design(GPTConfig.from_dict(value))
