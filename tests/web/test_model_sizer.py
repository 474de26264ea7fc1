"""ModelSizer in a browser: its counts are those of llm_lib.costs.model_size, by mouse and by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from llm_lib.book.widgets import ModelSizer
from llm_lib.book.widgets.model_sizer import as_settings
from llm_lib.costs.model_size import (
    count_flops,
    count_inference_memory,
    count_parameters_by_part,
    count_training_memory,
    known_configs,
)
from llm_lib.model.gpt import GPTConfig
from tests.costs.test_model_size import random_config
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(ModelSizer())


def take(page, settings) -> None:
    """Set many traits at once, as Python would, and wait until the page has followed."""
    page.evaluate(
        """(settings) => new Promise((done) => {
          for (const [name, value] of Object.entries(settings)) model.set(name, value);
          requestAnimationFrame(() => requestAnimationFrame(done));
        })""",
        settings,
    )


def map_boxes(locator) -> list[dict]:
    """Return where each of some elements stands."""
    return [locator.nth(i).bounding_box() for i in range(locator.count())]


def test_it_counts_as_the_library_does(page):
    # fails if any count of the script differs from the module's, for any switch or use
    configs = [*known_configs().values(), *(random_config(seed) for seed in range(60))]
    for i, config in enumerate(configs):
        batch_size, size = 1 + i % 5, (1, 2, 4)[i % 3]
        n_tokens = None if i % 4 == 0 else max(1, config.context_length * (i % 7) // 7)
        use = {"batch_size": batch_size, "bytes_per_number": size, "n_tokens": n_tokens}
        take(page, as_settings(config) | use)
        assert trait(page, "error") == ""
        assert trait(page, "parameters") == count_parameters_by_part(config)
        assert trait(page, "flops") == count_flops(config, n_tokens)
        memory = count_training_memory(config, batch_size, n_tokens)
        assert trait(page, "training") == memory
        memory = count_inference_memory(config, batch_size, n_tokens, size)
        assert trait(page, "inference") == memory


def test_what_it_shows_is_what_it_counted(page):
    # fails if a number, unit or share on the page is not that of the traits
    stack = page.locator(".llm-sizer-stack").first
    assert "124,439,808" in stack.inner_text() and "feed-forward 46\u00a0%" in stack.inner_text()
    widths = [part["width"] for part in map_boxes(stack.locator(".llm-sizer-bar i"))]
    counted = list(trait(page, "parameters").values())
    assert widths[3] / widths[0] == pytest.approx(counted[3] / counted[0], rel=0.02)
    page.get_by_text("Every part, counted").click()
    section = page.get_by_role("region", name="Parameters")
    assert "124,439,808" in section.inner_text()
    rows = section.locator("li").all_inner_texts()
    assert ["38,597,376", "31\u00a0%"] == rows[0].split("\n")[-2:]
    finding = page.text_content(".llm-finding")
    assert "124\u00a0million parameters, 46\u00a0% of them in feed-forward" in finding
    memory = page.get_by_role("region", name="Memory to write").inner_text()
    assert "249\u00a0MB" in memory and "37.7\u00a0MB" in memory


def test_a_part_looks_the_same_in_both_bars(page):
    # fails if a colour means one part of the parameters, and another part of the FLOPs
    looks = page.locator(".llm-sizer-stack").evaluate_all(
        """(stacks) => stacks.map((stack) => {
             const look = (i) => {
               const { backgroundColor, backgroundImage, boxShadow } = getComputedStyle(i);
               return [backgroundColor, backgroundImage, boxShadow].join();
             };
             const bar = [...stack.querySelectorAll(".llm-sizer-bar i")].map(look);
             const parts = [...stack.querySelectorAll("li")].map((li, i) =>
               [li.textContent.replace(/[<\\d.\\s]*(%|none)$/, "").trim(), bar[i], look(li.firstChild)]);
             return parts;
           })"""
    )
    parameters, flops = ({name: bar for name, bar, _ in parts} for parts in looks)
    assert all(bar == key for parts in looks for _, bar, key in parts)
    assert list(parameters) == list(trait(page, "parameters"))
    assert list(flops) == list(trait(page, "flops"))
    assert flops["projections"] == parameters["attention"]
    assert all(flops[name] == parameters[name] for name in ("feed-forward", "head"))
    assert len({*parameters.values(), *flops.values()}) == 7 and "" not in parameters.values()


def test_the_scale_says_what_its_ticks_are(page):
    # fails if a label stands beside its tick: the ticks cut the line into equal parts
    line = page.locator(".llm-sizer-line").first.bounding_box()
    boxes = page.locator(".llm-sizer-scale p span").evaluate_all(
        """(all) => all.map((span) => {
             const range = document.createRange();
             range.selectNodeContents(span);
             const { left, right } = range.getBoundingClientRect();
             return [left, right];
           })"""
    )
    step = line["width"] / (len(boxes) - 1)
    assert len(boxes) == 7
    for i, (left, right) in list(enumerate(boxes))[1:-1]:
        assert (left + right) / 2 == pytest.approx(line["x"] + i * step, abs=2)


def test_known_models_load_and_reset_brings_back_the_first(page):
    # fails if a preset leaves a field of another behind, or the point of this config stands still
    llama = known_configs()["Llama 3 8B"]
    point = page.locator(".llm-sizer-yours i")
    before = point.bounding_box()["x"]
    page.get_by_role("button", name="Llama 3 8B").click()
    settle(page)
    assert trait(page, "parameters") == count_parameters_by_part(llama)
    assert point.bounding_box()["x"] > before
    pressed = page.locator('.llm-sizer-known button[aria-pressed="true"]').all_inner_texts()
    assert [text.split("\n")[0] for text in pressed] == ["Llama 3 8B"]
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert trait(page, "parameters") == count_parameters_by_part(known_configs()["GPT-2"])


def test_sliders_answer_to_keys_and_keep_to_possible_models(page):
    # fails if a key press does nothing, or leads to heads that do not fit the width
    page.get_by_text("More settings").click()
    for name, key in (
        ("n_embd", "ArrowRight"),
        ("n_head", "ArrowLeft"),
        ("n_kv_head", "ArrowLeft"),
    ):
        before = trait(page, name)
        page.get_by_role("slider", name=name, exact=True).focus()
        page.keyboard.press(key)
        settle(page)
        assert trait(page, name) != before, name
        assert trait(page, "error") == ""
    for name in ("n_layer", "n_hidden", "vocab_size", "context_length", "n_tokens", "batch_size"):
        slider, before = page.get_by_role("slider", name=name, exact=True), trait(page, name)
        slider.focus()
        page.keyboard.press("ArrowLeft" if name == "n_tokens" else "ArrowRight")
        settle(page)
        assert trait(page, name) != before, name
        assert slider.get_attribute("aria-valuetext")
    config = GPTConfig(**{n: trait(page, n) for n in as_settings(known_configs()["GPT-2"])})
    assert trait(page, "parameters") == count_parameters_by_part(config)


def test_five_fields_change_no_count(page):
    # fails if the page says so of a field that does count, or the five can't be reached
    gpt2 = known_configs()["GPT-2"]
    others = {"dropout": 0.5, "rope_base": 1e6, "norm_eps": 1e-3, "init_std": 0.1}
    changed = replace(gpt2, **others, qk_norm=True)
    assert count_parameters_by_part(changed) == count_parameters_by_part(gpt2)
    before = [trait(page, name) for name in ("parameters", "flops", "training", "inference")]
    page.get_by_text("More settings").click()
    for name in others:
        page.get_by_role("slider", name=name).focus()
        page.keyboard.press("ArrowRight")
    page.get_by_role("radiogroup", name="qk_norm").get_by_text("yes").click()
    settle(page)
    assert trait(page, "init_std") == 0.005 and trait(page, "qk_norm") is True
    after = [trait(page, name) for name in ("parameters", "flops", "training", "inference")]
    assert after == before


def test_a_model_that_cannot_be_is_named(page):
    # fails if impossible settings from Python show numbers, or other words than the library's
    page.get_by_text("Every part, counted").click()
    assert page.get_by_role("region", name="Parameters").is_visible()
    for settings in ({"n_head": 7}, {"n_kv_head": 5}, {"n_head": 256, "position": "rotary"}):
        take(page, as_settings(known_configs()["GPT-2"]) | settings)
        said = page.inner_text(".llm-problem")
        assert not page.get_by_role("region", name="Parameters").is_visible()
        assert not page.locator(".llm-sizer-stack").first.is_visible()
        assert trait(page, "error") in said
        values = {n: trait(page, n) for n in as_settings(known_configs()["GPT-2"])}
        with pytest.raises(ValueError, match=re.escape(trait(page, "error"))):
            GPTConfig(**values)
    set_trait(page, "n_tokens", 4096)
    take(page, {"n_head": 12, "position": "learned"})
    assert "n_tokens 4096 is more than the model's context_length of 1024" in page.inner_text(
        "main"
    )
