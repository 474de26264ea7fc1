"""The Python side of ArchitectureLab: designs are configs, and errors say what is allowed."""

import re

import pytest

from llm_lib.book.widgets import ArchitectureLab
from llm_lib.book.widgets.architecture_lab import as_design
from llm_lib.book.widgets.base import HERE
from llm_lib.costs import count_parameters_by_part, known_configs, modern_configs
from llm_lib.model.gpt import GPTConfig
from web.fingerprint import ROOT

# what the sentences on what a part buys rest on, by the key in references.bib
CITED = {
    "press2017using", "zhang2019rmsnorm", "shazeer2020glu", "schlag2021linear", "fedus2022switch",
    "chowdhery2023palm", "ainslie2023gqa", "chen2023extending", "su2024roformer", "deepseek2024v2",
    "gemma2025",
}  # fmt: skip
GPT2 = known_configs()["GPT-2"]


def test_it_opens_as_gpt_2():
    # fails if another model is shown at first, or Reset leads elsewhere
    lab = ArchitectureLab()
    assert lab.config == GPT2
    settings = {"n_tokens": 32_768, "against": "GPT-2", "view": "costs", "folded": False}
    assert lab.initial == {"design": as_design(GPT2)} | settings


def test_a_config_can_be_given_and_had_back():
    # fails if a field is lost on the way in or out, such as a window of one layer
    own = GPTConfig(31, 12, 3, 4, 16, window=(3, None, 2), n_sink=1, bias=False, qkv_bias=True)
    hybrid = GPTConfig(31, 12, 3, 4, 16, experts={"n_expert": 4, "n_active": 2}, delta_layers=[1])
    for config in (*modern_configs().values(), own):
        assert as_design(ArchitectureLab(config).config) == as_design(config)
    assert ArchitectureLab(own).config == own
    shown = ArchitectureLab(hybrid)
    assert shown.config.delta_layers == (1,)
    assert shown.design["experts"]["n_hidden"] == 64  # none is left to follow
    assert count_parameters_by_part(shown.config) == count_parameters_by_part(hybrid)


def test_presets_are_the_published_models_the_smallest_first():
    # fails if a model of the library is missing, or out of order
    presets = ArchitectureLab().presets
    assert presets.keys() == {"GPT-2", "Llama 3 8B", *modern_configs()}
    configs = [GPTConfig.from_dict(design) for design in presets.values()]
    sizes = [sum(count_parameters_by_part(config).values()) for config in configs]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"n_tokens": 0}, ValueError, "n_tokens must be a whole number from 1 to 1048576, got 0"),
        ({"against": "Llama"}, ValueError, "against must be one of .*'before'.*, got 'Llama'"),
        ({"view": "drawing"}, ValueError, "view must be one of .*'file'.*, got 'drawing'"),
        ({"design": "GPT-2"}, TypeError, "design should be a dict of a GPTConfig's fields"),
        ({"design": as_design(GPT2) | {"n_head": 7}}, ValueError, "n_head 7 is not a multiple"),
        ({"experts": 8}, TypeError, "no setting 'experts'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        ArchitectureLab(**settings)


def test_each_model_of_the_list_has_lines_of_its_file():
    # fails if a model has none, or a value does not stand as it does in a file
    files = ArchitectureLab().config_files
    assert files.keys() == ArchitectureLab().presets.keys()
    assert files["Llama 3 8B"]["rope_theta"] == "500000.0"
    assert files["Qwen3 0.6B"]["rms_norm_eps"] == "1e-06"
    assert files["Qwen3 0.6B"]["tie_word_embeddings"] == "true"


def test_what_a_part_buys_rests_on_sources_of_the_book():
    # fails if a sentence names a work that the book's sources lack, by another name or year
    words = (HERE / "architecture_lab/buys.js").read_text("utf-8").split("const BUYS")[1]
    sources = (ROOT / "references.bib").read_text("utf-8").split("\n@")
    years = set()
    for key in CITED:
        entry = next(source for source in sources if f"{{{key}," in source)
        year = re.search(r"\d{4}", key)[0]
        assert re.search(rf"year = .?{year}", entry)
        name = rf"\b{key.split(year)[0]}\b"
        assert re.search(rf"{name}.{{0,80}} \(?{year}\)", words, re.I | re.S), key
        years.add(year)
    assert set(re.findall(r"\b(?:19|20)\d\d\b", words)) == years


def test_gpt_2_alone_has_biases_everywhere():
    # fails if another model of the list has them, or more than Qwen 2.5 has some
    designs = ArchitectureLab().presets
    assert [name for name, d in designs.items() if d["bias"]] == ["GPT-2"]
    assert [name for name, d in designs.items() if d["qkv_bias"]] == ["GPT-2", "Qwen2.5 0.5B"]
