"""PatchLab as a reader uses it: the numbers are llm_lib's, by mouse and by keyboard."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import PatchLab
from llm_lib.book.widgets.patch_lab import PRESETS
from llm_lib.interp.patching import answer_score, patching_map
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import IntegerTokenizer
from tests.web.small_models import random_model
from tests.web.widget_page import settle, trait

NUMBERS = IntegerTokenizer(64)
CLEAN, CORRUPTED = "7 3 9 22 41 5 18", "7 3 8 22 41 6 18"  # they differ at 2 and at 5
MODERN = {
    "position": "rotary", "norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "bias": False,
    "tie_weights": False, "n_hidden": 40,
}  # fmt: skip
MAPS = [
    {"part": "residual"},
    {"part": "heads"},
    {"part": "heads", "at": "position", "position": 3},
    {"part": "heads", "at": "position", "position": 1},
    {"part": "feed_forward"},
    {"part": "residual", "source": "corrupted"},
    {"part": "heads", "source": "corrupted"},
]


def wait_for_the_map(page):
    """Wait until all cells are worked out and shown."""
    page.wait_for_function(
        "model.get('values').length || document.querySelector('.llm-patch-working').hidden"
    )
    settle(page)


def put(page, **values):
    """Set traits as Python would, and wait for the map."""
    page.evaluate(
        "(values) => Object.entries(values).forEach(([name, value]) => model.set(name, value))",
        values,
    )
    settle(page)
    wait_for_the_map(page)


@torch.no_grad()
def in_python(model, tokenizer, clean, corrupted, *, part, at="all", position=None, source="clean"):
    """Return the map as `llm_lib.interp.patching` has it, between the likeliest tokens of both texts."""
    texts = [tokenizer.encode(clean), tokenizer.encode(corrupted)]
    answers = [int(model(torch.tensor([ids]))[0, -1].argmax()) for ids in texts]
    if source == "corrupted":
        texts, answers = texts[::-1], answers[::-1]
    at = position if at == "position" else None
    return patching_map(model, *texts, answers, part, position=at)


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab, and waits for its first map."""

    def open_lab(*model, width=992, theme="light", **settings):
        page = show_widget(PatchLab(*model, **settings), width=width, theme=theme)
        wait_for_the_map(page)
        return page

    return open_lab


# Fails if a column of the map is out of sight on a phone, or its cells are too low for numbers.
def test_a_phone_shows_the_whole_map(show_widget):
    page = show_widget(PatchLab(), width=390)
    wait_for_the_map(page)
    box = page.locator(".llm-patch-box").evaluate(
        "(e) => [e.scrollLeft, e.clientWidth, e.scrollWidth, e.className]"
    )
    left, width, whole, kind = box
    assert left == 0 and width >= whole - 2
    assert "llm-patch-before" not in kind and "llm-patch-after" not in kind
    high = page.locator(".llm-patch-names").evaluate("(e) => e.style.getPropertyValue('--high')")
    assert high == "34px"


# Fails if a cell of any map is another than in Python: another place is patched, from another run,
# on a cache that another patch has spoilt, or one that is skipped is not as it was.
@pytest.mark.parametrize("changes", [{}, MODERN], ids=["gpt2", "modern"])
def test_every_cell_is_that_of_python(lab, changes):
    model = random_model(4, vocab_size=64, **changes)
    page = lab(model, NUMBERS, CLEAN, CORRUPTED)
    for settings in MAPS:
        put(page, **({"part": "residual", "at": "all", "source": "clean"} | settings))
        want = in_python(model, NUMBERS, CLEAN, CORRUPTED, **settings)
        got = torch.tensor(trait(page, "values"))
        assert got.shape == want.shape
        assert (got - want).abs().max() < 1e-3, settings


# Fails as above, with the shipped weights; and if a pair to choose from has no clear answers.
@pytest.mark.parametrize("shipped", PRESETS)
def test_the_pairs_to_choose_from(lab, shipped):
    model, tokenizer = load_model(shipped)
    page = lab(shipped)
    for i, (label, clean, corrupted, *_) in enumerate(PRESETS[shipped]):
        page.get_by_role("button", name=label, exact=True).click()
        settle(page)
        wait_for_the_map(page)
        assert [trait(page, "clean"), trait(page, "corrupted")] == [clean, corrupted]
        answers = [tokenizer.encode(each)[0] for each in trait(page, "answers")]
        for text, answer in zip((clean, corrupted), answers, strict=True):
            with torch.no_grad():
                p = model(torch.tensor([tokenizer.encode(text)]))[0, -1].softmax(-1)
            assert p[answer] > 0.8  # a clear answer, and another one
        assert answers[0] != answers[1]
        for part in ("residual", "heads") if i == 0 else ("heads",):
            put(page, part=part)
            want = in_python(model, tokenizer, clean, corrupted, part=part)
            assert (torch.tensor(trait(page, "values")) - want).abs().max() < 1e-3


