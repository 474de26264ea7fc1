"""TwoRanks in a browser: the ranks are what torch computes, and each fault shows what it should."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import TwoRanks
from llm_lib.dataset import ShuffledWindows
from tests.web.trained_models import HELPERS, config_of, fresh_model, pack, packed_weights
from tests.web.widget_page import plain_script, set_trait, settle, trait

TEXT = np.random.default_rng(5).integers(23, size=900)
RATES = {"sgd": 0.5, "adam": 0.01}
# Five steps; how far the ranks are from given weights, from each other, and from the one process.
FIVE_STEPS = """([config, weights, text, fault, optimizer, rate, want]) => {
  const training = new TwoRankTraining({config, tokens: idsOf(text), heldOut: idsOf(text), batch_size: 4,
    fault, optimizer, learning_rate: rate, seed: 3, weights: floatsOf(weights)});
  for (let i = 0; i < 5; i++) training.takeStep();
  const exact = (packed) => new Float64Array(bytesOf(packed));
  const far = ({gpt}) => Math.max(...gpt.parameters.all.filter(({name}) => name in want).map(({name, at, length}) =>
    farthest(exact(want[name]), gpt.memory.f.subarray(at, at + length))));
  return {far: [...training.ranks, training.alone].map(far), distance: training.distance,
    fromAlone: training.fromAlone, step: training.step};
}"""


@pytest.fixture(scope="module")
def engine(run_script):
    """The two ranks, loaded."""
    return run_script(plain_script("engine/two_ranks.js") + HELPERS)


def trained(model, optimizer: str, rate: float, shard: slice):
    """Train in torch for five steps in float64 on some windows of each batch of four."""
    model = model.double()
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    moving = kinds[optimizer](model.parameters(), lr=rate)
    windows = ShuffledWindows(TEXT, 4, model.config.context_length, seed=3)
    for step in range(5):
        x, y = windows[step]
        logits = model(x[shard])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), y[shard].flatten())
        loss.backward()
        moving.step()
        moving.zero_grad()
    return model


def five_steps(engine, fault: str, optimizer: str, rate: float, want) -> dict:
    """Let the page take five steps from `fresh_model`, and hold them against weights of torch."""
    start = fresh_model()
    exact = {
        name: pack_exact(parameter.detach().numpy())
        for name, parameter in want.named_parameters()
        # the gradient of a key's bias is 0, and Adam makes steps of its rounding errors
        if not name.endswith("qkv.bias")
    }
    given = [config_of(start), packed_weights(start), pack(TEXT)]
    return engine.evaluate(FIVE_STEPS, [*given, fault, optimizer, rate, exact])


def pack_exact(numbers: np.ndarray) -> str:
    """Return float64 numbers as bytes in base64."""
    return pack(np.frombuffer(numbers.astype(np.float64).tobytes(), np.int32))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_healthy_ranks_are_one_process_with_the_whole_batch(engine, optimizer):
    # fails if shards overlap, gradients are not averaged, or a step is not torch's
    rate = RATES[optimizer]
    want = trained(fresh_model(), optimizer, rate, slice(None))
    got = five_steps(engine, "healthy", optimizer, rate, want)
    assert got["distance"] == 0
    assert max(got["far"]) < (1e-9 if optimizer == "sgd" else 1e-6)  # Adam magnifies what is tiny


@pytest.mark.parametrize(
    ("fault", "shards", "rate"),
    [
        # each rank alone: torch's training on its half of the batch
        ("no_all_reduce", (slice(0, None, 2), slice(1, None, 2)), 1),
        # both ranks: a training on the first half
        ("same_shard", (slice(0, None, 2), slice(0, None, 2)), 1),
        # both ranks: the whole batch at twice the rate
        ("sum", (slice(None), slice(None)), 2),
    ],
)
def test_a_fault_is_another_training(engine, fault, shards, rate):
    # fails if a fault does something else than the page says of it
    for rank, shard in enumerate(shards):
        want = trained(fresh_model(), "sgd", rate * 0.5, shard)
        got = five_steps(engine, fault, "sgd", 0.5, want)
        assert got["far"][rank] < 1e-9
        assert got["fromAlone"] > 0.01
        assert (got["distance"] > 0.01) == (fault == "no_all_reduce")


def run(page, **settings) -> dict:
    """Choose settings, let them run to the end, and return what was measured."""
    for name, value in settings.items():
        set_trait(page, name, value)
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("button", name="Run").click()
    page.wait_for_function("model.get('step') === model.get('steps')")
    settle(page)
    names = ("losses", "distance", "from_one", "gradients", "finding")
    return {name: trait(page, name) for name in names}


def test_each_fault_shows_what_the_page_says(show_widget):
    # fails if a fault's sentence, or its numbers, are those of another
    page = show_widget(TwoRanks(steps=60))
    healthy = run(page)
    assert healthy["distance"] == 0 and healthy["from_one"] < 1e-9
    one = healthy["losses"]["one process"]
    assert healthy["losses"]["rank 0"] == pytest.approx(one, abs=1e-9)
    assert one < math.log(23) - 0.5  # it learns
    own, used = healthy["gradients"]["own"], healthy["gradients"]["used"]
    mean = [(a + b) / 2 for a, b in zip(*own, strict=True)]
    assert used[0] == used[1] == pytest.approx(mean) and own[0] != own[1]
    apart = run(page, fault="no_all_reduce")
    assert apart["distance"] > 1 and apart["gradients"]["used"] == apart["gradients"]["own"]
    assert "these are two models" in page.inner_text(".llm-finding")
    twice = run(page, fault="sum")
    assert (twice["distance"], twice["losses"]["one process"]) == (0, pytest.approx(one))
    assert twice["from_one"] > 1 and "twice the learning rate" in page.inner_text(".llm-finding")
    hidden = run(page, optimizer="adam")
    assert 0 < hidden["from_one"] < 1e-2  # Adam's step has no length of the gradient
    assert "the factor of two falls out" in page.inner_text(".llm-finding")
    same = run(page, fault="same_shard", optimizer="sgd")
    assert same["gradients"]["own"][0] == same["gradients"]["own"][1]
    other = run(page, fault="different_start")
    assert other["distance"] > 10 and "as at the start" in page.inner_text(".llm-finding")
    labels = page.eval_on_selector_all("[role=img]", "all => all.map((e) => e.ariaLabel)")
    assert "after 60 steps" in labels[0] and "Distance between the weights" in labels[1]


def test_it_opens_with_the_first_steps(show_widget):
    # fails if the charts are empty until a button is pressed, or the opening runs to the end
    page = show_widget(TwoRanks())
    page.wait_for_function("model.get('step') === 60")
    page.get_by_role("button", name="Go on").wait_for()
    assert page.inner_text("td >> nth=0") != "–" and trait(page, "distance") == 0
    page.get_by_role("radio", name="no all-reduce").check()
    page.wait_for_function("model.get('step') === 300")  # a fault that is chosen runs at once
    assert trait(page, "fault") == "no_all_reduce" and trait(page, "distance") > 1


def test_run_step_pause_and_reset(show_widget):
    # fails if a button does nothing, a step is not one, Reset leaves a fault behind, or the first
    # losses lie above the chart
    page = show_widget(TwoRanks(steps=2000))
    page.get_by_role("button", name="Start over").press("Enter")
    page.get_by_role("button", name="One step").press("Enter")
    settle(page)
    assert trait(page, "step") == 1
    page.get_by_role("button", name="Go on").press("Space")
    page.wait_for_function("model.get('step') > 10")
    page.get_by_role("button", name="Pause").press("Enter")
    settle(page)
    stood = page.inner_text(".llm-note >> nth=0")
    page.get_by_role("radio", name="same windows for both").check()
    page.get_by_role("button", name="Start over").click()
    settle(page)
    assert (trait(page, "fault"), trait(page, "step")) == ("same_shard", 0)
    assert page.inner_text("td >> nth=0") == "–" and stood != page.inner_text(".llm-note >> nth=0")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("model.get('step') === 60")  # as it opened
    settle(page)
    assert trait(page, "fault") == "healthy"
    top = float(page.inner_text(".llm-ranks-large .llm-ranks-y span >> nth=0"))
    assert top > max(trait(page, "losses").values())  # the first losses are in the chart
    assert page.get_by_role("radio", name="healthy").is_checked()
