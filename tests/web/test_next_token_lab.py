"""NextTokenLab as a reader uses it: by mouse and by keyboard, on a wide page and on a telephone."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import NextTokenLab
from llm_lib.book.widgets.model_file import SITE_FOLDER_VARIABLE
from llm_lib.tokenizer import CharTokenizer
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import find_faults, set_trait, settle, trait
from web.fingerprint import ROOT
from web.widget_state import placeholder, write

LAKE = "By the lake lived Mia, a brave fox. Mia had a"
TOKENIZER = small_tokenizer()
MODEL = random_model(vocab_size=TOKENIZER.vocab_size, position="rotary")


# on the page itself: what is there for a moment is gone before a busy machine has answered
STOP = """() => {
  const stop = [...document.querySelectorAll('.llm-widget button')].find((b) => b.textContent === 'Stop');
  stop?.click();
  return stop;
}"""
NOTE_GHOSTS = """() => {
  const seen = () => { window.hasGlided ||= document.querySelector('.llm-next-ghost') !== null; };
  new MutationObserver(seen).observe(document.body, {childList: true, subtree: true});
}"""


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab: lab(prompt, width=, theme=, **settings)."""

    def open_lab(prompt="Mira the fox", *, model=MODEL, tokenizer=TOKENIZER, width=1000,
                 theme="light", **settings):  # fmt: skip
        widget = NextTokenLab(model, tokenizer, prompt=prompt, **settings)
        return show_widget(widget, width=width, theme=theme)

    return open_lab


def expected(prompt):
    """Return ids from the most to the least likely, and probabilities, in Python."""
    with torch.no_grad():
        p = MODEL(torch.tensor([TOKENIZER.encode(prompt)]))[0, -1].softmax(0)
    return p.argsort(descending=True).tolist(), p


def bars(page):
    """Return the buttons of the bars."""
    return page.locator(".llm-bars button")


def unfold(page):
    """Open what is folded."""
    page.locator("summary").click()


# Fails if the bars show other tokens or numbers than the model in Python gives.
def test_bars_are_the_models(lab):
    page = lab()
    order, p = expected("Mira the fox")
    assert bars(page).count() == 10
    listed = trait(page, "probabilities")
    for (_, before, after), i in zip(listed, order[:10], strict=True):
        assert before == pytest.approx(p[i].item(), abs=1e-3)
        assert after == pytest.approx(before, abs=1e-5)
    shown = page.locator(".llm-bar-number").first.inner_text()
    assert float(shown.split("\u00a0")[0]) == pytest.approx(100 * p[order[0]].item(), abs=0.1)
    assert trait(page, "token_ids") == TOKENIZER.encode("Mira the fox")


# Fails if a click or Enter does not append, or Undo and Reset do not lead back.
def test_append_undo_reset(lab):
    page = lab()
    start = TOKENIZER.encode("Mira the fox")
    order, _ = expected("Mira the fox")
    bars(page).nth(1).click()
    settle(page)
    assert trait(page, "token_ids") == [*start, order[1]]
    bars(page).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settle(page)
    assert len(trait(page, "token_ids")) == len(start) + 2
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert trait(page, "token_ids") == [*start, order[1]]
    set_trait(page, "temperature", 0.5)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "token_ids") == start and trait(page, "temperature") == 1
    assert trait(page, "prompt") == "Mira the fox"
    assert page.get_by_role("button", name="Undo").is_disabled()


# Fails if typing is not read, or if the tokens shown are not the model's.
def test_typing_and_tokens(lab):
    page = lab()
    page.get_by_label("Prompt", exact=True).fill("Tobi the owl\nMira")
    settle(page)
    ids = TOKENIZER.encode("Tobi the owl\nMira")
    assert trait(page, "token_ids") == ids
    chips = page.locator(".llm-token")
    assert chips.count() == len(ids)
    assert "↵" in "".join(chips.all_inner_texts())
    unfold(page)
    page.get_by_label("Show ids").check()
    settle(page)
    assert page.locator(".llm-token small").all_inner_texts() == [str(i) for i in ids]
    page.get_by_label("Prompt", exact=True).press("End")
    page.keyboard.type("!")
    settle(page)
    assert trait(page, "prompt").endswith("!")


