"""MergeStepper in a browser: its merges are Python's, and it works by mouse, keyboard and finger."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from itertools import pairwise

import pytest
import regex
from playwright.sync_api import TimeoutError

from llm_lib.book.widgets import MergeStepper
from llm_lib.bpe import PATTERNS, BPETokenizer
from tests.web.widget_page import find_faults, plain_script, set_trait, settle, stop_clock, trait
from web.fingerprint import ROOT
from web.widget_state import placeholder, write

TEXT = (
    "low low low lower lowest. The newest tower is wider than the widest, and the lowest is the "
    "newest.\nSlow lowlands glow below: 😀 naïve aaaaaa!"
)
EDGES = [
    "a", "ab", "aa", "aaa", "aaaa", "aaaaa aaaa aaa aa a", "ab ab ab cd cd cd", "abab abab baba", "  ", "\n\n \n",
    "😀😀😀 👩‍👩‍👧‍👦👩‍👩‍👧‍👦 🇩🇪🇩🇪", "e\u0301e\u0301 ä ä", "日本語日本語", "don't DON'T we'LL we'll", "1234 12345 ½½",
    "x = 1;\n    y = 2;\r\n\tz  =  3;\n", "\u00a0\u00a0\ufeff\x00\x00", "CamelCaseHTTPServer CamelCase", TEXT,
]  # fmt: skip


def generated_texts(n: int, seed: int) -> list[str]:
    """Return texts of few different characters, so that pairs repeat, tie and overlap."""
    draw = random.Random(seed)
    alphabets = ["ab", "ab ", "aab  \n", "abc'sdt ", "aé😀 ", "012a .", "Aa Bb\n", "\u4e00\u4e01 a"]
    texts = []
    for _ in range(n):
        letters = draw.choice(alphabets)
        words = ["".join(draw.choices(letters, k=draw.randint(1, 6))) for _ in range(4)]
        texts.append("".join(draw.choices([*words, *letters], k=draw.randint(1, 40))))
    return texts


@pytest.fixture(scope="module")
def engine(run_script):
    """What the widget learns with, loaded."""
    return run_script(plain_script("engine/bpe_training.js"))


def learn(page, texts, pattern, n_merges):
    """Learn in the page: for each text its merges, and for each state what can be seen of it."""
    return page.evaluate(
        """([texts, pattern, nMerges]) => texts.map((text) => {
          const all = learnMerges(text, {pattern, nMerges});
          return {merges: all.merges, nBytes: all.nBytes,
                  states: all.states.map((s) => ({...s, ids: idsOfText(all, s)}))};
        })""",
        [texts, pattern, n_merges],
    )


def merges_of(learned):
    """Return merges as pairs of bytes, put together from the ids of the page."""
    tokens = [bytes([i]) for i in range(256)]
    for k, merge in enumerate(learned["merges"]):
        assert merge["id"] == 256 + k
        tokens.append(tokens[merge["left"]] + tokens[merge["right"]])
    return [(tokens[m["left"]], tokens[m["right"]]) for m in learned["merges"]]


# Fails if the page learns another merge, cuts elsewhere, or breaks a tie another way than Python.
@pytest.mark.parametrize("pattern", PATTERNS)
def test_merges_and_ids_equal_python(engine, pattern):
    texts = EDGES + generated_texts(150, seed=len(pattern))
    for text, learned in zip(texts, learn(engine, texts, pattern, 40), strict=True):
        want = BPETokenizer.train(text, 256 + 40, pattern=pattern)
        assert merges_of(learned) == want.merges, text
        assert len(learned["states"]) == len(want.merges) + 1
        for k in {0, 1, len(want.merges) // 2, len(want.merges)}:
            k = min(k, len(want.merges))
            ids = BPETokenizer(want.merges[:k], pattern=pattern).encode_ordinary(text)
            assert learned["states"][k]["ids"] == ids, (text, k)


def recount(text, pattern, ids_of):
    """Count all pairs of a text anew, one chunk after the other."""
    counts = Counter()
    for match in regex.finditer(PATTERNS[pattern], text):
        counts.update(pairwise(ids_of(match[0])))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


# Fails if a count was not corrected after a merge, or if the list of pairs is in another order.
@pytest.mark.parametrize("pattern", PATTERNS)
def test_counts_equal_a_recount(engine, pattern):
    texts = EDGES + generated_texts(60, seed=7)
    for text, learned in zip(texts, learn(engine, texts, pattern, 12), strict=True):
        merges = merges_of(learned)
        for k, state in enumerate(learned["states"]):
            want = recount(text, pattern, BPETokenizer(merges[:k], pattern=pattern).encode_ordinary)
            listed = [((p["left"], p["right"]), p["count"]) for p in state["pairs"]]
            assert listed == want[:8], (text, k)
            assert state["nPairs"] == len(want)
            assert state["ties"] == sum(n == want[0][1] for _, n in want) if want else True
            assert state["nTokens"] == len(state["ids"])
        assert learned["nBytes"] == len(text.encode())


# Fails if a tie does not go to the smallest pair of ids. By hand: ab, bb and ba come twice each.
def test_a_tie_by_hand(engine):
    (learned,) = learn(engine, ["abba abba"], "gpt2", 1)
    assert learned["states"][0]["ties"] == 3 and learned["states"][0]["pairs"][0]["count"] == 2
    assert merges_of(learned) == [(b"a", b"b")]


# Fails if half of a surrogate pair, which is no character, is read otherwise than in Python.
def test_half_a_surrogate_pair(engine):
    got = engine.evaluate(
        r"""() => { const all = learnMerges("a\ud83d a\ud83d \ude00", {nMerges: 9});
          return idsOfText(all, all.states.at(-1)); }"""
    )
    assert got == BPETokenizer.train("a\ufffd a\ufffd \ufffd", 265).encode("a\ufffd a\ufffd \ufffd")


@pytest.fixture
def lab(show_widget):
    """A function that opens the widget: lab(text, width=, theme=, **settings)."""

    def open_lab(text=TEXT, *, width=1000, theme="light", **settings):
        return show_widget(MergeStepper(text, **settings), width=width, theme=theme)

    return open_lab


def trained(step, text=TEXT, pattern="gpt2"):
    """Return the tokenizer that Python learns with so many merges."""
    return BPETokenizer.train(text, 256 + step, pattern=pattern)


def agrees(page, step, text=TEXT, pattern="gpt2") -> None:
    """Assert that the page stands after merge `step`, with Python's merges, ids and tokens."""
    tokenizer = trained(step, text, pattern)
    expected = tokenizer.to_dict()["merges"]
    same = "(merges) => JSON.stringify(model.get('merges')) === JSON.stringify(merges)"
    with contextlib.suppress(TimeoutError):  # the page paints in a later frame
        page.wait_for_function(same, arg=expected)
    assert trait(page, "step") == step
    assert trait(page, "merges") == expected
    ids = tokenizer.encode(text)
    assert trait(page, "token_ids") == ids
    assert page.locator(".llm-merge-text .llm-merge-token").count() == len(ids)
    assert f"The text now: {len(ids)} token" in page.locator(".llm-widget").inner_text()
    assert page.locator(".llm-merge-text mark").count() == ids.count(255 + step if step else -1)


