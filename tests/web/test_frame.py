"""The frame around the pages: contents, header, search, theme, what comes next, and paper."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.web.conftest import page_names

ROOT = Path(__file__).resolve().parents[2]
PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
FILES = [entry["file"] for part in PARTS for entry in part["chapters"]]
CHAPTER = "chapters/09_self_attention"
CURRENT = "#pst-page-toc-nav [aria-current]"


@pytest.fixture
def page(address, visit):
    """A chapter in a wide window, which the test may change."""
    opened = visit(f"{address}{CHAPTER}.html")
    yield opened.page
    assert opened.complaints == []


@pytest.fixture
def phone_page(address, visit):
    """The same on a phone."""
    opened = visit(f"{address}{CHAPTER}.html", width=360)
    yield opened.page
    assert opened.complaints == []


def test_the_contents_are_the_books(page):
    # fails if a chapter is missing, stands elsewhere than in the book, or leads nowhere
    pages = page.locator("#contents li[data-page]")
    assert pages.evaluate_all("(all) => all.map((li) => li.dataset.page)") == FILES
    numbers = page.locator("#contents li .llm-number").all_text_contents()
    chapters = [file for file in FILES if Path(file).name[0].isdigit()]
    letters = [file.split("_")[1].upper() for file in FILES if "appendix" in file]
    assert numbers == [str(n + 1) for n in range(len(chapters))] + letters
    assert "09_self_attention" in FILES[numbers.index("9")]
    parts = page.locator("#contents summary").evaluate_all(
        """(all) => all.map((summary) => {
             summary.querySelector('.llm-here')?.remove();
             return summary.textContent;
           })"""
    )
    assert len(parts) == len(PARTS)
    assert all(name.endswith(part["caption"]) for name, part in zip(parts, PARTS, strict=True))
    assert page.locator("#contents details[open]").count() == 1


def test_the_pages_sections_stand_below_its_chapter(page):
    # fails if a section can't be reached from the contents, or another page's are listed
    headings = page.locator("article section > section > h2").evaluate_all(
        "(all) => all.map((h) => '#' + h.parentElement.id)"
    )
    links = page.locator("li.current #pst-page-toc-nav a")
    assert links.evaluate_all("(all) => all.map((a) => a.getAttribute('href'))") == headings
    assert len(headings) > 4


def test_the_contents_say_what_their_numbers_are(page):
    # fails if a bare number stands beside a chapter, or "Deeper" is said at each link
    minutes = page.locator("#contents .llm-minutes").all_text_contents()
    assert len(minutes) > 20 and all(text.endswith(" min") for text in minutes)
    deeper = page.locator("#pst-page-toc-nav .llm-deeper-from")
    assert deeper.all_text_contents() == ["Deeper, if you like"]
    after = deeper.evaluate("(li) => li.nextElementSibling.firstElementChild.className")
    assert after == "llm-deeper-link"


def test_a_closed_part_names_the_page_in_it(page):
    # fails if a reader who closes a part no longer sees where they are
    here = page.locator(".llm-part:has(li.current) .llm-here")
    assert not here.is_visible()
    page.locator(".llm-part:has(li.current) > summary").click()
    assert here.is_visible() and here.inner_text().endswith("Self-attention")


def test_a_part_has_its_hue_in_the_frame(page):
    # fails if the page does not know its part, or shows another part's hue
    assert page.locator("body").get_attribute("data-part") == "3"
    hue = "(e) => getComputedStyle(e).color"
    numeral = page.locator(".llm-part:has(li.current) > summary > .llm-number")
    place = page.locator(".llm-place")
    assert place.inner_text().startswith("III Attention") and "Chapter 9" in place.inner_text()
    assert place.evaluate(hue) == numeral.evaluate(hue) != page.locator("h1").evaluate(hue)


def test_the_wheel_turns_the_page_until_the_pointer_moves(page, address):
    # fails if who comes by a link, the pointer over the contents, scrolls those instead of the page
    page.mouse.move(100, 500)
    page.goto(f"{address}chapters/10_multi_head_attention.html")
    page.mouse.wheel(0, 300)
    page.wait_for_function("scrollY > 100")
    page.mouse.move(104, 500)
    page.mouse.move(108, 500)
    at = page.evaluate("scrollY")
    page.mouse.wheel(0, 300)
    page.wait_for_function("document.querySelector('#contents').scrollTop > 0")
    assert page.evaluate("scrollY") == at


def test_back_at_the_top_the_contents_are_at_theirs(page):
    # fails if the chapter's own part stays cut off under the search field
    at_top = "document.querySelector('#contents').scrollTop === 0"
    page.locator("#pst-page-toc-nav a").last.evaluate("(link) => link.click()")
    page.wait_for_function(f"!({at_top})")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(at_top)


def test_it_is_marked_where_one_is(page):
    # fails if a jump to a section marks another, or none, or the header names another
    for i in (3, 0, 5):
        link = page.locator("#pst-page-toc-nav a").nth(i)
        title, name = link.text_content(), link.evaluate("(a) => a.lastChild.textContent.trim()")
        link.click()
        page.wait_for_function(
            "([at, title]) => document.querySelector(at)?.textContent === title",
            arg=[CURRENT, title],
        )
        assert page.locator(CURRENT).count() == 1
        assert page.locator(".llm-where").inner_text().endswith(name)
        assert page.locator(CURRENT).bounding_box()["y"] > 48


def test_the_header_is_low_and_stays(page):
    # fails if it takes more than 48 pixels of the text, or scrolls away, or the bar does not grow
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.wait_for_function(
        """() => document.querySelector('.llm-progress').getBoundingClientRect().width > innerWidth / 3"""
    )
    box = page.locator(".llm-head").bounding_box()
    assert box["y"] == 0 and box["height"] <= 48


def test_a_key_leads_to_the_search(page):
    # fails if "/" or Ctrl+K does not lead into the field, or a "/" that is typed there is lost
    page.keyboard.press("/")
    field = page.locator("#contents input[type=search]")
    field.press_sequentially("a/b")
    assert field.input_value() == "a/b"
    field.blur()
    page.keyboard.press("Control+k")
    page.keyboard.type("token")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")


def test_a_theme_is_kept(page, address):
    # fails if the choice is forgotten on the next page, or shows before the page is dark
    page.locator(".llm-theme").click()
    page.locator(".llm-theme").click()
    assert page.locator(".llm-theme-name").inner_text() == "dark"
    page.goto(f"{address}chapters/appendix_d_glossary.html")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator(".llm-theme-name").inner_text() == "dark"


def test_it_leads_to_the_next_chapter_and_the_one_before(page):
    # fails if the way through the book breaks off, or the card does not say what comes
    following, before = FILES[FILES.index(CHAPTER) + 1], FILES[FILES.index(CHAPTER) - 1]
    card = page.locator(".llm-next-page")
    assert card.get_attribute("href") == f"{Path(following).name}.html"
    assert card.inner_text().startswith("Next: chapter 10")
    assert len(card.locator(".llm-onward-hook").inner_text()) > 60
    assert page.locator(".llm-previous-page").get_attribute("href") == f"{Path(before).name}.html"


WIDE_GRID = """() => [...document.querySelectorAll('.llm-picture')]
    .find((e) => e.scrollWidth > e.clientWidth + 1 && !e.closest('[hidden]'))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_wide_grid_fades_until_its_end(address, visit, theme):
    # fails if nothing says that a grid goes on, or something says so at its end, or it can't be read
    wide = "chapters/24_modern_architectures.html"
    page = visit(f"{address}{wide}", width=360, theme=theme).page
    grid = page.evaluate_handle(WIDE_GRID)
    fades = "(e) => getComputedStyle(e).maskImage.includes('gradient')"
    page.evaluate("(e) => e.scrollIntoView()", grid)
    page.wait_for_function(fades, arg=grid)
    page.evaluate("(e) => { e.scrollLeft = e.scrollWidth; }", grid)
    page.wait_for_function(f"(e) => !({fades})(e)", arg=grid)


