"""The landing page: in motion on the first screen, alive below it, and a true map of the book."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.web.conftest import open_page

ROOT = Path(__file__).resolve().parents[2]
PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
FILES = [entry["file"] for part in PARTS for entry in part["chapters"]]
LAB = ".llm-next[data-ready=yes]"
FILM = ".llm-walk[data-ready=yes]"
LIMIT = 700_000  # bytes over the wire, before the reader does anything


def reading_time(file: str) -> str:
    """Return the minutes that a chapter itself says it takes, or "" where it says none."""
    path = ROOT / f"{file}.ipynb"
    if not path.is_file():
        return ""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    found = re.search(r"\*\*Time:\*\* about (\d+) minutes", text)
    return found[1] if found else ""


def open_landing(browser, address):
    """Open the landing page, and wait for its lab; at its end nothing may have gone wrong."""
    opened = open_page(browser, address + "index.html")
    opened.page.set_viewport_size({"width": 1280, "height": 800})
    opened.page.wait_for_selector(FILM)
    opened.page.locator(".llm-mount").nth(1).scroll_into_view_if_needed()
    opened.page.wait_for_selector(LAB)
    opened.page.evaluate("scrollTo(0, 0)")
    yield opened
    opened.page.context.close()
    assert opened.complaints == []
    assert opened.foreign == []


@pytest.fixture(scope="module")
def landing(browser, address):
    """The landing page in a wide window, for tests that only look."""
    yield from open_landing(browser, address)


@pytest.fixture
def page(landing):
    return landing.page


@pytest.fixture
def own_page(browser, address):
    """A landing page that a test may change."""
    for opened in open_landing(browser, address):
        yield opened.page


def test_the_first_screen_shows_how_to_start_and_a_film(page):
    # fails if a reader has to scroll for the way in, for what it takes, or for the picture
    assert page.evaluate("scrollY") == 0
    whole = [
        "article .llm-start a",
        ".llm-total",
        f"{FILM} .llm-walk-play",
        f"{FILM} .llm-walk-say",
    ]
    for part in whole:
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 800, part
    assert page.locator(f"{FILM} .llm-walk-picture").bounding_box()["y"] < 500


def test_the_film_waits_under_a_full_picture_and_is_not_the_first_chapters(page, site):
    # fails if the landing page shows an empty stage, or a reader who goes on sees the same again
    assert page.locator(f"{FILM} .llm-walk-poster").is_visible()
    assert page.locator(f"{FILM} .llm-walk-play").inner_text() == "Play"
    assert page.locator(f"{FILM} .llm-walk-picture [data-key]").count() > 20
    films = [
        re.findall(r'Walkthrough\(\\?"([\w-]+)', (ROOT / file).read_text("utf-8"))
        for file in ("intro.md", f"{FILES[0]}.ipynb")
    ]
    assert all(films) and not set(films[0]) & set(films[1])


def test_the_lab_answers_to_typing(own_page):
    # fails if the model on the landing page does not follow the text
    before = own_page.locator(f"{LAB} .llm-bars").inner_text()
    own_page.locator(f"{LAB} textarea").fill("Tobi the owl was")
    own_page.wait_for_function(
        "([bars, before]) => document.querySelector(bars).innerText !== before",
        arg=[f"{LAB} .llm-bars", before],
    )
    own_page.wait_for_function(
        "(finding) => document.querySelector(finding).innerText.includes('Tobi the owl was')",
        arg=f"{LAB} .llm-finding",
    )


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_lab_comes(browser, address, width):
    # fails if what a reader has begun to read jumps away below the lab
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.add_init_script(
        """globalThis.moved = 0;
           new PerformanceObserver((list) => list.getEntries().forEach((e) => moved += e.value))
             .observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(address + "index.html")
    page.wait_for_selector(FILM)
    page.locator(".llm-mount").nth(1).scroll_into_view_if_needed()
    page.wait_for_selector(f"{LAB} .llm-bars button")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("moved") < 0.1  # what counts as good
    page.close()


def test_the_film_is_there_at_once(address, visit):
    # fails if the film waits for the reader to scroll or to do anything else
    opened = visit(address + "index.html", width=360)
    opened.page.wait_for_selector(FILM)
    assert opened.page.evaluate("scrollY") == 0
    assert opened.page.locator(f"{FILM} .llm-walk-play").bounding_box()["y"] < 700