def press(page, name) -> None:
    """Click a button by its name."""
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


# Fails if stepping forward or back leads elsewhere than Python's training, or the marks are wrong.
def test_forward_and_back(lab):
    page = lab()
    agrees(page, 0)
    for k in (1, 2, 3):
        press(page, "Next merge")
        agrees(page, k)
    press(page, "Back")
    agrees(page, 2)
    marks = page.locator(".llm-merge-text mark")
    assert set(marks.all_inner_texts()) == {"low"}
    assert marks.first.evaluate("(e) => getComputedStyle(e).fontWeight") == "700"


# Fails if the words about a merge, the next pair, its reason or the sizes are not true.
def test_words(lab):
    page = lab("low low low lower lowest", step=2)
    settle(page)
    finding = trait(page, "finding")
    assert "“lo” + “w” came 5 times and became “low”, token 257" in finding
    assert "from 19 to 14 tokens" in finding and "Next comes “·” + “low”" in finding
    why = page.locator(".llm-merge-pairs .llm-merge-why")
    assert "4 times, more often than any other pair" in why.inner_text()
    assert (
        "24 tokens at the start, 14 now: 1.71 bytes per token"
        in page.locator(".llm-widget").inner_text()
    )
    set_trait(page, "step", 4)
    # Left are " lowe" + "r" and " lowe" + "s", "s" + "t", and "low" alone: three pairs, once each.
    assert "once, as do 2 other pairs" in why.inner_text() and "(115, 116)" in why.inner_text()
    set_trait(page, "step", 7)
    assert "nothing more to merge" in why.inner_text()
    assert trait(page, "finding").endswith("Nothing is left to merge.")