# Fails if the controls do not reshape the bars, or if what is cut is marked by colour alone.
def test_controls_reshape(lab):
    page = lab()
    unfold(page)
    top = page.get_by_label("Top-k", exact=True)
    top.focus()
    for _ in range(11):
        top.press("ArrowLeft")
    settle(page)
    assert trait(page, "top_k") == 3
    assert page.locator(".llm-cut").count() == 7
    assert "cut" in page.locator(".llm-cut .llm-bar-number").first.inner_text()
    assert "cut off by top-k" in page.locator(".llm-cut button").first.get_attribute("aria-label")
    after = [row[2] for row in trait(page, "probabilities")]
    assert sum(after) == pytest.approx(1, abs=1e-4) and after[3:] == [0] * 7
    assert "3 tokens of 290 can still be chosen" in trait(page, "finding")
    set_trait(page, "top_k", 0)
    before = trait(page, "probabilities")[0][1]
    set_trait(page, "temperature", 0.3)
    assert trait(page, "probabilities")[0][2] > before
    set_trait(page, "temperature", 0)
    assert trait(page, "probabilities")[0][2] == 1
    set_trait(page, "temperature", 1)
    set_trait(page, "top_p", 0.05)
    assert "cut off by top-p" in page.locator(".llm-cut button").first.get_attribute("aria-label")


# Fails if writing does not follow the seed, go on to the context's end, or stop when told.
def test_write_on(lab):
    page = lab(prompt="Mira")
    page.evaluate("hurried.add(60)")
    page.get_by_role("button", name="Write on").click()
    page.get_by_role("button", name="Write on").wait_for()
    page.wait_for_function("!model.get('writing')")
    settle(page)
    first, ids = trait(page, "prompt"), trait(page, "token_ids")
    assert first.startswith("Mira") and len(ids) > 3
    finding = trait(page, "finding")
    full = len(ids) == MODEL.config.context_length
    assert ("context was full" if full else "end the text") in finding
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert trait(page, "prompt") == "Mira"
    set_trait(page, "writing", True)
    page.wait_for_function("!model.get('writing')")
    assert trait(page, "token_ids") == ids
    page.get_by_role("button", name="Reset").click()
    unfold(page)
    page.get_by_label("Seed").fill("8")
    page.get_by_label("Seed").press("Tab")
    page.evaluate("hurried.delete(60)")
    page.get_by_role("button", name="Write on").click()
    page.wait_for_function(STOP)
    settle(page)
    assert "Stopped." in trait(page, "finding")
    assert len(trait(page, "token_ids")) < MODEL.config.context_length


# Fails if a draw does not follow the probabilities and the seed, is not told, or has no chance to
# read below it.
def test_draw_one_token(lab):
    page = lab()
    start = TOKENIZER.encode("Mira the fox")
    draw = page.get_by_role("button", name="Draw one token")
    drawn = []
    for _ in range(3):
        draw.click()
        settle(page)
        drawn.append(trait(page, "token_ids"))
    assert [len(ids) for ids in drawn] == [len(start) + n for n in (1, 2, 3)]
    assert trait(page, "finding").startswith("Drawn: ")
    _, p = expected("Mira the fox")
    chances = page.locator(".llm-tokens .llm-next-written i").all_text_contents()
    first = 100 * p[drawn[0][-1]].item()
    said = "<1" if first < 0.5 else ">99" if first > 99.5 else f"{first:.0f}"
    assert len(chances) == 3 and chances[0] == f"{said}\u00a0%"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.locator(".llm-tokens .llm-next-written").count() == 0
    draw.click()
    settle(page)
    assert trait(page, "token_ids") == drawn[0]
    set_trait(page, "prompt", "Mira the fox")
    set_trait(page, "temperature", 0)
    draw.click()
    settle(page)
    assert trait(page, "token_ids") == [*start, p.argmax().item()]


# Fails if a token glides for readers who want less motion, or does not end where it belongs.
def test_a_drawn_token_glides(lab):
    page = lab()
    page.evaluate(NOTE_GHOSTS)
    bars(page).first.click()
    page.wait_for_function("window.hasGlided")
    page.wait_for_selector(".llm-next-ghost", state="detached")
    assert page.locator(".llm-token").last.evaluate("(chip) => chip.style.visibility") == ""
    page.emulate_media(reduced_motion="reduce")
    bars(page).first.click()
    settle(page)
    assert page.locator(".llm-next-ghost").count() == 0