@pytest.mark.parametrize("file", FILES)
def test_every_chapter_is_linked_with_its_time(page, file):
    # fails if a chapter in _toc.yml is not on the map, or with another time than its own
    link = page.locator(f".llm-chapters a[href='{file}.html']")
    assert link.count() == 1
    minutes = reading_time(file)
    if minutes:
        row = page.locator("dd", has=page.locator(f"a[href='{file}.html']"))
        assert row.locator(".llm-time").inner_text() == f"{minutes} min"


def test_the_map_has_the_books_parts_and_order(page):
    # fails if parts or chapters stand in another order than in the book
    names = page.locator(".llm-chapters dt").all_inner_texts()
    captions = [part["caption"] for part in PARTS]
    assert [name for name in names if name in captions] == captions
    links = page.locator(".llm-chapters a").evaluate_all(
        "(all) => all.map((a) => a.getAttribute('href'))"
    )
    chapters = [file for file in FILES if "appendix" not in file]
    assert [link for link in links if "appendix" not in link] == [f"{f}.html" for f in chapters]
    assert page.get_by_role("link", name="Start reading").get_attribute("href") == links[0]


def test_each_part_has_a_picture_that_leads_to_it(page):
    # fails if a part has no picture, two share a hue, or one leads elsewhere than to its beginning
    pictures = page.locator(".llm-parts a")
    numbered = [part for part in PARTS if re.search(r"/\d", part["chapters"][0]["file"])]
    assert pictures.locator("span").all_inner_texts() == [part["caption"] for part in numbered]
    targets = pictures.evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
    assert targets == [f"{part['chapters'][0]['file']}.html" for part in numbered]
    hues = pictures.evaluate_all("(all) => all.map((a) => getComputedStyle(a).color)")
    assert len(set(hues)) == len(numbered)
    shapes = pictures.locator("svg").evaluate_all("(all) => all.map((s) => s.innerHTML)")
    assert len(set(shapes)) == len(numbered)


def test_the_pictures_leave_the_film_its_place(page):
    # fails if they lie over the title, the start or the film
    boxes = [page.locator(s).first.bounding_box() for s in (".llm-parts", "h1", ".llm-start", FILM)]
    parts, *others = boxes
    for box in others:
        assert box["y"] >= parts["y"] + parts["height"] - 1 or box["x"] + box["width"] <= parts["x"]


def test_there_is_a_way_in_with_code_and_one_without(page):
    # fails if who does not program, or who does, is not told where to begin
    ways = page.locator("#ways-in li")
    assert ways.filter(has_text="You don’t code").locator("a").first.get_attribute("href") == (
        f"{FILES[0]}.html"
    )
    assert "make book" in ways.filter(has_text="You code").inner_text()


def test_who_returns_can_continue(browser, address):
    # fails if the landing page forgets where a reader was
    page = browser.new_page()
    page.goto(address + "index.html")
    link = page.get_by_role("link", name="Continue")
    assert link.count() == 0
    page.goto(f"{address}{FILES[2]}.html")
    page.wait_for_selector("article h1")
    page.goto(address + "index.html")
    link.wait_for()
    assert link.get_attribute("href").endswith(f"{FILES[2]}.html")
    page.close()


def test_what_is_to_come_has_no_link(page):
    # fails if a chapter that is not there yet looks as if it were
    coming = page.locator(".llm-chapters .llm-coming")
    assert coming.locator("a").count() == 0
    titles = page.locator(".llm-chapters a").all_inner_texts()
    announced = " · ".join(coming.all_inner_texts())
    assert not [title for title in titles if title in announced]


def test_it_can_be_read_in_a_minute(page):
    # fails if the page grows into a wall of text: prose, or a chapter with more than one line
    def words(selector):
        return [len(text.split()) for text in page.locator(selector).all_inner_texts()]

    assert sum(words("article section > p") + words(".llm-ways")) <= 200
    assert max(words(".llm-chapters .llm-what")) <= 16


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(address, visit, theme):
    # fails when anything makes the page scroll sideways at 360 pixels
    opened = visit(address + "index.html", width=360, theme=theme)
    opened.scroll_through()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert opened.complaints == []


def test_it_is_light(landing):
    # fails when what the page loads before any interaction exceeds the budget
    weights = {url: size for url, size in landing.at_first.items() if "/_static/models/" not in url}
    assert sum(weights.values()) <= LIMIT, sorted(weights.items(), key=lambda item: -item[1])[:5]
