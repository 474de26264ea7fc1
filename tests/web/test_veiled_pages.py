"""Veils on the pages of the built book: what they cover, and that nothing moves when they are lifted."""

from __future__ import annotations

PARTS = "article :is(h1, h2, h3, p, li, pre, table, figure, .cell, .cell_output, .llm-mount)"
# in one go, so that what comes alive meanwhile moves nothing; far cells have their true height
LIFT = f"""() => {{
  const style = document.createElement('style');
  style.textContent = '.cell {{ content-visibility: visible !important }}';
  document.head.append(style);
  const measure = () => [...document.querySelectorAll("{PARTS}")].map((e) => {{
    const {{x, y, width, height}} = e.getBoundingClientRect();
    return [x, y + scrollY, width, height];
  }});
  const before = measure();
  document.querySelector('.llm-answers-switch').click();
  const after = measure();
  return before.flatMap((box, i) => box.some((n, k) => Math.abs(n - after[i][k]) > 1)
    ? [[box, after[i]]] : []);
}}"""
COVERED = """() => [...document.querySelectorAll('[inert]')].flatMap((e) =>
  [e, ...e.querySelectorAll('*')].filter((part) => part.matches(
    '.cell_input, .llm-mount, h1, h2, h3, h4, .admonition, details, input, [data-model]')))
  .map((e) => e.outerHTML.slice(0, 120))"""
# what a reader would not see of films and widgets
UNSEEN = """() => [...document.querySelectorAll('article .llm-mount')]
  .filter((e) => e.closest('[inert], [hidden]') || !e.closest('details:not([open])') && !e.checkVisibility())
  .map((e) => e.outerHTML.slice(0, 120))"""
ARTICLE = """() => {
  const copy = document.querySelector('article').cloneNode(true);
  copy.querySelectorAll('.llm-mount, .llm-figure').forEach((e) => e.replaceChildren());
  copy.querySelectorAll('.math, mjx-container').forEach((e) => e.remove());  // set when near
  copy.querySelectorAll('.llm-lifted').forEach((e) => e.classList.remove('llm-lifted'));
  const parts = [...copy.querySelectorAll('*')].map((e) => `${e.localName} ${[...e.classList]}`);
  return [...parts, copy.textContent];
}"""


def test_veils_cover_no_code_and_no_widget(name, desktop):
    # fails if a reader of the open page misses a definition, a heading, a film or a widget
    page = desktop.page
    assert page.evaluate(COVERED) == [] and page.evaluate(UNSEEN) == []
    has_veils = page.locator(".llm-veil").count() > 0
    assert page.locator(".llm-answers-switch").count() == has_veils


def test_nothing_moves_when_they_are_lifted(name, desktop, visit, address):
    # fails if a veil makes something taller, wider or lower by more than a pixel, or leaves
    # something on the page that would not be there without it
    if not desktop.page.locator(".llm-answers-switch").count():
        return
    opened = visit(address + name)  # the shared one stays as it was
    chapter = opened.page
    assert chapter.evaluate(LIFT) == []
    assert chapter.locator("[inert], .llm-veil, .llm-veil-under, .llm-veil-lift").count() == 0
    assert opened.complaints == []


def test_a_reload_leaves_them_lifted(visit, address):
    # fails if the switch is forgotten, or a page that comes with it on is another than one on which
    # it was pressed
    opened = visit(f"{address}chapters/03_tokenization.html")
    chapter = opened.page
    chapter.locator(".llm-answers-switch").click()
    lifted = chapter.evaluate(ARTICLE)
    chapter.reload(wait_until="networkidle")
    assert chapter.locator(".llm-veil, .llm-lifted").count() == 0
    assert chapter.evaluate(ARTICLE) == lifted
    assert opened.complaints == []


def test_the_index_leads_under_a_veil(visit, address):
    # fails if a picture that the index names is still veiled when one arrives at it
    opened = visit(f"{address}chapters/03_tokenization.html")
    veiled = "document.querySelector('.cell_output.llm-veil[id^=picture]').id"
    picture = opened.page.evaluate(veiled)
    opened.page.goto(f"{address}chapters/appendix_g_index.html")
    opened.page.locator(f"article a[href$='03_tokenization.html#{picture}']").click()
    # those of other questions stay; once they are there, the picture's would be, too
    opened.page.locator(".llm-veil").first.wait_for()
    shown = opened.page.locator(f"#{picture}")
    shown.wait_for()
    assert not shown.evaluate("(e) => e.classList.contains('llm-veil')")


def test_a_search_leads_under_a_veil(visit, address):
    # fails if the words that a search has found can't be read where it leads
    opened = visit(f"{address}search.html?q=stammers")
    assert "stammers" in opened.page.locator("#search-results li").first.inner_text()
    opened.page.locator("#search-results li a").first.click()
    opened.page.locator(".llm-veil").first.wait_for()
    found = opened.page.get_by_text("it even stammers")
    found.wait_for()
    assert found.evaluate("(e) => !e.closest('[inert]')")
