"""TransformerMap: its numbers are those of the book's own GPT, and its links lead to chapters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import yaml
from torch.nn import functional as F

from llm_lib.book.widgets import TransformerMap
from llm_lib.book.widgets.transformer_map import BUILT_IN, CHAPTERS, PARTS, toy_model
from llm_lib.model.gpt import GPT, GPTConfig
from tests.web.widget_page import SCRIPT, find_faults, mount, set_trait, settle, stop_clock, trait

ROOT = Path(__file__).resolve().parents[2]
OBJECTS = {"Mia": "kite", "Tobi": "drum", "Ana": "boat"}


@pytest.fixture
def page(show_widget):
    return show_widget(TransformerMap())


def empty_toy(words: list[str]) -> GPT:
    """Return a GPT of the toy's sizes, whose norms have no weights to learn."""
    model = GPT(GPTConfig(vocab_size=len(words), bias=False, **toy_model()["sizes"]))
    for parameter in model.parameters():
        parameter.requires_grad_(parameter.dim() > 1)
    return model


def toy_gpt() -> tuple[GPT, list[str]]:
    """Return the map's toy as a GPT of the library, and its words."""
    toy = toy_model()
    model = empty_toy(toy["words"])
    weights = {name: torch.tensor(rows) for name, rows in toy["weights"].items()}
    left = model.load_state_dict(weights, strict=False)
    assert left.unexpected_keys == [] and all("norm" in name for name in left.missing_keys)
    return model.eval(), toy["words"]


def ids_of(words: list[str], text: str) -> torch.Tensor:
    return torch.tensor([[words.index(word) for word in text.split()]])


def test_the_numbers_are_those_of_a_gpt(page):
    # fails if the map computes anything else than llm_lib's GPT with the same weights
    model, words = toy_gpt()
    ids, values = ids_of(words, "Mia the fox had a"), trait(page, "values")
    block = model.blocks[0]
    with torch.no_grad():
        logits, kept = model.run_with_cache(ids)
        x = kept.stream[0]
        middle = x + block.attention(block.norm_1(x))
        want = {
            "embedding": model.token_embedding(ids),
            "positions": x,
            "norm_1": block.norm_1(x),
            "attention": block.attention(block.norm_1(x)),
            "residual_1": middle,
            "norm_2": block.norm_2(middle),
            "feed_forward": block.feed_forward(block.norm_2(middle)),
            "residual_2": kept.stream[1],
            "repeat": kept.stream[2],
            "final_norm": model.norm(kept.stream[2]),
            "output": logits.softmax(-1),
        }
    assert values.keys() == want.keys()
    for name, tensor in want.items():
        assert values[name] == pytest.approx(tensor[0, -1].tolist(), abs=1e-5), name
    set_trait(page, "part", "attention")
    shown = page.locator(".llm-map-glance").all_inner_texts()
    weights = kept.layers("attention.pattern")[0][0, :, -1].flatten().tolist()
    for text, weight in zip(shown, weights, strict=True):
        assert text == ("<1\u00a0%" if weight < 0.005 else f"{100 * weight:.0f}\u00a0%")


def test_the_toy_has_learned_its_sentences():
    # fails if the weights in the map are not those of a model that knows its nine sentences
    model, words = toy_gpt()
    for name, thing in OBJECTS.items():
        for animal in ("fox", "owl", "hen"):
            probabilities = model(ids_of(words, f"{name} the {animal} had a"))[0, -1].softmax(-1)
            assert probabilities[words.index(thing)] > 0.5, (name, animal)


@pytest.mark.slow
def test_the_recipe_gives_such_a_toy():
    # fails if the recipe, which made the weights in the map, no longer makes a toy as good
    words = toy_model()["words"]
    torch.manual_seed(4)
    model = empty_toy(words)
    lines = [
        ids_of(words, f"{name} the {animal} had a {thing}")
        for name, thing in OBJECTS.items()
        for animal in ("fox", "owl", "hen")
    ]
    ids = torch.cat(lines)
    optimizer = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=0.02, weight_decay=0.05
    )
    for _ in range(600):
        loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((10 * parameter).round() / 10)
        last = model(ids[:, :-1])[:, -1].softmax(-1)
    assert last.gather(1, ids[:, -1:]).min() > 0.5


def test_chapters_are_those_of_the_book():
    # fails if a chapter that builds a part was added, renamed or removed, and CHAPTERS in
    # transformer_map.py was not changed with it
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    files = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    wanted = {number for numbers in BUILT_IN.values() for number in numbers}
    there = {}
    for file in files:
        number = file.removeprefix("chapters/")[:2]
        if number in wanted:
            notebook = json.loads((ROOT / f"{file}.ipynb").read_text("utf-8"))
            first = "".join(notebook["cells"][0]["source"])
            title = first.split("# ", 1)[1].splitlines()[0].strip()
            there[number] = (file, title)
    assert there == CHAPTERS
    assert list(BUILT_IN) == PARTS


