"""WindowLab in a browser: its windows and batches are Python's, by mouse, keyboard and finger."""

from __future__ import annotations

import random

import numpy as np
import pytest

from llm_lib.book.widgets import WindowLab
from llm_lib.bpe import load_tokenizer
from llm_lib.dataset import TokenDataset, WindowSampler, create_dataloader
from llm_lib.files import MODELS_FOLDER
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer
from tests.web.widget_page import find_faults, plain_script, set_trait, settle, trait

NUMBERS = " ".join(map(str, range(14)))


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab on 14 numbers, each its own id: lab(width=, theme=, **settings)."""

    def open_lab(text=NUMBERS, tokenizer=None, width=900, theme="light", **settings):
        tokenizer = IntegerTokenizer(2000) if tokenizer is None else tokenizer
        page = show_widget(WindowLab(text, tokenizer, **settings), width=width, theme=theme)
        page.wait_for_selector("[data-loaded]")
        settle(page)
        return page

    return open_lab


def says(page, *words):
    """Wait until the finding holds the words: it waits for a pause."""
    for each in words:
        page.wait_for_function("(words) => model.get('finding').includes(words)", arg=each)
    assert page.locator(".llm-finding").text_content() == trait(page, "finding")


def cells(page):
    """Return what stands below each token: its place, how often input, how often target."""
    return [
        tuple(map(int, item.locator("small, b").all_inner_texts()))
        for item in page.locator(".llm-window-strip li").all()
    ]


# Fails if the page makes other windows, another order or other batches than the library, at any
# setting; or counts a token more or less often than the batches hold it.
def test_plans_are_pythons(run_script):
    rng = random.Random(0)
    settings = []
    for _ in range(400):
        settings.append(
            {
                "n": rng.choice([rng.randint(0, 40), rng.randint(0, 300)]),
                "context_length": rng.randint(1, rng.choice([4, 32])),
                "stride": rng.randint(1, rng.choice([4, 32])),
                "batch_size": rng.randint(1, 16),
                "shuffle": rng.random() < 0.7,
                "drop_last": rng.random() < 0.5,
                "seed": rng.choice([0, 1, rng.randrange(2**32)]),
                "epoch": rng.choice([0, 1, 2, 999]),
            }
        )
    page = run_script(plain_script("engine/windows.js"))
    plans = page.evaluate("(all) => all.map((s) => planWindows(s.n, s))", settings)
    complete = 0
    for s, plan in zip(settings, plans, strict=True):
        inputs, targets = np.zeros(s["n"], int), np.zeros(s["n"], int)
        if s["n"] < s["context_length"] + 1:
            assert (plan["windows"], plan["batches"]) == (0, [])
            continue
        dataset = TokenDataset(np.arange(s["n"]), s["context_length"], s["stride"])
        assert plan["windows"] == len(dataset) == len(plan["order"])
        assert sorted(plan["order"]) == list(range(len(dataset)))
        rules = {name: s[name] for name in ("shuffle", "seed", "drop_last")}
        if len(dataset) < s["batch_size"] and s["drop_last"]:
            assert plan["batches"] == []
        else:
            sampler = WindowSampler(len(dataset), s["batch_size"], **rules)
            first = s["epoch"] * len(sampler)
            want = [sampler[first + k].tolist() for k in range(len(sampler))]
            assert plan["batches"] == want
            complete += 1
        for x, y in (dataset[window] for batch in plan["batches"] for window in batch):
            inputs[x.numpy()] += 1
            targets[y.numpy()] += 1
        assert (plan["as_input"], plan["as_target"]) == (inputs.tolist(), targets.tolist())
        shown = [window for batch in plan["batches"] for window in batch]
        assert sorted(shown + plan["left_out"]) == list(range(len(dataset)))
    assert complete > 200


# Fails if what the page shows at work is not what a loader gives, epoch after epoch, in bytes too.
def test_the_page_shows_what_the_loader_gives(lab):
    settings = {"context_length": 3, "stride": 2, "batch_size": 2, "shuffle": True, "seed": 7}
    page = lab(**settings)
    loader = create_dataloader(np.arange(14), **settings)
    for _ in range(3):
        batches = list(loader)
        shown = trait(page, "plan")["batches"]
        assert [[2 * window for window in batch] for batch in shown] == [
            x[:, 0].tolist() for x, _ in batches
        ]
        x, y = batches[0]
        assert x.data_ptr() + 8 == y.data_ptr()  # both are views of rows that are one id longer
        assert trait(page, "plan")["batch_bytes"] == x.shape[0] * x.stride(0) * x.itemsize
        rows = page.locator(".llm-window-table tr")
        assert rows.nth(0).locator("td").all_inner_texts() == [str(i) for i in x[0].tolist()]
        assert rows.nth(2).locator("td").all_inner_texts() == [str(i) for i in y[0].tolist()]
        page.get_by_role("button", name="Next epoch").click()
        settle(page)
    assert trait(page, "epoch") == 3 and trait(page, "step") == 0


# Fails if the finding, the counts or the facts are not those of a case worked out on paper.
def test_by_hand(lab):
    page = lab(context_length=4, stride=2, batch_size=2)
    # windows begin at 0, 2, 4, 6, 8: the one at 10 would need a token 14; the fifth fills no batch
    says(
        page,
        "14 tokens give 5 windows of 4, in 2 batches of 2.",
        "1 window is left out, because it does not fill a batch.",
        "Tokens 2 to 7 are inputs twice, the others less often.",
        "Token 0 is never a target, since nothing stands before it; the last 3 tokens are not",
    )
    inputs = [1, 1, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0]
    assert cells(page) == [(i, n, ([0, *inputs])[i]) for i, n in enumerate(inputs)]
    assert page.locator(".llm-window-bytes").inner_text() == (
        "28 bytes in a file, 2 an id. One batch: 80 bytes, 8 an id; x and y share them."
    )
    pairs = page.locator(".llm-window-pairs li").all_inner_texts()
    assert [" ".join(p.split()) for p in pairs][1] == "after 2 tokens 0 1 → 2"
    page.get_by_role("tab", name="Batches").click()
    assert page.locator(".llm-window-out button").all_inner_texts() == ["4"]
    assert not page.locator(".llm-window-pairs").is_visible()


# Fails if a count has another colour where another text has larger ones.
def test_the_colour_of_a_count_is_the_same_everywhere(lab):
    page = lab(context_length=4, stride=4, batch_size=1)
    once = page.locator(".llm-window-strip li b").nth(2)
    assert once.inner_text() == "1"
    colour = once.evaluate("(cell) => getComputedStyle(cell).backgroundColor")
    set_trait(page, "stride", 1)
    cells = page.locator(".llm-window-strip li b").all()
    shown = {
        int(cell.inner_text()): cell.evaluate("(cell) => getComputedStyle(cell).backgroundColor")
        for cell in cells[::2]
    }
    assert sorted(shown) == [0, 1, 2, 3, 4]
    assert shown[1] == colour
    assert len(set(shown.values())) == 5


# Fails if gaps, one window, no window, or too few for a batch are not put in words.
def test_findings(lab):
    page = lab(context_length=2, stride=5, batch_size=1)
    says(
        page,
        "Tokens 0 to 1, 5 to 6 and 10 to 11 are inputs once.",
        "Tokens 0, 3 to 5 and 8 to 10 are never a target; the last token is not one either.",
    )
    set_trait(page, "context_length", 20)
    says(page, "14 tokens are too few: one window of 20 and the token after it take 21.")
    assert page.locator(".llm-window-table tr").count() == 0
    set_trait(page, "context_length", 13)
    says(page, "give 1 window of 13", "Every token but the first is a target.")
    set_trait(page, "batch_size", 4)
    says(page, "a batch takes 4: nothing is shown")
    page.get_by_label("Leave out an incomplete batch").uncheck()
    says(page, "in 1 batch of at most 4")
    set_trait(page, "text", "1 two 3")
    says(page, "“two” is not a whole number from 0 to 1999")
    assert trait(page, "token_ids") is None
    set_trait(page, "text", "")
    says(page, "Type a text")


# Fails if stepping, choosing or playing does not move the window, or an end is not an end.
def test_stepping(lab):
    page = lab(context_length=3, stride=3, batch_size=2)
    marked = page.locator(".llm-window-in small")
    assert marked.all_inner_texts() == ["0", "1", "2"]
    page.get_by_role("button", name="Next window").click()
    settle(page)
    assert marked.all_inner_texts() == ["3", "4", "5"]
    assert page.locator(".llm-window-to small").all_inner_texts() == ["4", "5", "6"]
    page.get_by_role("tab", name="Window").press("ArrowRight")  # to the tab with the batches
    page.get_by_role("button", name="Window 3", exact=True).click()
    settle(page)
    assert trait(page, "step") == 3 and marked.all_inner_texts() == ["9", "10", "11"]
    assert page.get_by_role("button", name="Next window").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Next window").dispatch_event("click")
    settle(page)
    assert trait(page, "step") == 3
    page.get_by_role("button", name="Back").press("Enter")
    settle(page)
    assert trait(page, "step") == 2
    page.get_by_role("button", name="Window 2", exact=True).focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    settle(page)
    assert trait(page, "step") == 0
    page.evaluate("hurried.add(900)")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("model.get('step') === 3 && !model.get('playing')")
    assert page.get_by_role("button", name="Play").is_visible()


# Fails if a control does nothing, is not followed from Python, or Reset leaves something behind.
def test_controls(lab):
    page = lab(context_length=2, stride=2)
    for name, setting in (
        ("Context length", "context_length"),
        ("Stride", "stride"),
        ("Batch size", "batch_size"),
    ):
        slider = page.get_by_role("slider", name=name)
        slider.press("ArrowRight")
        settle(page)
        assert trait(page, setting) == 3
        assert slider.get_attribute("aria-valuetext") == "3"
    assert page.get_by_role("button", name="Next epoch").is_disabled()
    page.get_by_label("Shuffle").check()
    settle(page)
    assert trait(page, "shuffle") and trait(page, "plan")["order"] != [0, 1, 2, 3]
    set_trait(page, "shuffle", False)
    assert not page.get_by_label("Shuffle").is_checked()
    page.get_by_label("Text", exact=True).fill("5 6 7 8 9")
    settle(page)
    assert trait(page, "token_ids") == [5, 6, 7, 8, 9]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == NUMBERS and trait(page, "stride") == 2


# Fails if the reader's tokenizers can't be chosen, or a document's end is not one token.
def test_tokenizers_and_documents(lab):
    page = lab("a fox", {"letters": CharTokenizer("abcfox "), "Sprout": "sprout"})
    assert len(trait(page, "token_ids")) == 5
    page.get_by_role("button", name="Two documents").click()
    page.wait_for_function("model.get('cut') === 'Sprout' && model.get('token_ids').length > 9")
    sprout = load_tokenizer(MODELS_FOLDER / "sprout" / "tokenizer.json")
    assert trait(page, "token_ids") == sprout.encode(trait(page, "text"), allowed_special="all")
    blocks = page.locator(".llm-window-strip .llm-token").all_inner_texts()
    assert "".join(blocks) == trait(page, "text").replace(
        " ", "·"
    )  # a blank stands beside its word
    set_trait(page, "stride", 1)
    end = trait(page, "token_ids").index(sprout.special_tokens["<|endoftext|>"])
    set_trait(page, "step", end - 1)
    says(page, f"Window {end - 1} holds the end of a document and what follows.")
    page.get_by_role("radio", name="letters").check()
    says(page, "This model has never seen the character")


# Fails if a text is taken for markup, or a long one draws without limit.
def test_long_and_strange_texts(lab):
    page = lab(
        "<img src=x onerror=window.hit=1>",
        CharTokenizer.from_text("<img src=x onerror=window.hit=1>"),
    )
    assert page.locator(".llm-widget img").count() == 0 and page.evaluate("window.hit") is None
    page = lab("ab" * 1000, CharTokenizer("ab"), stride=1)
    assert page.locator(".llm-window-strip li").count() == 240
    assert "1,760 more tokens, counted but not drawn" in page.locator(".llm-widget").inner_text()
    assert len(trait(page, "plan")["order"]) == 1996


# Fails if long windows make the widget too wide, or some can't read or reach either tab.
@pytest.mark.parametrize("width", [1000, 360])
def test_everyone_can_read_both_tabs(lab, width):
    page = lab(NUMBERS + " 1" * 40, width=width, context_length=24, stride=3, batch_size=9)
    for tab in ("Window", "Batches"):
        page.get_by_role("tab", name=tab).click()
        assert find_faults(page, "light", "dark") == []


# Fails if listeners or a running clock stay behind when a view is closed.
def test_cleanup(lab):
    page = lab()
    page.get_by_role("button", name="Play").click()
    assert page.evaluate("model.listening") > 0
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    assert page.locator(".llm-widget").count() == 0
