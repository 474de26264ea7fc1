"""The site without a network: what was opened stays, and no page has files of two versions.

A copy of three of the book's pages is served under a name that is not this machine's own, since
pages are not kept there. The copy changes, and the server fails, as the tests say.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from llm_lib.book.widgets.scripts import join_modules
from tests.web.browser import Visit, serious_faults
from web.offline_worker import SOURCE, Needs, lists, write
from web.serve import Handler, Server

LANDING = "index.html"  # with a film, and a model that is fetched when it is touched
PAGE, OTHER = "chapters/appendix_d_glossary.html", "chapters/appendix_e_sources.html"
LAB = ".llm-next[data-ready=yes] .llm-bars button"
ASKING = SOURCE.with_name("asking.js")
RELOAD, NOTICE = ".llm-notice-reload", ".llm-notice"
MINE = "(await caches.keys()).filter((name) => name.includes(root))"
KEPT = f"""async (root) => {{
  const names = {MINE};
  const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return all.flat().map((request) => request.url.slice(root.length)).sort();
}}"""
# resolves once all of some files are kept
HAS_ALL = """async ([root, paths]) => {
  const find = () => Promise.all(paths.map((path) => caches.match(root + path)));
  while (!(await find()).every(Boolean)) await new Promise((done) => setTimeout(done, 30));
}"""
ONE_VERSION = f"""async (root) => {{
  while ({MINE}.length > 1) await new Promise((done) => setTimeout(done, 30));
}}"""
LOOK_FOR_NEW = "navigator.serviceWorker.getRegistration().then((one) => one.update())"
# resolves once a new version was given up
GIVEN_UP = """new Promise(async (done) => {
  const registration = await navigator.serviceWorker.getRegistration();
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming.addEventListener('statechange', () => coming.state === 'redundant' && done(true));
  });
  registration.update();
})"""


class Web:
    """A copy of the book on a server that can be cut off, with one file or as a whole."""

    def __init__(self, site: Path, folder: Path) -> None:
        """Copy a site, and serve it below a path, as free hosts do."""
        self.site = folder / "book"
        shutil.copytree(site, self.site)
        self.is_up, self.broken, self.asked = True, set(), []
        self.gate = threading.Event()  # closed, no request gets an answer
        self.gate.set()
        web = self

        class Switched(Handler):
            def do_GET(self) -> None:
                path = self.path.split("?")[0].removeprefix("/book/")
                web.asked.append(path)
                web.gate.wait(60)
                if not web.is_up or path in web.broken:
                    self.close_connection = True  # without a word
                else:
                    super().do_GET()

        self.server = Server(("127.0.0.1", 0), partial(Switched, directory=str(folder)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.root = f"http://book.localhost:{self.server.server_port}/book/"

    def publish(self, mark: str) -> None:
        """Change the style and two pages so that each shows `mark`, and make a version of it."""
        for name in (PAGE, OTHER):
            page = self.site / name
            text = page.read_text("utf-8").split("<!-- mark -->")[0]
            page.write_text(f"{text}<!-- mark --><i id='mark' hidden>{mark}</i>", "utf-8")
        style = self.site / "_static/book.css"
        text = style.read_text("utf-8").split("\n/* mark */")[0]
        style.write_text(f"{text}\n/* mark */ :root {{ --mark: {mark}; }}", "utf-8")
        write(self.site)


@pytest.fixture(scope="module")
def three_pages(site, tmp_path_factory) -> Path:
    """The site of three pages of the book, with what they need."""
    folder, needs = tmp_path_factory.mktemp("three"), Needs(site)
    for page in (LANDING, PAGE, OTHER, "offline.html", "search.html"):
        for name in (page, *needs.of(page)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site / name, folder / name)
    return folder


@pytest.fixture
def web(three_pages, tmp_path) -> Iterator[Web]:
    """The book on the web, in its first version."""
    made = Web(three_pages, tmp_path)
    made.publish("one")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def reader(web, browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens a page: reader(name) -> visit; all share one browser's memory."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", color_scheme="light"
    )

    def read(name: str = PAGE) -> Visit:
        opened = Visit(context.new_page(), web.root)
        opened.watch()
        opened.page.goto(web.root + name)
        return opened

    read.context = context
    yield read
    context.close()


def wait_until_kept(web: Web, page: Page, name: str = PAGE) -> None:
    """Wait until a page and all that it needs lie in the browser."""
    page.evaluate(HAS_ALL, [web.root, [name, *Needs(web.site).of(name)]])


def versions(page: Page) -> set[str]:
    """Return the versions that a page shows: its own, and that of its style."""
    own = page.locator("#mark").text_content()
    style = "getComputedStyle(document.documentElement).getPropertyValue('--mark').trim()"
    return {own, page.evaluate(style)}


def touch_the_lab(page: Page) -> None:
    """Wake the landing page's lab, and wait for what the model says."""
    page.locator(".llm-mount").nth(1).scroll_into_view_if_needed()
    page.locator(".llm-next textarea").fill("Tobi the owl was")
    page.wait_for_selector(LAB)