# Fails if Sprout has no prompts to begin with, or another model gets Sprout's.
def test_prompts_to_begin_with(lab, show_widget):
    page = show_widget(NextTokenLab(prompt="Once"))
    page.get_by_role("button", name="Spam?").click()
    settle(page)
    assert trait(page, "probabilities")[0][0] == " Yes"
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert trait(page, "prompt") == "Once"
    assert lab().get_by_role("button", name="Spam?").count() == 0


# Fails if what is written greedily is not what Python's model would write.
def test_write_on_greedily_equals_python(lab):
    page = lab(prompt="Mira the", temperature=0.0)
    page.evaluate("hurried.add(60)")
    set_trait(page, "writing", True)
    page.wait_for_function("!model.get('writing')")
    ids = TOKENIZER.encode("Mira the")
    while len(ids) < MODEL.config.context_length:
        with torch.no_grad():
            ids.append(int(MODEL(torch.tensor([ids]))[0, -1].argmax()))
        if ids[-1] == TOKENIZER.special_tokens["<|endoftext|>"]:
            ids.pop()
            break
    assert trait(page, "token_ids") == ids


# Fails if a prompt longer than the context is refused, or cut without a word.
def test_long_prompt_keeps_its_end(lab):
    prompt = "the fox and the owl " * 12
    page = lab(prompt)
    ids = TOKENIZER.encode(prompt)
    assert len(ids) > 24
    assert page.locator(".llm-token:not(.llm-unseen)").count() == 24
    assert f"{len(ids) - 24} earlier tokens not seen" in page.locator(".llm-unseen").inner_text()
    settle(page)
    assert "only the last 24 are used" in trait(page, "finding")
    with torch.no_grad():
        p = MODEL(torch.tensor([ids[-24:]]))[0, -1].softmax(0)
    assert trait(page, "probabilities")[0][1] == pytest.approx(p.max().item(), abs=1e-3)
    assert page.get_by_role("button", name="Write on").is_disabled()
    bars(page).first.click()
    settle(page)
    assert len(trait(page, "token_ids")) == len(ids) + 1


# Fails if an empty prompt breaks the widget, or starts from a token that it does not name.
def test_empty_prompt(lab):
    page = lab("")
    settle(page)
    assert "starts from its end-of-text token" in trait(page, "finding")
    end = TOKENIZER.special_tokens["<|endoftext|>"]
    with torch.no_grad():
        p = MODEL(torch.tensor([[end]]))[0, -1].softmax(0)
    assert trait(page, "probabilities")[0][1] == pytest.approx(p.max().item(), abs=1e-3)
    bars(page).first.click()
    settle(page)
    assert trait(page, "token_ids") == [end, int(p.argmax())]
    small = random_model(vocab_size=27)
    page = lab("", model=small, tokenizer=CharTokenizer("abcdefghijklmnopqrstuvwxyz "))
    settle(page)
    assert "Type a prompt" in trait(page, "finding")
    page.get_by_label("Prompt", exact=True).fill("é")
    settle(page)
    assert "never seen the character “é”" in trait(page, "finding")
    page.get_by_label("Prompt", exact=True).fill("ab")
    settle(page)
    assert trait(page, "finding").startswith("After “ab”")


# Fails if Python's changes are not followed by the page.
def test_python_is_followed(lab):
    page = lab()
    set_trait(page, "prompt", "Tobi")
    assert page.get_by_label("Prompt", exact=True).input_value() == "Tobi"
    assert trait(page, "token_ids") == TOKENIZER.encode("Tobi")
    set_trait(page, "n_bars", 25)
    assert bars(page).count() == 25
    set_trait(page, "top_k", 37)
    unfold(page)
    assert (
        page.locator(".llm-slider", has_text="Top-k").locator(".llm-slider-value").inner_text()
        == "37"
    )


# Fails if a finding is markup, not text.
def test_text_is_never_markup(lab):
    page = lab("<img src=x onerror=window.hit=1>")
    settle(page)
    assert page.locator(".llm-widget img").count() == 0 and page.evaluate("window.hit") is None