def test_one_pair_is_shown_alone(lab):
    # fails if a first look is crowded with other choices, or they can't be reached
    page = lab(one=True)
    folded = [page.get_by_text(name, exact=True) for name in ("Which thing?", "Logit lens")]
    assert not any(choice.is_visible() for choice in folded)
    page.get_by_text("Other pairs and parts").click()
    assert all(choice.is_visible() for choice in folded)
    folded[0].click()
    settle(page)
    wait_for_the_map(page)
    assert trait(page, "clean") == PRESETS["sprout"][2][1]


# Fails if the lens reads another place of the stream, or with other than the model's own end.
@pytest.mark.parametrize("source", ["clean", "corrupted"])
def test_the_lens_is_that_of_python(lab, source):
    model = random_model(4, vocab_size=64, **MODERN)
    page = lab(model, NUMBERS, CLEAN, CORRUPTED, view="lens", source=source)
    ids = NUMBERS.encode(CLEAN if source == "clean" else CORRUPTED)
    with torch.no_grad():
        _, seen = model.run_with_cache(torch.tensor([ids]))
        read = torch.stack([model.unembed(x)[0].softmax(-1) for x in seen.stream])
    assert (torch.tensor(trait(page, "values")) - read.max(-1).values).abs().max() < 1e-3
    put(page, layer=1, position=4)
    best = int(read[1, 4].argmax())
    words = trait(page, "finding")
    assert f"before block 1 at “{ids[4]}” (position 4)" in words
    assert f"it would say “{best}” next ({100 * read[1, 4, best]:.0f}" in words


# Fails if the bars, the scores or the sentence of a cell are not those of the patched run.
def test_a_cell_says_what_it_does(lab):
    model, tokenizer = load_model("sprout")
    page = lab()
    _, clean, corrupted, layer, position = PRESETS["sprout"][0]
    ids = [torch.tensor([tokenizer.encode(text)]) for text in (clean, corrupted)]
    answers = [tokenizer.encode(each)[0] for each in trait(page, "answers")]
    assert trait(page, "answers") == [" drum", " kite"]
    name = f"blocks.{layer}.resid_pre"
    with torch.no_grad():
        before, seen = model.run_with_cache(ids[0])

        def patch(x):
            x[:, position] = seen[name][:, position]

        runs = [before, model(ids[1]), model.run_with_hooks(ids[1], {name: patch})]
    runs = [run[0, -1] for run in runs]
    assert trait(page, "scores") == pytest.approx(
        [answer_score(run, answers).item() for run in runs], abs=1e-3
    )
    for side, run in enumerate(runs):
        shown = page.locator(".llm-patch-sides section").nth(side).locator(".llm-bar-number")
        for text, answer in zip(shown.all_inner_texts(), answers, strict=False):
            p = 100 * run.softmax(-1)[answer].item()
            assert float(text.split("\u00a0")[0]) == pytest.approx(p, abs=0.1)
    words = trait(page, "finding")
    assert words.startswith("Taken from the clean run: the stream before block 2 at “a”")
    assert "from “kite” towards “drum”: 0.57 of the way" in words
    assert "4.5\u00a0% in the corrupted run, and has 73.3\u00a0% now" in words
    put(page, position=5)
    assert "both texts are the same" in trait(page, "finding")


# Fails if the map can't be walked by keys or clicked, or does not say its cell to a screen reader.
def test_the_map_by_key_and_by_mouse(lab):
    page = lab(random_model(4, vocab_size=64), NUMBERS, CLEAN, CORRUPTED, layer=0, position=0)
    box = page.get_by_role("slider", name="Cell of the map")
    box.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    settle(page)
    assert (trait(page, "layer"), trait(page, "position")) == (1, 1)
    assert box.get_attribute("aria-valuenow") == "8"
    assert "before block 1 at “3” (position 1)" in box.get_attribute("aria-valuetext")
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "position") == -1 and "(position 6)" in trait(page, "finding")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert trait(page, "position") == 0
    canvas = page.locator(".llm-patch-canvas").bounding_box()
    wide = (canvas["width"] - 5) / 7
    page.mouse.click(canvas["x"] + 2 + 4.5 * wide, canvas["y"] + canvas["height"] - 3 - 25 * 1.5)
    settle(page)
    assert (trait(page, "layer"), trait(page, "position")) == (2, 4)


# Fails if the columns before the first difference, which can hold nothing, take the room of those
# that tell something, or a click then chooses another column than the one that it is on.
def test_the_same_beginning_is_narrow(lab):
    page = lab(one=True)
    page.locator(".llm-patch-control").focus()
    page.keyboard.press("Home")
    for _ in range(13):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert "“Mia” (position 13)" in trait(page, "finding")
    canvas = page.locator(".llm-patch-canvas").bounding_box()
    slim = 13 * 7
    wide = (canvas["width"] - 5 - slim) / 21
    assert wide >= 30
    for x, position in ((3.5 * 7, 3), (slim + 0.5 * wide, 13), (slim + 19.5 * wide, 32)):
        page.mouse.click(canvas["x"] + 2 + x, canvas["y"] + canvas["height"] - 3 - 34 * 1.5)
        settle(page)
        assert trait(page, "position") == position


