"""`static/widgets.js` on small pages of our own: order, failures, clean-up, model files."""

from __future__ import annotations

import json

import pytest

from tests.web.browser import StalledError, has_stalled, serious_faults
from web.fingerprint import ROOT
from web.widget_state import placeholder, write

COUNTER = """
function render({ model, el }) {
  const paint = () => { el.textContent = `count ${model.get("n")}`; };
  model.on("change:n", paint); paint();
  el.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
  return () => { model.off("change:n", paint); document.title = "cleaned"; };
}
export default { render };
"""
BROKEN = 'export default { render() { throw new Error("no such layer"); } };'
LOADER = """
async function render({ el }) {
  const [a, b] = await Promise.all([__llmBook.loadModel("tiny"), __llmBook.loadModel("tiny")]);
  el.textContent = `${a === b} ${a.config.n_layer}`;
}
export default { render };
"""


@pytest.fixture
def show(tmp_path, visit):
    """A function that lays a page with the given widgets on disk and opens it."""

    def lay(models: dict):
        static = tmp_path / "_static"
        (static / "models").mkdir(parents=True)
        (static / "widgets.js").write_text((ROOT / "web/static/widgets.js").read_text("utf-8"))
        write(static, "state.js", list(models), models)
        payload = json.dumps({"config": {"n_layer": 2}})
        (static / "models/tiny.js").write_text(f"(window.__llmModels ??= {{}}).tiny = {payload};")
        body = "".join(placeholder(model_id, models) for model_id in models)
        script = '<script defer src="_static/widgets.js" data-state="_static/state.js"></script>'
        (tmp_path / "page.html").write_text(f"<!doctype html><body>{body}{script}")
        return visit((tmp_path / "page.html").as_uri(), home="file://")

    return lay


def widget(code: str, **state) -> dict:
    return {"model_name": "AnyModel", "state": {"_esm": code, **state}}


def test_a_failing_widget_leaves_the_others_alone(show):
    # fails when one error stops the page, or is not told in words
    page = show({"bad": widget(BROKEN), "good": widget(COUNTER, n=1)}).page
    page.wait_for_selector(".llm-failed")
    assert "no such layer" in page.locator('[data-model="bad"]').inner_text()
    assert page.locator('[data-model="good"]').inner_text() == "count 1"


def test_two_copies_keep_their_own_state(show):
    # fails when widgets of one class share traits
    page = show({"a": widget(COUNTER, n=1), "b": widget(COUNTER, n=5)}).page
    page.locator('[data-model="a"] > div').click()
    assert page.locator(".llm-mount").all_inner_texts() == ["count 2", "count 5"]


def test_a_later_widgets_shared_style_leaves_an_earlier_widget_its_own(show):
    # fails when widgets further up are laid out anew, by what all begin with, once another comes
    base = ".w .x { width: 10px } @media print { .w { color: red } .w .x { color: red } } "
    own = {
        "a": ".a .x { width: 20px }",
        "b": "@media print { .b { color: red } } .b .x { top: 1px }",
    }
    code = (
        "export default { render({ el }) { el.innerHTML = '<p class=x>'; el.className = 'w %s'; } }"
    )
    page = show({name: widget(code % name, _css=base + css) for name, css in own.items()}).page
    page.wait_for_function("document.querySelectorAll('[data-mounted=yes]').length === 2")
    look = "getComputedStyle(document.querySelector('.{} .x')).{}"
    widths = [page.evaluate(look.format(name, "width")) for name in "ab"]
    assert widths == ["20px", "10px"] and page.evaluate(look.format("b", "top")) == "1px"
    told = page.locator("style").evaluate_all("(all) => all.map((e) => e.textContent)")
    assert told[1].strip() in own.values()  # of the two, the one whose code arrived later


def test_clean_up_runs(show):
    # fails when a removed widget keeps its listeners
    page = show({"a": widget(COUNTER, n=1)}).page
    page.wait_for_selector("[data-mounted=yes]")
    page.evaluate("__llmBook.unmount(document.querySelector('.llm-mount'))")
    assert page.title() == "cleaned"


def test_a_model_is_loaded_once(show):
    # fails when two widgets load the weights twice, or a file from disk can't be loaded
    opened = show({"a": widget(LOADER), "b": widget(LOADER)})
    opened.page.wait_for_function("document.querySelectorAll('[data-mounted=yes]').length === 2")
    assert opened.page.locator(".llm-mount").all_inner_texts() == ["true 2", "true 2"]
    assert sum(url.endswith("tiny.js") for url in opened.requests) == 1


def test_a_missing_model_is_told_in_words(show):
    # fails when a missing file hangs the widget, or a name may leave the folder
    page = show({"a": widget(LOADER.replace('"tiny"', '"gone"'))}).page
    assert "gone.js could not be loaded" in page.locator(".llm-failed").inner_text()
    refused = "__llmBook.loadModel('../x').catch((error) => error.message)"
    assert "not the name of a model" in page.evaluate(refused)


def test_a_widget_that_could_not_start_tries_again(show, tmp_path):
    # fails if a reader whose network was away has to load the page anew
    page = show({"a": widget(LOADER.replace('"tiny"', '"late"'))}).page
    again = page.locator(".llm-failed").get_by_role("button", name="Try again")
    again.wait_for()
    (tmp_path / "_static/models/late.js").write_text(
        "window.__llmModels = { late: { config: { n_layer: 7 } } };"
    )
    again.click()
    page.wait_for_selector("[data-mounted=yes]")
    assert page.locator(".llm-mount").inner_text() == "true 7"


