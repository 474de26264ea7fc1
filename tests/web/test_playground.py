"""Playground in the page: a reader's own model in every widget, with the numbers of Python."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
import torch

from llm_lib.book.widgets import Playground
from llm_lib.book.widgets.export import export_page
from llm_lib.book.widgets.playground import SHELF
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.tokenizer import CharTokenizer
from tests.web.conftest import open_page
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import choose_files, find_faults, set_trait, settle, trait

NAMES = ("config.json", "tokenizer.json", "model.safetensors")
TEXT = "Mira the fox"
PROBLEM = ".llm-play .llm-problem[role=alert]"
ABOUT = ".llm-play > div > .llm-finding"
LABS = {"next": "Next token", "heads": "Heads", "decoding": "Decoding", "patching": "Patching"}
# As a browser hands over what was dropped. A test can't drop a folder: its entries are made up.
DROP = """([files, folder]) => {
  const transfer = new DataTransfer();
  const made = Object.entries(files).map(([name, text]) =>
    new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  for (const file of made) transfer.items.add(file);
  const event = new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true});
  if (folder) {
    const entries = made.map((file) => ({isFile: true, name: file.name, file: (done) => done(file)}));
    const reader = {readEntries: (done) => done(entries.splice(0, 2))};
    const entry = {isDirectory: true, name: folder, createReader: () => reader};
    Object.defineProperty(event, 'dataTransfer', {value: {
      types: ['Files'], files: [], items: [{webkitGetAsEntry: () => entry}]}});
  }
  const over = new DragEvent('dragover', {dataTransfer: transfer, bubbles: true, cancelable: true});
  const place = document.querySelector('.llm-play-drop');
  return [place.dispatchEvent(over), place.dispatchEvent(event)];
}"""


def saved(folder, model, tokenizer) -> dict[str, bytes]:
    """Return a model's files, as `save_model` writes them."""
    save_model(model, tokenizer, folder)
    return {name: (folder / name).read_bytes() for name in NAMES}


def drop(page, files: dict[str, bytes], folder: str = "") -> None:
    """Drop files on the widget, or a folder with them."""
    packed = {name: base64.b64encode(data).decode() for name, data in files.items()}
    assert page.evaluate(DROP, [packed, folder]) == [False, False]  # the browser does not open them


def wait_for(page, words: str) -> None:
    """Wait until the model that runs is described so."""
    page.wait_for_function(
        "([at, words]) => document.querySelector(at).textContent.startsWith(words)",
        arg=[ABOUT, words],
    )


def open_lab(page, key: str) -> None:
    """Click a tab, and wait for its widget."""
    page.get_by_role("tab", name=LABS[key]).click()
    page.wait_for_selector(f".llm-play-{key} .llm-widget[data-ready]")
    settle(page)


@pytest.fixture
def playground(show_widget):
    """A Playground with a small model on its shelf, shown until its first widget is there."""

    def show(width: int = 992, **how):
        models = {"First": (random_model(3), small_tokenizer())}
        page = show_widget(Playground(models, text=TEXT), width=width, **how)
        page.wait_for_selector(".llm-play-next .llm-widget[data-ready]")
        settle(page)
        return page

    return show


def probabilities(model, tokenizer, text=TEXT) -> torch.Tensor:
    """Return what Python says may come next."""
    with torch.no_grad():
        return model(torch.tensor([tokenizer.encode(text)]))[0, -1].softmax(0)


# Fails if a widget shows another model than the one that was dropped, or other numbers than Python.
@pytest.mark.parametrize("how", ["files", "folder", "zip"])
def test_every_widget_runs_what_was_dropped(playground, tmp_path, how):
    model, tokenizer = random_model(5, position="rotary", n_head=2), small_tokenizer()
    files = saved(tmp_path, model, tokenizer)
    page = playground()
    if how == "zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(f"fox/{name}", data)
        drop(page, {"fox.zip": stream.getvalue()})
    else:
        drop(page, files, "fox" if how == "folder" else "")
    wait_for(page, "Your model:" if how == "files" else "fox:")
    n = sum(parameter.numel() for parameter in model.parameters())
    assert f"{n:,} parameters in 3 layers of 2 heads" in page.inner_text(ABOUT)
    set_trait(page, "text", TEXT)
    page.wait_for_function("document.querySelectorAll('.llm-play-next .llm-bar').length >= 6")
    settle(page)
    p = probabilities(model, tokenizer)
    best = p.topk(6)
    bars = page.locator(".llm-play-next .llm-bar-number").all_inner_texts()
    assert [float(bar.split()[0]) for bar in bars] == pytest.approx(
        [100 * x for x in best.values.tolist()], abs=0.06
    )
    if how != "files":
        return
    open_lab(page, "heads")
    with torch.no_grad():
        seen = model.run_with_cache(torch.tensor([tokenizer.encode(TEXT)]))[1]
        attention = seen.layers("attention.pattern")
    row = attention[0][0, 0, -1]
    said = page.inner_text(".llm-play-heads .llm-finding")
    assert f"({round(100 * row.max().item())}" in said
    assert page.locator(".llm-play-heads canvas").count() > 6
    open_lab(page, "decoding")
    assert f"{100 * best.values[0].item():.1f}" in page.inner_text(
        ".llm-play-decoding .llm-finding"
    )


