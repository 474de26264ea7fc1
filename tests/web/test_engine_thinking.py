"""A model that learns the shell game behind messages: what it tells, and when it stands still."""

from __future__ import annotations

import pytest

from tests.web.widget_page import plain_script

RUN = """async ({sliceMs, seconds, then}) => {
  const said = [];
  const session = new ThinkingSession((news) => said.push(news), {sliceMs});
  const until = async (holds) => {
    while (!holds()) await new Promise((done) => setTimeout(done));
  };
  session.take({type: "start", way: "thinking", seconds, seed: 0, run: 7});
  await until(() => said.at(-1)[then]);
  if (then !== "done") session.take({type: "stop"});
  const n = said.length;
  for (let i = 0; i < 5; i++) await new Promise((done) => setTimeout(done));
  const still = said.length === n;
  session.take({type: "write", request: 1, of: {problem: "cdaBECD="}});
  const answer = said.at(-1);
  return {said: said.slice(0, -1), still, answer};
}"""


@pytest.fixture(scope="module")
def page(run_script):
    """The engine, loaded."""
    return run_script(plain_script("engine/thinking_session.js"))


@pytest.mark.parametrize("slice_ms", [0, 60])
def test_it_is_done_once_and_each_number_of_swaps_has_its_hundred(page, slice_ms):
    # fails if measuring begins anew where a slice ends with the last problem, or ends too early
    found = page.evaluate(RUN, {"sliceMs": slice_ms, "seconds": 0.2, "then": "done"})
    said = found["said"]
    assert [news["done"] for news in said].count(True) == 1 and found["still"]
    assert said[-1]["tally"]["of"] == [100] * 10
    assert said[-1]["steps"] > 0 and said[-1]["seconds"] >= 0.2
    assert {news["run"] for news in said} == {7}
    assert isinstance(found["answer"]["answer"], str)


def test_it_stands_still_when_told_and_can_be_asked(page):
    # fails if Stop is not heard, or a model that stands still can't be asked
    found = page.evaluate(RUN, {"sliceMs": 5, "seconds": 1000, "then": "steps"})
    assert found["still"] and not found["said"][-1]["done"]
    assert isinstance(found["answer"]["answer"], str)


def test_what_goes_wrong_is_said(page):
    # fails if a question before the start, or about no problem, ends the worker in silence
    said = page.evaluate(
        """() => {
          const said = [];
          const session = new ThinkingSession((news) => said.push(news), {sliceMs: 5});
          session.take({type: "write", request: 1, of: {problem: "cdaBECD="}});
          session.take({type: "start", way: "thinking", seconds: 1, seed: 0, run: 1});
          session.take({type: "stop"});
          session.take({type: "write", request: 2, of: {problem: "fox="}});
          return said.map(({message = ""}) => message);
        }"""
    )
    assert said[0] == "There is no model yet: press Start."
    assert said[-1] == "The game has no character f."