# Fails if a control sets nothing, shows what does not apply, or Reset leaves something behind.
def test_controls(lab):
    page = lab("echo")
    first = trait(page, "values")
    page.get_by_label("Heads", exact=True).check()
    page.get_by_label("at one", exact=True).check()
    page.get_by_label("from the corrupted", exact=True).check()
    settle(page)
    wait_for_the_map(page)
    assert [trait(page, n) for n in ("part", "at", "source")] == ["heads", "position", "corrupted"]
    page.get_by_role("slider", name="Position").fill("13")
    settle(page)
    wait_for_the_map(page)
    assert trait(page, "position") == 13 and "(position 13)" in trait(page, "finding")
    page.get_by_label("Logit lens", exact=True).check()
    settle(page)
    wait_for_the_map(page)
    assert page.get_by_label("Heads", exact=True).is_hidden()
    assert page.get_by_role("slider", name="Position").is_hidden()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    wait_for_the_map(page)
    assert trait(page, "values") == first


# Fails if what differs is not marked, or the numbers behind the colours can't be read.
def test_what_differs_is_marked_and_each_number_is_there(lab):
    page = lab(random_model(4, vocab_size=64), NUMBERS, CLEAN, CORRUPTED)
    assert page.locator(".llm-patch-line mark").all_inner_texts() == ["9", "5", "8", "6"]
    page.get_by_text("All numbers of the map").click()
    rows = page.locator(".llm-patch-table tbody tr")
    assert rows.count() == 7 and rows.nth(3).locator("th").inner_text() == "3 22"
    values = trait(page, "values")
    for t, row in enumerate(rows.all()):
        for layer, text in enumerate(row.locator("td").all_inner_texts()):
            assert float(text.replace("−", "-")) == pytest.approx(values[layer][t], abs=0.006)


TEXTS = [
    (
        "7 3 9 22",
        "7 8 9",
        "the clean one has 4, the corrupted one 3. They first differ at position 1",
    ),
    ("7 3", "7 3 9", "They first differ at position 2, with nothing and “9”"),
    ("7 3 9", "7 3 9", "The two texts are the same"),
    ("7 x", "7 3", "“x” is not a whole number from 0 to 63"),
    ("", "7 3", "Type two texts"),
    ("5 " * 25, "6 " * 25, "The texts have 25 tokens; this lab and the model take at most 24"),
]


# Fails if texts that can't be compared are, or the sentence does not say why; or if it stays.
@pytest.mark.parametrize(("clean", "corrupted", "said"), TEXTS)
def test_texts_that_can_not_be_compared(lab, clean, corrupted, said):
    page = lab(random_model(4, vocab_size=64), NUMBERS, CLEAN, CORRUPTED)
    page.get_by_text("Texts of your own").click()
    page.get_by_label("The clean text").fill(clean)
    page.get_by_label("The corrupted text").fill(corrupted)
    settle(page)
    assert said in trait(page, "finding") and said in page.locator(".llm-problem").inner_text()
    assert trait(page, "values") == [] and trait(page, "answers") == []
    assert page.locator(".llm-patch-map").is_hidden()
    page.get_by_label("The clean text").fill(CLEAN)
    page.get_by_label("The corrupted text").fill(CORRUPTED)
    settle(page)
    wait_for_the_map(page)
    assert len(trait(page, "values")) == 4 and page.locator(".llm-problem").is_hidden()


# Fails if two texts with one answer give a map of nothing.
def test_one_answer_for_both_is_told(lab):
    page = lab(
        clean="Tom the fox had a kite. One day, the",
        corrupted="Tom the bear had a kite. One day, the",
    )
    assert "Both texts lead to the same answer" in trait(page, "finding")


# Fails if the page stands still for long while a map is worked out, or an old map comes through.
def test_the_page_stays_alive(lab):
    page = lab()
    longest = page.evaluate(
        """async () => {
          let longest = 0, last = performance.now();
          model.set('part', 'feed_forward');
          for (let turns = 0; model.get('values').length !== 4; turns++) {
            if (turns === 3) model.set('source', 'corrupted');  // while the first map is at work
            await new Promise((done) => setTimeout(done));
            longest = Math.max(longest, performance.now() - last);
            last = performance.now();
          }
          return longest;
        }"""
    )
    wait_for_the_map(page)
    model, tokenizer = load_model("sprout")
    _, clean, corrupted, *_ = PRESETS["sprout"][0]
    want = in_python(model, tokenizer, clean, corrupted, part="feed_forward", source="corrupted")
    assert (torch.tensor(trait(page, "values")) - want).abs().max() < 1e-3
    print(f"longest wait: {longest:.0f} ms")
    assert longest < 1000  # 40 on a machine that does nothing else


# Fails if listeners stay behind, or a map goes on for a view that has ended.
def test_cleanup(lab):
    page = lab("echo")
    page.evaluate("() => { model.set('part', 'heads'); cleanup(); }")
    assert page.evaluate("model.listening") == 0
    assert page.locator(".llm-widget").count() == 0