# Fails if an overlap is not explained: "aaa" has two pairs "aa", and only one is merged.
def test_overlaps_are_explained(lab):
    page = lab("aaa", step=1)
    settle(page)
    assert "came twice and became “aa”" in trait(page, "finding")
    assert "the left one was taken: one was merged" in trait(page, "finding")


# Fails if the bars show other pairs or counts than a recount in Python, or say it by colour alone.
def test_bars_are_the_pairs(lab):
    page = lab(step=9)
    want = recount(TEXT, "gpt2", trained(9).encode_ordinary)
    rows = page.locator(".llm-merge-pairs li")
    assert rows.count() == 8
    for i, ((left, right), n) in enumerate(want[:8]):
        assert rows.nth(i).locator("small").inner_text() == f"{left}, {right}"
        assert rows.nth(i).locator(".llm-bar-number").inner_text() == str(n)
    assert rows.first.get_attribute("aria-label").endswith("merged next")
    assert f"and {len(want) - 8} other pairs" in page.locator(".llm-merge-pairs").inner_text()


# Fails if the vocabulary does not grow with the merges, newest first, with Python's ids.
def test_vocabulary_grows(lab):
    page = lab(step=5)
    rows = page.locator(".llm-merge-vocabulary li")
    assert rows.count() == 6 and "every possible byte" in rows.last.inner_text()
    tokens = trained(5).vocab
    for i in range(5):
        words = rows.nth(i).locator("> span").all_inner_texts()
        assert words[0] == str(260 - i)
        assert words[1].replace("·", " ") == tokens[260 - i].decode()
    assert "256 bytes + 5 merges = 261" in page.locator(".llm-widget").inner_text()


# Fails if the chart's line is not the number of tokens after each merge, or has no words.
def test_chart_is_the_length_of_the_text(lab):
    page = lab("low low low lower lowest", step=2)
    sizes = [
        len(trained(k, "low low low lower lowest").encode("low low low lower lowest"))
        for k in range(8)
    ]
    points = []
    for kind in ("done", "ahead"):
        line = page.locator(f".llm-merge-plot .llm-merge-{kind}").get_attribute("points")
        points.append([tuple(map(float, point.split(","))) for point in line.split()])
    assert len(points[0]) == 3 and points[0][-1] == points[1][0]
    heights = [y for _, y in points[0] + points[1][1:]]
    assert heights == pytest.approx([100 - 100 * n / sizes[0] for n in sizes])
    words = page.get_by_role("img").get_attribute("aria-label")
    assert f"{sizes[0]} at the start, {sizes[2]} after 2 merges, {sizes[7]} after 7" in words


