"""The choice between Sprout and recorded runs of SmolLM2, in the four labs that have it."""

from __future__ import annotations

import copy
import math
import re

import pytest

from llm_lib.book.measured.recorded_run import FOLDER, find_run, load_recorded
from llm_lib.book.studies.real_english import heads
from llm_lib.book.widgets import DecodingLab, HeadLab, NextTokenLab, SurpriseText
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import plain_script, set_trait, settle, trait

LABS = {
    "next_tokens": lambda **more: NextTokenLab(prompt="Mia had a", **more),
    "surprises": lambda **more: SurpriseText(**more),
    "heads": lambda **more: HeadLab(text="Mia had a kite.", **more),
    "decoding": lambda **more: DecodingLab(prompt="Mia had a", **more),
}
FIELDS = ".llm-widget textarea"


def percents(page, where):
    """Return the numbers behind bars, from 0 to 1; 0 for what is below the last digit."""
    texts = page.locator(where).all_inner_texts()
    return [
        0 if "<" in text else float(text.split("\u00a0")[0].split(" ")[0]) / 100 for text in texts
    ]


def capital(words):
    """Return words as a button says them."""
    return words[0].upper() + words[1:]


def choose(page, name):
    """Choose a model with the mouse."""
    page.get_by_role("radio", name=name).check()
    page.wait_for_selector(".llm-recorded" if "SmolLM2" in name else FIELDS)
    settle(page)


@pytest.mark.parametrize("study", LABS)
def test_the_record_is_fetched_when_it_is_asked_for(show_widget, study):
    # fails if each page grows by its record, or the choice leads nowhere
    lab = LABS[study]()
    ref = lab.record_ref
    assert lab._later == {ref} and ref.startswith(f"{study}-")
    page = show_widget(lab)
    assert page.evaluate("model.sent.map(({ref}) => ref)") == [lab.model_ref]
    choose(page, "SmolLM2 (recorded)")
    assert page.evaluate("model.sent.map(({ref}) => ref)") == [lab.model_ref, ref]
    assert trait(page, "recorded") is True
    assert page.locator(FIELDS).count() == 0  # what would be typed can't be read
    assert "too large for this page" in page.locator(".llm-recorded").inner_text()
    choose(page, "Sprout")
    assert trait(page, "recorded") is False and page.locator(FIELDS).count() > 0
    assert page.locator(".llm-titlebar > button").count() == 1  # one Reset, not one a change


@pytest.mark.parametrize("study", LABS)
def test_the_choice_by_keyboard_and_from_python(show_widget, study):
    # fails if arrow keys don't choose, or a trait does not
    page = show_widget(LABS[study]())
    page.get_by_role("radio", name="Sprout").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".llm-recorded")
    assert trait(page, "recorded") is True
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(FIELDS)
    set_trait(page, "recorded", True)
    page.wait_for_selector(".llm-recorded")
    assert page.get_by_role("radio", name="SmolLM2").is_checked()


@pytest.mark.parametrize("study", LABS)
def test_a_damaged_record_is_refused_and_sprout_lives_on(show_widget, study):
    # fails if a wrong number is shown, or the reader loses the widget over it
    lab = LABS[study]()
    record = copy.deepcopy(lab._files[lab.record_ref])
    del record["runs"][0]["tokens"]
    lab._files = lab._files | {lab.record_ref: record}
    page = show_widget(lab)
    page.get_by_role("radio", name="SmolLM2").check()
    page.wait_for_selector(".llm-problem[role=alert]")
    said = page.locator(".llm-problem[role=alert]").inner_text()
    assert "This can't be shown." in said and "tokens is missing" in said
    choose(page, "Sprout")
    assert len(page.complaints) == 1 and "tokens is missing" in page.complaints.pop()
    assert trait(page, "finding")


@pytest.mark.parametrize("study", LABS)
def test_reset_goes_back_to_where_it_began(show_widget, study):
    # fails if Reset of a record leaves another text, or goes to Sprout
    second = load_recorded(study)["runs"][-1 if study != "decoding" else 1]["name"]
    page = show_widget(LABS[study](recorded=True))
    first = page.locator(".llm-recorded select").input_value()
    if len(load_recorded(study)["runs"]) > 1:
        page.locator(".llm-recorded select").select_option(second)
        settle(page)
        assert trait(page, "run") == second != first
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.locator(".llm-recorded select").input_value() == first
    assert trait(page, "recorded") is True and trait(page, "run") == ""


