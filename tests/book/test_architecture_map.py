"""The map of chapter 24 says what published configs say: those of transformers, and our own."""

from __future__ import annotations

import re

import pytest
import transformers

from llm_lib.costs import known_configs, modern_configs
from web.fingerprint import ROOT
from web.notebooks import read

CELLS = read(ROOT / "chapters/24_modern_architectures.ipynb").cells
TABLE = next(cell.source for cell in CELLS if "| model, year |" in cell.source)
COLUMNS = ("model", "positions", "heads", "sees", "experts")
ROWS = [
    dict(zip(COLUMNS, map(str.strip, line.strip("|").split("|")), strict=True))
    for line in TABLE.splitlines()
    if line.startswith("| ") and "model, year" not in line
]
ROW = {re.split(r" \{cite\}|,", row["model"])[0]: row for row in ROWS}
OURS = known_configs() | modern_configs()
# the defaults of these are said to be those of the model that is named
THEIRS = {
    "Mixtral 8x7B": transformers.MixtralConfig,
    "DeepSeek-V3": transformers.DeepseekV3Config,
    "gpt-oss-120b": getattr(transformers, "GptOssConfig", None),
    "Qwen3-Next 80B-A3B": getattr(transformers, "Qwen3NextConfig", None),
}


def shown(name: str, column: str) -> str:
    """Return what stands in a cell, without its link."""
    return re.sub(r"\{ref\}`(.*?) <.*?>`", r"\1", ROW[name][column])


def numbers(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\d|\d", text)]


def first(config, *names: str):
    """Return the first of these fields that a config has."""
    return next(v for name in names if (v := getattr(config, name, None)) is not None)


@pytest.mark.parametrize("name", [name for name in ROW if name in OURS])
def test_a_row_says_what_our_config_says(name):
    # fails if a number of heads, a window, a factor or a number of experts is another
    c = OURS[name]
    if c.latent:
        assert numbers(shown(name, "heads")) == [c.latent.n_latent, c.latent.n_rotary]
    else:
        assert numbers(shown(name, "heads")) == [c.n_head, c.kv_heads]
    assert numbers(shown(name, "sees")) == [w for w in {*c.windows} if w]
    factor = [int(c.rope_scaling.factor)] if c.rope_scaling else []
    assert numbers(shown(name, "positions")) == factor
    e = c.experts
    routed = [e.n_active, e.n_expert] + [e.n_shared] * bool(e.n_shared) if e else []
    assert numbers(shown(name, "experts")) == routed
    # the chapter says that all newer models here have both
    assert (c.norm, c.mlp) == (("layer", "gelu") if name == "GPT-2" else ("rms", "swiglu"))


@pytest.mark.parametrize("name", THEIRS)
def test_a_row_says_what_transformers_says(name):
    # fails as above, against configs that are not ours
    if THEIRS[name] is None:
        pytest.skip("this transformers does not know the model")
    c = THEIRS[name]()
    if latent := getattr(c, "kv_lora_rank", None):
        assert numbers(shown(name, "heads")) == [latent, c.qk_rope_head_dim]
    else:
        heads = [c.num_attention_heads, c.num_key_value_heads]
        assert numbers(shown(name, "heads")) == heads
    window = getattr(c, "sliding_window", None)
    assert (window in numbers(shown(name, "sees"))) == (window is not None)
    kinds = getattr(c, "layer_types", None) or []
    every = kinds.index("full_attention") + 1 if "full_attention" in kinds else 1
    assert (f"every {every}" in shown(name, "sees")) == (every > 1)
    if "experts" in str(c.to_dict()):
        total = first(c, "num_local_experts", "n_routed_experts", "num_experts")
        assert numbers(shown(name, "experts"))[:2] == [c.num_experts_per_tok, total]


def test_all_models_are_held_against_a_config():
    # fails if a model is added to the map that nothing here checks
    assert set(ROW) <= set(OURS) | set(THEIRS)


def test_each_cell_leads_to_a_place_that_is_there():
    # fails if a cell names a part of the page that is gone
    places = {place for cell in CELLS for place in re.findall(r"^\((.+)\)=$", cell.source, re.M)}
    led_to = set(re.findall(r"<(arch-[\w-]+)>", TABLE))
    assert led_to and led_to <= places
