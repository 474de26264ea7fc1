"""Formulas, which are set a few at a time, and sections, which are laid out when they are near."""

import pytest

from tests.web.browser import PATIENCE

PAGE = "chapters/appendix_b_maths.html"
DONE = "() => globalThis.__llmMath.then(() => true)"
BARE = """() => [...document.querySelectorAll('.math')]
    .filter((box) => !box.querySelector('mjx-container')).map((box) => box.textContent.slice(0, 60))"""
FIRST = "document.querySelector('.math').scrollIntoView({behavior: 'instant'})"
FIRST_IS_SET = "() => document.querySelector('.math mjx-container')"
# what runs before a page's scripts: notes how many formulas each round sets
NOTE = """
  globalThis.rounds = [];
  let MathJax;
  Object.defineProperty(globalThis, 'MathJax', {get: () => MathJax, set: (value) => {
    MathJax = value;
    let real;
    Object.defineProperty(MathJax, 'typesetPromise', {configurable: true, set: (f) => { real = f; },
      get: () => (some) => { rounds.push(some.length); return real(some); }});
  }});
"""
# what stands behind a formula and a line below it, of all that no space parts from theirs
FALLEN = """() => [...document.querySelectorAll('.llm-whole:has(mjx-container)')].filter((whole) => {
  const set = whole.querySelector('mjx-container');
  const behind = document.createRange();
  behind.selectNodeContents(whole.lastChild);
  const { top, height } = behind.getClientRects()[0] ?? {};
  return whole.lastChild.nodeType === 3 && height && top > set.getBoundingClientRect().bottom - 4;
}).map((whole) => whole.textContent)"""
TOP = "(id) => document.getElementById(id).getBoundingClientRect().top"
# to the top, for long enough that the page has seen it: within one frame it would not
AWAY = """() => new Promise((done) => {
  scrollTo(0, 0);
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""


@pytest.fixture
def page(browser, address):
    """The page with the most formulas, with a note of the rounds in which they are set."""
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(NOTE)
    page.goto(address + PAGE)
    yield page
    page.close()


def test_every_formula_is_set_in_small_rounds(page):
    # fails when a formula stays as it is typed, or all are set at once, which holds up the page
    page.mouse.move(10, 10)
    page.wait_for_function(DONE)
    assert page.evaluate(BARE) == []
    rounds = page.evaluate("rounds")
    assert sum(rounds) == page.locator(".math").count() > 50
    assert max(rounds) <= 32


@pytest.mark.parametrize(
    "chapter_page", ["chapters/12_gpt_model.html", "chapters/13_pretraining.html"]
)
def test_no_line_begins_with_a_comma(chapter_page, page, address):
    # fails when a browser may break between a formula and what touches it: it did on both pages
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address + chapter_page)
    page.keyboard.press("Shift")
    page.wait_for_function(DONE)
    assert page.evaluate(FALLEN) == []


def test_those_in_sight_need_no_move(page):
    # fails when a reader who only looks sees formulas as they are typed
    page.evaluate("history.scrollRestoration = 'manual'")
    page.evaluate(FIRST)
    page.wait_for_function(FIRST_IS_SET)


def test_what_was_not_seen_is_printed_too(page):
    # fails when a printed page has formulas as they are typed, by its key or from a menu
    page.evaluate(  # void: an expression that is a function would be called
        "void (print = () => { globalThis.left = document.querySelectorAll(\
        '.math:not(:has(mjx-container))').length; })"
    )
    page.keyboard.press("Control+p")
    page.wait_for_function("() => globalThis.left !== undefined")
    assert page.evaluate("left") == 0
    page.reload()
    page.mouse.move(10, 10)  # nobody gets to a menu without
    page.mouse.move(20, 20)
    page.wait_for_function("() => globalThis.MathJax?.typeset")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(BARE) == []


def test_mathjax_comes_with_the_first_formula_that_is_near(browser, address):
    # fails when each page loads it at once, which takes a phone a second; or when one that could not
    # be fetched is not tried again
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.set_default_timeout(PATIENCE)
    asked = []
    page.on("request", lambda request: "mathjax/startup" in request.url and asked.append(request))
    page.route("**/mathjax/startup.js", lambda route: route.abort(), times=1)
    page.goto(f"{address}chapters/09_self_attention.html", wait_until="networkidle")
    assert asked == []
    for _ in range(2):
        with page.expect_request("**/mathjax/startup.js"):
            page.evaluate(AWAY)
            page.evaluate(FIRST)
    page.wait_for_function(FIRST_IS_SET)
    page.close()


def test_a_link_leads_to_a_far_section(page):
    # fails when a section that was not laid out yet is missed by a screen
    ids = page.evaluate("[...document.querySelectorAll('section[id]')].map((s) => s.id)")
    for where in (ids[3 * len(ids) // 4], ids[len(ids) // 2], ids[len(ids) // 3]):
        page.evaluate("(id) => { location.hash = id; }", where)
        page.wait_for_function(f"(id) => Math.abs(({TOP})(id)) < 200", arg=where)