def test_what_was_opened_is_alive_without_a_network(web, reader):
    # fails if a widget, its model or the style of a page that was only opened, and not yet read, is
    # missing on the train, or if anything but the book's files is kept
    first = reader("")
    wait_until_kept(web, first.page, LANDING)
    assert first.complaints == []
    listed = {path for path, _, _ in lists(web.site)["files"]}
    assert set(first.page.evaluate(KEPT, web.root)) <= listed
    web.is_up = False
    first.page.close()
    again = reader("")
    again.page.wait_for_selector(".llm-walk[data-ready=yes]")
    touch_the_lab(again.page)
    assert again.page.locator(".llm-failed").count() == 0
    assert again.complaints == [] and again.foreign == []


def test_a_page_that_is_not_here_says_so_and_lists_those_that_are(web, reader):
    # fails if a reader meets the browser's error page, can't find what is here, or is sent to
    # another site by a link that somebody has made
    page = reader().page
    wait_until_kept(web, page)
    web.is_up = False
    page.goto(web.root + OTHER)
    page.wait_for_selector(".llm-kept-pages a")
    links = page.locator(".llm-kept-pages a").evaluate_all("(all) => all.map((a) => a.href)")
    assert links == [web.root + PAGE]
    assert page.locator(".llm-try-again").get_attribute("href") == web.root + OTHER
    assert serious_faults(page) == []
    web.is_up = True
    page.locator(".llm-try-again").click()
    page.wait_for_selector("#mark", state="attached")
    page.goto(web.root + "offline.html?page=https://other.site/")
    page.wait_for_function(
        "root => document.querySelector('.llm-try-again').href === root", arg=web.root
    )


def test_a_new_version_is_told_and_comes_whole(web, reader):
    # fails if the reader is not told, or needs a mouse, or a tab stays behind; if files of both
    # versions are shown; or if the old ones stay on the device
    first, second = reader(), reader(OTHER)
    for opened, name in ((first, PAGE), (second, OTHER)):
        wait_until_kept(web, opened.page, name)
        opened.page.reload()
        assert versions(opened.page) == {"one"}
    web.publish("two")
    first.page.reload()  # a new version waits until the reader says so
    first.page.wait_for_selector(RELOAD)
    assert versions(first.page) == {"one"}
    assert first.page.locator(NOTICE).get_attribute("role") == "status"
    web.asked.clear()
    first.page.locator(RELOAD).focus()
    first.page.keyboard.press("Enter")
    for opened in (first, second):
        opened.page.wait_for_function(
            "() => document.querySelector('#mark')?.textContent === 'two'"
        )
        assert versions(opened.page) == {"two"}
        assert opened.page.locator(NOTICE).text_content() == ""
        assert opened.complaints == []
    first.page.evaluate(ONE_VERSION, web.root)
    web.is_up = False
    for opened in (first, second):
        opened.page.reload()
        assert versions(opened.page) == {"two"}


def test_what_is_opened_while_a_new_version_waits_stays(web, reader):
    # fails if a reader who does not reload at once loses what was read since then
    page = reader().page
    wait_until_kept(web, page)
    web.publish("two")
    page.evaluate(LOOK_FOR_NEW)
    page.wait_for_selector(RELOAD)
    other = reader(LANDING).page  # it is the same in both versions
    wait_until_kept(web, other, LANDING)
    page.locator(RELOAD).click()
    page.wait_for_function("() => document.querySelector('#mark')?.textContent === 'two'")
    other.wait_for_selector("html[data-kept=yes]")
    web.is_up = False
    other.reload()
    touch_the_lab(other)


def test_an_update_that_fails_halfway_leaves_the_old_version_whole(web, reader):
    # fails if a cut connection leaves a reader with half of the new version, or with none
    page = reader().page
    wait_until_kept(web, page)
    page.reload()
    web.publish("two")
    web.broken = {"_static/book.css"}
    assert page.evaluate(GIVEN_UP)
    assert page.locator(RELOAD).count() == 0
    page.reload()
    assert versions(page) == {"one"}
    web.is_up = False
    page.reload()
    assert versions(page) == {"one"}
    assert len(page.evaluate(f"(async (root) => {MINE})('{web.root}')")) == 1
    web.is_up, web.broken = True, set()
    page.evaluate(LOOK_FOR_NEW)
    page.wait_for_selector(RELOAD)