# Fails if the widget can't be used from the keyboard, or if a button at its end drops the focus.
def test_keyboard(lab):
    page = lab("low lower")
    last = len(trained(60, "low lower").merges)
    page.get_by_label("Text to learn from").focus()
    for _ in range(4):  # the patterns (one stop), Back, Play, Next merge
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Next merge"
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    agrees(page, 2, "low lower")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    for _ in range(4):
        page.keyboard.press("Enter")
    agrees(page, 0, "low lower")
    back = page.get_by_role("button", name="Back")
    assert back.get_attribute("aria-disabled") == "true"
    assert page.evaluate("document.activeElement.textContent") == "Back"
    jump = page.get_by_label("Merges done")
    jump.press("ArrowRight")
    agrees(page, 1, "low lower")
    jump.press("End")
    agrees(page, last, "low lower")
    assert jump.get_attribute("aria-valuetext") == f"{last} of {last}"
    next_merge = page.get_by_role("button", name="Next merge")
    assert next_merge.get_attribute("aria-disabled") == "true"
    next_merge.press("Enter")
    agrees(page, last, "low lower")
    jump.press("Home")
    agrees(page, 0, "low lower")


# Fails if the pattern can't be chosen by mouse and by arrow keys, or changes nothing.
def test_patterns(lab):
    text = "I'LL say 12345 I'LL"
    page = lab(text, step=4)
    page.get_by_label("GPT-4 (cl100k)").check()
    agrees(page, 4, text, "cl100k")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "pattern") == "o200k"
    agrees(page, 4, text, "o200k")
    assert trained(4, text, "o200k").merges != trained(4, text).merges


# Fails if a text that is typed is not learned from, or if the step is left beyond its last merge.
def test_typing(lab):
    page = lab(step=30)
    area = page.get_by_label("Text to learn from")
    area.fill("abab abab")
    settle(page)
    last = len(trained(60, "abab abab").merges)
    agrees(page, last, "abab abab")
    area.press("End")
    page.keyboard.type(" zz")
    settle(page)
    assert trait(page, "text") == "abab abab zz" and trait(page, "step") == last
    area.fill("")
    settle(page)
    assert "Type a text" in trait(page, "finding") and trait(page, "merges") == []
    assert not page.get_by_role("button", name="Next merge").is_visible()
    area.fill("a")
    settle(page)
    assert page.get_by_role("button", name="Play").is_disabled()
    assert page.get_by_label("Merges done").is_disabled()
    assert "Nothing is left to merge" in trait(page, "finding")
    area.fill("banana banana")
    settle(page)
    agrees(page, 0, "banana banana")


# Fails if what Python sets is not followed by the page.
def test_python_is_followed(lab):
    page = lab()
    set_trait(page, "step", 11)
    agrees(page, 11)
    set_trait(page, "text", "banana banana")
    settle(page)
    assert page.get_by_label("Text to learn from").input_value() == "banana banana"
    set_trait(page, "step", 3)
    agrees(page, 3, "banana banana")
    set_trait(page, "max_merges", 2)
    agrees(page, 2, "banana banana")
    assert "as many as were asked for" in page.locator(".llm-merge-pairs").inner_text()
    set_trait(page, "pattern", "cl100k")
    agrees(page, 2, "banana banana", "cl100k")
    assert page.get_by_label("GPT-4 (cl100k)").is_checked()


# Fails if Reset does not lead back to the text, pattern and step that the widget began with.
def test_reset(lab):
    page = lab("low lower lowest", step=2, pattern="o200k", max_merges=9)
    page.get_by_label("GPT-2").check()
    page.get_by_label("Text to learn from").fill("something else")
    press(page, "Next merge")
    press(page, "Reset")
    settle(page)
    agrees(page, 2, "low lower lowest", "o200k")
    assert (trait(page, "pattern"), trait(page, "max_merges")) == ("o200k", 9)


def tick(page, milliseconds) -> None:
    """Let so much time go by on the page's clock, which stands still otherwise."""
    page.clock.run_for(milliseconds)


@pytest.fixture
def stopped(lab):
    """A function like lab, whose page has a clock that a test moves."""

    def open_stopped(*arguments, motion="no-preference", **settings):
        page = lab(*arguments, **settings)
        page.emulate_media(reduced_motion=motion, color_scheme="light")
        stop_clock(page)
        return page

    return open_stopped