# Fails if a long prompt makes the widget wider than a phone, or some can't read what is cut off.
def test_everyone_can_read_a_long_prompt_on_a_phone(lab):
    page = lab("the fox and the owl " * 12, width=360, temperature=0.5, top_k=3)
    assert find_faults(page, "light", "dark") == []


# Fails if listeners stay behind when a view is closed.
def test_cleanup(lab):
    page = lab()
    assert page.evaluate("model.listening") > 0
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    assert page.locator(".llm-widget").count() == 0
    set_trait(page, "prompt", "still no error")


# Fails if a damaged model file is a blank widget or a stack trace.
def test_damaged_model_is_told_in_words(show_widget):
    widget = NextTokenLab(MODEL, TOKENIZER, prompt="Mira")
    for payload in ({"config": {}}, widget._payload | {"data": widget._payload["data"][:400]}):
        page = show_widget(widget, payload=payload)
        assert "model file is damaged" in page.get_by_role("alert").inner_text()
        assert "model file is damaged" in page.complaints.pop()


@pytest.fixture
def waiting_page(tmp_path, monkeypatch, visit):
    """A page of the book, opened from disk, whose lab waits for the reader's touch."""
    static = tmp_path / "_static"
    monkeypatch.setenv(SITE_FOLDER_VARIABLE, str(static / "models"))
    widget = NextTokenLab(prompt=LAKE, n_bars=6, wait=True)
    keys = [key for key in (*widget.keys, "_esm", "_css") if key not in ("layout", "comm")]
    state = {key: value for key, value in widget.get_state().items() if key in keys}
    models = {"a": {"model_name": "AnyModel", "state": state}}
    (static / "widgets.js").write_text((ROOT / "web/static/widgets.js").read_text("utf-8"))
    write(static, "state.js", ["a"], models)
    script = '<script defer src="_static/widgets.js" data-state="_static/state.js"></script>'
    (tmp_path / "page.html").write_text(f"<!doctype html><body>{placeholder('a', models)}{script}")
    opened = visit((tmp_path / "page.html").as_uri(), home="file://")
    opened.page.wait_for_selector(".llm-next[data-ready=yes]")
    return opened


# Fails if a page that waits fetches its model unasked, shows other numbers than the model's, or if
# the first click is lost.
def test_the_model_is_fetched_on_touch(waiting_page):
    page = waiting_page.page
    names = page.locator(".llm-bar-name")
    assert names.all_inner_texts()[:2] == ["·basket", "·shiny"]
    stored = page.locator(".llm-next").inner_text()
    assert page.locator(".llm-token").count() == 13
    assert not any("models/" in url for url in waiting_page.requests)
    page.locator(".llm-bars button").nth(1).click()
    page.wait_for_function("document.querySelector('textarea').value.endsWith('had a shiny')")
    assert sum("models/sprout.js" in url for url in waiting_page.requests) == 1
    assert page.get_by_role("button", name="Reset").count() == 1
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelectorAll('.llm-token').length === 13")
    page.wait_for_function(
        "(finding) => finding.includes(document.querySelector('.llm-finding').innerText)",
        arg=stored,
    )
    assert page.locator(".llm-next").inner_text() == stored
    assert waiting_page.complaints == []


# Fails if what is typed while the model comes is lost, or the cursor moves.
def test_typing_into_a_page_that_waits(waiting_page):
    page = waiting_page.page
    page.locator("textarea").focus()
    page.keyboard.press("End")
    page.keyboard.type(" kite")
    page.wait_for_function("!document.querySelector('.llm-finding').innerText.includes('Fetching')")
    page.wait_for_function(
        "document.querySelector('.llm-finding').innerText.includes('had a kite')"
    )
    assert page.locator("textarea").input_value() == f"{LAKE} kite"
    page.keyboard.type("!")
    assert page.locator("textarea").input_value() == f"{LAKE} kite!"


# Fails if a wrong use of `wait` passes, or is not told in words.
def test_wait_needs_a_shipped_model_and_a_prompt():
    with pytest.raises(ValueError, match="wait needs the name of a shipped model; got tuple"):
        NextTokenLab((MODEL, TOKENIZER), prompt="Mira", wait=True)
    with pytest.raises(ValueError, match="a prompt of 1 to 255 tokens; it has 0"):
        NextTokenLab(wait=True)