def test_no_choice_with_another_model(show_widget):
    # fails if a reader's own model stands beside a record of another
    lab = NextTokenLab(random_model(), small_tokenizer(), prompt="the fox")
    assert lab.record_ref == "" and list(lab._files) == [lab.model_ref]
    page = show_widget(lab)
    assert page.locator(".llm-which").count() == 0
    with pytest.raises(ValueError, match=r'NextTokenLab\("smollm2"\)'):
        NextTokenLab(random_model(), small_tokenizer(), recorded=True)


def test_an_unknown_run_is_named():
    # fails if a chapter could ask for a text that nobody recorded
    with pytest.raises(ValueError, match="no run 'Spain'; there are"):
        HeadLab(recorded=True, run="Spain")


def test_next_tokens_are_those_of_the_record(show_widget):
    # fails if a bar is another token's, or belongs to another position
    record = load_recorded("next_tokens")
    page = show_widget(NextTokenLab(recorded=True))
    for run in record["runs"][:3]:
        set_trait(page, "run", run["name"])
        [listed] = run["next"].values()
        assert trait(page, "token_ids") == run["ids"]
        told = [[token, p, p] for _, token, p in listed[:10]]
        assert trait(page, "probabilities") == told
        assert percents(page, ".llm-bar-number") == pytest.approx(
            [p for _, _, p in listed[:10]], abs=6e-4
        )
        rest = 1 - sum(p for _, _, p in listed[:10])
        assert f"together: {100 * rest:.1f}" in page.locator(".llm-next-rest").inner_text()
        assert not page.get_by_role("button", name="The next token").is_visible()


def test_an_answer_is_followed_token_by_token(show_widget):
    # fails if a step shows another place's tokens, or the chance of what came is another's
    run = find_run(load_recorded("next_tokens"), "moon")
    places = sorted(map(int, run["next"]))
    page = show_widget(NextTokenLab(recorded=True, run="moon"))
    assert trait(page, "token_ids") == run["ids"][: places[0] + 1]
    for at in places[1:4]:
        page.get_by_role("button", name="The next token").click()
        settle(page)
        assert trait(page, "token_ids") == run["ids"][: at + 1]
        came, p = run["ids"][at], run["next"][str(at - 1)]
        chance = next(share for i, _, share in p if i == came)
        assert f"came, with {100 * chance:.0f}" in trait(page, "finding")
    assert page.get_by_role("button", name="One token back").is_enabled()


def test_surprises_are_those_of_the_record(show_widget):
    # fails if a token is shaded by another's surprise
    run = load_recorded("surprises")["runs"][0]
    page = show_widget(SurpriseText(recorded=True))
    assert trait(page, "surprises") == run["surprises"]
    shown = page.locator(".llm-tokens button small").all_inner_texts()
    assert shown == [f"{x:.2f}" for x in run["surprises"]]
    page.locator(".llm-tokens button").nth(5).click()  # the sixth token behind the first
    settle(page)
    listed = run["next"]["5"]
    assert percents(page, ".llm-bar-number")[:5] == pytest.approx(
        [p for _, _, p in listed], abs=6e-4
    )
    assert f"{100 * math.exp(-run['surprises'][5]):.0f}\u00a0%" in trait(page, "finding")


