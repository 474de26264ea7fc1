"""Formulas, which are set a few at a time."""

from tests.web.browser import PATIENCE

PAGE = "chapters/appendix_b_maths.html"
DONE = "() => globalThis.__llmMath.then(() => true)"
BARE = """() => [...document.querySelectorAll('.math')]
    .filter((box) => !box.querySelector('mjx-container')).map((box) => box.textContent.slice(0, 60))"""
# what stands in a page's head, before its scripts: notes how many formulas each round sets
NOTE = """
  globalThis.rounds = [];
  let MathJax;
  Object.defineProperty(globalThis, 'MathJax', {configurable: true, get: () => MathJax, set: (value) => {
    MathJax = value;
    let real;
    Object.defineProperty(MathJax, 'typesetPromise', {configurable: true, set: (f) => { real = f; },
      get: () => (some) => { rounds.push(some.map((box) => box.getBoundingClientRect().top)); return real(some); }});
  }});
"""


def test_every_formula_is_set(address, visit):
    # fails when a formula stays as it is typed
    page = visit(address + PAGE).page
    page.wait_for_function(DONE, timeout=PATIENCE)
    assert page.locator(".math").count() > 50
    assert page.evaluate(BARE) == []


def test_they_are_set_in_small_rounds_from_the_top(address, browser):
    # fails when all are set at once, which holds up the page, or those in sight come last
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.add_init_script(NOTE)
    page.goto(address + PAGE)
    page.wait_for_function(DONE, timeout=PATIENCE)
    rounds = page.evaluate("rounds")
    page.close()
    assert max(map(len, rounds)) <= 32 < sum(map(len, rounds))
    tops = [top for some in rounds for top in some]
    in_sight = [n for n, top in enumerate(tops) if 0 <= top < 900]
    assert not in_sight or max(in_sight) < 40
