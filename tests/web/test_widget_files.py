"""In a notebook: what the widgets show comes along, or is waited for as long as it takes."""

from __future__ import annotations

import json

import pytest

from llm_lib.book.widgets import EmbeddingMap, NextTokenLab, Playground, TokenizerLab, WindowLab
from llm_lib.tokenizer import CharTokenizer
from tests.web.small_models import random_model, small_tokenizer

WAITING = "Waiting for Python, which is still running other cells"
# What a notebook gives to a widget, with a Python that answers when the test says so. As with
# anywidget, each view sees the model through a proxy of its own.
NOTEBOOK = """
class Model {
  constructor(state) { Object.assign(this, { state, listeners: [], asked: [], saved: {} }); }
  proxy() {
    return {
      get: (name) => this.state[name],
      set: (name, value) => {
        this.state[name] = this.saved[name] = value;
        for (const [event, f] of this.listeners) if (event === `change:${name}`) f();
      },
      save_changes: () => {},
      on: (name, f) => { this.listeners.push([name, f]); },
      off: (name, f) => { this.listeners = this.listeners.filter(([n, g]) => n !== name || g !== f); },
      send: (message) => { this.asked.push(message); },
    };
  }
  answer(payload, ref = this.asked[0].ref) {
    const told = this.listeners.filter(([name]) => name === "msg:custom");
    for (const [, f] of told) f({ type: "model", ref, payload });
  }
}
async function show(source, state, n) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const widget = (await import(url)).default;
  window.model = new Model(state);
  await widget.initialize?.({ model: model.proxy() });
  window.ends = [];
  for (let i = 0; i < n; i++) {
    const el = document.body.appendChild(document.createElement("div"));
    ends.push(await widget.render({ model: model.proxy(), el }));
  }
}
"""
MAKERS = {
    "NextTokenLab": lambda: NextTokenLab(random_model(), small_tokenizer(), prompt="the fox"),
    "TokenizerLab": lambda: TokenizerLab("ab", {"letters": CharTokenizer("abc")}),
    "WindowLab": lambda: WindowLab("abab", CharTokenizer("abc")),
    "EmbeddingMap": lambda: EmbeddingMap({"a": [[1, 0], [0, 1], [1, 1]]}, {"all": ["x", "y", "z"]}),
}


@pytest.fixture(params=MAKERS)
def widget(request):
    return MAKERS[request.param]()


@pytest.fixture
def show(browser):
    """A function that shows `n` views of a widget, with its files or without; `page.complaints`."""
    pages = []

    def show_widget(widget, *, files: bool, n: int = 1):
        page = browser.new_page()
        pages.append(page)
        page.clock.install()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
        page.add_script_tag(content=NOTEBOOK)
        hidden = ("layout", "tabbable", "tooltip", "comm")
        names = [n for n in widget.keys if not n.startswith("_") and n not in hidden]
        state = {name: getattr(widget, name) for name in names}
        along = {ref: file for ref, file in widget._files.items() if ref not in widget._later}
        state |= {"files": along} if files else {}
        state = json.loads(json.dumps(state))
        page.evaluate("([s, state, n]) => show(s, state, n)", [widget._esm, state, n])
        return page

    yield show_widget
    for page in pages:
        page.close()


def answer(page, widget) -> None:
    """Let Python answer what was asked for."""
    ((ref, payload),) = widget._files.items()
    page.evaluate("([payload, ref]) => model.answer(payload, ref)", [payload, ref])


def alive(page, n: int = 1) -> None:
    """Wait until all views have something to say."""
    page.clock.run_for(1000)
    page.wait_for_function(
        "(n) => [...document.querySelectorAll('.llm-finding')].filter((e) => e.textContent).length === n",
        arg=n,
    )
    assert page.locator("[data-ready=yes]").count() == n
    assert page.get_by_text("Python").count() == 0


def test_what_came_along_is_used(show, widget):
    # fails if a widget asks a busy Python for what it has, or leaves weights in its state
    page = show(widget, files=True, n=2)
    alive(page, 2)
    assert page.evaluate("model.asked") == []
    assert page.evaluate("[model.state.files, model.saved.files]") == [{}, {}]
    assert page.complaints == []