def test_a_head_that_is_switched_off_changes_what_the_record_says(show_widget):
    # fails if another head's row is shown, or what comes next is that of another head off
    run = find_run(load_recorded("heads"), "France")
    page = show_widget(HeadLab(recorded=True, run="France"))
    at = next(i for i, head in enumerate(run["heads"]) if [head["layer"], head["head"]] == [23, 4])
    weights = run["heads"][at]["weights"][-1]
    assert f"“is” looks most at “France” ({100 * weights[4]:.0f}" in trait(page, "finding")
    page.get_by_role("switch", name="Head 23.4").click()
    settle(page)
    before = {i: p for i, _, p in run["next"]["5"]}
    off = run["off"][at]["next"]["5"]
    after = page.locator(".llm-sides > div").nth(1)
    shown = [text.split(" ")[0] for text in after.locator(".llm-bar-number").all_inner_texts()]
    assert len(shown) == 7
    numbers = after.locator(".llm-bar-number").all_inner_texts()
    for (i, token, p), said in zip(off, numbers, strict=False):
        points = 100 * (p - before[i])
        assert said.startswith(f"{100 * p:.1f}".rstrip()), (token, said)
        if abs(points) > 0.06:
            assert f"{abs(points):.1f}" in said
    assert f"{100 * before[off[0][0]]:.0f}" in trait(page, "finding")


def test_heads_are_chosen_by_keyboard(show_widget):
    # fails if arrow keys do not move from head to head
    page = show_widget(HeadLab(recorded=True, run="he"))
    head = page.locator(".llm-recorded-heads [aria-pressed=true]")
    assert "9.4" in head.inner_text()
    head.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "16.0" in page.locator(".llm-recorded-heads [aria-pressed=true]").inner_text()
    page.keyboard.press("Enter")
    settle(page)
    assert "Head 16.0 (off)" in trait(page, "finding")


def test_decoding_shows_the_record_s_stages_and_texts(show_widget):
    # fails if a setting shows another one's tokens or text
    record = load_recorded("decoding")
    run = find_run(record, "phone")
    page = show_widget(DecodingLab(recorded=True, run="phone"))
    for text in run["texts"]:
        page.get_by_role("radio", name=capital(text["name"]), exact=True).check()
        settle(page)
        stage = run["stages"][text["name"]]
        told = trait(page, "stages")[1]
        assert told["left"] == stage["kept"]
        assert [row[:2] for row in told["tokens"]] == [row[1:] for row in stage["next"]]
        written = page.locator(".llm-decode-texts").text_content()
        assert run["text"] + re.sub(r"\n\s*\n", "\n", text["text"]) in written
        tracks = page.locator(".llm-recorded-decoding .llm-bar-track").evaluate_all(
            "(all) => all.map((e) => Math.round(e.getBoundingClientRect().width))"
        )
        assert len(tracks) == 10 and len(set(tracks)) == 1  # bars of one scale
        cut = page.locator(".llm-recorded-decoding .llm-cut").count()
        assert cut == 5 - len(stage["next"])
        assert f"by {text['nats']:.2f} nats per token" in trait(page, "finding")


def test_a_record_is_small():
    # fails if a page's record grows beyond what a chapter may add
    for name in LABS:
        assert (FOLDER / f"{name}.json").stat().st_size <= 25_000, name


def test_the_playground_begins_with_texts_that_were_recorded(run_script):
    # fails if live prompts are others than the recorded ones, or SmolLM2's file is not known
    page = run_script(plain_script("widgets/shared/prompts_to_begin.js"))
    runs = {run["text"] for run in load_recorded("next_tokens")["runs"]}
    prompts = [text for _, text in page.evaluate("RECORDED_PROMPTS")]
    assert all(text.startswith("<|endoftext|>") for text in prompts)
    asked = {text.removeprefix("<|endoftext|>") for text in prompts}
    chat = asked - runs
    assert len(asked) == 5 and len(chat) == 1
    assert find_run(load_recorded("next_tokens"), "moon")["text"].startswith(chat.pop())
    sizes = {"n_layer": 30, "n_embd": 576, "vocab_size": 49_152}
    assert page.evaluate("(sizes) => knownAs('', sizes)", sizes) == "smollm2"
    assert page.evaluate("(sizes) => knownAs('', sizes)", sizes | {"n_layer": 32}) == ""
    assert page.evaluate("knownAs('sprout', {})") == "sprout"
    begun = {
        text.removeprefix("<|endoftext|>"): (layer, head)
        for _, text, layer, head in page.evaluate("RECORDED_HEADS")
    }
    assert begun == {heads.TEXTS[name]: head for name, head in heads.SHOWN.items()}