# Fails if Play does not step on, pause, stop at the end, or begin anew from there.
def test_play(stopped):
    page = stopped("low lower", max_merges=4)
    page.get_by_role("button", name="Play").click()
    assert trait(page, "playing") and trait(page, "step") == 0
    tick(page, 2300)
    assert trait(page, "step") == 2
    assert page.locator(".llm-finding").get_attribute("aria-live") == "off"
    page.get_by_role("button", name="Pause").click()
    tick(page, 5000)
    assert trait(page, "step") == 2 and not trait(page, "playing")
    assert page.locator(".llm-finding").get_attribute("aria-live") == "polite"
    page.get_by_role("button", name="Play").press("Enter")
    tick(page, 9000)
    assert trait(page, "step") == 4 and not trait(page, "playing")
    page.get_by_role("button", name="Play").click()
    tick(page, 50)
    assert trait(page, "step") == 0 and trait(page, "playing")


# Fails if what the reader does, or Python, does not stop the playing, or if Python can't start it.
def test_play_stops_for_the_reader(stopped):
    page = stopped()
    for act in (
        lambda: page.get_by_role("button", name="Next merge").click(),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.get_by_label("Merges done").press("ArrowRight"),
        lambda: page.get_by_label("GPT-4o (o200k)").check(),
        lambda: page.get_by_label("Text to learn from").fill("banana banana banana"),
        lambda: page.evaluate("model.set('playing', false)"),
    ):
        page.evaluate("model.set('playing', true)")
        tick(page, 1200)
        act()
        tick(page, 100)
        step = trait(page, "step")
        assert not trait(page, "playing")
        tick(page, 8000)
        assert trait(page, "step") == step


# Fails if readers who ask for less motion get the same pace, or anything that moves.
def test_play_respects_reduced_motion(stopped):
    fast, calm = stopped(), stopped(motion="reduce")
    for page in (fast, calm):
        page.get_by_role("button", name="Play").click()
        tick(page, 5100)
    assert trait(fast, "step") == 4 and trait(calm, "step") == 2
    moving = """() => [...document.querySelectorAll('.llm-widget *')].filter((e) => {
      const s = getComputedStyle(e);
      return s.transitionDuration.split(', ').some((t) => t !== '0s') || s.animationName !== 'none'
        || s.scrollBehavior === 'smooth'; }).length"""
    assert calm.evaluate(moving) == 0 and fast.evaluate(moving) > 0


