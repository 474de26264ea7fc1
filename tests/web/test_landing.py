"""The landing page: a picture on the first screen, alive below it, and a true map of the book."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
import yaml

from tests.web.conftest import open_page
from web import hero
from web.frame import number_of, parts_in_order

ROOT = Path(__file__).resolve().parents[2]
PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
FILES = [entry["file"] for part in PARTS for entry in part["chapters"]]
NUMBERED = [(numeral, files) for numeral, _, files in parts_in_order() if numeral]
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


HERO = ".llm-hero-picture"
SEEN = f"{HERO} svg:visible"


def test_the_first_screen_shows_how_to_start_and_what_a_model_does(page):
    # fails if a reader has to scroll for the way in, for what it takes, for the whole picture below
    # the title, or for the parts
    assert page.evaluate("scrollY") == 0
    for part in ("article .llm-start a", ".llm-try", ".llm-total", SEEN, ".llm-parts"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 800, part
    title, start, picture = (
        page.locator(s).first.bounding_box() for s in ("article h1", ".llm-start", SEEN)
    )
    assert start["x"] > title["x"] and start["y"] + start["height"] <= picture["y"]
    parts = page.locator(".llm-parts").bounding_box()
    assert (picture["x"], picture["width"]) == pytest.approx((parts["x"], parts["width"]), abs=1)


@pytest.mark.parametrize(("width", "shown"), [(360, "h-tall"), (1280, "h-wide")])
def test_of_two_pictures_one_is_seen_and_no_full_page_catches_it_half_drawn(
    address, visit, width, shown
):
    # fails if both are seen, or if a picture is drawn once more after the window was another's size
    page = visit(address + "index.html", width=width).page
    seen = page.locator(SEEN)
    assert seen.count() == 1 and seen.get_attribute("class") == shown
    page.wait_for_function("document.getAnimations().every((a) => a.playState === 'finished')")
    page.set_viewport_size({"width": 1640 - width, "height": 800})
    page.set_viewport_size({"width": width, "height": 800})
    drawn = "document.querySelectorAll('.llm-hero-picture .h-look')"
    assert page.evaluate(f"[...{drawn}].flatMap((e) => e.getAnimations()).length") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_the_picture_is_whole_and_legible(address, visit, width, theme):
    # fails if a word in it is cut, lies over another, or is too small to be read
    opened = visit(address + "index.html", width=width, theme=theme)
    texts = opened.page.locator(f"{SEEN} text").evaluate_all(
        """(all) => all.map((e) => [e.getBoundingClientRect(), e.getCTM().a,
            parseFloat(getComputedStyle(e).fontSize)])
          .map(([box, scale, size]) => [box.left, box.right, box.top, box.bottom, scale * size])"""
    )
    picture = opened.page.locator(SEEN).bounding_box()
    assert picture["x"] >= 0 and picture["x"] + picture["width"] <= width
    for left, right, top, bottom, size in texts:
        assert picture["y"] <= top and bottom <= picture["y"] + picture["height"] + 1
        assert picture["x"] <= left and right <= picture["x"] + picture["width"] and size >= 11.5
    for one, other in itertools.combinations(texts, 2):
        assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


def test_the_lab_goes_on_with_the_picture(page):
    # fails if the lab begins with another text than the picture's, or with other probabilities
    assert page.locator(f"{LAB} textarea").input_value() == hero.PROMPT
    seen = page.locator(f"{SEEN} .h-number").all_text_contents()[:-1]
    rows = page.locator(f"{LAB} .llm-bar-number").all_inner_texts()[: len(seen)]
    assert [row.split()[0] for row in rows] == [number.split()[0] for number in seen]


def test_the_film_waits_under_a_full_picture_and_is_not_the_first_chapters(page, site):
    # fails if the landing page shows an empty stage, or a reader who goes on sees the same again
    assert page.locator(f"{FILM}.llm-walk-covered .llm-walk-play").is_visible()
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
    assert opened.page.locator(SEEN).bounding_box()["y"] < 420


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
    names = page.locator(".llm-chapters dt").evaluate_all(
        "(all) => all.map((dt) => dt.textContent.replace(dt.querySelector('svg')?.textContent, ''))"
    )
    known = [f"{numeral} {part}" for numeral, part, _ in parts_in_order()]
    assert [name.strip() for name in names] == [name.strip() for name in known]
    links = page.locator(".llm-chapters a").evaluate_all(
        "(all) => all.map((a) => a.getAttribute('href'))"
    )
    chapters = [file for file in FILES if "appendix" not in file]
    assert [link for link in links if "appendix" not in link] == [f"{f}.html" for f in chapters]
    assert page.get_by_role("link", name="Start reading").get_attribute("href") == links[0]


def test_each_chapter_has_its_number_and_its_parts_hue(page):
    # fails if a part has no numeral or picture there, a chapter no number, or one of them another
    # hue than the part's picture at the top; or if what has no number has the hue of a part
    hue = "(all) => all.map((e) => getComputedStyle(e).color)"
    hues = page.locator(".llm-parts a").evaluate_all(hue)
    groups = page.locator(".llm-map-part")
    for i, ((numeral, files), own) in enumerate(zip(NUMBERED, hues, strict=True)):
        numbers = groups.nth(i).locator(".llm-number")
        assert numbers.all_inner_texts() == [numeral, *map(number_of, files)]
        assert {*numbers.evaluate_all(hue)} == {own}
        assert groups.nth(i).locator("dt svg").count() == 1
    rest = page.locator(".llm-map-part:not([data-part])")
    assert rest.count() == len(PARTS) - len(NUMBERED)
    others = {*rest.locator("dt, .llm-number").evaluate_all(hue)}
    assert len(others) == 1 and not others & {*hues}


@pytest.mark.parametrize("width", [360, 1280])
def test_no_number_lies_over_a_title(address, visit, width):
    # fails if in the list of chapters a number, a title or the minutes lie over one another, or the
    # minutes stand far from the last word of a title that takes two lines
    opened = visit(address + "index.html", width=width)
    opened.page.locator(".llm-chapters").scroll_into_view_if_needed()
    rows = opened.page.locator(".llm-chapters dd:has(.llm-number)").evaluate_all(
        """(all) => all.map((row) => ["p > .llm-number", "p > a", "p > .llm-time"]
          .flatMap((part) => [row.querySelector(part)].filter(Boolean))
          .map((part) => [[...part.getClientRects()][0], [...part.getClientRects()].at(-1)]
            .map((box) => [box.left, box.right, box.top, box.bottom])))"""
    )
    names = [name for name in map(number_of, FILES) if name]
    assert len(rows) == len(names)
    for number, title, *time in rows:
        (_, end, top, bottom), (start, _, other_top, _) = number[-1], title[0]
        assert start >= end and top <= other_top < bottom  # in one line
        for beside, _ in time:
            (_, end, top, bottom), (start, right, other_top, _) = title[-1], beside
            assert 0 <= start - end < 12 and right <= width
            assert top <= other_top < bottom


def test_it_is_no_chapter(page):
    # fails if it tells how many of its sections were read
    assert page.locator(".llm-standing").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_comes_first_looks_the_same_everywhere(address, visit, theme):
    # fails if to start, to play, to draw and to train have buttons of several looks
    opened = visit(address + "index.html", width=1280, theme=theme)
    opened.scroll_through()
    main = ".llm-start a:first-child, .llm-main:not(:disabled)"
    opened.page.wait_for_function(f"document.querySelectorAll({main!r}).length >= 4")
    looks = opened.page.locator(main).evaluate_all(
        """(all) => all.map((e) => getComputedStyle(e))
          .map((s) => [s.backgroundColor, s.borderRadius, s.fontWeight].join())"""
    )
    assert len(set(looks)) == 1


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


def test_the_pictures_stand_in_a_row_between_start_and_film(page):
    # fails if they lie over the start or the film, or leave a hole beside the last
    parts = page.locator(".llm-parts").bounding_box()
    start, film = (page.locator(s).first.bounding_box() for s in (".llm-start", FILM))
    assert start["y"] + start["height"] < parts["y"]
    assert film["y"] >= parts["y"] + parts["height"] + 32
    boxes = [picture.bounding_box() for picture in page.locator(".llm-parts a").all()]
    assert len({box["y"] for box in boxes}) == 1
    assert boxes[0]["x"] == pytest.approx(film["x"], abs=1)
    end = boxes[-1]["x"] + boxes[-1]["width"]
    assert end == pytest.approx(film["x"] + film["width"], abs=1)


def test_on_a_phone_the_pictures_have_their_names(address, visit):
    # fails if a picture stands there without a word, or can't be reached by keys
    opened = visit(address + "index.html", width=390)
    for picture in opened.page.locator(".llm-parts a").all():
        picture.evaluate("(a) => a.focus()")
        box = picture.bounding_box()
        assert box["x"] < 370 and box["x"] + box["width"] > 20  # it has come into sight
        assert picture.locator("span").bounding_box()["height"] > 12


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
    assert not page.locator(".llm-start .llm-try").is_visible()  # two ways at most, in one row
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