def test_every_part_says_what_it_does(page):
    # fails if a part lacks its words, if they are the same as another's, or nothing is found
    heard = set()
    for part in PARTS:
        page.locator(f"[data-part={part}]").click()
        settle(page)
        assert trait(page, "part") == part
        words = page.inner_text(".llm-map-what")
        assert 2 <= words.count(".") and len(words.split()) < 60, part
        heard.add((words, trait(page, "finding")))
        assert page.inner_text(".llm-finding") == trait(page, "finding")
        assert page.locator(".llm-map-example > *").count() >= 1
        assert page.locator("[aria-pressed=true]").count() == 1
    assert len(heard) == len(PARTS)
    assert "“kite”" in trait(page, "finding")


def test_one_tab_stop_and_arrows(page):
    # fails if the map is no single tab stop, or if arrows, Home and End do not move through it
    assert page.locator(".llm-map-part[tabindex='0']").count() == 1
    page.locator(".llm-map-part[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "part") == PARTS[2]
    assert page.evaluate("document.activeElement.dataset.part") == PARTS[2]
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "part") == PARTS[-1]
    page.keyboard.press("ArrowUp")
    settle(page)
    assert trait(page, "part") == PARTS[-2]
    assert page.locator(".llm-map-part[tabindex='0']").count() == 1
    outline = "getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth"
    assert page.evaluate(outline) == "3px"


def test_next_back_play_and_reset(page):
    # fails if the buttons skip a part, run over an end, or if Play does not walk or stop
    page.get_by_role("button", name="Back").click(force=True)  # it says that it is at its end
    assert trait(page, "part") == "text"
    for part in PARTS[1:]:
        page.get_by_role("button", name="Next", exact=True).click()
        assert trait(page, "part") == part
    page.get_by_role("button", name="Next", exact=True).click(force=True)
    assert trait(page, "part") == PARTS[-1]
    stop_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(100)
    assert (trait(page, "part"), trait(page, "playing")) == ("text", True)
    page.clock.run_for(5100)
    assert trait(page, "part") == "tokens"
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(20_000)
    assert (trait(page, "part"), trait(page, "playing")) == ("tokens", False)
    page.get_by_role("button", name="Play").click()
    for _ in range(20):
        page.clock.run_for(5100)
    assert (trait(page, "part"), trait(page, "playing")) == (PARTS[-1], False)
    page.get_by_role("button", name="Reset").press("Enter")
    page.clock.run_for(500)
    assert trait(page, "part") == "text"


def test_python_moves_the_page(page):
    # fails if a part set from Python is not followed
    set_trait(page, "part", "output")
    assert page.inner_text(".llm-map-name") == "Output layer and softmax"
    assert "kite" in page.inner_text(".llm-bars")


def test_without_a_book_chapters_are_named_and_not_linked(page):
    # fails if a notebook shows a link that leads nowhere
    set_trait(page, "part", "attention")
    assert page.locator(".llm-map-chapter a").count() == 0
    assert "“Multi-head attention and what heads do”" in page.inner_text(".llm-map-chapter")
    set_trait(page, "part", "repeat")
    assert "“The GPT model”" in page.inner_text(".llm-map-chapter")


@pytest.mark.parametrize("where", ["index.html", "chapters/03_tokenization.html"])
@pytest.mark.parametrize("served", [True, False])
def test_links_lead_to_chapters_from_any_page(site, address, visit, where, served):
    # fails if a link is dead on the landing page or below it, served or from disk
    home = address if served else site.as_uri() + "/"
    opened = visit(home + where, home=home if served else "file://")
    opened.page.add_script_tag(path=SCRIPT)
    mount(opened.page, TransformerMap())
    for part, numbers in BUILT_IN.items():
        set_trait(opened.page, "part", part)
        links = opened.page.locator("body > main .llm-map-chapter a").evaluate_all(
            "all => all.map(a => a.href)"
        )
        files = [CHAPTERS[number][0] for number in numbers]
        here = [f"{home}{file}.html" for file in files if f"{file}.html" != where]
        assert links == here
        assert all((site / f"{file}.html").is_file() for file in files)


@pytest.mark.parametrize("width", [360, 1000])
def test_everyone_can_read_each_part(show_widget, width):
    # fails if the page scrolls sideways, axe finds a serious fault, a target is too small for a
    # finger, or the part that is shown is out of sight
    page = show_widget(TransformerMap(), width=width)
    for part in ("text", "attention", "residual_2", "output", "loop"):
        set_trait(page, "part", part)
        assert find_faults(page, "light", "dark") == []
        shapes = page.locator(".llm-map-part > rect:first-child").all()
        sizes = [shape.bounding_box() for shape in shapes]
        assert min(min(box["width"], box["height"]) for box in sizes) >= 24
        box, shown = (
            page.locator(selector).bounding_box()
            for selector in (".llm-map-figure", ".llm-map-here > rect:first-child")
        )
        assert shown["y"] < box["y"] + box["height"] and shown["y"] + shown["height"] > box["y"]


def test_wrong_settings_are_explained():
    # fails if a wrong part is taken, or refused without saying what is allowed
    with pytest.raises(ValueError, match="part should be one of text, tokens"):
        TransformerMap(part="decoder")
    with pytest.raises(TypeError, match="no setting 'step'"):
        TransformerMap(step=3)
    assert TransformerMap(part="loop").initial == {"part": "loop"}