# Fails if two views of one widget step twice as fast, or if closing one stops the other's playing.
def test_two_views_of_one_widget(stopped):
    page = stopped()
    page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
          const widget = (await import(url)).default, main = document.querySelector('main');
          main.replaceChildren();
          window.cleanup();
          window.ends = [];
          for (let i = 0; i < 2; i++) ends.push(await widget.render({model, el: main}));
        }""",
        MergeStepper._esm,
    )
    page.get_by_role("button", name="Play").first.click()
    tick(page, 2300)
    assert trait(page, "step") == 2
    assert page.get_by_role("button", name="Pause").count() == 2
    page.evaluate("ends[1]()")
    tick(page, 1100)
    assert trait(page, "step") == 3 and trait(page, "playing")
    page.evaluate("ends[0]()")
    assert not trait(page, "playing")
    tick(page, 5000)
    assert trait(page, "step") == 3 and page.evaluate("model.listening") == 0


# Fails if a merge moves the rest of the text: only the line between two tokens should go.
def test_text_stands_still(lab):
    page = lab("low low low lower lowest and the lowest of the low")
    places = """() => { const box = document.querySelector('.llm-merge-text').getBoundingClientRect();
      return [...document.querySelectorAll('.llm-merge-chunk')].map((e) => {
        const r = e.getBoundingClientRect(); return [r.x - box.x, r.y - box.y, r.width]; }); }"""
    start = page.evaluate(places)
    for k in (1, 5, 12):
        set_trait(page, "step", k)
        for now, before in zip(page.evaluate(places), start, strict=True):
            assert now == pytest.approx(before, abs=0.5)


# Fails if the newest token of a long text stays out of sight, or the text takes the page over.
def test_long_text_scrolls_to_the_newest(lab):
    page = lab("abc def ghi\n" * 60 + "zz zz " * 61, max_merges=40)
    box = page.locator(".llm-merge-text")
    assert box.bounding_box()["height"] < 300
    seen = """() => { const box = document.querySelector('.llm-merge-text').getBoundingClientRect();
      return [...document.querySelectorAll('.llm-merge-text mark')].some((m) => {
        const r = m.getBoundingClientRect(); return r.top >= box.top && r.bottom <= box.bottom; }); }"""
    press(page, "Next merge")
    agrees(page, 1, "abc def ghi\n" * 60 + "zz zz " * 61)
    assert page.locator(".llm-merge-text mark").first.inner_text() == "zz"
    assert page.evaluate(seen)
    assert box.evaluate("(e) => e.scrollTop") > 100
    box.focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.llm-merge-text').scrollTop === 0")


# Fails if a token that is longer than a line makes the page wide, or fills a sentence.
def test_long_tokens(lab):
    page = lab("a" * 1024, step=10, width=360)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(trait(page, "finding")) < 400
    assert "“aaaaaaaaaaa…aaaaaaaaaaa”" in trait(page, "finding")


# Fails if a text is read as markup.
def test_text_is_never_markup(lab):
    page = lab("<img src=x onerror=window.hit=1> <b>x</b>", step=30)
    settle(page)
    assert page.locator(".llm-widget img, .llm-merge-text b, .llm-finding b").count() == 0
    assert page.evaluate("window.hit") is None


# Fails if the widget is wider than a phone, or some can't read or reach it, at its first or last step.
@pytest.mark.parametrize("step", [0, 44])
def test_everyone_can_read_it_on_a_phone(lab, step):
    assert find_faults(lab(width=360, step=step), "light", "dark") == []


# Fails if listeners stay behind when a view is closed.
def test_cleanup(lab):
    page = lab()
    assert page.evaluate("model.listening") > 0
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0 and page.locator(".llm-widget").count() == 0
    set_trait(page, "step", 4)


@pytest.fixture
def book_page(tmp_path):
    """A page with two widgets as the book has it, on the disk."""
    static = tmp_path / "_static"
    static.mkdir()
    static.joinpath("widgets.js").write_text(
        (ROOT / "web/static/widgets.js").read_text("utf-8"), "utf-8"
    )
    models = {}
    for name, widget in {"a": MergeStepper(TEXT, step=7), "b": MergeStepper("x" * 600)}.items():
        state = {
            k: v for k, v in widget.get_state().items() if isinstance(v, str | int | list | dict)
        }
        models[name] = {"model_name": "AnyModel", "state": state}
    write(static, "state.js", list(models), models)
    body = "".join(placeholder(name, models) for name in models)
    script = '<script defer src="_static/widgets.js" data-state="_static/state.js"></script>'
    head = '<meta charset="utf-8"><title>Merges</title><meta name="viewport" content="width=device-width">'
    page = f'<!doctype html><html lang="en"><head>{head}{script}</head><body><main><h1>Merges</h1>{body}</main>'
    (tmp_path / "page.html").write_text(page, "utf-8")
    return (tmp_path / "page.html").as_uri()


# Fails if the widget does not open from the disk, asks another site for anything, or complains.
def test_opens_from_disk(book_page, visit):
    opened = visit(book_page, home="file://")
    opened.scroll_through()
    page = opened.page
    assert page.locator(".llm-widget[data-ready=yes]").count() == 2
    page.get_by_role("button", name="Next merge").first.click()
    page.wait_for_function("document.querySelector('.llm-finding').innerText.includes('Merge 8:')")
    assert "At the start" in page.locator(".llm-finding").nth(1).inner_text()
    page.get_by_label("GPT-4 (cl100k)").first.check()
    assert page.get_by_label("GPT-2").nth(1).is_checked()  # the other widget's own choice
    assert opened.foreign == [] and opened.complaints == []
