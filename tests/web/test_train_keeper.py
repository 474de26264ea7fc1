"""Keeping a training in the browser: one attempt that fails is told, and not the last one."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import TrainLab
from tests.web.test_train_lab import KEPT, STEP, TINY, press, until, until_step
from tests.web.widget_page import plain_script, trait

SAFE = "document.querySelector('.llm-train-safe').textContent"
# a store that notes what it is given, and a run whose state can be had or not
SET_UP = """() => {
  globalThis.written = [];
  globalThis.canRead = true;
  const run = {
    step: 7,
    phase: "running",
    plan: { key: "a" },
    past: () => canRead ? Promise.resolve({ key: "a", state: { step: run.step } })
      : Promise.reject(new Error("out of memory.")),
  };
  const store = { write: ({ past }) => (written.push(past.state.step), Promise.resolve(true)) };
  globalThis.run = run;
  globalThis.repaints = 0;
  globalThis.keeper = new TrainKeeper(store, run, {
    mark: () => ({}), onkept: () => repaints++, signal: new AbortController().signal,
  });
}"""


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.set_content("<!doctype html><title>kept</title>")
    page.add_script_tag(content=plain_script("widgets/train_lab/keeper.js"))
    page.evaluate(SET_UP)
    yield page
    page.close()


def test_one_failure_does_not_end_the_keeping(page):
    # fails if a training that could not be read once is never kept again
    page.evaluate("() => { canRead = false; return keeper.keep(); }")
    assert page.evaluate("[written, keeper.isUnkept, keeper.fault]") == [[], True, "out of memory."]
    page.evaluate("() => { canRead = true; run.step = 9; return keeper.keep(); }")
    assert page.evaluate("[written, keeper.isUnkept, keeper.fault]") == [[9], False, ""]
    assert page.evaluate("repaints") == 2
    assert page.complaints == []  # nobody is left with a promise that was broken


def test_the_reader_is_told_while_it_can_not_be_kept(show_widget):
    # fails if a reader who trusts that a training is kept loses it, or is never told that it is well
    page = show_widget(TrainLab(seed=9301, steps=100_000, **TINY))
    page.evaluate("""() => {
      const send = Worker.prototype.postMessage;
      globalThis.refuses = true;
      Worker.prototype.postMessage = function (message, ...how) {
        if (refuses && message.type === "state") { // as where memory ran out
          const said = { type: "answer", request: message.request, message: "No room is left." };
          return this.onmessage({ data: said });
        }
        return send.call(this, message, ...how);
      };
    }""")
    press(page, "Train")
    until_step(page, 20)
    press(page, "Pause")
    until(page, f"{SAFE}.endsWith('could not be kept: No room is left.')")
    assert page.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    page.evaluate("() => { refuses = false; }")
    press(page, "Go on")
    until_step(page, 40)
    press(page, "Pause")
    page.wait_for_function(f"async () => await ({KEPT})() === {STEP}", timeout=60_000)
    until(page, f"!{SAFE}.includes('could not')")
    assert trait(page, "step") >= 40
