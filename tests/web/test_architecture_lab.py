"""ArchitectureLab in a browser: it counts as the library does, and its steps make real models."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import transformers

from llm_lib.book.widgets import ArchitectureLab
from llm_lib.book.widgets.architecture_lab import as_design
from llm_lib.costs.model_size import (
    count_active_parameters,
    count_flops,
    count_inference_memory,
    count_parameters_by_part,
    known_configs,
)
from llm_lib.costs.modern_configs import modern_configs
from llm_lib.model.gpt import GPTConfig
from tests.costs.test_model_size import LATER, random_config
from tests.costs.test_modern_configs import PUBLISHED
from tests.web.test_model_sizer import take
from tests.web.widget_page import set_trait, settle, trait

HYBRID = {"delta_layers": [0, 2], "experts": {"n_expert": 6, "n_active": 3, "n_shared": 1}}


@pytest.fixture
def page(show_widget):
    return show_widget(ArchitectureLab())


def counts(config: GPTConfig, n_tokens: int) -> dict[str, int]:
    """Return what the widget counts, by the library; beyond learned positions as if they went on."""
    parts = count_parameters_by_part(config)
    c = config
    if n_tokens > config.context_length:
        c = replace(config, context_length=n_tokens, position="rotary")

    def cache(n: int) -> int:
        return count_inference_memory(c, n_tokens=n)["cache"]

    memories = 4 * len(c.delta_layers) * c.n_head * c.head_size**2
    return {
        "parameters": sum(parts.values()),
        "active": count_active_parameters(config),
        "cache_token": cache(1) - memories,
        "cache": cache(n_tokens),
        "flops": sum(count_flops(c, n_tokens).values()),
    }


def finding(page, words: str) -> str:
    """Return the sentence once it holds `words`: it is said after a pause."""
    page.wait_for_function(
        "(words) => document.querySelector('.llm-finding').textContent.includes(words)", arg=words
    )
    return page.text_content(".llm-finding")


def test_it_counts_as_the_library_does(page):
    # fails if any count of the script differs from the module's, for any switch or length
    later = [GPTConfig(31, 12, 3, 4, 16, **switches) for switches in (*LATER, HYBRID)]
    configs = [*known_configs().values(), *modern_configs().values(), *later]
    configs += [random_config(seed) for seed in range(20)]
    for i, config in enumerate(configs):
        longest = 1_000_000 if config.head_size % 2 == 0 else config.context_length
        n_tokens = (1, config.context_length, longest)[i % 3]
        take(page, {"design": as_design(config), "n_tokens": n_tokens})
        assert trait(page, "counts") == counts(config, n_tokens), config


def test_published_models_have_their_published_sizes(page):
    # fails if a menu's entry loads another model, or a count of the page is not what is published
    known = page.get_by_role("combobox", name="A published model")
    for name, parameters in {**PUBLISHED, "Llama 3 8B": 8_030_261_248}.items():
        known.select_option(name)
        settle(page)
        assert trait(page, "counts")["parameters"] == parameters
        assert finding(page, f"{name}: ")


def test_seven_presses_walk_the_stages_of_the_chapter(page):
    # fails if a press changes nothing or two things, or its sentence does not say what it did
    press = page.locator("button.llm-main")
    said = []
    words = ("Rotary", "RMSNorm", "No biases", "SwiGLU", "3 key/value", "A window of", "8 exp")
    for word in words:
        before = trait(page, "design")
        press.click()
        settle(page)
        assert trait(page, "before") == before != trait(page, "design")
        said.append(finding(page, word))
    assert "nothing counted here changes. It is now a Llama" in said[3]
    assert said[4].startswith("3 key/value heads in place of 12: parameters −8.6\u00a0%, cache 4 t")
    assert said[5].startswith("A window of 1,024 tokens in 6 of 12 layers in place of no window")
    assert "It is now a Llama with windows." in said[5]
    assert "parameters 4.5 times larger, active parameters +50\u00a0%" in said[6]
    assert "FLOPs per token +13\u00a0% (against the step before)." in said[6]
    expected = GPTConfig(
        50257, 1024, 12, 12, 768, bias=False, n_kv_head=3, position="rotary", norm="rms",
        mlp="swiglu", n_hidden=2048, init_std=0.02, experts={"n_expert": 8, "n_active": 2},
        window=[1024, None] * 6,
    )  # fmt: skip
    assert trait(page, "counts") == counts(expected, 32_768)
    assert GPTConfig.from_dict(trait(page, "design")).windows == expected.windows
    press.click()
    settle(page)
    assert GPTConfig.from_dict(trait(page, "design")) == known_configs()["GPT-2"]


# the choices in an order in which each changes something, and a word of what is said of it
BUYS = {
    "RMSNorm": "no mean", "LayerNorm": "subtracts the mean", "no": "PaLM's", "q, k, v": "Qwen2.5",
    "yes": "GPT-2 alone", "rotary": "stretched", "learned": "behind the last", "SwiGLU": "(2020)",
    "GELU": "No gate", "groups": "Ainslie", "one": "steady", "each head": "its own",
    "latent": "DeepSeek-AI", "its own": "second table", "shares the table": "Press",
}  # fmt: skip
WITHIN = {
    "Windows in": {
        "1 of 2": "can still come",
        "5 of 6": "Gemma 3's",
        "all": "stops",
        "none": "Nothing is out",
    },
    "Linear in": {"1 of 2": "do not grow", "3 of 4": "do not grow", "all": "Schlag", "none": "Any"},
}


def test_each_choice_says_what_it_buys(page):
    # fails if a choice changes the design and nothing is said of it, or another choice's sentence
    for name, words in BUYS.items():
        radio = page.locator(".llm-archlab-fields").get_by_role("radio", name=name, exact=True)
        radio.first.check()
        assert words in finding(page, words).split("\n")[1], name
    for group, choices in WITHIN.items():
        radios = page.get_by_role("radiogroup", name=group)
        for name, words in choices.items():
            radios.get_by_role("radio", name=name, exact=True).check()
            assert words in finding(page, words).split("\n")[1], name


def test_what_a_token_adds_ends_with_the_window(page):
    # fails if bytes that hold only until windows are full seem to hold for each token of a text
    name = page.locator(".llm-bar-name").nth(2)
    assert name.inner_text() == "cache per token"
    page.get_by_role("combobox", name="A published model").select_option("Mistral 7B")
    assert "of cache per token until its windows are full" in finding(page, "Mistral 7B: ")
    assert name.inner_text() == "cache per token, until windows are full"


def test_a_model_as_a_whole_buys_nothing(page):
    # fails if a model that is loaded is told as if it were one change
    page.get_by_role("combobox", name="A published model").select_option("Mistral 7B")
    assert "\n" not in finding(page, "Mistral 7B: ")


@pytest.mark.parametrize("model", ["GPT-2", "Qwen2.5 0.5B", "Mistral 7B", "DeepSeek-V2-Lite"])
def test_every_choice_makes_a_model(page, model):
    # fails if choices lead to a config that the library refuses, or counts otherwise
    page.get_by_role("combobox", name="A published model").select_option(model)
    settle(page)
    groups = page.locator(".llm-archlab-fields").get_by_role("radiogroup")
    for i in range(groups.count()):
        radios = groups.nth(i).get_by_role("radio")
        for k in [*range(radios.count()), 0]:
            radios.nth(k).check()
            settle(page)
            config = GPTConfig.from_dict(trait(page, "design"))
            assert radios.nth(k).is_checked()
            assert trait(page, "counts") == counts(config, 32_768), (i, k)


def test_experts_are_chosen_in_three_menus(page):
    # fails if a menu is not followed, or more experts are active than there are
    for name, value in {
        "Experts": "16",
        "Experts for each token": "4",
        "Shared experts": "1",
    }.items():
        page.get_by_role("combobox", name=name, exact=True).select_option(value)
        settle(page)
    experts = trait(page, "design")["experts"]
    assert [experts[n] for n in ("n_expert", "n_active", "n_shared")] == [16, 4, 1]
    assert page.locator(".llm-archlab-active").count() == 4
    page.get_by_role("combobox", name="Experts", exact=True).select_option("1")
    settle(page)
    assert trait(page, "design")["experts"] is None
    assert finding(page, "One feed-forward network in place of 16 experts (4 and 1 shared for each")


def test_it_compares_with_gpt_2_or_with_the_step_before(page):
    # fails if the outline is another model's, or changed parts do not stand out
    page.get_by_role("radio", name="latent").check()
    settle(page)
    assert trait(page, "design")["position"] == "rotary"  # latents need them
    page.get_by_role("radio", name="one", exact=True).check()
    settle(page)
    ratios = page.locator(".llm-archlab-ratio")
    assert ratios.nth(2).inner_text() == "÷\u00a012"
    page.get_by_role("radio", name="the step before").check()
    settle(page)
    assert ratios.nth(2).inner_text() == "÷\u00a02.3"  # 256 + 32 numbers, and 2 · 64
    new = page.locator(".llm-archlab-new").all_inner_texts()
    assert [text.split("\n")[0] for text in new] == [
        "◆ rotary positions in each block, base 10,000",
        "◆ attention: 12 query heads of 64 channels, 1 of keys and values",
    ]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.locator(".llm-archlab-new").count() == 0
    assert trait(page, "against") == "GPT-2"


def drawn(page, name: str) -> list[str]:
    """Load a published model; return what stands in the boxes of its block."""
    page.get_by_role("combobox", name="A published model").select_option(name)
    settle(page)
    boxes = page.locator(".llm-archlab-block > p, .llm-archlab-block span:first-child")
    return [text.removeprefix("◆ ") for text in boxes.all_inner_texts()]


def test_deepseek_v3_is_drawn_as_its_config_has_it(page):
    # fails if the first layers seem to have experts, or groups, router or a latent are not shown
    text = "\n".join(drawn(page, "DeepSeek-V3"))
    theirs = transformers.DeepseekV3Config()
    dense, n_layer = theirs.first_k_dense_replace, theirs.num_hidden_layers
    assert f"blocks 1 to {dense}: feed-forward: SwiGLU, 7,168 → 18,432 → 7,168" in text
    assert f"blocks {dense + 1} to {n_layer}: {theirs.n_routed_experts} experts" in text
    assert f"({theirs.num_experts_per_tok} and {theirs.n_shared_experts} shared" in text
    assert "sigmoid scores, a bias for balance" in text  # section 2.1.2 of its report
    assert f"first the best {theirs.topk_group} of {theirs.n_group} groups" in text
    assert f"one latent of {theirs.kv_lora_rank} + {theirs.qk_rope_head_dim} numbers" in text
    assert f"queries from one of {theirs.q_lora_rank:,}" in text
    groups = page.locator(".llm-archlab-group")
    filled = [groups.nth(i).locator(".llm-archlab-active").count() for i in range(theirs.n_group)]
    assert [groups.nth(i).locator("i").count() for i in range(8)] == [256 // 8] * 8
    assert sum(filled) == theirs.num_experts_per_tok
    assert sum(n > 0 for n in filled) == theirs.topk_group
    assert page.locator(".llm-archlab-shared").count() == theirs.n_shared_experts


def test_models_with_experts_throughout_have_no_groups(page):
    # fails if what is DeepSeek-V3's is drawn elsewhere, or stays when another model is loaded
    drawn(page, "DeepSeek-V3")
    assert "block 1: feed-forward" in "\n".join(drawn(page, "DeepSeek-V2-Lite"))
    assert page.locator(".llm-archlab-group").count() == 0
    assert not any(text.startswith("block") for text in drawn(page, "Mixtral 8x7B"))
    assert page.locator(".llm-archlab-active").count() == 2


def test_qwen_has_biases_of_queries_keys_and_values_alone(page):
    # fails if Qwen 2.5 is drawn as a model without biases, or its radio says so
    assert drawn(page, "Qwen2.5 0.5B")[0] == "24 blocks: biases of queries, keys and values alone"
    assert page.get_by_role("radio", name="q, k, v").is_checked()
    assert drawn(page, "Qwen3 0.6B")[0] == "28 blocks: no biases"
    assert any(text.endswith("; QK-norm") for text in drawn(page, "Qwen3 0.6B"))


# lines whose number stands in the drawing, but for types of models that do not use it
DRAWN = {
    **dict.fromkeys(("vocab_size", "hidden_size", "n_embd", "n_positions", "rope_theta"), ()),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "num_attention_heads", "n_head"), ()),
    **dict.fromkeys(("kv_lora_rank", "qk_rope_head_dim", "q_lora_rank", "v_head_dim"), ()),
    **dict.fromkeys(("head_dim", "first_k_dense_replace", "n_shared_experts"), ()),
    **dict.fromkeys(("num_local_experts", "num_experts", "n_routed_experts"), ()),
    **dict.fromkeys(("num_experts_per_tok", "moe_intermediate_size"), ()),
    "num_key_value_heads": ("deepseek_v2", "deepseek_v3"),
    "intermediate_size": ("qwen3_moe",),
    "sliding_window": ("qwen2",),
}


def test_each_line_of_a_file_stands_beside_what_it_sets(page):
    # fails if a line is missing or other than in the file, nothing is said of it, or the drawing
    # does not have its number
    page.get_by_role("radio", name="its config.json").check()
    lines, words = (page.locator(f".llm-archlab-file {tag}") for tag in ("dt", "dd"))
    for name, file in trait(page, "config_files").items():
        drawn(page, name)
        found = dict(re.match('"(.+?)": (.+)', text).groups() for text in lines.all_inner_texts())
        assert found.keys() == file.keys()
        assert all(found[field] in (value, short(value)) for field, value in file.items()), name
        assert all(re.match(r"\w", text) for text in words.all_inner_texts()), name
        picture = page.inner_text(".llm-archlab-drawing")
        for field, others in DRAWN.items():
            value = json.loads(file.get(field, "null"))
            if value and json.loads(file["model_type"]) not in others:
                assert re.search(rf"\b{value:,.0f}\b", picture), (name, field)


def short(value: str) -> str:
    """Return how a value with fields of its own is shown."""
    return re.sub(r'.*("factor": [\d.]+).*', r"{\1 …}", value)


def test_a_design_of_ones_own_has_no_file(page):
    # fails if the file of another model stays beside it, or the way back to the costs is lost
    page.locator("button.llm-main").click()
    page.get_by_role("radio", name="its config.json").check()
    settle(page)
    assert page.locator(".llm-archlab-file dt").count() == 0
    assert "has no file" in page.inner_text(".llm-archlab-file")
    assert not page.locator("button.llm-main").is_visible()
    page.get_by_role("radio", name="costs").check()
    settle(page)
    assert page.locator("button.llm-main").is_visible()
    assert not page.locator(".llm-archlab-file").is_visible()


def test_what_depends_on_the_length_says_at_which(page):
    # fails if a count that moves with the slider does not name the length, or another does
    names = page.locator(".llm-archlab .llm-bar-name")
    before = trait(page, "counts")
    for n_tokens in (32_768, 2048):
        set_trait(page, "n_tokens", n_tokens)
        at = [name for name in names.all_inner_texts() if f" at {n_tokens:,} tokens" in name]
        assert at == [f"{what} at {n_tokens:,} tokens" for what in ("cache", "FLOPs per token")]
    after = trait(page, "counts")
    assert [key for key in before if before[key] != after[key]] == ["cache", "flops"]


def test_a_text_beyond_learned_positions_is_named(page):
    # fails if GPT-2 seems to read 32,768 tokens, or the note stays where rotary positions reach on
    assert "learned positions end at 1,024" in finding(page, "learned positions")
    slider = page.get_by_role("slider", name="Tokens of text")
    slider.focus()
    page.keyboard.press("Home")
    settle(page)
    assert trait(page, "n_tokens") == 1024
    assert "learned positions" not in finding(page, "at 1,024.")
    set_trait(page, "n_tokens", 2048)
    page.get_by_role("radio", name="rotary").check()
    settle(page)
    assert "end at" not in finding(page, "Rotary positions in place of learned")


def test_it_can_begin_with_the_presses_alone(show_widget):
    # fails if a page that asks for it shows all switches at once, or they can't be reached
    page = show_widget(ArchitectureLab(folded=True))
    fields = page.locator(".llm-archlab-fields")
    assert page.locator("button.llm-main").is_visible() and not fields.is_visible()
    page.get_by_text("Set each part yourself").click()
    assert fields.is_visible()
    assert page.get_by_role("radio", name="the step before").is_visible()
    # and what is moved and what changes are seen together
    assert page.locator(".llm-archlab").bounding_box()["height"] <= 760