def test_a_page_of_the_new_version_takes_nothing_of_the_old(web, reader):
    # fails if a page that was never opened comes from the new version, and its style from the old
    page = reader().page
    wait_until_kept(web, page)
    web.publish("two")
    page.goto(web.root + OTHER)
    assert versions(page) == {"two"}
    page.goto(web.root + PAGE)
    assert versions(page) == {"one"}
    # nor the other way round: what the old page has not kept, it does without
    page.evaluate(
        "async (url) => (await caches.open((await caches.keys())[0])).delete(url)",
        f"{web.root}_static/book.css",
    )
    page.reload()
    assert versions(page) == {"one", ""}


@pytest.fixture
def dialog(reader):
    """The dialog "Read offline" on a page."""
    page = reader(OTHER).page
    page.wait_for_selector("html[data-kept=yes]")
    page.get_by_role("button", name="Read offline").click()
    return page.locator(".llm-offline")


def paths_of(web: Web) -> list[str]:
    """Return the addresses of all files of the book, below its root."""
    return sorted(path.replace(" ", "%20") for path, _, _ in lists(web.site)["files"])


def test_the_whole_book_is_kept_and_removed(web, dialog):
    # fails if the reader is not told what it costs, a page is missing after it, or some of it stays
    page, button = dialog.page, dialog.locator(".llm-offline-whole")
    kept = page.evaluate(KEPT, web.root)
    missing = [size for path, _, size in lists(web.site)["files"] if path not in kept]
    assert button.text_content() == f"Keep the whole book ({sum(missing) / 1e6:.1f} MB)"
    dialog.get_by_text("1 of 2 chapters are on this device.").wait_for()
    assert serious_faults(page) == []
    button.focus()
    page.keyboard.press("Enter")
    dialog.get_by_text("The whole book is on this device.").wait_for()
    assert page.evaluate(KEPT, web.root) == paths_of(web)
    web.is_up = False
    page.goto(web.root + PAGE)
    assert versions(page) == {"one"}
    page.get_by_role("button", name="Read offline").click()
    dialog.get_by_text("All 2 chapters are on this device.").wait_for()
    assert not button.is_visible()
    dialog.get_by_role("button", name="Remove from this device").click()
    dialog.get_by_text("Removed.").wait_for()
    assert not {PAGE, OTHER, LANDING} & set(page.evaluate(KEPT, web.root))


def test_who_stops_it_has_stopped_it(web, dialog):
    # fails if it goes on in the background, at the reader's cost
    page, button = dialog.page, dialog.locator(".llm-offline-whole")
    web.gate.clear()
    button.click()
    dialog.get_by_role("button", name="Stop").click()
    web.gate.set()
    dialog.get_by_text("Stopped. What was fetched stays.").wait_for()
    web.asked.clear()
    page.reload()
    page.wait_for_selector("html[data-kept=yes]")
    assert "_static/models/sprout.js" not in web.asked
    assert len(page.evaluate(KEPT, web.root)) < len(paths_of(web))


def test_another_page_goes_on_with_it(web, dialog):
    # fails if a tunnel ends it, or the reader has to ask twice
    web.broken = {"_static/models/sprout.js"}
    dialog.locator(".llm-offline-whole").click()
    dialog.get_by_text("There is no network.").wait_for()
    web.broken = set()
    page = dialog.page
    page.goto(web.root + PAGE)
    page.evaluate(HAS_ALL, [web.root, paths_of(web)])


def test_who_saves_data_keeps_what_was_loaded_and_no_more(web, reader):
    # fails if a small data plan pays for figures and models that were never looked at
    reader.context.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    page = reader("").page
    page.wait_for_selector("html[data-kept=yes]")
    assert not [path for path in web.asked if "/models/" in path]
    page.evaluate(HAS_ALL, [web.root, [LANDING, "_static/book.css", "_static/widgets.js"]])
    touch_the_lab(page)
    page.evaluate(HAS_ALL, [web.root, ["_static/models/sprout.js"]])


