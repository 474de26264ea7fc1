"""Published models of 2023 to 2025: their counts, from their configs alone."""

import pytest
import torch

from llm_lib.costs.model_size import (
    count_active_parameters,
    count_inference_memory,
    count_parameters_by_part,
)
from llm_lib.costs.modern_configs import modern_configs
from llm_lib.model.gpt import GPT

CONFIGS = modern_configs()
# how many parameters the weights on the Hub have, without what is computed or balanced
PUBLISHED = {
    "Qwen2.5 0.5B": 494_032_768,
    "Qwen3 0.6B": 596_049_920,
    "Llama 3.2 1B": 1_235_814_400,
    "Mistral 7B": 7_241_732_096,
    "DeepSeek-V2-Lite": 15_706_484_224,
    "Qwen3 30B-A3B": 30_532_122_624,
    "Mixtral 8x7B": 46_702_792_704,
    "Llama 3.1 405B": 405_853_388_800,
    "DeepSeek-V3": 671_026_404_352,
}


def count(config):
    return sum(count_parameters_by_part(config).values())


def test_they_have_their_published_parameters():
    # fails if one size of one config, or the count of one part, is wrong
    assert {name: count(config) for name, config in CONFIGS.items()} == PUBLISHED
    assert list(PUBLISHED.values()) == sorted(PUBLISHED.values())


@pytest.mark.parametrize("name", ["Qwen3 0.6B", "Llama 3.2 1B", "Mistral 7B", "Mixtral 8x7B"])
def test_they_are_those_of_a_model_that_is_built(name):
    # fails if the count agrees with what was published and the model does not
    with torch.device("meta"):
        model = GPT(CONFIGS[name])
    assert model.count_parameters() == PUBLISHED[name]


@pytest.mark.parametrize(
    ("name", "billions", "with_table"),
    [
        ("Mixtral 8x7B", 12.9, True),  # Jiang et al. 2024, section 2.1, "12.9B active"
        ("Qwen3 30B-A3B", 3.3, True),  # its model card, "3.3B activated"
        ("DeepSeek-V3", 37, False),  # DeepSeek-AI 2024, abstract: "37B activated"
        ("DeepSeek-V2-Lite", 2.4, False),  # DeepSeek-AI 2024, DeepSeek-V2, appendix B
    ],
)
def test_active_parameters_are_near_what_their_makers_say(name, billions, with_table):
    # fails if idle experts count, or a shared one does not. Some leave the table of embeddings out,
    # of which a token meets one row
    config = CONFIGS[name]
    table = 0 if with_table else count_parameters_by_part(config)["token embedding"]
    assert (count_active_parameters(config) - table) / 1e9 == pytest.approx(billions, rel=0.025)


@pytest.mark.parametrize(
    ("name", "n_bytes"), [("DeepSeek-V3", 70_272), ("Llama 3.1 405B", 516_096)]
)
def test_a_token_in_the_cache_takes_the_published_bytes(name, n_bytes):
    # fails if a latent, or a group of heads, is counted otherwise than Zhao et al. 2025 ("Insights
    # into DeepSeek-V3", table 1) do, at two bytes a number
    assert count_inference_memory(CONFIGS[name], n_tokens=1)["cache"] == n_bytes


def test_a_window_bounds_the_cache():
    # fails if a long text costs more than the window lets it
    config = CONFIGS["Mistral 7B"]
    in_window, whole = (count_inference_memory(config, n_tokens=n)["cache"] for n in (4096, 32768))
    assert in_window == whole == 4096 * 131_072