def test_a_busy_python_is_waited_for(show, widget):
    # fails if a widget gives up, does not say what it waits for, or ignores a late answer
    page = show(widget, files=False)
    assert page.get_by_text(WAITING).count() == 0
    page.clock.run_for(3000)
    assert page.get_by_text(WAITING).count() == 1
    assert page.get_by_text("run this cell again").count() == 0
    page.clock.run_for(27_000)
    assert page.get_by_text("If the kernel was stopped").count() == 1
    page.clock.fast_forward(3_600_000)
    assert page.locator("[data-ready=failed]").count() == 0
    answer(page, widget)
    alive(page)
    assert page.complaints == []


def test_each_view_hears_the_answer(show, widget):
    # fails if a second view of a widget waits for ever, also when the first has gone meanwhile
    page = show(widget, files=False, n=3)
    page.evaluate("ends[0]()")
    answer(page, widget)
    alive(page, 2)
    assert page.complaints == []


def test_a_removed_view_stops_listening(show, widget):
    # fails if a view that has gone keeps its listeners, or complains of what never came
    page = show(widget, files=False)
    assert page.evaluate("model.listeners.length") > 0
    page.evaluate("ends[0]()")
    assert page.evaluate("model.listeners.length") == 0
    page.clock.run_for(31_000)
    answer(page, widget)
    assert page.locator(".llm-widget").count() == 0
    assert page.complaints == []


def test_a_damaged_answer_is_told_in_words(show):
    # fails if what can't be read hangs the widget
    widget = MAKERS["NextTokenLab"]()
    page = show(widget, files=False)
    page.evaluate("ref => model.answer({ config: {} }, ref)", widget.model_ref)
    page.wait_for_selector("[data-ready=failed]")
    assert "The model file is damaged" in page.locator(".llm-problem").inner_text()


def test_keys_are_the_widgets_own(show):
    # fails if JupyterLab takes the arrow keys of a slider, or does not get its own Ctrl+S
    page = show(MAKERS["NextTokenLab"](), files=True)
    alive(page)
    control = page.locator("input[type=range]").first
    for key, kept in (("ArrowRight", True), ("Control+KeyS", False), ("KeyA", True)):
        control.press(key)
        assert control.evaluate("e => e.hasAttribute('data-lm-suppress-shortcuts')") == kept


def test_a_model_of_the_playground_is_asked_for_once_it_is_chosen(show):
    # fails if a notebook is sent what nobody looks at, if what is waited for is not said, or if a
    # model comes up that nobody wants any more
    names = ("First", "Second", "Third")
    models = {name: (random_model(seed), small_tokenizer()) for seed, name in enumerate(names)}
    widget = Playground(models)
    refs = [each["ref"] for each in widget.shelf]
    page = show(widget, files=True)
    about, status = page.locator(".llm-play > div > .llm-finding"), ".llm-play > div > .llm-note"

    def choose(name):
        page.get_by_role("radio", name=name).check()

    def runs(name):
        page.clock.run_for(1000)
        about.filter(has_text=f"{name}: ").wait_for()
        page.wait_for_selector(".llm-play-next .llm-bar")

    runs("First")
    assert page.evaluate("model.asked") == []
    choose("Second")
    page.get_by_text("Fetching the model …").wait_for()
    page.wait_for_function("model.asked.length === 1")
    page.clock.run_for(3000)
    assert WAITING in page.inner_text(status)
    choose("First")  # which runs, so that there is nothing to wait for
    assert page.inner_text(status) == ""
    page.clock.run_for(30_000)
    assert page.inner_text(status) == ""
    page.evaluate("([ref, file]) => model.answer(file, ref)", [refs[1], widget._files[refs[1]]])
    runs("First")
    choose("Third")
    page.wait_for_function("model.asked.length === 2")
    page.evaluate("([ref, file]) => model.answer(file, ref)", [refs[2], widget._files[refs[2]]])
    runs("Third")
    choose("Second")  # which has come meanwhile
    runs("Second")
    asked = page.evaluate("model.asked")
    assert [message["ref"] for message in asked] == refs[1:]
    assert page.complaints == []
