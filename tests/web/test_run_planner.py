"""RunPlanner in a browser: it reckons as llm_lib.costs.run_plan does, by mouse and by keyboard."""

from __future__ import annotations

import random

import pytest

from llm_lib.book.widgets import RunPlanner
from llm_lib.costs.run_plan import CHECKPOINTING, GPUS, PARALLEL, PRECISIONS, TrainingRun, plan_run
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(RunPlanner())


def draw(seed: int) -> dict:
    """Return the settings of some run, possible or not."""
    rng = random.Random(seed)
    tensor, pipeline = 2 ** rng.randrange(4), 2 ** rng.randrange(4)
    return {
        "parameters": 10 ** rng.uniform(7, 13),
        "tokens": 10 ** rng.uniform(9, 13),
        "gpus": rng.choice([1, 6, 64, 1024, 16_384]),
        "batch_tokens": rng.choice([2**14, 1536 * 2048, 2**24]),
        "context_length": rng.choice([512, 2048, 8192]),
        "micro_batch": rng.choice([1, 3, 32]),
        "parallel": rng.choice(PARALLEL),
        "precision": rng.choice([*PRECISIONS]),
        "checkpointing": rng.choice(CHECKPOINTING),
        "tensor_parallel": tensor,
        "pipeline_parallel": pipeline,
        "pipeline_chunks": rng.choice([1, 1, 2, 4]),
        "network": 10 ** rng.uniform(8, 11),
        "efficiency": rng.uniform(0.1, 1),
        "overlap": rng.random() < 0.7,
        **rng.choice([*GPUS.values()]),
    }


def take(page, settings: dict) -> None:
    """Set many traits at once, as Python would, and wait until the page has followed."""
    page.evaluate(
        "(settings) => { for (const [name, value] of Object.entries(settings)) model.set(name, value); }",
        settings,
    )
    settle(page)


def shown(page) -> dict:
    """Return what the page has worked out."""
    names = ("memory_parts", "time", "bytes_sent", "days", "mfu", "binds", "error")
    return {name: trait(page, name) for name in names}


def test_it_reckons_as_the_library_does(page):
    # fails if a figure, a limit or an error of the script differs from the module's
    kinds = {"possible": 0, "impossible": 0}
    for seed in range(60):
        settings = draw(seed)
        take(page, settings)
        got = shown(page)
        try:
            plan = plan_run(TrainingRun(**settings))
        except ValueError as error:
            kinds["impossible"] += 1
            assert got["error"] == str(error)
            assert (got["binds"], got["memory_parts"]) == ("", {})
            continue
        kinds["possible"] += 1
        assert got["error"] == ""
        assert got["memory_parts"] == pytest.approx(plan["memory"], rel=1e-9)
        assert got["time"] == pytest.approx(plan["time"], rel=1e-9)
        for name in ("bytes_sent", "days", "mfu"):
            assert got[name] == pytest.approx(plan[name], rel=1e-9), name
        assert got["binds"] == plan["binds"]
    assert min(kinds.values()) > 10


def test_the_first_run_fits_once_its_moments_are_cut(page):
    # fails if the widget opens in another state than the ZeRO paper's figure 1: 120 GB, and 31.4
    assert trait(page, "binds") == "memory"
    assert "would have to hold 120\u00a0GB, and has 32\u00a0GB" in page.inner_text(".llm-finding")
    page.get_by_role("radio", name="ZeRO-1").check()
    settle(page)
    assert trait(page, "parallel") == "zero1"
    assert trait(page, "binds") == "compute"
    assert "One step (it sends while it computes)" in page.inner_text(".llm-planner-picture")
    set_trait(page, "overlap", False)
    assert "it sends while" not in page.inner_text(".llm-planner-picture")
    assert "It fits: each GPU holds 31.7\u00a0GB of 32\u00a0GB" in page.text_content(".llm-finding")
    label = page.locator(".llm-planner-bar").get_attribute("aria-label")
    assert "weights 15\u00a0GB" in label and "moments 938\u00a0MB" in label


def test_published_runs(page):
    # fails if a preset leaves a setting of another behind, or no longer comes to what was published
    for name, days, mfu in (("GPT-3", 34, 0.337), ("Llama 3", 66, 0.41), ("GPT-2", None, None)):
        page.get_by_role("button", name=name).click()
        settle(page)
        assert page.get_by_role("button", name=name).get_attribute("aria-pressed") == "true"
        assert trait(page, "error") == ""
        assert trait(page, "binds") == "compute"
        if days:
            assert trait(page, "days") == pytest.approx(days, rel=0.03)
            assert trait(page, "mfu") == pytest.approx(mfu, abs=0.01)
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert trait(page, "parameters") == 7.5e9
    assert trait(page, "memory") == 32e9


def test_an_impossible_run_is_named(page):
    # fails if a batch is spread thinner than a sequence, or old figures stay in sight
    set_trait(page, "gpus", 16_384)
    assert "1,024 sequences of 1,024, too few for 16,384 copies" in page.inner_text(".llm-problem")
    assert page.locator(".llm-planner-picture").is_hidden()
    set_trait(page, "gpus", 64)
    assert page.locator(".llm-planner-picture").is_visible()
    assert page.locator(".llm-problem").count() == 0


def test_sliders_answer_to_keys(page):
    # fails if a slider can't be moved from the keyboard, or does not say its value
    for name, field, low, high in (
        ("GPUs", "gpus", 128, 128),
        ("Network", "network", 6.6e9, 7.5e9),
    ):
        slider = page.get_by_role("slider", name=name, exact=True)
        slider.focus()
        page.keyboard.press("ArrowRight")
        settle(page)
        assert low <= trait(page, field) <= high
    assert slider.get_attribute("aria-valuetext").endswith("GB/s")
