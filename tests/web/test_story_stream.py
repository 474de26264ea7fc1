"""The story of the stream in a browser: its numbers are the model's, and a part can be switched off."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.measured.residual_stream import follow_stream
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.stream import TEXT
from llm_lib.interp.residual_stream import part_names
from llm_lib.pretrained.save_load import load_model
from tests.web.stories import film
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def page(show_widget):
    page = show_widget(film("stream"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


@pytest.fixture(scope="module")
def seen():
    """What Sprout computes for the story's text, by the library's own way."""
    model, tokenizer = load_model("sprout")
    ids = torch.tensor([tokenizer.encode(TEXT)])
    with torch.no_grad():
        logits, activations = model.run_with_cache(ids)
    return model, tokenizer, ids, logits[0, -1], activations


def number(text: str) -> float:
    """Return the number that is written with a true minus or a percent sign."""
    return float(text.replace("−", "-").replace("\u00a0%", "").replace("<\u00a0", ""))


def test_blocks_add_what_the_model_adds(page, seen):
    # fails when a cell shows another number than the stream that torch computes
    *_, activations = seen
    for block in range(4):
        set_trait(page, "step", 3 + 2 * block)  # the second step of the block
        shown = texts(page)
        after = activations[f"blocks.{block}.resid_post"][0, -1]
        cells = [number(shown[f"s{2 * block + 3}.{i}"]) for i in range(6)]
        assert cells == pytest.approx(after[:6].tolist(), abs=0.0051)
        before = [number(shown[f"s{2 * block + 2}.{i}"]) for i in range(6)]
        added = [number(shown[f"a{2 * block + 2}.{i}"]) for i in range(6)]
        assert cells == pytest.approx(
            [a + b for a, b in zip(before, added, strict=True)], abs=0.016
        )


def test_what_it_would_say_is_the_lens(page, seen):
    # fails when a bar is not the probability that the stream gives there
    model, tokenizer, _, _, activations = seen
    for block in range(4):
        set_trait(page, "step", 3 + 2 * block)
        shown = texts(page)
        x = activations[f"blocks.{block}.resid_post"]
        with torch.no_grad():
            p = model.unembed(x)[0, -1].softmax(-1)
        best = p.topk(3).indices.tolist()
        assert [shown[f"n{i}"] for i in range(3)] == [tokenizer.decode([i]).strip() for i in best]
        assert [number(shown[f"p{i}"]) for i in range(3)] == pytest.approx(
            [100 * p[i].item() for i in best], abs=0.06
        )
        assert "kite" in [shown[f"n{i}"] for i in range(4)]


def test_logits_and_probabilities(page, seen):
    # fails when the last numbers are not the model's
    _, tokenizer, _, logits, _ = seen
    set_trait(page, "step", 12)
    shown = texts(page)
    for i, best in enumerate(logits.topk(4).indices.tolist()):
        assert shown[f"l{i}"] == tokenizer.decode([best]).strip()
        assert number(shown[f"f{i}"]) == pytest.approx(logits[best].item(), abs=0.0051)
        p = 100 * logits.softmax(-1)[best].item()
        assert number(shown[f"q{i}"]) == pytest.approx(p, abs=0.06)
    assert shown["next"] == "kite" and "about 430 times" in trait(page, "finding")


def test_the_last_attention_looks_back_at_the_kite(page, seen):
    # fails when the bow starts at another token than that which the four heads weigh most
    *_, activations = seen
    set_trait(page, "step", 8)
    weights = activations["blocks.3.attention.pattern"][0, :, -1].mean(dim=0)
    shown = texts(page)
    assert shown[f"t{int(weights.argmax())}"] == "kite" and "bow" in shown
    assert number(shown["look"].split(" of")[0]) == pytest.approx(
        100 * weights.max().item(), abs=0.06
    )
    assert "most at “kite” (66\u00a0%)" in trait(page, "finding")


def test_a_part_is_switched_off(page, seen):
    # fails when the menu does nothing, or the answer is not that of the model without the part
    model, tokenizer, ids, *_ = seen
    set_trait(page, "scene", "Your turn")
    for i, kind in enumerate(("attention", "feed-forward", "feed-forward", "attention")):
        if kind == "attention":
            page.get_by_label("Switch off").select_option(f"attention {i}")
        else:
            set_trait(page, "off", f"feed-forward {i}")
        settle(page)
        place = "feed_forward.post" if kind == "feed-forward" else "attention.z"
        with torch.no_grad():
            p = model.run_with_hooks(ids, {f"blocks.{i}.{place}": torch.zeros_like})
        best = tokenizer.decode([int(p[0, -1].argmax())]).strip()
        shown = texts(page)
        assert shown["next"] == best and "off" in shown[f"on{i}.{int(kind == 'feed-forward')}"]
        assert f"“{best}”" in trait(page, "finding")
    page.get_by_label("Switch off").select_option("")
    settle(page)
    assert not [key for key, text in texts(page).items() if key.startswith("on") and "off" in text]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "off") == "attention 3"


def test_the_cell_that_is_off_is_that_of_the_part(show_widget):
    # fails when the grid takes the keys of `without` for the model's order: a built page sorts them
    model, tokenizer = load_model("sprout")
    data = follow_stream(model, tokenizer, TEXT)
    data["without"] = dict(sorted(data["without"].items()))
    page = show_widget(Walkthrough("stream", data=data), width=992)
    page.emulate_media(reduced_motion="reduce")
    set_trait(page, "scene", "Your turn")
    menu = page.get_by_label("Switch off")
    names = part_names(model)
    assert menu.locator("option").all_text_contents() == ["nothing", *names[::2]]
    for n, name in enumerate(names):
        set_trait(page, "off", name)
        settle(page)
        assert menu.input_value() == name
        shown = texts(page)
        assert [shown["part0"], shown["part1"]] == ["attention", "feed-forward"]
        off = [key for key, text in shown.items() if key.startswith("on") and "off" in text]
        assert off == [f"on{n // 2}.{n % 2}"], name
