"""The sharded step in a browser: who holds what, and bytes that are those of `llm_lib.costs.run_plan`."""

from __future__ import annotations

import numpy as np
import pytest

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.ring import GRADS
from llm_lib.book.widgets.stories.sharded_step import ShardedStep
from llm_lib.costs.run_plan import TrainingRun, bytes_sent, memory_per_rank
from tests.web.widget_page import set_trait, settle, take_poster_off, texts, trait

WAYS = ("ddp", "zero1", "zero2", "zero3")
WEIGHTS = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
OWN = np.array(GRADS)[:4].reshape(4, 2, 4)  # rank, layer, place
MEAN = OWN.mean(axis=0)


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("sharded-step"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def go(page, scene: str, step: int = 0) -> dict[str, str]:
    scenes = ShardedStep.SCENES
    first = sum(list(scenes.values())[: list(scenes).index(scene)])
    set_trait(page, "step", first + step)
    return texts(page)


def held(seen: dict[str, str], part: str) -> np.ndarray:
    """Return what is written in the ranks' places, (4, 2, 4); nan where a place is empty."""
    numbers = np.full((4, 2, 4), np.nan)
    for at in np.ndindex(4, 2, 4):
        text = seen.get(f"{part}{'.'.join(map(str, at))}")
        if text:
            numbers[at] = float(text.replace("−", "-"))
    return numbers


def cut(numbers: np.ndarray, layers=(0, 1)) -> np.ndarray:
    """Return (2, 4) numbers as four ranks hold them in shards, of these layers alone."""
    shards = np.full((4, 2, 4), np.nan)
    for rank in range(4):
        for layer in layers:
            shards[rank, layer, rank] = numbers[layer, rank]
    return shards


def large(parameters: float, ranks: int, way: str) -> tuple[float, float]:
    """Return the bytes that a rank holds and sends, by the library."""
    run = TrainingRun(parameters, 1e12, gpus=ranks, parallel=way, batch_tokens=2048 * ranks)
    parts = memory_per_rank(run)
    return sum(parts.values()) - parts["activations"], bytes_sent(run)


def test_each_stage_cuts_one_part_more(page):
    # fails when a stage cuts another part, or its bytes are not those that a run is planned with
    take_poster_off(page)
    for stage, scene in enumerate(["Plain", "ZeRO-1", "ZeRO-2", "ZeRO-3"]):
        seen = go(page, scene)
        weights = cut(WEIGHTS) if stage == 3 else np.stack([WEIGHTS] * 4)
        np.testing.assert_array_equal(held(seen, "weights"), weights)
        mean = cut(MEAN)  # from ZeRO-1 on, a rank averages its own places alone
        gradients = [np.stack([MEAN] * 4), np.where(np.isnan(mean), OWN, mean), mean, mean][stage]
        np.testing.assert_array_equal(held(seen, "gradients"), gradients)
        size, sent = large(8, 4, WAYS[stage])
        assert {seen[f"held{rank}"] for rank in range(4)} == {f"{size:.0f} bytes"}
        assert seen["sent"] == f"each rank sends {sent:.0f} bytes"
    assert [large(8, 4, way) for way in WAYS] == [(128, 24), (56, 24), (44, 24), (32, 36)]


def test_a_layer_is_whole_only_while_it_computes(page):
    # fails when a layer is kept, gathered too late, or a gradient is of another rank
    shards = cut(WEIGHTS)
    for step, layer in enumerate([0, None, 1, None]):
        expected = shards.copy()
        if layer is not None:
            expected[:, layer] = WEIGHTS[layer]
        np.testing.assert_array_equal(held(go(page, "Forward", step), "weights"), expected)
    for step, layer in ((0, 1), (2, 0)):
        seen = go(page, "Backward", step)
        np.testing.assert_array_equal(held(seen, "weights")[:, layer], [WEIGHTS[layer]] * 4)
        np.testing.assert_array_equal(held(seen, "gradients")[:, layer], OWN[:, layer])
    seen = go(page, "Backward", 1)
    np.testing.assert_array_equal(held(seen, "weights"), shards)
    np.testing.assert_array_equal(held(seen, "gradients"), cut(MEAN, [1]))
    said = trait(page, "finding").replace("\u00a0", " ")
    assert "(1 + 0 − 1 + 4) ÷ 4 = 1." in said


def test_the_step_is_that_of_one_process(page):
    # fails when a shard is stepped by another gradient, or the bytes do not add up to ZeRO-3's
    seen = go(page, "Update")
    np.testing.assert_allclose(held(seen, "weights"), cut(WEIGHTS - 0.1 * MEAN), atol=1e-9)
    sent = [go(page, "Forward", 3)["sent"], go(page, "Backward", 3)["sent"]]
    assert sent == ["each rank has sent 12 bytes", "each rank has sent 36 bytes"]


@pytest.mark.parametrize(("ranks", "zero"), [(16, 3), (512, 1), (2, 0)])
def test_the_reader_chooses_ranks_and_stage(page, ranks, zero):
    # fails when a menu is not followed, or its numbers are not those of the library
    go(page, "Your turn")
    page.get_by_role("combobox", name="Ranks").select_option(str(ranks))
    page.get_by_role("combobox", name="Stage").select_option(str(zero))
    settle(page)
    size, sent = large(70e9, ranks, WAYS[zero])
    assert trait(page, "held") == pytest.approx(size) and trait(page, "sent") == pytest.approx(sent)
    seen = texts(page)
    assert seen["y.held.gb"] == f"{size / 1e9:,.0f} GB"
    assert seen["y.sent.gb"] == f"{sent / 1e9:,.0f} GB"
    fits = "fits on a GPU" if size <= 80e9 else "doesn't fit on a GPU"
    assert fits in trait(page, "finding").replace("’", "'")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "ranks"), trait(page, "stage")) == (4, 3)
