"""A model that learns from its answers, in a worker or on the page's thread, behind one client."""

from __future__ import annotations

import pytest

from tests.web.test_engine_worker import NONCE, POLICY
from tests.web.trained_models import HELPERS, config_of, fresh_model, packed_weights
from tests.web.widget_page import plain_script

SCRIPT = (
    plain_script("engine/taste_client.js")
    + HELPERS
    + """
const rows = [{prompt: [3, 4], answer: [5, 6, 1]}, {prompt: [3, 4], answer: [7, 1]}];
const write = {prompt: [3, 4], most: 5, end: 1, seed: 2};
const wordsOf = (error) => error.message;
"""
)


@pytest.fixture(scope="module")
def page(browser):
    """A page that has loaded the engine."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>taste</title>")
    page.add_script_tag(content=SCRIPT)
    yield page
    page.close()


@pytest.fixture(scope="module")
def start():
    """What two different models start with."""
    models = fresh_model(0), fresh_model(1)
    return [[config_of(model), packed_weights(model)] for model in models]


# Fails if an answer gets lost, or a model that was started later is not the one that answers.
@pytest.mark.parametrize("worker", [True, False], ids=["worker", "page"])
def test_answers_are_of_the_model_that_started_last(page, start, worker):
    first, anew, early, late, stopped = page.evaluate(
        """async ([start, worker]) => {
          const [one, other] = start.map(([config, weights]) =>
            ({config, weights: floatsOf(weights)}));
          const client = new TasteClient({worker});
          await client.ask("start", one);
          const { now } = await client.ask("weigh", {rows});
          const early = client.ask("write", write).catch(wordsOf);
          await client.ask("start", other);
          const anew = await client.ask("weigh", {rows});
          await client.ask("liked", {rows, pairs: [[0, 1]], beta: 0.1, rate: 1e-3});
          const late = await client.ask("weigh", {rows});
          client.stop();
          const stopped = await client.ask("weigh", {rows}).catch(wordsOf);
          return [now, anew.now, await early, late, stopped];
        }""",
        [start, worker],
    )
    assert first != anew and early == "Another model began."
    assert late["reference"] == anew
    assert late["now"][0] - late["now"][1] > anew[0] - anew[1]
    assert "stopped" in stopped


# Fails if a worker that breaks leaves a client that does nothing or says nothing, or if a page that
# learns on its own thread from then on takes the place of the next one.
def test_a_worker_that_broke_is_replaced(page, start):
    broke, lost, again, worker = page.evaluate(
        """async ([[config, weights]]) => {
          const client = new TasteClient(), model = {config, weights: floatsOf(weights)};
          await client.ask("start", model);
          const broke = client.ask("write", write).catch(wordsOf);
          client.worker.onerror({message: "out of memory"}); // as the browser would
          const lost = await client.ask("write", write).catch(wordsOf);
          await client.ask("start", model);
          const again = await client.ask("write", write);
          const { worker } = client;
          client.stop();
          return [await broke, lost, again, worker instanceof Worker];
        }""",
        start,
    )
    assert broke == "The training broke off: press Reset."
    assert lost == "There is no model yet: press Reset."
    assert again and worker


# Fails if a page whose policy forbids workers is never answered.
def test_where_no_worker_is_allowed(browser, tmp_path, start):
    html = POLICY.format(NONCE) + f'<script nonce="a">{SCRIPT}</script>'
    (tmp_path / "page.html").write_text(html, "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    written, worker = page.evaluate(
        """async ([[config, weights]]) => {
          const client = new TasteClient();
          client.ask("start", {config, weights: floatsOf(weights)});
          const written = await client.ask("write", write);
          return [written, client.worker];
        }""",
        start,
    )
    page.close()
    assert written and worker is None
