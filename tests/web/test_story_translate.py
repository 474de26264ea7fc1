"""The story of a translator in a browser: what it shows is what the model does."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.studies.lumi import SENTENCES, film_data, load_lumi
from llm_lib.book.translation import START, encode_pairs, lumi_tokenizer
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.translate import Translate
from tests.web.widget_page import set_trait, settle, take_poster_off, texts, trait

DATA = film_data()
FIRST = sum(list(Translate.SCENES.values())[:6])  # the first step of "Go on"


@pytest.fixture
def calm(show_widget):
    """The widget for a reader who wants no motion: each step stands at once."""

    def show(width=992, **settings):
        page = show_widget(Walkthrough("translate", data=DATA, **settings), width=width)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


def asked(sentence, words):
    """Return the model's probabilities after each token, and the weights across, (T, S)."""
    known = lumi_tokenizer().words
    source, _ = encode_pairs([(sentence, "")])
    seen: dict = {}
    with torch.no_grad():
        ids = [START, *(known.index(word) for word in words[:-1])]
        logits = load_lumi()(source, torch.tensor([ids]), seen)
    return logits[0].softmax(dim=-1), seen["cross"][-1][0].mean(dim=0)


@pytest.mark.parametrize("text", [0, 3])
def test_each_step_shows_the_models_numbers(calm, text):
    # fails when a weight, a token or its probability is another than the model's at that step
    page = calm(text=text)
    set_trait(page, "scene", "Your turn")
    words, known = trait(page, "written"), lumi_tokenizer().words
    p, weights = asked(SENTENCES[text], words)
    for t in range(1, len(words)):
        set_trait(page, "step", FIRST + t - 1)
        seen = texts(page)
        assert seen["start"] == "start" and seen[f"y{t - 1}"] == words[t - 1]
        assert f"d{t}.{t}" in seen and f"d{t + 1}.0" not in seen  # a row for each token
        most = int(weights[t].argmax())
        assert float(seen[f"w{most}"]) == pytest.approx(weights[t, most].item(), abs=0.0055)
        best = "end" if t == len(words) - 1 else known[int(p[t].argmax())]
        assert seen[f"y{t}"] == best == words[t]
        assert seen["percent0"].startswith(f"{100 * p[t].max():.1f}")


def test_the_memory_stays_while_the_mask_grows(calm):
    # fails when the memory is drawn anew, or the mask does not hide what comes later
    page = calm()
    page_at = {}
    for t in (1, 4):
        set_trait(page, "step", FIRST + t - 1)
        page_at[t] = page.evaluate(
            """() => [...document.querySelectorAll('[data-key^="m0."], [data-key^="m5."]')]
              .map((g) => [g.dataset.key, g.getAttribute('style')])"""
        )
        hidden = page.locator(".llm-walk-picture .llm-walk-mask").count()
        assert hidden == (t + 1) * t / 2
    assert page_at[1] == page_at[4] and len(page_at[1]) == 8


def test_another_sentence_and_a_token_left_out(calm):
    # fails when a menu changes nothing, or the sentence that comes out wrong is called right
    page = calm(scene="Your turn")
    assert "“zije weke feke 4 3 dare .”: right" in trait(page, "finding")
    page.get_by_role("combobox", name="Sentence").select_option("3")
    settle(page)
    assert "wrong, it should be “gono sero toku 1 1 gusa .”" in trait(page, "finding")
    assert page.locator(".llm-walk-picture .llm-walk-wrong").count() == 1
    page.get_by_role("combobox", name="Sentence").select_option("1")
    page.get_by_role("combobox", name="Leave out").select_option("1")
    settle(page)
    assert trait(page, "written") == DATA["texts"][1]["runs"]["1"]["words"]
    assert "“pami” is left out: “hupo” is pinned" in trait(page, "finding")
    page.get_by_role("combobox", name="Sentence").select_option("0")
    settle(page)
    assert trait(page, "pin") == -1  # another sentence begins with nothing left out
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == 0


def test_keys_lead_through_the_scenes(calm):
    # fails when the arrow keys do not step
    page = calm()
    take_poster_off(page)
    page.locator(".llm-walk-picture").click(position={"x": 5, "y": 5})
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "scene") == "Encode"


BOX = """(key) => {
  const { left, right, top, bottom } =
    document.querySelector(`.llm-walk-picture [data-key="${key}"]`).getBoundingClientRect();
  return { left, right, top, bottom };
}"""


def test_what_is_fetched_runs_from_its_vector_into_cross_attention(calm):
    # fails when a ribbon starts over another token, ends beside the box, or is of another breadth
    page = calm(scene="Look")
    settle(page)
    ribbon, token, box = (page.evaluate(BOX, key) for key in ("ribbon2", "s2", "dc.frame"))
    middle = (token["left"] + token["right"]) / 2
    assert ribbon["left"] < middle < ribbon["left"] + 20
    assert ribbon["right"] == pytest.approx(box["left"], abs=2)
    assert box["top"] < ribbon["top"] < box["bottom"]
    looks = DATA["texts"][0]["runs"][""]["across"]
    last = len(looks) - 1
    set_trait(page, "step", FIRST + last - 1)
    shown = page.locator('[data-key^="ribbon"]').count()
    assert shown == sum(weight > 0.02 for weight in looks[last])


def test_on_a_phone_the_memorys_arrow_leads_from_it_to_the_box(calm):
    # fails when the arrow starts in the air, crosses a box, or boxes are of several widths
    page = calm(width=390, scene="Look")
    settle(page)
    keys = ("across", "m0.0", "m7.3", "dc.frame", "ds.frame", "ef.box.frame", "es.frame")
    arrow, first, last, *boxes = (page.evaluate(BOX, key) for key in keys)
    assert arrow["right"] <= max(first["left"], boxes[0]["left"])
    assert first["top"] < arrow["bottom"] < last["bottom"]
    assert boxes[0]["top"] < arrow["top"] < boxes[0]["bottom"]
    assert len({(round(box["left"]), round(box["right"])) for box in boxes}) == 1
    edge = {
        round(page.locator(f'[data-key="{part}.name"] text').bounding_box()["x"])
        for part in ("es", "ds", "dc")
    }
    assert len(edge) == 1