# Fails if a bad file takes the place of the model that runs, or is not named.
def test_a_bad_file_leaves_the_model_as_it_is(playground, tmp_path):
    page = playground()
    before = page.inner_text(ABOUT), page.inner_text(".llm-play-next .llm-bars")
    files = saved(tmp_path, random_model(5), small_tokenizer())
    for bad, words in (
        (files | {"model.safetensors": files["model.safetensors"][:-9]}, "damaged or cut short"),
        (files | {"config.json": b"{}"}, "config.json: it needs the field vocab_size."),
        ({"notes.txt": b""}, "config.json is missing"),
        ({"a.zip": b"PK"}, "This is no whole zip file"),
    ):
        drop(page, bad)
        page.wait_for_function(
            "([at, words]) => document.querySelector(at)?.textContent.includes(words)",
            arg=[PROBLEM, words],
        )
        assert (page.inner_text(ABOUT), page.inner_text(".llm-play-next .llm-bars")) == before
    drop(page, files)
    wait_for(page, "Your model:")
    assert page.locator(PROBLEM).is_hidden()


# Fails if a model and its text get mixed up with another's, or the way back is lost.
def test_one_can_go_back_and_bring_another(playground, tmp_path):
    page = playground()
    letters = CharTokenizer("abcdefgh")
    drop(page, saved(tmp_path / "a", random_model(6, vocab_size=8), letters), "Letters")
    wait_for(page, "Letters:")
    page.wait_for_function("model.get('text') === 'abcdefgh'")  # it can't read the other text
    drop(page, saved(tmp_path / "b", random_model(7), small_tokenizer()), "Words")
    wait_for(page, "Words:")
    page.wait_for_function("model.get('text') === 'Once upon a time there was'")  # its own
    set_trait(page, "text", "An owl")
    assert page.locator(".llm-play-shelf").get_by_role("radio").count() == 3
    for name, text in (("First", "An owl"), ("Letters", "abcdefgh"), ("Words", "An owl")):
        page.locator(".llm-play-shelf").get_by_role("radio", name=name).check()
        wait_for(page, f"{name}:")
        page.wait_for_function("(text) => model.get('text') === text", arg=text)
        assert (trait(page, "chosen") != "") == (name == "First")
    drop(page, saved(tmp_path / "b", random_model(8), small_tokenizer()), "Words")
    wait_for(page, "Words 2:")
    assert page.locator(".llm-play-shelf").get_by_role("radio").count() == 4


# Fails if the sentence beside a text still speaks of the one before.
def test_a_text_that_was_written_on_has_its_own_sentence(playground):
    page = playground()
    field = page.get_by_label("Prompt", exact=True)
    field.fill("The owl")
    said = page.locator(".llm-play-next .llm-finding")
    said.get_by_text("The owl").wait_for()
    page.get_by_role("button", name="Write on").click()
    page.wait_for_function("document.querySelector('.llm-play-next textarea').value.length > 12")
    assert "After" not in said.inner_text()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Write on").wait_for()
    page.wait_for_function(
        "document.querySelector('.llm-play-next .llm-finding').textContent.includes('written.')"
    )
    assert "Stopped. After" in said.inner_text()


# Fails if a text that was typed for one question is lost at the next.
def test_the_text_goes_along(playground):
    page = playground()
    page.get_by_role("textbox", name="Prompt").fill("the red lantern")
    open_lab(page, "heads")
    assert page.get_by_role("textbox", name="Text").input_value() == "the red lantern"
    page.evaluate("model.set('text', 'an owl')")
    settle(page)
    assert page.get_by_role("textbox", name="Text").input_value() == "an owl"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.get_by_role("textbox", name="Text").input_value() == "the red lantern"


# Fails if a reader without a mouse can't choose files, or go from tab to tab.
def test_the_keyboard_reaches_all(playground, tmp_path):
    page = playground()
    saved(tmp_path, random_model(5), small_tokenizer())
    page.get_by_role("button", name="Choose a model’s files").focus()
    choose_files(page, lambda: page.keyboard.press("Enter"), *(tmp_path / name for name in NAMES))
    wait_for(page, "Your model:")
    page.get_by_role("tab", name="Next token").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".llm-play-heads .llm-widget[data-ready]")
    assert page.get_by_role("tab", name="Heads").get_attribute("aria-selected") == "true"
    assert trait(page, "lab") == "heads"