def test_the_notice_covers_nothing_on_a_phone(web, reader):
    # fails if it lies over the text, pushes the header's tools out of sight, is too small for a
    # finger, or can't be read in the dark
    opened = reader("search.html")
    page = opened.page
    page.wait_for_selector("html[data-kept=yes]")
    web.publish("two")
    page.set_viewport_size({"width": 360, "height": 700})
    page.reload()
    page.wait_for_selector(RELOAD)
    head = page.locator(".llm-head").bounding_box()
    for part in (
        NOTICE,
        f"{NOTICE} button >> nth=0",
        f"{NOTICE} button >> nth=1",
        ".llm-more-tools",
    ):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= head["height"] + 1, part
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360, part
    for i in range(2):
        box = page.locator(f"{NOTICE} button").nth(i).bounding_box()
        assert min(box["height"], box["width"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for theme in ("light", "dark"):
        opened.choose_theme(theme)
        assert serious_faults(page, ["color-contrast", "button-name"]) == []
    page.get_by_role("button", name="Not now").click()
    assert page.locator(NOTICE).text_content() == ""


def test_who_builds_the_book_sees_it_as_it_is(address, site, visit):
    # fails if pages that were served on this machine, or opened from disk, were kept: an author
    # would see those of the build before
    for url, home in ((address + PAGE, ""), ((site / PAGE).as_uri(), "file://")):
        opened = visit(url, home=home)
        have = "navigator.serviceWorker?.getRegistrations().then((all) => all.length) ?? 0"
        assert (opened.page.evaluate(have) if not home else 0) == 0
        assert opened.page.get_by_role("button", name="Read offline").count() == 0
        assert opened.complaints == []


def test_a_version_that_comes_back_and_fails_leaves_what_is_read(web, reader):
    # fails if a site that is put back to the version which is open, over a bad connection, takes its
    # pages off the device: they lie where the new attempt would put them
    page = reader().page
    wait_until_kept(web, page)
    page.reload()
    web.publish("two")
    page.evaluate(LOOK_FOR_NEW)
    page.wait_for_selector(RELOAD)  # it is here, and waits
    mine = f"(async (root) => {MINE})('{web.root}')"
    both = page.evaluate(mine)
    page.evaluate(  # a browser that saved data has not kept all
        """async (url) => {
          for (const name of await caches.keys()) await (await caches.open(name)).delete(url);
        }""",
        f"{web.root}_static/book.css",
    )
    web.publish("one")
    web.broken = {"_static/book.css"}
    assert page.evaluate(GIVEN_UP)
    assert page.evaluate(mine) == both
    web.is_up = False
    page.reload()
    assert page.locator("#mark").text_content() == "one"


def test_a_worker_that_is_ended_is_told(web, dialog):
    # fails if the reader waits for ever, or no other page can go on: a browser may end a worker at
    # any time
    page = dialog.page
    page.clock.install()
    web.gate.clear()
    dialog.locator(".llm-offline-whole").click()
    dialog.get_by_role("button", name="Stop").wait_for()
    is_held = "navigator.locks.query().then(({ held }) => held.length)"
    assert page.evaluate(is_held) == 1
    devtools = page.context.new_cdp_session(page)
    devtools.send("ServiceWorker.enable")
    devtools.send("ServiceWorker.stopAllWorkers")
    page.clock.run_for(120_000)
    dialog.get_by_text("The browser has ended what keeps pages here.").wait_for()
    assert page.evaluate(is_held) == 0
    web.gate.set()
    page.goto(web.root + PAGE)
    page.evaluate(HAS_ALL, [web.root, paths_of(web)])


def test_a_worker_that_takes_long_is_waited_for(web, reader):
    # fails if a slow network counts as a worker that has gone, or a page that was asleep gives up
    page = reader().page
    page.wait_for_selector("html[data-kept=yes]")
    script = f"globalThis.ask = (() => {{ {join_modules(ASKING)}; return ask; }})();"
    page.route("**/_static/ask.js", lambda route: route.fulfill(body=script))
    page.add_script_tag(url=f"{web.root}_static/ask.js")
    page.clock.install()
    page.evaluate("""() => {
      const active = { postMessage: (_, [port]) => { globalThis.port = port; } };
      const ready = { then: (f) => f({ active }) };
      Object.defineProperty(navigator, "serviceWorker", { value: { ready } });
      globalThis.said = [];
      ask({}).then(({ kept }) => said.push(kept), ({ message }) => said.push(message));
    }""")
    heard = """new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done; // what was posted before has arrived
      port2.postMessage(0);
    })"""
    for _ in range(10):
        page.clock.run_for(50_000)
        page.evaluate(f"() => {{ port.postMessage({{ isWorking: true }}); return {heard}; }}")
    assert page.evaluate("said") == []
    page.evaluate(f"() => {{ port.postMessage({{ kept: 3 }}); return {heard}; }}")
    page.clock.run_for(120_000)
    assert page.evaluate("said") == [3]