def test_paper_shows_the_article_alone(page):
    # fails if the frame is printed, or code is cut off at the edge of the sheet
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    for part in (".llm-head", "#contents", ".llm-onward", ".llm-copy >> nth=0"):
        assert not page.locator(part).is_visible(), part
    assert page.locator("article h1").is_visible()
    wide = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    assert page.locator(".cell_input pre").evaluate_all(wide) == 0


def test_paper_is_white(address, visit):
    # fails if a page that is dark on the screen is printed in light letters, or stays light after
    page = visit(f"{address}chapters/appendix_d_glossary.html", theme="dark").page
    theme = page.locator("html")
    for event, expected in (("beforeprint", "light"), ("afterprint", "dark")):
        page.evaluate(f"dispatchEvent(new Event('{event}'))")
        assert theme.get_attribute("data-theme") == expected


def test_a_long_text_is_folded_until_it_is_asked_for(page):
    # fails if a model's long text pushes the lesson away, or its end can't be seen
    texts = page.locator(".cell_output .output.stream pre:visible")
    texts.first.evaluate(
        """(box) => {
             box.textContent = 'One line of a long story.\\n'.repeat(40);
             document.head.append(Object.assign(document.createElement('script'),
               { src: document.querySelector('script[src*="book.js"]').src }));
           }"""
    )
    more = texts.first.locator("xpath=following-sibling::button")
    more.wait_for()
    texts.first.scroll_into_view_if_needed()
    assert more.text_content() == "Show 26 more lines"
    folded = texts.first.bounding_box()["height"]
    more.click()
    assert texts.first.bounding_box()["height"] > 2 * folded
    assert more.count() == 0