# Fails if what is said of a file is too wide for a phone, or some can't read it.
def test_everyone_can_read_of_a_problem_on_a_phone(playground):
    page = playground(width=360)
    drop(page, {"config.json": b"{}"})
    page.wait_for_selector(f"{PROBLEM}:not([hidden])")
    assert find_faults(page, "light", "dark") == []


WASM = """() => {
  const nothing = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]); // a module without anything in it
  try { return new WebAssembly.Module(nothing) && "compiled"; } catch (error) { return String(error); }
}"""


# Fails if the file that is sent to a friend asks for anything, shows another model, or forbids
# itself the engine's kernel.
def test_an_exported_page_runs_alone(browser, tmp_path):
    model, tokenizer = random_model(8), small_tokenizer()
    path = export_page(model, tokenizer, tmp_path / "fox.html", title="Fox", text=TEXT)
    opened = open_page(browser, path.as_uri(), width=360, theme="dark", home=path.as_uri())
    page = opened.page
    page.wait_for_selector(".llm-play-next .llm-widget[data-ready]")
    wait_for(page, "Fox:")
    page.wait_for_selector(".llm-play-next .llm-bar")
    best = 100 * probabilities(model, tokenizer).max().item()
    assert float(page.inner_text(".llm-bar-number >> nth=0").split()[0]) == pytest.approx(
        best, abs=0.06
    )
    assert page.locator(".llm-play-drop").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("tab", name="Heads").click()
    page.wait_for_selector(".llm-play-heads .llm-widget[data-ready]")
    assert page.evaluate(WASM) == "compiled"
    assert opened.complaints == []
    assert opened.foreign == []
    page.context.close()


# Fails if anything of what a reader brings, or anything at all, is asked for or sent elsewhere.
def test_nothing_leaves_the_page(playground, tmp_path):
    page = playground()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    drop(page, saved(tmp_path, random_model(5), small_tokenizer()))
    wait_for(page, "Your model:")
    for key in LABS:
        open_lab(page, key)
    assert [url for url in requests if not url.startswith("blob:")] == []


# Fails if what a model of another shape is shown in gives up: two texts are made for it, that fit.
def test_patching_begins_with_two_texts_that_fit(playground, tmp_path):
    page = playground()
    page.evaluate(
        "model.set('text', 'Mira the fox found a red lantern in the old mill. '.repeat(9))"
    )
    small = random_model(5, context_length=9)
    drop(page, saved(tmp_path, small, small_tokenizer()))
    wait_for(page, "Your model:")
    open_lab(page, "patching")
    assert page.locator(".llm-play-patching .llm-problem").is_hidden()
    assert page.locator(".llm-play-patching mark").count() == 2


# Fails if a model that answers more than one thing is first shown on two texts with one answer.
def test_patching_begins_with_two_answers(show_widget):
    page = show_widget(Playground({"Fox": load_model("sprout")}, bring=False), width=992)
    open_lab(page, "patching")
    assert page.locator(".llm-play-patching .llm-problem").is_hidden()
    first, second = page.locator(".llm-play-patching .llm-patch-answer").all_inner_texts()
    assert first.split()[1] != second.split()[1]


# Fails if a widget shows a model that it has no room for, or says nothing.
def test_a_deep_model_is_refused_by_the_widget_alone(playground, tmp_path):
    page = playground()
    deep = random_model(5, n_layer=9, n_embd=8, n_head=2)
    drop(page, saved(tmp_path, deep, small_tokenizer()))
    wait_for(page, "Your model:")
    page.get_by_role("tab", name="Patching").click()
    page.wait_for_function(
        "([at, words]) => document.querySelector(at).textContent === words",
        arg=[PROBLEM, "Patching shows models of at most 8 layers; this one has 9."],
    )
    open_lab(page, "heads")
    assert page.locator(PROBLEM).is_hidden()


# Fails if a stage of Sprout is not on the shelf, or the one that is chosen does not run.
def test_each_stage_of_sprout_answers_in_its_own_way(show_widget):
    text = "User: Is this spam? Make money fast with this secret puzzle!\nBot:"
    page = show_widget(Playground(text=text), width=992)
    for name, ref in SHELF.items():
        page.get_by_role("radio", name=name, exact=True).check()
        wait_for(page, f"{name}:")
        if name == "Echo":  # reads numbers alone
            continue
        model, tokenizer = load_model(ref)
        best = 100 * probabilities(model, tokenizer, text).max().item()
        page.wait_for_function(
            """(best) => {
              const said = document.querySelector('.llm-play-next .llm-bar-number')?.textContent;
              return Math.abs(Number(said?.replace(/[^0-9.]/g, '')) - best) < 0.15;
            }""",
            arg=best,
        )
    assert page.evaluate("document.documentElement.scrollWidth") == 992
