"""DecodingLab as a reader uses it; its filters are those of llm_lib, on random logits."""

from __future__ import annotations

import re

import pytest
import torch

from llm_lib.book.widgets import DecodingLab
from llm_lib.generation.sampling import penalize_repetition, token_probabilities
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import plain_script, set_trait, settle, stop_clock, trait

TOKENIZER = small_tokenizer()
MODEL = random_model(vocab_size=TOKENIZER.vocab_size, position="rotary", context_length=40)
PROMPT = "Mira the fox and Tobi the"


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab: lab(prompt, width=, theme=, **settings)."""

    def open_lab(prompt=PROMPT, *, width=1000, theme="light", **settings):
        settings = {"n_samples": 3, "n_tokens": 8} | settings
        widget = DecodingLab(MODEL, TOKENIZER, prompt=prompt, **settings)
        return show_widget(widget, width=width, theme=theme)

    return open_lab


def write(page):
    """Let the page write its texts; return them."""
    set_trait(page, "writing", True)
    page.wait_for_function("!model.get('writing')")
    return trait(page, "samples")["texts"]


def expected(prompt, temperature=1.0, repetition_penalty=1.0, **filters):
    """Return the probabilities of the next token, as llm_lib has them."""
    ids = torch.tensor([TOKENIZER.encode(prompt)])
    with torch.no_grad():
        logits = penalize_repetition(MODEL(ids)[:, -1], ids, repetition_penalty)
    return token_probabilities(logits, temperature, **filters)[0]


KNOBS = [
    {"temperature": 0.4},
    {"temperature": 1.7, "top_k": 9},
    {"top_p": 0.6},
    {"min_p": 0.3, "temperature": 0.8},
    {"repetition_penalty": 1.8},
    {"repetition_penalty": 1.3, "temperature": 0.7, "top_k": 40, "top_p": 0.85, "min_p": 0.05},
    {"temperature": 0.0},
]


# Fails if a stage of the page differs from the library's, or the stages come in another order.
def test_last_stage_is_the_librarys(lab):
    page = lab(n_bars=20)
    off = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "repetition_penalty": 1.0}
    for knobs in KNOBS:
        for name, value in (off | knobs).items():
            page.evaluate("([name, value]) => model.set(name, value)", [name, value])
        settle(page)
        stages, want = trait(page, "stages"), expected(PROMPT, **knobs)
        assert [s["name"] for s in stages[1:]] == [
            n
            for n in ("repetition_penalty", "temperature", "top_k", "top_p", "min_p")
            if n in knobs
        ]
        ids = expected(PROMPT).argsort(descending=True, stable=True)[:20]
        shown = torch.tensor([float(p) for _, p, _ in stages[-1]["tokens"]])
        torch.testing.assert_close(shown, want[ids], atol=2e-3, rtol=0)
        if knobs.get("temperature", 1.0) > 0:
            assert stages[-1]["left"] == int((want > 0).sum())


# Fails if the filters in JavaScript are not llm_lib's: 40 random rows of scores, random knobs.
def test_filters_equal_python_on_random_logits(run_script):
    page = run_script(plain_script("engine/sampling.js", "engine/random.js"))
    dice = torch.Generator().manual_seed(0)
    for _ in range(40):
        scores = torch.randn(60, generator=dice) * 2
        ids = torch.randint(0, 60, (12,), generator=dice)
        t, p, m, r = (torch.rand(4, generator=dice) * 0.9 + 0.05).tolist()
        k = int(torch.randint(1, 61, (1,), generator=dice))
        got = page.evaluate(
            """([s, ids, r, t, k, p, m]) => Array.from(reshape(
                penalizeRepetition(Float32Array.from(s), ids, r),
                {temperature: t, topK: k, topP: p, minP: m}).p)""",
            [scores.tolist(), ids.tolist(), 1 + r, 2 * t, k, p, m * 0.3],
        )
        lowered = penalize_repetition(scores[None], ids[None], 1 + r)
        want = token_probabilities(lowered, 2 * t, top_k=k, top_p=p, min_p=m * 0.3)[0]
        torch.testing.assert_close(torch.tensor(got, dtype=want.dtype), want, atol=1e-5, rtol=0)


# Fails if the draw does not follow the probabilities, or a filter changes a choice it did not cut.
def test_luck_draws_from_p_and_survives_a_filter(run_script):
    page = run_script(plain_script("engine/sampling.js", "engine/random.js"))
    first, second = page.evaluate(
        """() => { const runs = [[0.4, 0, 0.35, 0.25], [0.4 / 0.75, 0, 0.35 / 0.75, 0]].map((p) => {
          const random = seededRandom(3);
          return Array.from({length: 4000}, () => sampleByLuck(Float32Array.from(p), random)); });
          return runs; }"""
    )
    for token, p in enumerate((0.4, 0, 0.35, 0.25)):
        assert first.count(token) / 4000 == pytest.approx(p, abs=0.03)
    assert all(a == b for a, b in zip(first, second, strict=True) if a != 3)
    assert 3 not in second


# Fails if a seed does not repeat, if texts are mixed up, or if greedy is not the library's greedy.
def test_texts_follow_the_seed_and_the_model(lab):
    page = lab()
    first = write(page)
    assert len(first) == 3 and all(len(t["ids"]) <= 8 for t in first)
    assert [t["ids"] for t in write(page)] == [t["ids"] for t in first]
    settle(page)
    assert "With the same dice, 3 of 3 came out the same." in trait(page, "finding")
    with torch.no_grad():
        ids = TOKENIZER.encode(PROMPT) + first[0]["ids"]
        logs = MODEL(torch.tensor([ids]))[0].log_softmax(-1)
    n = len(first[0]["ids"])
    if not first[0]["ended"]:
        mean = sum(logs[-n - 1 + i, ids[len(ids) - n + i]].item() for i in range(n)) / n
        assert first[0]["log_probability"] == pytest.approx(mean, abs=1e-3)
    set_trait(page, "seed", 1)
    assert [t["ids"] for t in write(page)] != [t["ids"] for t in first]
    set_trait(page, "temperature", 0.0)
    greedy = write(page)
    assert len({str(t["ids"]) for t in greedy}) == 1
    ids = TOKENIZER.encode(PROMPT)
    for token in greedy[0]["ids"]:
        with torch.no_grad():
            assert token == int(MODEL(torch.tensor([ids]))[0, -1].argmax())
        ids.append(token)
    settle(page)
    assert "1 different text" in trait(page, "finding")


# Fails if Stop does not stop, or if what was written by then is lost.
def test_stop_keeps_what_is_written(lab):
    page = lab(n_samples=12, n_tokens=30)
    stop_clock(page)
    # by the clock of the page every look at it takes 10 ms: a slice of work is one token
    page.evaluate("() => { let now = 0; performance.now = () => (now += 10); }")
    page.get_by_role("button", name="Write 12 texts").click()
    page.clock.run_for(45)  # as many tokens: a timer without a time takes 1 ms there
    stop = page.get_by_role("button", name="Stop")
    number = int(re.search(r"text (\d+) of 12", stop.inner_text())[1])
    assert 2 <= number < 12
    stop.click()
    page.clock.run_for(1000)
    assert not trait(page, "writing")
    assert len(trait(page, "samples")["texts"]) == number - 1
    assert f"Stopped after {number - 1} text" in trait(page, "finding")


# Fails if Reset leaves something behind, or the keyboard can't turn a knob.
def test_reset_and_keyboard(lab):
    page = lab()
    write(page)
    knob = page.get_by_label("Top-k", exact=True)
    knob.focus()
    for _ in range(11):
        knob.press("ArrowLeft")
    settle(page)
    assert trait(page, "top_k") == 4
    assert page.locator(".llm-decode-stage .llm-cut:visible").count() == 3
    assert page.locator(".llm-decode-words .llm-cut:visible").count() == 3
    assert "Top-k cuts 286 tokens" in trait(page, "finding")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "top_k") == 0 and trait(page, "samples") == {}
    assert page.locator(".llm-decode-texts:visible").count() == 0
    assert "All knobs are off" in trait(page, "finding")


# Fails if "All off" leaves a knob on, if it can be pressed for nothing, or if it asks of other things.
def test_all_off(lab):
    page = lab(temperature=0.7, top_k=4, top_p=0.9, min_p=0.1, repetition_penalty=1.2)
    off = page.get_by_role("button", name="All off")
    off.click()
    settle(page)
    assert "All knobs are off" in trait(page, "finding") and off.is_disabled()
    assert trait(page, "prompt") == PROMPT and page.locator(".llm-cut:visible").count() == 0


# Fails if the head of a column takes two lines: the sliders then stand at two heights.
def test_heads_take_one_line(lab):
    page = lab(width=960)
    heads = page.locator(".llm-decode-stage .llm-slider b")
    heights = heads.evaluate_all("(all) => all.map((e) => e.offsetHeight)")
    assert len(heights) == 5 and len(set(heights)) == 1
    assert page.get_by_label("Repetition penalty").count() == 1


# Fails if before and after are not side by side, or what changed is told by colour alone.
def test_before_and_after(lab):
    page = lab()
    write(page)
    set_trait(page, "top_k", 2)
    write(page)
    settle(page)
    assert page.locator(".llm-decode-texts:visible").count() == 2
    assert page.locator(".llm-decode-stage ol:visible").count() == 0
    labels = page.locator(".llm-decode-texts .llm-label").all_inner_texts()
    assert labels == ["Before: all knobs off", "Now: top-k 2"]
    notes = " ".join(page.locator(".llm-decode-texts li .llm-note").all_inner_texts())
    assert "differs from token" in notes
    assert "Before: " in trait(page, "finding")


# Fails if the next token can't be looked at again, if more than three texts are shown unasked, or
# if what is said is not about what was done last.
def test_the_next_token_or_the_texts(lab):
    page = lab(n_samples=5)
    assert page.get_by_role("radiogroup", name="What is shown").count() == 0
    write(page)
    settle(page)
    texts = page.locator(".llm-decode-texts li:visible")
    assert texts.count() == 3
    page.get_by_role("button", name="Show all 5").click()
    assert texts.count() == 5
    assert trait(page, "finding").startswith("5 texts with seed 0")
    views = page.get_by_role("radiogroup", name="What is shown")
    views.get_by_text("The next token").click()
    assert texts.count() == 0
    assert page.locator(".llm-decode-stage ol:visible").count() == 6
    views.get_by_text("The texts").click()
    set_trait(page, "top_p", 0.5)
    assert "Top-p cuts" in trait(page, "finding") and texts.count() == 0


# Fails if a knob that is off shows anything but what came before it, or says that it acts.
def test_a_knob_that_is_off(lab):
    page = lab(top_k=4)
    column = page.locator(".llm-decode-stage:visible")
    widths = "(all) => all.map((e) => e.style.width)"
    fills = [column.nth(i).locator(".llm-bar-fill").evaluate_all(widths) for i in range(6)]
    assert fills[0] == fills[1] == fills[2] != fills[3]
    assert fills[3] == fills[4] == fills[5]
    notes = [column.nth(i).locator(".llm-note").first.inner_text() for i in range(6)]
    assert notes == ["290 tokens", "off", "off", "4 of 290 left", "off", "off"]


# Fails if bars are stubs where all shares are small, or their scale isn't said.
@pytest.mark.parametrize("width", [1000, 390])
def test_bars_have_the_scale_that_is_said(lab, width):
    page = lab(width=width)
    shares = [p for _, p, _ in trait(page, "stages")[0]["tokens"]]
    said = page.locator(".llm-decode-scale:visible").inner_text()
    end = int(re.search(r"bars: 0 to (\d+)", said)[1]) / 100
    widths = "(all) => all.map((e) => parseFloat(e.style.width) / 100)"
    drawn = page.locator(".llm-bar-fill:visible").evaluate_all(widths)
    assert drawn[:5] == pytest.approx([p / end for p in shares[:5]], abs=0.01)
    assert max(drawn) > 0.4


# Fails if the page breaks on an empty prompt or one that is too long, or text becomes markup.
def test_odd_prompts(lab):
    page = lab("")
    assert write(page)
    set_trait(page, "prompt", "the fox and the owl " * 12)
    assert page.get_by_role("button", name="Write 3 texts").is_disabled()
    set_trait(page, "prompt", "<img src=x onerror=window.hit=1>")
    assert page.locator(".llm-widget img").count() == 0 and page.evaluate("window.hit") is None


# Fails if listeners or timers stay behind when a view is closed while it writes.
def test_cleanup(lab):
    page = lab(n_samples=12, n_tokens=30)
    page.evaluate("model.set('writing', true)")
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    settle(page)
    assert page.evaluate("timers.size") == 0
    assert page.locator(".llm-widget").count() == 0