def test_on_a_phone_the_contents_are_a_drawer(phone_page):
    # fails if it is in the way while closed, can't be opened, or keeps the keyboard inside
    nav, menu = phone_page.locator("#contents"), phone_page.locator(".llm-menu")
    assert not nav.is_visible()
    menu.click()
    assert nav.is_visible() and menu.get_attribute("aria-expanded") == "true"
    assert phone_page.evaluate("document.querySelector('main').inert")
    phone_page.keyboard.press("Escape")
    phone_page.wait_for_function("() => !document.querySelector('#contents.is-open')")
    assert phone_page.evaluate("document.activeElement.className").startswith("llm-button llm-menu")
    menu.click()
    phone_page.locator("#pst-page-toc-nav a").nth(2).click()
    phone_page.wait_for_function("() => !document.querySelector('main').inert && scrollY > 500")


def test_on_a_phone_the_tools_unfold(phone_page):
    # fails if the theme can't be chosen there
    assert not phone_page.locator(".llm-theme").is_visible()
    phone_page.locator(".llm-more-tools").click()
    phone_page.locator(".llm-theme").click()
    assert phone_page.locator("html").get_attribute("data-mode") == "light"


def test_targets_are_large_enough_for_a_finger(phone_page):
    # fails if a control of the frame is lower than 44 pixels on a phone
    phone_page.locator(".llm-menu").click()
    low = phone_page.evaluate(
        """() => [...document.querySelectorAll('.llm-head button, #contents summary, #contents input, li > a')]
             .filter((e) => e.closest('.llm-head, #contents') && e.checkVisibility())
             .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert low == []


def test_code_can_be_copied(page):
    # fails if what is copied is not the cell's code, or has the button's word in it
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box = page.locator(".cell_input:visible .highlight").first
    code = box.locator("pre").text_content()
    box.locator(".llm-copy").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == code


KEPT = "Object.fromEntries(Object.entries(localStorage))"


def test_what_a_reader_chose_is_kept_under_the_books_name(page):
    # fails if another book on the same host changes this one's look, or the other way round
    page.evaluate("() => localStorage.clear()")
    page.reload()
    page.evaluate(
        "() => { localStorage.mode = 'dark'; localStorage.code = 'folded'; }"
    )  # another's
    page.reload()
    root = page.locator("html")
    assert (root.get_attribute("data-mode"), root.get_attribute("data-code")) == ("auto", None)
    for _ in range(2):
        page.locator(".llm-theme").click()
    page.locator(".llm-code-switch").click()
    kept = page.evaluate(KEPT)
    assert (kept["mode"], kept["code"]) == ("dark", "folded")
    own = {name: value for name, value in kept.items() if name not in ("mode", "code")}
    assert all(name.startswith("llm-from-scratch.") for name in own)
    assert own["llm-from-scratch.mode"] == "dark"
    page.evaluate("() => { localStorage.mode = localStorage.code = 'other'; }")
    page.reload()
    assert (root.get_attribute("data-mode"), root.get_attribute("data-code")) == ("dark", "folded")


def test_what_a_reader_chose_before_is_taken_over_once(page):
    # fails if a reader of an earlier edition loses the dark, or can't leave it
    page.evaluate("""() => {
      localStorage.clear();
      Object.assign(localStorage, { mode: "dark", code: "folded" }); // as that edition did
    }""")
    page.reload()
    root = page.locator("html")
    assert (root.get_attribute("data-mode"), root.get_attribute("data-code")) == ("dark", "folded")
    page.locator(".llm-theme").click()  # from dark to auto
    page.locator(".llm-code-switch").click()
    page.reload()
    assert (root.get_attribute("data-mode"), root.get_attribute("data-code")) == ("auto", None)


def test_a_phone_without_scripts_has_room(browser, address):
    # fails when a page needs a script to be as narrow as a phone: the contents stand beside its
    # text, or a formula, which is not set yet, stays on one line
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    widths = {}
    for name in ("index.html", *page_names()):
        page.goto(address + name)
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in widths.items() if width > 360} == {}
    assert page.locator("#contents").is_visible()
    context.close()


def test_a_phone_s_header_has_the_whole_title(address, visit):
    # fails if a long title ends in dots, or makes the header higher
    page = visit(f"{address}chapters/05_data_loaders.html", width=360).page
    title = page.locator(".llm-where a")
    assert title.evaluate("(e) => e.scrollHeight - e.clientHeight") == 0
    assert title.evaluate("(e) => e.scrollWidth - e.clientWidth") == 0
    assert title.bounding_box()["height"] < page.locator(".llm-head").bounding_box()["height"]