def test_a_page_that_is_no_longer_painted_is_noticed(show, monkeypatch):
    # fails if a browser that stops painting makes a test wait for ever
    opened = show({"a": widget(COUNTER, n=1)})
    opened.scroll_through()
    opened.page.evaluate("() => { window.requestAnimationFrame = () => {}; }")
    monkeypatch.setattr("tests.web.browser.STALLED", 100)
    with pytest.raises(StalledError):
        opened.scroll_through()


def test_a_widget_that_sleeps_since_nothing_is_painted_is_no_fault_of_the_page(show, monkeypatch):
    # fails if a browser that stops painting at the end of a page is taken for a broken widget
    monkeypatch.setattr("tests.web.browser.PATIENCE", 300)
    opened = show({"a": widget(COUNTER, n=1)})
    opened.scroll_through()
    asleep = "document.body.insertAdjacentHTML('beforeend', '<p class=llm-mount>asleep</p>')"
    opened.page.evaluate(asleep)
    with pytest.raises(AssertionError, match=r"never came alive.*asleep"):
        opened.scroll_through()
    # painted while it scrolls, and then no more
    opened.page.evaluate(
        """() => {
          const paint = window.requestAnimationFrame.bind(window);
          let left = 4;
          window.requestAnimationFrame = (f) => left-- > 0 ? paint(f) : 0;
        }"""
    )
    monkeypatch.setattr("tests.web.browser.STALLED", 100)
    with pytest.raises(StalledError):
        opened.scroll_through()


def test_a_failure_of_a_page_that_is_painted_is_its_own(show, browser, monkeypatch):
    # fails if a page that is wrong is excused, or one that is painted no more is not
    opened = show({"a": widget(COUNTER, n=1)})
    assert not has_stalled(browser)
    opened.page.evaluate("() => { window.requestAnimationFrame = () => {}; }")
    monkeypatch.setattr("tests.web.browser.STALLED", 100)
    assert has_stalled(browser)


CODE = """<!doctype html><html lang="en"><title>code</title><style>
  .highlight pre {{ background: #fff linear-gradient(#0000, #0001); color: #111; }}
  .good {{ color: #060; }} .bad {{ color: {bad}; }} .dark {{ background: #111; color: #eee; }}
</style><main><h1>Code</h1><div class="highlight"><pre>{words}</pre></div>
<svg role="img" aria-label="a dot"><circle r="4"></circle></svg></main>"""
WORDS = """<!doctype html><html lang="en"><title>words</title><style>
  p {{ color: #111; background: #fff; }} .bad {{ color: {bad}; }}
</style><main><h1>Words</h1>{words}</main>"""


@pytest.mark.parametrize(("bad", "found"), [("#bbb", 1), ("#666", 0)])
def test_one_word_of_each_look_is_judged(browser, bad, found):
    # fails if the contrast of code is not looked at, or if looking leaves the page another one
    words = "<span class=good>for</span> <span class=dark>in</span>\n" * 30
    words += "<span class=bad>pass</span>\n" * 30
    page = browser.new_page()
    page.set_content(CODE.format(bad=bad, words=words))
    before = page.evaluate("document.body.innerHTML")
    faults = serious_faults(page)
    assert len(faults) == found and all("color-contrast" in fault for fault in faults)
    assert "".join(faults).count(".bad") == found  # once, and not thirty times
    assert page.evaluate("document.body.innerHTML") == before
    page.close()


def test_what_passed_on_one_page_is_not_judged_on_the_next(browser, monkeypatch):
    # fails if words that look alike are judged on each page again, or if those that failed, or look
    # otherwise, are not judged
    monkeypatch.setattr("tests.web.browser.JUDGED", {})
    words = "<p>good</p>\n" * 9 + "<p class=bad>grey</p>\n" * 9
    counts, found = [], []
    for bad in ("#bbb", "#bbb", "#666", "#666", "#bbb"):
        page = browser.new_page()
        page.set_content(WORDS.format(bad=bad, words=words))
        page.evaluate(
            """() => {
              globalThis.judged = 0;
              new MutationObserver((all) => {
                judged += all.filter(({ target }) => "judged" in target.dataset).length;
              }).observe(document, { attributeFilter: ["data-judged"], subtree: true });
            }"""
        )
        found.append(len(serious_faults(page)))
        counts.append(page.evaluate("judged"))
        page.close()
    assert found == [1, 1, 0, 0, 1]
    # the heading and three of each look; then the heading, of which there is only one a page
    assert counts == [7, 7, 7, 1, 4]


def test_links_are_told_from_the_words_around_them(browser, monkeypatch):
    # fails if a link that only a near colour marks is not found: after one that is well, on a second
    # page, or among words of another colour than before
    monkeypatch.setattr("tests.web.browser.JUDGED", {})
    words = "<p>more words than the link has, <a href=#>a link</a>, and some after it</p>\n" * 5
    style = "<style>a {{ color: {}; text-decoration: none; }} p {{ color: {}; }}</style>"
    page = browser.new_page()
    found = []
    for link, around in [("#767676", "#111"), *[("#222", "#111")] * 2, ("#767676", "#333")]:
        page.set_content(WORDS.format(bad="#111", words=style.format(link, around) + words))
        found.append(sum("link-in-text" in fault for fault in serious_faults(page)))
    page.close()
    assert found == [0, 1, 1, 1]
