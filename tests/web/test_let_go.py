"""A cell that is run again leaves nothing of what it showed before: engines take many megabytes."""

from __future__ import annotations

import json

import pytest

from llm_lib.book.widgets import HeadLab, NextTokenLab, Playground, StreamLab, TokenizerLab
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import mount, settle

TIMES = 5
# notes each engine's memory, without keeping it
NOTE = """() => {
  globalThis.engines = [];
  globalThis.Real = WebAssembly.Memory;
  WebAssembly.Memory = function (...how) {
    const made = new Real(...how);
    engines.push(new WeakRef(made));
    return made;
  };
}"""
# no selector is waited for: a handle of an element would keep what belongs to it
READY = "document.querySelector('.llm-widget[data-ready=yes]')"
ALIVE = "() => engines.filter((engine) => engine.deref()).length"
END = """() => {
  cleanup();
  document.querySelector('main').remove();
  globalThis.cleanup = globalThis.model = null;
}"""
WIDGETS = {
    "NextTokenLab": lambda: NextTokenLab(random_model(), small_tokenizer(), prompt="the fox"),
    "HeadLab": lambda: HeadLab(random_model(), small_tokenizer(), text="the fox and the bear"),
    "StreamLab": lambda: StreamLab(random_model(), small_tokenizer(), text="the fox"),
    "Playground": lambda: Playground({"Fox": (random_model(), small_tokenizer())}),
}


@pytest.fixture
def page(show_widget):
    """A page that notes engines, with garbage that can be collected."""
    page = show_widget(TokenizerLab())  # which has none
    page.evaluate(NOTE)
    page.evaluate(END)
    page.devtools = page.context.new_cdp_session(page)
    yield page
    page.devtools.detach()
    page.evaluate("() => { globalThis.cleanup = () => {}; }")


def engines(page) -> int:
    """Return how many engines are left once garbage is collected."""
    for _ in range(2):
        page.devtools.send("HeapProfiler.collectGarbage")
        page.evaluate(
            "() => new Promise((done) => setTimeout(done))"
        )  # weak references are cleared
    return page.evaluate(ALIVE)


@pytest.mark.parametrize("which", WIDGETS)
def test_a_view_that_ends_lets_its_engine_go(page, which):
    # fails if each run of a cell leaves a model in the page: the page keeps a script for ever, and
    # with it whatever the script holds
    before = engines(page)
    for _ in range(TIMES):
        mount(page, WIDGETS[which]())  # as a cell that is run again: with a script of its own
        page.wait_for_function(f"{READY} && ({ALIVE})()")
        settle(page)
        assert page.evaluate("engines.length") > 0
        page.evaluate(END)
    assert page.evaluate("engines.length") >= TIMES
    assert engines(page) == before


TWO_VIEWS = """async ([source, state, files]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const widget = (await import(url)).default;
  const model = new FakeModel(JSON.parse(state), JSON.parse(files));
  globalThis.ends = [];
  for (const id of ["one", "two"]) {
    const el = document.body.appendChild(document.createElement("main"));
    el.id = id;
    const end = await widget.render({ model, el });
    ends.push(() => { end(); el.remove(); });
  }
}"""


def test_views_of_one_widget_share_an_engine_until_the_last_ends(page):
    # fails if a second view builds its own, or loses it when the first one is removed
    widget = WIDGETS["NextTokenLab"]()
    hidden = ("layout", "tabbable", "tooltip", "comm")
    names = [name for name in widget.keys if not name.startswith("_") and name not in hidden]
    state = {name: getattr(widget, name) for name in names}
    page.evaluate(TWO_VIEWS, [widget._esm, json.dumps(state), json.dumps(widget._files)])
    both = "document.querySelectorAll('.llm-next[data-ready=yes]').length === 2"
    page.wait_for_function(both)
    made = page.evaluate("engines.length")
    page.evaluate("() => ends.shift()()")
    settle(page)
    assert engines(page) == made == 1
    page.evaluate("""() => {
      const field = document.querySelector("#two textarea");
      field.value = "the bear";
      field.dispatchEvent(new Event("input"));
    }""")
    settle(page)
    assert page.evaluate("document.querySelectorAll('#two .llm-bar').length") > 5
    page.evaluate("() => ends.shift()()")
    assert engines(page) == 0
